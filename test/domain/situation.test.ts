import { describe, expect, test } from '@jest/globals';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import type { Incident, TriggeredAlarm } from '../../lambda/domain/incident';
import {
  isReadable,
  lowUse,
  modelQuotas,
  needsQuota,
  unreadable,
  watching,
  whatHappens,
} from '../../lambda/domain/situation';
import {
  everyAlarm,
  incidentOf,
  incidents,
  nowBeing,
  peaksOf,
  rpmQuota,
  silent,
  tpmQuota,
  uncountedTokens,
} from './incidents';

type Now = TriggeredAlarm['now'];

const namesClaimed = (incident: Incident): readonly string[] =>
  whatHappens(incident).claims.flatMap((claim) => (claim.claim === 'alarm' ? [claim.alarmName] : []));

describe('what happens', () => {
  const two: readonly AlarmName[] = ['Throttles', 'HighLatency'];

  test.each<[string, readonly Now[], string, number]>([
    ['goes on', ['ALARM', 'ALARM'], 'throttled requests and answers slower than the limit set for them', 2],
    ['goes on in part', ['over', 'ALARM'], 'answers slower than the limit set for them', 1],
    ['may go on in part', ['unread', 'over'], 'throttled requests', 1],
    [
      'is over',
      ['over', 'over'],
      'throttled requests and answers slower than the limit set for them, all over when this was written',
      2,
    ],
  ])('where it %s', (_case, now, text, alarms) => {
    const incident = nowBeing(incidentOf({ alarms: two }), ...now);
    expect(whatHappens(incident).text).toBe(text);
    expect(namesClaimed(incident)).toHaveLength(alarms);
  });

  test('with all ten alarms is one list of all of them', () => {
    const incident = incidentOf({ alarms: everyAlarm });
    expect(whatHappens(incident).text.match(/, | and /g)).toHaveLength(9);
    expect(namesClaimed(incident)).toEqual(incident.triggered.map(({ alarmName }) => alarmName));
  });
});

describe('whether errors or latency are watched', () => {
  test.each<[AlarmName, readonly [string | undefined, string | undefined]]>([
    ['ClientErrors', ['going on', undefined]],
    ['ServerErrors', ['going on', undefined]],
    ['Throttles', ['going on', undefined]],
    ['HighInvocationRate', [undefined, undefined]],
    ['HighTPMQuotaUsage', [undefined, undefined]],
    ['HighLatency', [undefined, 'going on']],
    ['InvocationAnomaly', [undefined, undefined]],
    ['InputTokenAnomaly', [undefined, undefined]],
    ['OutputTokenAnomaly', [undefined, undefined]],
    ['LatencyAnomaly', [undefined, 'going on']],
  ])('by %s', (name, found) => {
    const { triggered } = incidentOf({ alarms: [name] });
    expect([watching(triggered, 'errors'), watching(triggered, 'latency')]).toEqual(found);
  });

  test.each<[readonly Now[], string, string]>([
    [['over', 'over', 'ALARM'], 'gone off', 'going on'],
    [['over', 'ALARM', 'over'], 'going on', 'gone off'],
    [['unread', 'ALARM', 'unread'], 'going on', 'gone off'],
    [['over', 'over', 'over'], 'gone off', 'gone off'],
    [['unread', 'over', 'unread'], 'gone off', 'gone off'],
  ])('is going on only where one of its alarms is known to be in ALARM: %j', (now, errors, latency) => {
    const { triggered } = nowBeing(
      incidentOf({ alarms: ['ServerErrors', 'Throttles', 'HighLatency'] }),
      ...now,
    );
    expect([watching(triggered, 'errors'), watching(triggered, 'latency')]).toEqual([errors, latency]);
  });
});

const unread = { threshold: undefined };
const quotasWith = (rpm: object, tpm: object) => ({
  RPM: rpmQuota(10_000, 8_000, rpm),
  TPM: tpmQuota(6_250_000, 5_000_000, tpm),
});

describe('what could not be read', () => {
  const usage = peaksOf(9_500, 1);
  const usageUnread = { claim: 'unread', what: 'usage' };
  const thresholdUnread = (of: string) => ({ claim: 'unread', what: 'threshold', of });

  test.each([
    ['nothing', { usage }, '', []],
    [
      'the usage',
      { usage: undefined },
      'When this was written, the usage of the last 14 days could not be read.',
      [usageUnread],
    ],
    [
      'one threshold',
      { usage, quotas: quotasWith({}, unread) },
      'When this was written, the TPM alarm threshold could not be read.',
      [thresholdUnread('TPM')],
    ],
    [
      'all of it',
      { usage: undefined, quotas: quotasWith(unread, unread) },
      'When this was written, the usage of the last 14 days, the RPM alarm threshold and the TPM alarm threshold could not be read.',
      [usageUnread, thresholdUnread('RPM'), thresholdUnread('TPM')],
    ],
    ['the threshold of no quota', { usage, quotas: { RPM: rpmQuota(10_000, 8_000), TPM: null } }, '', []],
  ])('%s', (_case, told, text, claims) => {
    const incident = incidentOf({ alarms: ['Throttles'], ...told });
    expect(unreadable(incident)).toEqual({ text, claims });
    expect(isReadable(incident)).toBe(text === '');
  });
});

describe('a use that reached no threshold', () => {
  const peakOf = (metric: string, value: number) => ({
    claim: 'peak',
    metrics: [metric],
    value,
    minute: '2026-03-02T09:11:00.000Z',
  });
  const threshold = (quota: string, value: number) => ({ claim: 'threshold', quota, value });
  const uncounted = { claim: 'noData', metrics: ['InputTokenCount', 'OutputTokenCount'] };
  const onlyOf = (quota: 'RPM' | 'TPM') => ({ RPM: null, TPM: null, [quota]: quotasWith({}, {})[quota] });
  const transient = (quotas: string, thresholds: string): string =>
    `The highest usage (${quotas}) of the last 14 days is below the alarm ${thresholds}, so this is probably transient.`;

  test.each([
    [
      'of both quotas names both',
      { usage: peaksOf(5_578, 3_404_691) },
      transient('RPM and TPM', 'thresholds'),
      [
        peakOf('Invocations', 5_578),
        threshold('RPM', 8_000),
        peakOf('EstimatedTPMQuotaUsage', 3_404_691),
        threshold('TPM', 5_000_000),
      ],
    ],
    [
      'of the one quota that the model has names and claims that alone',
      { usage: peaksOf(5_578, 9_999_999), quotas: onlyOf('RPM') },
      transient('RPM', 'threshold'),
      [peakOf('Invocations', 5_578), threshold('RPM', 8_000)],
    ],
    [
      'without its tokens, which CloudWatch does not count, names and claims the requests alone',
      { usage: uncountedTokens([4_000, 7_999]) },
      'The highest usage (RPM) of the last 14 days is below the alarm threshold. CloudWatch counts no tokens of this model.',
      [peakOf('Invocations', 7_999), threshold('RPM', 8_000), uncounted],
    ],
    [
      'of uncounted tokens for which there is no quota says nothing of them',
      { usage: uncountedTokens([4_000, 7_999]), quotas: onlyOf('RPM') },
      transient('RPM', 'threshold'),
      [peakOf('Invocations', 7_999), threshold('RPM', 8_000)],
    ],
    [
      'of nothing but uncounted tokens is held against no threshold',
      { usage: uncountedTokens([4_000, 7_999]), quotas: onlyOf('TPM') },
      'CloudWatch counts no tokens of this model.',
      [uncounted],
    ],
    [
      'of a model without quotas speaks of none',
      { usage: peaksOf(5_578, 3_404_691), quotas: { RPM: null, TPM: null } },
      'No quota is watched for this model.',
      [
        { claim: 'noQuota', quota: 'RPM' },
        { claim: 'noQuota', quota: 'TPM' },
      ],
    ],
  ])('%s', (_case, figures, text, claims) => {
    const incident = incidentOf({ alarms: ['InvocationAnomaly'], ...figures });
    expect(incident.decision.scenario).toBe('low_usage');
    expect(lowUse(incident)).toEqual({ text, claims });
  });
});

test.each([
  ['throttled below the thresholds', incidents.throttledAtLowUsage],
  ['refused without being throttled', incidents.refusedRequests],
  ['server errors', incidentOf({ alarms: ['ServerErrors', 'InvocationAnomaly'] })],
])('nothing is called transient while there is a sign of another cause: %s', (_case, incident) => {
  expect(incident.decision.scenario).toBe('low_usage');
  expect(lowUse(incident).text).toMatch(/ is below the alarm thresholds\.$/);
});

test('a model has the quotas that its settings name, RPM before TPM', () => {
  expect(modelQuotas(incidents.throttled).map(([quota]) => quota)).toEqual(['RPM', 'TPM']);
  expect(modelQuotas(incidents.withDefaultQuota).map(([quota]) => quota)).toEqual(['RPM']);
  expect(modelQuotas(incidents.withoutQuotas)).toEqual([]);
});

test.each<[string, boolean, Incident]>([
  ['high usage', true, incidents.throttled],
  ['a new model', true, incidents.newlyDeployed],
  ['low usage', false, incidents.unusualRequests],
  ['no quota alarm', false, incidents.serverErrors],
  ['usage that could not be read', false, incidents.usageUnreadable],
  [
    'a threshold that could not be read',
    false,
    incidentOf({ alarms: ['Throttles'], usage: silent, quotas: quotasWith(unread, {}) }),
  ],
])('with %s, more quota is the answer: %p', (_case, is, incident) => {
  expect(needsQuota(incident)).toBe(is);
});
