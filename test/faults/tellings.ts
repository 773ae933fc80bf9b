import type { Email } from '../../rehearsal/report';
import { flowing } from '../domain/prose';
import { newsOfEmail } from '../rehearsals/news';

/** What the product's e-mails tell, and whether they say that they may do so for the second time. */

/** One for each thing that the e-mail tells its readers: `Throttles of G-Opus-4-6 went off`. Empty for CloudWatch's own. */
export function tellingsOf({ subject, body }: Email): readonly string[] {
  const [, model, topic] = /^(?:CRITICAL|WARNING): \S+ Bedrock (\S+) - (.+)$/.exec(subject) ?? [];
  if (model === undefined || topic === undefined) return [];
  switch (topic) {
    case 'over':
      return [`the incident of ${model} is over`];
    case 'still in alarm':
      return [`${model} is still in alarm`];
    case 'alarm without configuration':
      return alarmsLinkedIn(body).map((alarm) => wentOff(alarm, model));
  }
  const news = newsOfEmail(body);
  return news.length > 0 ? news.map((alarm) => wentOff(alarm, model)) : [`the case of ${model}: ${topic}`];
}

const wentOff = (alarm: string, model: string): string => `${alarm} of ${model} went off`;

const alarmsLinkedIn = (body: string): readonly string[] =>
  [...body.matchAll(/-Bedrock-(\w+)-(?:Critical|Warning)-/g)].map(([, alarm = '']) => alarm);

/** Where the ledger knows that a run was cut off. */
const MAY_BE_REPEAT = 'This e-mail may be a repeat';
/** Where there is no ledger: of this e-mail, and of those after it. */
const MAY_BE_TOLD_AGAIN = 'this may be told more than once';

export const saysMayBeToldAgain = ({ body }: Email): boolean => flowing(body).includes(MAY_BE_TOLD_AGAIN);

export const saysMayBeRepeat = (email: Email): boolean =>
  flowing(email.body).includes(MAY_BE_REPEAT) || saysMayBeToldAgain(email);

/** The alarm on the product itself that an e-mail of CloudWatch tells of. */
export const illnessIn = ({ subject }: Email): string | undefined =>
  /^(?:ALARM|INSUFFICIENT_DATA): "\S+-OpsAlertHealth-(\w+)" in /.exec(subject)?.[1];
