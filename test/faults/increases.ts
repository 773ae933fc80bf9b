import type { Email, Report, SupportCase } from '../../rehearsal/report';
import { flowing } from '../domain/prose';
import type { Played } from './play';

/** Who asks AWS for more of which quota, and what e-mails say of it. */

/** Somebody asks for more of the quota `code` from an instant on; without `to` to the end. */
interface Asking {
  readonly code: string;
  readonly from: string;
  readonly to?: string;
}

/** Each request by Service Quotas, whoever made it, for as long as it is open. */
function requestsIn({ quotaRequests }: Report): readonly Asking[] {
  const requests: Asking[] = [];
  for (const { at, quotaCode: code, status } of quotaRequests) {
    const index = requests.findIndex((one) => one.code === code && one.to === undefined);
    const open = requests[index];
    if (open === undefined) requests.push({ code, from: at });
    else if (!STILL_OPEN.includes(status)) requests[index] = { ...open, to: at };
  }
  return requests;
}

const STILL_OPEN = ['PENDING', 'CASE_OPENED'];

/** Each open case of ours that asks for more, from when it first does. */
const askingCasesIn = ({ cases }: Report): readonly Asking[] =>
  cases
    .filter(({ via, status }) => via === 'support' && status !== 'resolved')
    .flatMap((one) => codesAskedOn(one).map((code) => ({ code, from: firstAsked(code, one) })));

const codesAskedOn = ({ communications }: SupportCase): readonly string[] => [
  ...new Set(communications.flatMap(({ body }) => codesAskedIn(body))),
];

const firstAsked = (code: string, { communications, openedAt }: SupportCase): string =>
  communications.find(({ body }) => codesAskedIn(body).includes(code))?.at ?? openedAt;

/** `Request: raise the quotas to 12,500 RPM (L-3DD46812) and …`, the next lines of it set in. */
const codesAskedIn = (body: string): readonly string[] =>
  (/^Request: raise the quotas? to .*(?:\n .*)*/m.exec(body)?.[0] ?? '').match(/L-[0-9A-F]{8}/g) ?? [];

/** The quotas that two ask for at one time: requests, or cases of ours. */
export function askedTwice(report: Report): readonly string[] {
  const all = [...requestsIn(report), ...askingCasesIn(report)];
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => other.code === one.code && areTogether(one, other))
      .map((other) => `${one.code} from ${one.from} and from ${other.from} on`),
  );
}

/** Instants of one form are in order as texts. */
const areTogether = (one: Asking, other: Asking): boolean =>
  (one.to === undefined || other.from < one.to) && (other.to === undefined || one.from < other.to);

const PAUSE_MS = 7 * 24 * 60 * 60 * 1000;

/** The quotas of which two requests were made within seven days. */
export function requestedTooSoon(report: Report): readonly string[] {
  const requests = requestsIn(report);
  return requests.flatMap(({ code, from }, index) =>
    requests
      .slice(index + 1)
      .filter((later) => later.code === code && Date.parse(later.from) - Date.parse(from) < PAUSE_MS)
      .map((later) => `${code} at ${from} and at ${later.from}`),
  );
}

/** The quotas that the play without the fault asks for, and that nothing asks for here. */
export const unaskedQuotas = (report: Report, calm: Report): readonly string[] => {
  const asked = codesAsked(report);
  return codesAsked(calm).filter((code) => !asked.includes(code));
};

const codesAsked = (report: Report): readonly string[] => [
  ...new Set([...requestsIn(report), ...askingCasesIn(report)].map(({ code }) => code)),
];

/** Of these quotas those of which no e-mail says that there is no request, or no case that asks, or maybe none. */
export const silentlyUnasked = (report: Report, calm: Report): readonly string[] =>
  report.emails.some(saysNothingIsAsked) ? [] : unaskedQuotas(report, calm);

const saysNothingIsAsked = ({ body }: Email): boolean =>
  NOTHING_ASKED.some((sentence) => sentence.test(flowing(body)));

const NOTHING_ASKED = [
  /No increase of (?:RPM|TPM) \(L-[0-9A-F]{8}\) was requested: /,
  /It is not clear whether an increase of (?:RPM|TPM) \(L-[0-9A-F]{8}\) was requested: /,
  /no increase (?:is|being) asked for/,
  // Of many models.
  /Increases that Service Quotas did not take/,
  /No AWS Support case was opened/,
  /No case for \d+ models?, since /,
];

/** The quotas for which the e-mail names a request that was made, or is open. */
export const requestsToldIn = ({ body }: Email): readonly string[] => {
  const text = flowing(body);
  return REQUESTED.flatMap((sentence) => text.match(sentence) ?? []).flatMap(
    (told) => told.match(/L-[0-9A-F]{8}/g) ?? [],
  );
};

const REQUESTED = [
  /Service Quotas was asked at [^:]+:\d+ UTC to raise [RT]PM \(L-[0-9A-F]{8}\)/g,
  /A request to raise [RT]PM \(L-[0-9A-F]{8}\) to [^.]+ has been open since/g,
  // Of many models.
  /Service Quotas has (?:a request|requests) to raise [^.]+? for \d+ models?:/g,
];

/** The quotas of which a request was made, and no e-mail names one. */
export function untoldRequests(report: Report): readonly string[] {
  const told = report.emails.flatMap(requestsToldIn);
  return requestsMade(report).filter((code) => !told.includes(code));
}

const requestsMade = ({ quotaRequests }: Report): readonly string[] =>
  quotaRequests.filter(({ status }) => status === 'PENDING').map(({ quotaCode }) => quotaCode);

/** The quotas of which a request was made or found: a request of somebody else need not be found where nobody asks for more. */
export const requestsHandled = (report: Report): readonly string[] => [
  ...requestsMade(report),
  ...report.emails.flatMap(requestsToldIn),
];

/** The cases that AWS opened for requests and that are told why without the fault, and not here. */
export function withoutDetails(report: Report, calm: Report): readonly string[] {
  const detailed = report.cases.filter(isDetailed).map(({ subject }) => subject);
  const handled = requestsHandled(report);
  const there = report.cases
    .filter(({ communications: [opening] }) => handled.some((code) => opening?.body.includes(code)))
    .map(({ subject }) => subject);
  return calm.cases
    .filter(isDetailed)
    .map(({ subject }) => subject)
    .filter((subject) => there.includes(subject) && !detailed.includes(subject));
}

const isDetailed = ({ via, communications }: SupportCase): boolean =>
  via === 'service-quotas' &&
  communications.some(({ body }) => /^Incident reference: [0-9a-f]+(?:, update \d+)?$/m.test(body));

/** These cases, unless an e-mail says that nothing adds the details, or a metric that it is given up. */
export const silentlyWithoutDetails = ({ report, isCaseGivenUp }: Played, calm: Played): readonly string[] =>
  isCaseGivenUp ||
  report.emails.some(({ body }) =>
    flowing(body).includes('nothing had been arranged yet that adds the details'),
  )
    ? []
    : withoutDetails(report, calm.report);
