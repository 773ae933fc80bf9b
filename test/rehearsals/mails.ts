import type { Email, Report } from '../../rehearsal/report';
import { sectionOf } from '../domain/prose';

/** E-mails as their readers sort them. */

/** What an e-mail is about, the last part of its subject: `Quota Request`, `over`, `still in alarm`. */
const topicOf = ({ subject }: Email): string => subject.split(' - ').slice(1).join(' - ');

/** What each e-mail is about, in the order in which they came. */
export const topicsOf = ({ emails }: Report): readonly string[] => emails.map(topicOf);

/** The one e-mail about this; throws unless there is exactly one. */
export function mailAbout(report: Report, topic: string): Email {
  const [mail, ...more] = mailsAbout(report, topic);
  if (mail === undefined || more.length > 0)
    throw new Error(`not one e-mail about ${topic} among: ${topicsOf(report).join(', ')}`);
  return mail;
}

export const mailsAbout = ({ emails }: Report, topic: string): readonly Email[] =>
  emails.filter((email) => topicOf(email) === topic);

/** A section of the one e-mail about this, as one line. */
export const partOf = (report: Report, topic: string, title: string): string =>
  sectionOf(mailAbout(report, topic).body, title);

/** When it was sent: `09:31`. */
export const clockOf = ({ at }: { readonly at: string }): string =>
  at.slice('2026-03-02T'.length, -':00Z'.length);

/** The communications of a case that say that its incident is over. */
export const closingsOf = (one: Report['cases'][number] | undefined) =>
  (one?.communications ?? []).filter(({ body }) => /^Incident reference: [0-9a-f]{12}, over$/m.test(body));
