import type { ModelConfig } from '../contract/model-config';
import type { Quota } from './alarm-catalogue';
import { type EmailText, emailBody, emailSubject } from './email-parts';
import { noQuota, quotaName, settingOf } from './facts';
import type { MayBeRepeat } from './incident';
import { fact, item, type Prose, plain, prose, section } from './prose';
import type { LimitNow, UsageLimit } from './usage-limit';
import { alarmLink, exact, figure, quotaLink } from './words';

/** A usage alarm that is not as its quota gives, while the settings say to leave it. */
export interface DriftedAlarm {
  readonly customer: string;
  readonly accountId: string;
  readonly region: string;
  readonly model: ModelConfig;
  readonly quota: Quota;
  readonly alarmName: string;
  readonly has: LimitNow;
  readonly expected: UsageLimit;
  /** What it is expected from; undefined where the model has no such quota. */
  readonly source: QuotaSource | undefined;
  readonly mayBeRepeat: MayBeRepeat | undefined;
}

export interface QuotaSource {
  readonly code: string;
  readonly name: string;
  readonly value: number;
  /** Of the quota, in whole numbers. */
  readonly percent: number;
}

export const DRIFT_TOPIC = 'threshold not as the quota';

/** The e-mail that says that a usage alarm is not as its quota gives, and is left so. */
export const thresholdDriftEmail = (drift: DriftedAlarm): EmailText => ({
  subject: emailSubject('WARNING', drift.customer, drift.model.modelName, DRIFT_TOPIC),
  body: emailBody(drift.mayBeRepeat, [
    section(
      'What happened',
      whatHappened(drift),
      item(limitOfAlarm(drift)),
      item(limitByQuota(drift)),
      plain(consequenceOf(drift)),
    ),
    section('What to do now', ...nextSteps(drift).map(item)),
    section('What was done', whatWasDone(drift)),
    section('Links', ...links(drift).map(item)),
    plain(`Account ${drift.accountId}, Region ${drift.region}\n${RUNBOOK_LINE}`),
  ]),
});

export const RUNBOOK_LINE = 'Runbook: docs/runbook.md, A threshold that is not as the quota';

const whatHappened = ({ model, quota, alarmName }: DriftedAlarm): Prose =>
  prose`${alarmName}, the alarm on the ${quota} quota of ${model.modelName} (${settingOf({ model }, 'modelId')}), is not as it should be. Either the alarm was changed, or what it follows; which of them is not known.`;

/** Of an owner's own expression there is no factor to speak of. */
const hasOtherFactor = ({ has, expected }: DriftedAlarm): boolean =>
  has.factor !== undefined && Number(has.factor) !== expected.factor;

function limitOfAlarm(drift: DriftedAlarm): Prose {
  const { alarmName, quota, has } = drift;
  const threshold = has.threshold === undefined ? 'no threshold' : `the threshold ${exact(has.threshold)}`;
  const factor = hasOtherFactor(drift)
    ? `, and multiplies what it adds up by ${exact(Number(has.factor))}`
    : '';
  const words = `${threshold}${has.threshold === undefined ? '' : ` ${quota}`}${factor}`;
  const claimed = { threshold: has.threshold ?? null, factor: has.factor ?? null };
  return prose`The alarm has ${fact({ claim: 'alarmLimit', alarmName, ...claimed }, words)}.`;
}

function limitByQuota(drift: DriftedAlarm): Prose {
  const { quota, source, expected } = drift;
  const factor = hasOtherFactor(drift) ? `, and multiply by ${expected.factor}` : '';
  const threshold = figure(expected.threshold, quota);
  if (source === undefined)
    return prose`It should have the threshold ${threshold}${factor}, so that it cannot fire: ${noQuota(quota)}.`;
  const { code, percent } = source;
  const given = fact(
    { claim: 'thresholdOf', code, percent, value: expected.threshold },
    `the threshold ${threshold}, which is ${percent} % of`,
  );
  const value = fact({ claim: 'quota', code, value: Math.round(source.value) }, figure(source.value, quota));
  return prose`It should have ${given} the quota${factor}: ${quotaName(source)} (${code}) is ${value}.`;
}

function consequenceOf({ has, expected }: DriftedAlarm): string {
  const isOff = has.factor !== undefined && Number(has.factor) === 0;
  if (isOff) return expected.factor === 0 ? 'It cannot fire either way.' : 'So it cannot fire at all.';
  if (expected.factor === 0) return 'So it may fire, though it should not.';
  if (has.threshold === undefined) return 'So when it fires has nothing to do with the quota.';
  const firesAbove = has.threshold / Number(has.factor ?? 1);
  if (firesAbove === expected.threshold) return 'It fires all the same when it should.';
  return firesAbove > expected.threshold
    ? 'So it fires later than it should, or not at all.'
    : 'So it fires earlier than it should.';
}

function nextSteps(drift: DriftedAlarm): readonly Prose[] {
  const { model, expected, mayBeRepeat } = drift;
  const silence =
    mayBeRepeat === 'no-ledger' ? '' : ': as long as nothing of this changes, there is no further e-mail';
  const factor = hasOtherFactor(drift)
    ? `, and the factor at the beginning of its expression to ${expected.factor}`
    : '';
  return [
    plain(`If this is meant, nothing${silence}.`),
    plain(
      `Else edit the alarm in the CloudWatch console (link below): set its threshold to ${exact(expected.threshold)}${factor}.`,
    ),
    plain(
      `Or set automatedThresholdUpdate to true for ${model.modelName} and deploy: the next update of thresholds, daily unless updateIntervalDays says otherwise, then puts it right.`,
    ),
  ];
}

const whatWasDone = ({ model: { automatedThresholdUpdate: value } }: DriftedAlarm): Prose =>
  prose`The alarm was left as it is, since ${fact(
    { claim: 'setting', key: 'automatedThresholdUpdate', value },
    `automatedThresholdUpdate is ${value}`,
  )} for this model. Because of this, no AWS Support case was opened.`;

const links = ({ region, alarmName, quota, source }: DriftedAlarm): readonly Prose[] => [
  plain(`Alarm on ${quota}: ${alarmLink(region, alarmName)}`),
  ...(source === undefined ? [] : [plain(`Its quota: ${quotaLink(region, source.code)}`)]),
];
