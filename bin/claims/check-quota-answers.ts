import { parameterName, THRESHOLD_KEYS } from '../../lambda/contract/names';
import { Absent, type Checks, type Scene } from './scene';

export const quotaAnswerChecks: Checks<
  'quotaRequestStatus' | 'noRequest' | 'quotaBefore' | 'thresholdBefore' | 'reply' | 'noReply'
> = {
  quotaRequestStatus: ({ id, code, value, since, status }, { view }) => {
    const request = view.quotaRequests().find((one) => one.id === id);
    if (request === undefined) throw new Absent(`Service Quotas knows no request ${id}`);
    const { quotaCode, desiredValue, requestedAt, status: actual } = request;
    const isSo =
      quotaCode === code &&
      Math.round(desiredValue) === value &&
      requestedAt.getTime() === Date.parse(since) &&
      actual === status;
    return isSo
      ? undefined
      : `the request of ${requestedAt.toISOString()} for ${desiredValue} of ${quotaCode} is ${actual}`;
  },
  noRequest: ({ id }, { view }) =>
    view.quotaRequests().some((one) => one.id === id) ? 'Service Quotas knows the request' : undefined,
  quotaBefore: ({ code, value }, { view }) => {
    const { earlier = [], value: now, default: byDefault } = view.quota(code) ?? {};
    // Who cannot read what it is now does not know that it is the same.
    const before = earlier.length > 0 ? earlier : [now ?? byDefault ?? []].flat();
    return before.some((one) => Math.round(one) === value)
      ? undefined
      : `before, it was ${earlier.join(', ') || 'nothing else'}`;
  },
  thresholdBefore: ({ quota, value }, { view, customer, model }) => {
    const key = quota === 'RPM' ? THRESHOLD_KEYS.rpm : THRESHOLD_KEYS.tpm;
    const earlier = view.earlierValues(parameterName(customer, model, key));
    return earlier.includes(String(value))
      ? undefined
      : `before, it was ${earlier.join(', ') || 'nothing else'}`;
  },
  reply: ({ displayId, words }, { view }) => {
    const last = awsWrote(displayId, view).at(-1)?.body.replace(/\s+/g, ' ').trim();
    return last?.startsWith(words) ? undefined : `AWS wrote last: ${last ?? 'nothing'}`;
  },
  noReply: ({ displayId }, { view }) => {
    const [opening, ...others] = awsWrote(displayId, view);
    if (opening === undefined) throw new Absent(`AWS opened no case ${displayId}`);
    const late = others.filter(({ at }) => at.getTime() - opening.at.getTime() > TEN_MINUTES_MS);
    const reply = late.at(0) ?? others.at(1);
    return reply === undefined ? undefined : `AWS wrote: ${reply.body}`;
  },
};

const TEN_MINUTES_MS = 600_000;

function awsWrote(displayId: string, view: Scene['view']) {
  const found = view.cases().find((one) => one.displayId === displayId);
  if (found === undefined) throw new Absent(`there is no case ${displayId}`);
  return found.byAws ?? [];
}
