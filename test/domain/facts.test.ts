import { describe, expect, test } from '@jest/globals';
import { type Claim, claimSchema } from '../../lambda/contract/claims';
import {
  amountingTo,
  beganAt,
  byPercent,
  currentQuota,
  latencyLimit,
  noQuota,
  peakOfUsage,
  quotaName,
  requestedQuota,
  settingOf,
  severityOf,
  stateOf,
  steadyUsage,
  thresholdOfAlarm,
  timeAtOrOver,
  tokensPerRequest,
  unusedSetting,
} from '../../lambda/domain/facts';
import type { TriggeredAlarm } from '../../lambda/domain/incident';
import type { Prose } from '../../lambda/domain/prose';
import { measureUsage, type Usage } from '../../lambda/domain/usage';
import {
  incidentOf,
  incidents,
  peaksOf,
  RPM_CODE,
  rpmQuota,
  silent,
  TPM_CODE,
  tpmQuota,
  uncountedTokens,
  usageOf,
} from './incidents';

type Row = readonly [text: string, facts: Prose, ...claims: readonly Claim[]];

const SINCE = '2026-03-02T09:15:00.000Z';
const PEAK = '2026-03-02T09:11:00.000Z';
const { throttled } = incidents;
const alarmName = 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6';
const alarm: TriggeredAlarm = { name: 'Throttles', alarmName, since: new Date(SINCE), now: 'ALARM' };
const undated = { ...alarm, since: undefined };

const rpm = ['Invocations'];
const tpm = ['EstimatedTPMQuotaUsage'];
const tokens = ['InputTokenCount', 'OutputTokenCount'];
const zeros = usageOf([0, 0], [0, 0]);
const untold: Usage = uncountedTokens([4_000, 9_500]);
/** One minute without EstimatedTPMQuotaUsage: 100 requests, with 2,000 tokens in and 500 out. */
const byTokens = measureUsage({
  start: new Date(PEAK),
  invocations: Float64Array.of(100),
  estimatedTpm: Float64Array.of(Number.NaN),
  inputTokens: Float64Array.of(2_000),
  outputTokens: Float64Array.of(500),
});
const quota = rpmQuota(10_000, 8_000);
const unreadQuota = rpmQuota(0, 0, { name: undefined, current: undefined, threshold: undefined });
const asked = { quota: 'RPM', facts: quota, requested: 12_500 } as const;

// biome-ignore format: a table reads by its columns.
const ROWS: readonly Row[] = [
  ['in ALARM since 2026-03-02 09:15 UTC', stateOf(alarm),
    { claim: 'alarm', alarmName, since: SINCE, now: 'ALARM' }],
  ['was in ALARM from 2026-03-02 09:15 UTC, but not any more when this was written', stateOf({ ...alarm, now: 'over' }),
    { claim: 'alarm', alarmName, since: SINCE, now: 'over' }],
  ['in ALARM from 2026-03-02 09:15 UTC; whether it still is could not be read', stateOf({ ...alarm, now: 'unread' }),
    { claim: 'alarm', alarmName, since: SINCE, now: 'unread' }],
  ['in ALARM since a time that is not known', stateOf(undated),
    { claim: 'alarm', alarmName, since: null, now: 'ALARM' }],
  ['was in ALARM from a time that is not known, but not any more when this was written', stateOf({ ...undated, now: 'over' }),
    { claim: 'alarm', alarmName, since: null, now: 'over' }],

  ['2026-03-02 09:15 UTC', beganAt(throttled),
    { claim: 'incident', compositeAlarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6', since: '2026-03-02T09:15:20.000Z' }],
  ['CRITICAL', severityOf(throttled),
    { claim: 'severity', severity: 'CRITICAL', alarmNames: [alarmName] }],
  ['WARNING', severityOf(incidents.slowAnswers),
    { claim: 'severity', severity: 'WARNING', alarmNames: ['Acme-Bedrock-HighLatency-Warning-G-Opus-4-6', 'Acme-Bedrock-LatencyAnomaly-Warning-G-Opus-4-6'] }],

  ['240,000 ms', latencyLimit(throttled),
    { claim: 'setting', key: 'latencyThresholdMs', value: 240_000 }],
  ['TEXT and IMAGE', settingOf(throttled, 'inputModalities'),
    { claim: 'setting', key: 'inputModalities', value: 'TEXT and IMAGE' }],
  ['it stays here', settingOf(throttled, 'dataResidency', 'it stays here'),
    { claim: 'setting', key: 'dataResidency', value: 'No' }],

  ['no TPM quota is watched for this model', noQuota('TPM'), { claim: 'noQuota', quota: 'TPM' }],
  ['10,000 RPM', currentQuota('RPM', quota), { claim: 'quota', code: RPM_CODE, value: 10_000, isDefault: false }],
  ['200,000 TPM (the AWS default)', currentQuota('TPM', tpmQuota(200_000, 160_000, { isDefault: true })),
    { claim: 'quota', code: TPM_CODE, value: 200_000, isDefault: true }],
  ['0 RPM', currentQuota('RPM', rpmQuota(0, 0)),
    { claim: 'quota', code: RPM_CODE, value: 0, isDefault: false }],
  ['0 TPM (the AWS default)', currentQuota('TPM', tpmQuota(0, 0, { isDefault: true })),
    { claim: 'quota', code: TPM_CODE, value: 0, isDefault: true }],
  ['not known', currentQuota('RPM', unreadQuota), { claim: 'unread', what: 'quota', of: RPM_CODE }],
  [quota.name ?? '', quotaName(quota), { claim: 'quotaName', code: RPM_CODE, name: quota.name ?? '' }],
  ['name not known', quotaName(unreadQuota), { claim: 'unread', what: 'quota', of: RPM_CODE }],
  ['12,500 RPM', requestedQuota(asked), { claim: 'increase', code: RPM_CODE, percent: 25, value: 12_500 }],
  ['at least the AWS default of RPM', requestedQuota({ ...asked, facts: rpmQuota(0, 0), requested: undefined }),
    { claim: 'quota', code: RPM_CODE, value: 0, isDefault: false }],
  ['any RPM above the AWS default', requestedQuota({ ...asked, facts: rpmQuota(0, 0, { isDefault: true }), requested: undefined }),
    { claim: 'quota', code: RPM_CODE, value: 0, isDefault: true }],
  ['any RPM above the AWS default', requestedQuota({ ...asked, facts: rpmQuota(0, 0, { awsDefault: 0 }), requested: undefined }),
    { claim: 'quota', code: RPM_CODE, value: 0, isDefault: false }],
  [' (25 % more)', byPercent(asked)],
  [' (25 % more)', byPercent({ ...asked, facts: rpmQuota(10_000, 8_000, { awsDefault: 12_499 }) })],
  [' (the least above 10,000 RPM, the AWS default when monitoring was deployed)',
    byPercent({ ...asked, facts: rpmQuota(200, 160, { awsDefault: 10_000 }), requested: 10_001 }),
    { claim: 'setting', key: 'rpmAwsDefault', value: 10_000 }],
  [' (the least above 10,000 TPM, the AWS default when monitoring was deployed)',
    byPercent({ quota: 'TPM', facts: tpmQuota(0, 0, { awsDefault: 10_000 }), requested: 10_001 }),
    { claim: 'setting', key: 'tpmAwsDefault', value: 10_000 }],
  ['', byPercent({ ...asked, requested: undefined })],
  ['', byPercent({ ...asked, requested: 50_000 })],
  ['', byPercent({ ...asked, facts: unreadQuota })],
  ['threshold 8,000 RPM', thresholdOfAlarm('RPM', quota, 'threshold '), { claim: 'threshold', quota: 'RPM', value: 8_000 }],
  ['no alarm threshold while the quota is 0', thresholdOfAlarm('RPM', rpmQuota(0, 0), 'threshold '),
    { claim: 'threshold', quota: 'RPM', value: 0 }, { claim: 'quota', code: RPM_CODE, value: 0, isDefault: false }],
  ['160 RPM', thresholdOfAlarm('RPM', rpmQuota(0, 160)), { claim: 'threshold', quota: 'RPM', value: 160 }],
  ['no alarm threshold above 0 yet: the quota was 0, or nearly, when the thresholds were last set', thresholdOfAlarm('RPM', rpmQuota(2_000, 0), 'threshold '), { claim: 'threshold', quota: 'RPM', value: 0 }],
  ['8,000 RPM', thresholdOfAlarm('RPM', quota), { claim: 'threshold', quota: 'RPM', value: 8_000 }],
  ['not known', thresholdOfAlarm('RPM', unreadQuota), { claim: 'unread', what: 'threshold', of: 'RPM' }],

  ['9,500 RPM (2026-03-02 09:11 UTC)', peakOfUsage(peaksOf(9_500, 1), 'RPM'),
    { claim: 'peak', metrics: rpm, value: 9_500, minute: PEAK }],
  ['peak 3,000,000 TPM (2026-03-02 09:11 UTC)', peakOfUsage(peaksOf(1, 3_000_000), 'TPM', 'peak '),
    { claim: 'peak', metrics: tpm, value: 3_000_000, minute: PEAK }],
  ['2,500 TPM (2026-03-02 09:11 UTC)', peakOfUsage(byTokens, 'TPM'),
    { claim: 'peak', metrics: tokens, value: 2_500, minute: PEAK }],
  ['peak not known', peakOfUsage(undefined, 'RPM', 'peak '), { claim: 'unread', what: 'usage' }],
  ['no usage counted in 14 days', peakOfUsage(silent, 'RPM', 'peak '), { claim: 'noUsage', metrics: rpm }],
  ['no usage counted in 14 days', peakOfUsage(silent, 'TPM'), { claim: 'noUsage', metrics: tokens }],
  ['no usage counted in 14 days', peakOfUsage(zeros, 'TPM'), { claim: 'noUsage', metrics: tpm }],
  ['no usage counted in 14 days', peakOfUsage(uncountedTokens([0, 0]), 'RPM'), { claim: 'noUsage', metrics: rpm }],
  ['no usage counted in 14 days', peakOfUsage(uncountedTokens([0, 0]), 'TPM'), { claim: 'noUsage', metrics: tokens }],
  ['no usage counted in 14 days', steadyUsage(uncountedTokens([0, 0]), 'TPM'), { claim: 'noUsage', metrics: tokens }],
  ['tokens not counted by CloudWatch', peakOfUsage(untold, 'TPM', 'peak '), { claim: 'noData', metrics: tokens }],

  ['7,125 RPM (mean of the minutes with traffic)', steadyUsage(peaksOf(9_500, 1), 'RPM'),
    { claim: 'steady', metrics: rpm, value: 7_125 }],
  ['no usage counted in 14 days', steadyUsage(zeros, 'RPM'), { claim: 'noUsage', metrics: rpm }],
  ['tokens not counted by CloudWatch', steadyUsage(untold, 'TPM'), { claim: 'noData', metrics: tokens }],

  ['1,200', tokensPerRequest(peaksOf(100, 1), 'InputTokenCount'),
    { claim: 'perRequest', metric: 'InputTokenCount', value: 1_200 }],
  ['5', tokensPerRequest(byTokens, 'OutputTokenCount'), { claim: 'perRequest', metric: 'OutputTokenCount', value: 5 }],
  ['not known: CloudWatch counted none', tokensPerRequest(untold, 'OutputTokenCount'),
    { claim: 'noUsage', metrics: ['OutputTokenCount'] }],
  ['not known: CloudWatch counted none', tokensPerRequest(silent, 'InputTokenCount'), { claim: 'noUsage', metrics: rpm }],

  ['1 minute (1 minute at the longest in a row)', timeAtOrOver(8_000, peaksOf(8_000, 1).RPM),
    { claim: 'timeAtThreshold', metrics: rpm, threshold: 8_000, minutes: 1, longestRun: 1 }],
  ['6 minutes (sustained, 5 minutes at the longest in a row)', timeAtOrOver(8, usageOf([8, 0, 9, 8, 8, 8, 8], []).RPM),
    { claim: 'timeAtThreshold', metrics: rpm, threshold: 8, minutes: 6, longestRun: 5 }],
  ['4 minutes (4 minutes at the longest in a row)', timeAtOrOver(2_500, usageOf([1, 1, 1, 1], [2_500, 2_500, 2_500, 2_500]).TPM),
    { claim: 'timeAtThreshold', metrics: tpm, threshold: 2_500, minutes: 4, longestRun: 4 }],
];

test.each(ROWS)('%s', (text, facts, ...claims) => {
  expect(facts).toEqual({ text, claims });
  for (const claim of facts.claims) expect(claimSchema.parse(claim)).toEqual(claim);
});

test('a figure is rounded in text and claim alike', () => {
  expect(currentQuota('RPM', rpmQuota(1_234.5, 1))).toEqual({
    text: '1,235 RPM',
    claims: [{ claim: 'quota', code: RPM_CODE, value: 1_235, isDefault: false }],
  });
  const { text, claims } = steadyUsage(usageOf([1, 2], []), 'RPM');
  expect([text, claims]).toEqual([
    '2 RPM (mean of the minutes with traffic)',
    [{ claim: 'steady', metrics: rpm, value: 2 }],
  ]);
});

test('an increase of a quota that is not known is told by its percentage', () => {
  expect(requestedQuota({ quota: 'RPM', facts: unreadQuota, requested: undefined })).toEqual({
    text: '25 % more than the current value, which could not be read',
    claims: [{ claim: 'unread', what: 'quota', of: RPM_CODE }],
  });
});

test('what facts amount to is told without their figures', () => {
  expect(amountingTo('It is too little.', noQuota('RPM'), noQuota('TPM'))).toEqual({
    text: 'It is too little.',
    claims: [
      { claim: 'noQuota', quota: 'RPM' },
      { claim: 'noQuota', quota: 'TPM' },
    ],
  });
});

describe('a live setting that was not used', () => {
  const incident = incidentOf({ alarms: ['Throttles'] });
  test.each([
    [
      'missing',
      'rpmIncreasePercent is missing from Parameter Store; the deployed value was used instead: 25.',
    ],
    [
      'invalid',
      'rpmIncreasePercent in Parameter Store is not valid; the deployed value was used instead: 25.',
    ],
  ] as const)('because it is %s', (problem, text) => {
    expect(unusedSetting({ key: 'rpmIncreasePercent', problem }, incident)).toEqual({
      text,
      claims: [
        { claim: 'unusedSetting', key: 'rpmIncreasePercent', problem },
        { claim: 'setting', key: 'rpmIncreasePercent', value: 25 },
      ],
    });
  });

  test.each([
    ['notificationPreference', 'all', 'all'],
    ['tpmIncreasePercent', 25, '25'],
    ['automatedSupportCase', true, 'true'],
  ] as const)('is %s, and %p was used', (key, value, words) => {
    const { text, claims } = unusedSetting({ key, problem: 'missing' }, incident);
    expect(text).toBe(
      `${key} is missing from Parameter Store; the deployed value was used instead: ${words}.`,
    );
    expect(claims).toEqual([
      { claim: 'unusedSetting', key, problem: 'missing' },
      { claim: 'setting', key, value },
    ]);
  });

  test('is a use case, which is too long to repeat', () => {
    expect(unusedSetting({ key: 'useCase', problem: 'missing' }, incident)).toEqual({
      text: 'useCase is missing from Parameter Store; the deployed value was used instead.',
      claims: [{ claim: 'unusedSetting', key: 'useCase', problem: 'missing' }],
    });
  });
});
