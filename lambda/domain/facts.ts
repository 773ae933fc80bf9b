import type { Claim } from '../contract/claims';
import type { Quota } from './alarm-catalogue';
import type { Severity } from './decision';
import type { Incident, Increase, QuotaFacts, TriggeredAlarm, UnusedSetting } from './incident';
import { fact, joined, NOTHING, type Prose, plain, prose } from './prose';
import { increasedQuota, leastAboveDefault } from './thresholds';
import { peakOf, type QuotaUsage, timeAtThreshold, type Usage } from './usage';
import { counted, figure, grouped, minuteUtc, UNKNOWN } from './words';

/** The words for each fact that texts state, one function for each: what they say and what they claim is one thing. */

/** Words that say what some facts amount to, without repeating their figures. */
export const amountingTo = (words: string, ...facts: readonly Prose[]): Prose => ({
  text: words,
  claims: joined(facts, '').claims,
});

type Unread = Extract<Claim, { claim: 'unread' }>;

export const unread = (what: Unread['what'], of?: string, words: string = UNKNOWN): Prose =>
  fact({ claim: 'unread', what, ...(of === undefined ? {} : { of }) }, words);

/** `in ALARM since 2026-03-02 09:06 UTC`. */
export function stateOf({ alarmName, since, now }: TriggeredAlarm): Prose {
  const begin = since === undefined ? `a time that is ${UNKNOWN}` : minuteUtc(since);
  const words = {
    ALARM: `in ALARM since ${begin}`,
    over: `was in ALARM from ${begin}, but not any more when this was written`,
    unread: `in ALARM from ${begin}; whether it still is could not be read`,
  } as const;
  return fact({ claim: 'alarm', alarmName, since: since?.toISOString() ?? null, now }, words[now]);
}

export const beganAt = ({
  compositeAlarmName,
  openedAt,
}: Pick<Incident, 'compositeAlarmName' | 'openedAt'>): Prose =>
  fact({ claim: 'incident', compositeAlarmName, since: openedAt.toISOString() }, minuteUtc(openedAt));

export const severityOf = ({ decision: { severity }, triggered, toldBefore }: Incident): Prose =>
  severityOfAlarms(severity, [...triggered, ...toldBefore]);

export const severityOfAlarms = (
  severity: Severity,
  alarms: readonly { readonly alarmName: string }[],
): Prose =>
  alarms.length === 0
    ? plain(severity)
    : fact({ claim: 'severity', severity, alarmNames: alarms.map(({ alarmName }) => alarmName) }, severity);

export const latencyLimit = ({ model: { latencyThresholdMs: value } }: Incident): Prose =>
  fact({ claim: 'setting', key: 'latencyThresholdMs', value }, `${grouped(value)} ms`);

type SettingKey = 'modelId' | 'inferenceProfileType' | 'useCase' | 'inputModalities' | 'dataResidency';

export const settingOf = (
  { model }: Pick<Incident, 'model'>,
  key: SettingKey,
  words: string = model[key],
): Prose => fact({ claim: 'setting', key, value: model[key] }, words);

export function unusedSetting({ key, problem }: UnusedSetting, { model }: Incident): Prose {
  const words = problem === 'missing' ? 'is missing from Parameter Store' : 'in Parameter Store is not valid';
  // A use case is too long to repeat.
  const used =
    key === 'useCase'
      ? NOTHING
      : prose`: ${fact({ claim: 'setting', key, value: model[key] }, `${model[key]}`)}`;
  const unused = fact({ claim: 'unusedSetting', key, problem }, `${key} ${words}`);
  return prose`${unused}; the deployed value was used instead${used}.`;
}

export const noQuota = (quota: Quota): Prose =>
  fact({ claim: 'noQuota', quota }, `no ${quota} quota is watched for this model`);

export const noQuotas = amountingTo('No quota is watched for this model.', noQuota('RPM'), noQuota('TPM'));

/** Behind the value of a quota to which this account was never given a value of its own. */
export const DEFAULT_ONLY = ' (the AWS default)';

/** `10,000 RPM`, `200 RPM (the AWS default)`, or that it is not known. */
export const currentQuota = (
  quota: Quota,
  { code, current, isDefault }: Pick<QuotaFacts, 'code' | 'current' | 'isDefault'>,
): Prose =>
  current === undefined
    ? unread('quota', code)
    : fact(
        { claim: 'quota', code, value: Math.round(current), isDefault },
        `${figure(current, quota)}${isDefault ? DEFAULT_ONLY : ''}`,
      );

export const quotaName = ({ code, name }: Pick<QuotaFacts, 'code' | 'name'>): Prose =>
  name === undefined ? prose`name ${unread('quota', code)}` : fact({ claim: 'quotaName', code, name }, name);

/** `12,500 RPM`, or in words how it follows from a quota that is not known, or of which the account has nothing. */
export function requestedQuota({ quota, facts, requested }: Increase): Prose {
  if (requested !== undefined)
    return fact(
      { claim: 'increase', code: facts.code, percent: facts.increasePercent, value: requested },
      figure(requested, quota),
    );
  return facts.current === undefined
    ? prose`${facts.increasePercent.toString()} % more than the current value, which ${amountingTo('could not be read', unread('quota', facts.code))}`
    : amountingTo(
        facts.isDefault || facts.awsDefault === 0
          ? `any ${quota} above the AWS default`
          : `at least the AWS default of ${quota}`,
        currentQuota(quota, facts),
      );
}

/**
 * ` (25 % more)` behind a figure, or that less would not be above AWS's default; nothing behind a figure of another origin,
 * such as that of a request that was there already.
 */
export function byPercent({ quota, facts, requested }: Increase): Prose {
  const { current, increasePercent, awsDefault } = facts;
  if (requested === undefined || current === undefined) return NOTHING;
  if (requested === increasedQuota(current, increasePercent)) return plain(` (${increasePercent} % more)`);
  if (awsDefault === undefined || requested !== leastAboveDefault(awsDefault)) return NOTHING;
  return prose` (the least above ${defaultAtDeployment(quota, awsDefault)}, the AWS default when monitoring was deployed)`;
}

/** What the calculator found then: it is not read again for each incident. */
const defaultAtDeployment = (quota: Quota, value: number): Prose =>
  fact(
    { claim: 'setting', key: quota === 'RPM' ? 'rpmAwsDefault' : 'tpmAwsDefault', value },
    figure(value, quota),
  );

/** Whether usage can be compared with nothing: the stored threshold follows a quota that was 0, or nearly. */
export const hasNoThreshold = ({ threshold }: QuotaFacts): boolean => threshold === 0;

/** `8,000 RPM`, or why there is none; `before` stands before a figure only. */
export function thresholdOfAlarm(quota: Quota, facts: QuotaFacts, before = ''): Prose {
  const { current, threshold } = facts;
  if (threshold === undefined) return prose`${before}${unread('threshold', quota)}`;
  const stored = fact({ claim: 'threshold', quota, value: threshold }, figure(threshold, quota));
  if (!hasNoThreshold(facts)) return prose`${before}${stored}`;
  if (current === 0)
    return amountingTo('no alarm threshold while the quota is 0', stored, currentQuota(quota, facts));
  return amountingTo(
    'no alarm threshold above 0 yet: the quota was 0, or nearly, when the thresholds were last set',
    stored,
  );
}

/** `9,500 RPM (2026-03-02 09:00 UTC)`, or why there is none; `before` stands before a figure only. */
export function peakOfUsage(usage: Usage | undefined, quota: Quota, before = ''): Prose {
  if (usage === undefined) return prose`${before}${unread('usage')}`;
  const { metrics: names, peak } = usage[quota];
  const metrics = [...names];
  if (peak !== undefined && peak.value > 0)
    return fact(
      { claim: 'peak', metrics, value: Math.round(peak.value), minute: peak.minute.toISOString() },
      `${before}${figure(peak.value, quota)} (${minuteUtc(peak.minute)})`,
    );
  return isUncounted(usage, quota)
    ? fact({ claim: 'noData', metrics }, 'tokens not counted by CloudWatch')
    : fact({ claim: 'noUsage', metrics }, 'no usage counted in 14 days');
}

/** There were requests, but no metric says how many tokens. */
export const isUncounted = (usage: Usage, quota: Quota): boolean =>
  quota === 'TPM' && usage.TPM.peak === undefined && peakOf(usage, 'RPM') > 0;

/** `4,001 RPM (mean of the minutes with traffic)`. */
export function steadyUsage(usage: Usage, quota: Quota): Prose {
  const { metrics, steady } = usage[quota];
  return steady === undefined
    ? peakOfUsage(usage, quota)
    : fact(
        { claim: 'steady', metrics: [...metrics], value: Math.round(steady) },
        `${figure(steady, quota)} (mean of the minutes with traffic)`,
      );
}

/** `10`: how many times the steady state a peak is. */
export const timesSteady = ({ metrics }: QuotaUsage, peak: number, steady: number): Prose => {
  const times = Math.round(peak / steady);
  return fact({ claim: 'peakOverMean', metrics: [...metrics], times }, grouped(times));
};

/** `90 %`: how much of its quota a peak is. */
export const shareOfQuota = (
  { metrics }: QuotaUsage,
  peak: number,
  { code, current }: { readonly code: string; readonly current: number },
): Prose => {
  const percent = Math.floor((peak * 100) / current);
  return fact({ claim: 'peakOfQuota', metrics: [...metrics], code, percent }, `${grouped(percent)} %`);
};

const PER_REQUEST = {
  InputTokenCount: 'inputTokensPerRequest',
  OutputTokenCount: 'outputTokensPerRequest',
} as const;

export function tokensPerRequest(usage: Usage, metric: keyof typeof PER_REQUEST): Prose {
  const mean = usage[PER_REQUEST[metric]];
  if (mean !== undefined)
    return fact({ claim: 'perRequest', metric, value: Math.round(mean) }, grouped(mean));
  const uncounted = usage.RPM.steady === undefined ? 'Invocations' : metric;
  return fact({ claim: 'noUsage', metrics: [uncounted] }, `${UNKNOWN}: CloudWatch counted none`);
}

/** From so many minutes in a row on, usage at or over the threshold is called sustained. */
const SUSTAINED_MINUTES = 5;

/** `5 minutes (sustained, 5 minutes at the longest in a row)`. */
export function timeAtOrOver(threshold: number, { metrics, minutes: values }: QuotaUsage): Prose {
  const { minutes, longestRun } = timeAtThreshold(values, threshold);
  const sustained = longestRun >= SUSTAINED_MINUTES ? 'sustained, ' : '';
  return fact(
    { claim: 'timeAtThreshold', metrics: [...metrics], threshold, minutes, longestRun },
    `${counted(minutes, 'minute')} (${sustained}${counted(longestRun, 'minute')} at the longest in a row)`,
  );
}
