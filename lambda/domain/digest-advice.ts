import type { AlarmName } from './alarm-catalogue';
import type { Scenario } from './decision';
import { type Prose, plain } from './prose';
import { counted, newCaseLink } from './words';

/** What is known of a model's trouble in a digest; without a scenario, what its alarms alone tell. */
export interface Trouble {
  readonly alarms: readonly { readonly name: string }[];
  readonly scenario?: Scenario;
}

interface Cause {
  readonly isOf: (trouble: Trouble) => boolean;
  /** `of`: `12 models`. */
  readonly advice: (of: string) => string;
}

const goneOff = ({ alarms }: Trouble, ...names: readonly AlarmName[]): boolean =>
  alarms.some(({ name }) => names.some((one) => one === name));

const hasOtherScenario = ({ scenario }: Trouble): boolean =>
  scenario !== undefined && scenario !== 'high_usage';

/** The most pressing first; a model may have several. */
const CAUSES: readonly Cause[] = [
  {
    isOf: (trouble) => goneOff(trouble, 'ServerErrors'),
    advice: (of) =>
      `Server errors (5xx) on ${of}: they come from a lack of capacity or a fault at AWS, so more quota does not help. Look at the AWS Health Dashboard, retry with growing pauses, and move traffic to another Region or to models that are not listed below.`,
  },
  {
    isOf: (trouble) => trouble.scenario === 'high_usage',
    advice: (of) =>
      `Usage reached an alarm threshold in the last 14 days on ${of}. Where it is still high, slow down batch work, or move traffic to another Region or to models that are not listed below.`,
  },
  {
    isOf: (trouble) => hasOtherScenario(trouble) && goneOff(trouble, 'Throttles'),
    advice: (of) =>
      `Throttled requests without proof of high usage on ${of}. Possible are: the reservation of max_tokens when a request starts (lower max_tokens first); the account's quota of tokens per day, which all models share; a lack of capacity (spread the load, or try another model or Region).`,
  },
  {
    isOf: (trouble) => goneOff(trouble, 'ClientErrors') && !goneOff(trouble, 'Throttles'),
    advice: (of) =>
      `Refused requests (4xx) without throttles on ${of}: faulty requests or a missing permission after a release are likelier than a quota. Look at what was released before and at the errors in the application's log.`,
  },
  {
    isOf: (trouble) => goneOff(trouble, 'HighLatency', 'LatencyAnomaly'),
    advice: (of) =>
      `Slow answers on ${of}: check whether prompts or answers have grown, look at the AWS Health Dashboard, and fall back to another model or Region if users are affected.`,
  },
  {
    isOf: (trouble) => trouble.scenario === 'new_model',
    advice: (of) =>
      `No accepted request in 14 days, or usage that could not be read, on ${of}: look at the metrics by hand before you judge whether a quota is too small.`,
  },
  {
    isOf: (trouble) => trouble.scenario === 'low_usage',
    advice: (of) =>
      `Usage reached no alarm threshold on ${of}: look for the cause before you ask for more quota.`,
  },
  {
    isOf: (trouble) => trouble.scenario === undefined && goneOff(trouble, ...BUSY),
    advice: (of) =>
      `Throttled requests, or much traffic, on ${of}: slow down batch work, lower max_tokens, or move traffic to another model or Region.`,
  },
];

const BUSY: readonly AlarmName[] = [
  'Throttles',
  'HighInvocationRate',
  'HighTPMQuotaUsage',
  'InvocationAnomaly',
  'InputTokenAnomaly',
  'OutputTokenAnomaly',
];

/** What the SRE team should do about each cause, and how many models have it. */
export const causeAdvice = (models: readonly Trouble[]): readonly Prose<never>[] =>
  CAUSES.flatMap(({ isOf, advice }) => {
    const count = models.filter(isOf).length;
    return count === 0 ? [] : [plain(advice(counted(count, 'model')))];
  });

/** What to do for models without a case. */
export const BY_HAND = `look for an open case first, then open one by hand: ${newCaseLink}`;
