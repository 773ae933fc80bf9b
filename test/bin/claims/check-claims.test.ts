import { describe, expect, test } from '@jest/globals';
import { checkClaims } from '../../../bin/claims/check-claims';
import type { ClaimOf } from '../../../bin/claims/scene';
import type { Claim } from '../../../lambda/contract/claims';
import type { AlarmSeen, CaseSeen, InferenceProfileSeen } from '../../../rehearsal/aws-view';
import {
  AN_HOUR_AGO,
  CONFIG,
  call,
  lineWith,
  NOW,
  type Standing,
  TEXT,
  TWO_WEEKS_AGO,
  verdictOn,
  viewOf,
} from './seen';

type Rows = readonly (readonly [said: Claim, standing: Standing, instead: string])[];

/** One line per row: the claim, whether it is true, and what AWS has instead. */
function judged(rows: Rows): void {
  test.each(
    rows.map(([said, standing, instead]) => [JSON.stringify(said), instead, said, standing] as const),
  )('%s: %s', (_, instead, said, standing) => expect(verdictOn(said, standing)).toBe(instead));
}

const failed = (name: string, input = {}) => call(name, 'ThrottlingException', input);

describe('alarms', () => {
  const THROTTLES = 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6';
  const LATENCY = 'Acme-Bedrock-HighLatency-Warning-G-Opus-4-6';
  const COMPOSITE = 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6';
  const transitions = [
    { at: new Date('2026-03-02T08:00:00Z'), to: 'OK' },
    { at: new Date('2026-03-02T09:06:00Z'), to: 'ALARM' },
  ] as const;
  const burning = {
    alarms: { [THROTTLES]: { state: 'ALARM', transitions }, [COMPOSITE]: { state: 'ALARM', transitions } },
  } as const;
  const over = { alarms: { [THROTTLES]: { state: 'OK', transitions } } } as const;
  const quiet = { alarms: { [THROTTLES]: { state: 'OK', transitions: [] } } } as const;
  const alarm = {
    claim: 'alarm',
    alarmName: THROTTLES,
    since: '2026-03-02T09:06:00.000Z',
    now: 'ALARM',
  } as const;
  const incident = {
    claim: 'incident',
    compositeAlarmName: COMPOSITE,
    since: '2026-03-02T09:06:00.512Z',
  } as const;
  const severity: ClaimOf<'severity'> = {
    claim: 'severity',
    severity: 'CRITICAL',
    alarmNames: [LATENCY, THROTTLES],
  };
  const gone = { claim: 'noAlarm', alarmName: THROTTLES } as const;
  const limit = { claim: 'alarmLimit', alarmName: THROTTLES, threshold: 5, factor: '0.5' } as const;
  const limited = {
    alarms: { [THROTTLES]: { ...over.alarms[THROTTLES], threshold: 5, expressions: ['0.5 * usage'] } },
  } as const;
  judged([
    [alarm, burning, 'true'],
    [alarm, over, 'the alarm is OK'],
    [alarm, {}, `CloudWatch has no alarm ${THROTTLES}`],
    [{ ...alarm, now: 'over' }, over, 'true'],
    [{ ...alarm, now: 'over' }, burning, 'the alarm is ALARM'],
    [{ ...alarm, now: 'over' }, quiet, 'it never went to ALARM'],
    [{ ...alarm, since: null, now: 'over' }, over, 'true'],
    [{ ...alarm, since: null, now: 'over' }, quiet, 'it never went to ALARM'],
    [{ ...alarm, since: '2026-03-02T09:06:59.000Z' }, burning, 'true'],
    [
      { ...alarm, since: '2026-03-02T09:07:00.000Z' },
      burning,
      'it went to ALARM at 2026-03-02T09:06:00.000Z',
    ],
    [
      { ...alarm, since: '2026-03-02T08:00:00.000Z' },
      burning,
      'it went to ALARM at 2026-03-02T09:06:00.000Z',
    ],
    [{ ...alarm, now: 'unread' }, { ...burning, calls: [failed('cloudwatch:DescribeAlarms')] }, 'true'],
    [
      { ...alarm, now: 'unread' },
      { ...burning, calls: [failed('cloudwatch:DescribeAlarms'), call('cloudwatch:DescribeAlarms')] },
      'cloudwatch:DescribeAlarms was answered: the alarm is ALARM',
    ],
    [incident, burning, 'true'],
    [{ ...incident, since: '2026-03-02T09:05:01.000Z' }, burning, 'true'],
    [
      { ...incident, since: '2026-03-02T09:05:00.000Z' },
      burning,
      'it went to ALARM at 2026-03-02T09:06:00.000Z',
    ],
    [incident, {}, `CloudWatch has no alarm ${COMPOSITE}`],
    [gone, {}, 'true'],
    [gone, burning, 'the alarm is ALARM'],
    [limit, limited, 'true'],
    [{ ...limit, factor: null }, limited, 'true'],
    [{ ...limit, threshold: 6 }, limited, 'its threshold is 5'],
    [{ ...limit, threshold: null }, limited, 'its threshold is 5'],
    [limit, over, 'its threshold is missing'],
    [{ ...limit, factor: '0' }, limited, 'its expression is 0.5 * usage'],
    [limit, {}, `CloudWatch has no alarm ${THROTTLES}`],
    [severity, {}, 'true'],
    [{ ...severity, severity: 'WARNING' }, {}, 'the catalogue makes it CRITICAL'],
    [{ ...severity, severity: 'WARNING', alarmNames: [LATENCY] }, {}, 'true'],
    [{ ...severity, alarmNames: [LATENCY] }, {}, 'the catalogue makes it WARNING'],
    [{ ...severity, alarmNames: ['CpuHigh'] }, {}, 'the catalogue has no alarm CpuHigh of this model'],
  ]);
});

describe('the course of an incident', () => {
  const THROTTLES = 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6';
  const COMPOSITE = 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6';
  /** Changes of state of both alarms at these times of the day, to ALARM and back by turns. */
  const changing = (...times: readonly string[]): Standing => {
    const transitions = times.map((time, index) => ({
      at: new Date(`2026-03-02T${time}Z`),
      to: index % 2 === 0 ? 'ALARM' : 'OK',
    })) satisfies AlarmSeen['transitions'];
    const state = transitions.at(-1)?.to ?? 'OK';
    return { alarms: { [THROTTLES]: { state, transitions }, [COMPOSITE]: { state, transitions } } };
  };
  const twice = changing('07:00:00', '07:10:00', '09:00:00', '09:04:00', '09:08:00', '09:12:00');
  const going = changing('09:00:00', '09:04:00', '09:08:00');
  const recovered = {
    claim: 'recovered',
    compositeAlarmName: COMPOSITE,
    at: '2026-03-02T09:12:20.000Z',
  } as const;
  const lasted: ClaimOf<'lasted'> = {
    claim: 'lasted',
    from: '2026-03-02T09:00:50.000Z',
    to: '2026-03-02T09:12:10.000Z',
    minutes: 12,
  };
  const course: ClaimOf<'wentToAlarm'> = {
    claim: 'wentToAlarm',
    alarmName: THROTTLES,
    since: '2026-03-02T09:00:10.000Z',
    times: 2,
    now: 'over',
  };
  judged([
    [recovered, twice, 'true'],
    [
      { ...recovered, at: '2026-03-02T09:04:00.000Z' },
      twice,
      'it was in ALARM until 2026-03-02T09:12:00.000Z',
    ],
    [{ ...recovered, at: '2026-03-02T09:04:00.000Z' }, going, 'the alarm is ALARM'],
    [recovered, changing(), 'it never was in ALARM'],
    [recovered, {}, `CloudWatch has no alarm ${COMPOSITE}`],
    [lasted, {}, 'true'],
    [
      { ...lasted, minutes: 11 },
      {},
      'it is 12 minutes from 2026-03-02T09:00:50.000Z to 2026-03-02T09:12:10.000Z',
    ],
    [{ ...lasted, to: '2026-03-02T09:17:00.000Z', minutes: 17 }, {}, `it is ${NOW} only`],
    [course, twice, 'true'],
    [{ ...course, times: 3 }, twice, 'it went to ALARM 2 times'],
    [{ ...course, times: 1 }, twice, 'it went to ALARM 2 times'],
    [{ ...course, now: 'ALARM' }, twice, 'the alarm is OK'],
    [{ ...course, now: 'ALARM' }, going, 'true'],
    [course, going, 'the alarm is ALARM'],
    [
      { ...course, since: '2026-03-02T09:02:00.000Z' },
      going,
      'it went to ALARM at 2026-03-02T09:00:00.000Z, 2026-03-02T09:08:00.000Z',
    ],
    [{ ...course, since: '2026-03-02T09:10:00.000Z' }, changing(), 'it never went to ALARM'],
    [{ ...course, times: 1, now: 'ALARM' }, changing('09:00:00', '09:04:00', '09:16:00'), 'true'],
    [{ ...course, now: 'ALARM' }, changing('09:00:00', '09:04:00', '09:16:00'), 'true'],
    [{ ...course, now: 'unread' }, { ...going, calls: [failed('cloudwatch:DescribeAlarms')] }, 'true'],
    [{ ...course, now: 'unread' }, going, 'cloudwatch:DescribeAlarms was answered: the alarm is ALARM'],
  ]);
});

describe('what was so at an instant, whatever is so now', () => {
  const THROTTLES = 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6';
  const COMPOSITE = 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6';
  const at = (time: string): string => `2026-03-02T${time}.000Z`;
  /** In ALARM from 09:00:00 to 09:04:00 and from 09:08:00 to 09:12:00; it is 09:16:30. */
  const transitions = ['09:00:00', '09:04:00', '09:08:00', '09:12:00'].map((time, index) => ({
    at: new Date(at(time)),
    to: index % 2 === 0 ? ('ALARM' as const) : ('OK' as const),
  }));
  const twice: Standing = {
    alarms: { [THROTTLES]: { state: 'OK', transitions }, [COMPOSITE]: { state: 'OK', transitions } },
  };
  const never: Standing = {
    alarms: {
      [THROTTLES]: { state: 'OK', transitions: [] },
      [COMPOSITE]: { state: 'OK', transitions: [] },
    },
  };
  const burning: Standing = {
    alarms: { [THROTTLES]: { state: 'ALARM', transitions: transitions.slice(0, 3) } },
  };
  const wentOff = (time: string): Claim => ({ claim: 'wentOff', alarmName: THROTTLES, at: at(time) });
  const inAlarm = (time: string): Claim => ({ claim: 'inAlarmAt', alarmName: THROTTLES, at: at(time) });
  const quiet = (from: string, to: string): Claim => ({
    claim: 'quiet',
    compositeAlarmName: COMPOSITE,
    from: at(from),
    to: at(to),
  });
  const went = 'it went to ALARM at 2026-03-02T09:00:00.000Z, 2026-03-02T09:08:00.000Z';
  const was =
    'it was in ALARM from 2026-03-02T09:00:00.000Z to 2026-03-02T09:04:00.000Z, from 2026-03-02T09:08:00.000Z to 2026-03-02T09:12:00.000Z';
  const isOnly = 'it is 2026-03-02T09:16:30.000Z only';
  judged([
    [wentOff('09:00:00'), twice, 'true'],
    [wentOff('09:08:59'), twice, 'true'],
    [wentOff('09:07:01'), twice, 'true'],
    [wentOff('09:04:00'), twice, went],
    [wentOff('09:09:00'), twice, went],
    [wentOff('09:00:00'), never, 'it never went to ALARM'],
    [wentOff('09:00:00'), {}, `CloudWatch has no alarm ${THROTTLES}`],
    [inAlarm('09:00:00'), twice, 'true'],
    [inAlarm('09:04:10'), twice, 'true'],
    [inAlarm('09:04:11'), twice, was],
    [inAlarm('08:59:59'), twice, was],
    [inAlarm('09:16:00'), twice, was],
    [inAlarm('09:16:00'), burning, 'true'],
    [inAlarm('09:17:00'), burning, isOnly],
    [inAlarm('09:00:00'), never, 'it never went to ALARM'],
    [inAlarm('09:00:00'), {}, `CloudWatch has no alarm ${THROTTLES}`],
    [quiet('09:04:00', '09:07:00'), twice, 'true'],
    [quiet('09:04:30', '09:07:00'), twice, 'true'],
    [quiet('09:04:30', '09:04:30'), twice, 'true'],
    [quiet('09:04:00', '09:08:00'), twice, 'it went to ALARM again at 2026-03-02T09:08:00.000Z'],
    [quiet('09:04:00', '09:16:00'), twice, 'it went to ALARM again at 2026-03-02T09:08:00.000Z'],
    [quiet('09:12:00', '09:16:00'), twice, 'true'],
    [quiet('09:11:10', '09:16:00'), twice, 'true'],
    [quiet('09:06:00', '09:07:00'), twice, was],
    [quiet('09:12:00', '09:17:00'), twice, isOnly],
    [quiet('09:12:00', '09:16:00'), never, 'it never went to ALARM'],
    [quiet('09:12:00', '09:16:00'), {}, `CloudWatch has no alarm ${COMPOSITE}`],
  ]);
});

describe('settings', () => {
  const use = { claim: 'setting', key: 'useCase', value: CONFIG.useCase } as const;
  const percent = { claim: 'setting', key: 'rpmIncreasePercent', value: 25 } as const;
  const unused = { claim: 'unusedSetting', key: 'rpmIncreasePercent', problem: 'missing' } as const;
  const path = '/Acme/bedrock/quota-monitoring/G-Opus-4-6';
  const unusable = { claim: 'unusableConfig', parameter: `${path}/config` } as const;
  const noRpm = { parameters: { config: JSON.stringify({ ...CONFIG, rpmQuotaCode: null }) } };
  const without = { parameters: { config: undefined } };
  judged([
    [use, {}, 'true'],
    [use, { parameters: { useCase: 'Something else.' } }, 'useCase is "Something else."'],
    [percent, { parameters: { rpmIncreasePercent: '25' } }, 'true'],
    [percent, { parameters: { rpmIncreasePercent: '101' } }, 'true'],
    [percent, { parameters: { rpmIncreasePercent: '30' } }, 'rpmIncreasePercent is 30'],
    [{ ...percent, value: '25' }, {}, 'rpmIncreasePercent is 25'],
    [{ ...percent, key: 'colour' }, {}, 'there is no setting colour'],
    [percent, without, 'G-Opus-4-6 has no configuration'],
    [unused, {}, 'true'],
    [unused, { parameters: { rpmIncreasePercent: '101' } }, 'its parameter is "101"'],
    [{ ...unused, problem: 'invalid' }, { parameters: { rpmIncreasePercent: '101' } }, 'true'],
    [
      { ...unused, problem: 'invalid' },
      { parameters: { rpmIncreasePercent: '30' } },
      'its parameter is "30"',
    ],
    [{ ...unused, problem: 'invalid' }, {}, 'its parameter is missing'],
    [{ ...unused, key: 'modelId' }, {}, 'modelId is no live setting'],
    [unusable, without, 'true'],
    [unusable, { parameters: { config: '{"modelName": 7}' } }, 'true'],
    [unusable, { parameters: { config: 'no JSON' } }, 'true'],
    [unusable, {}, 'G-Opus-4-6 has a configuration'],
    [{ ...unusable, parameter: `${path}/else` }, without, `its configuration is ${path}/config`],
    [{ claim: 'noQuota', quota: 'RPM' }, noRpm, 'true'],
    [{ claim: 'noQuota', quota: 'TPM' }, noRpm, 'its TPM quota is L-3DCCFAA4'],
  ]);
});

describe('quotas', () => {
  const name = 'Requests per minute';
  const applied = { quotas: { 'L-3DD46812': { name, value: 10_001, default: 200 } } };
  const byDefault = { quotas: { 'L-3DD46812': { name, value: undefined, default: 200 } } };
  const quota = { claim: 'quota', code: 'L-3DD46812', value: 10_001, isDefault: false } as const;
  const quotaName = { claim: 'quotaName', code: 'L-3DD46812', name } as const;
  const increase = { claim: 'increase', code: 'L-3DD46812', percent: 25, value: 12_502 } as const;
  /** At deployment its default was 200, and that of TPM was not known. */
  const belowDefault = {
    quotas: {
      'L-3DD46812': { name, value: 100, default: 200 },
      'L-3DCCFAA4': { name: 'Tokens per minute', value: 100, default: 200 },
    },
  };
  const threshold = { claim: 'threshold', quota: 'RPM', value: 8000 } as const;
  const thresholdOf = { claim: 'thresholdOf', code: 'L-3DD46812', percent: 80, value: 8000 } as const;
  const asked = { claim: 'asked', code: 'L-3DD46812', value: 12_502, was: 10_001 } as const;
  const told = (suffix: string): Standing => ({
    cases: [
      {
        displayId: '17',
        subject: 'Ours',
        createdAt: new Date(NOW),
        isResolved: true,
        communications: [
          `Incident reference: 0123456789ab${suffix}\n- RPM: (L-3DD46812)\n  Current: 10,001\n  RPM\n  Requested: 12,502 RPM (25 % more)`,
        ],
      },
    ],
  });
  const stored = (text: string) => ({ parameters: { 'thresholds/rpm-threshold-calculated': text } });
  judged([
    [quota, applied, 'true'],
    [{ ...quota, value: 10_000 }, applied, 'the quota is 10001'],
    [{ ...quota, isDefault: true }, applied, '10001 was applied to the account'],
    [{ ...quota, value: 200, isDefault: true }, byDefault, 'true'],
    [{ ...quota, value: 200 }, byDefault, "200 is AWS's default"],
    [{ claim: 'quota', code: 'L-3DD46812', value: 200 }, byDefault, 'true'],
    [{ claim: 'quota', code: 'L-3DD46812', value: 200 }, applied, 'the quota is 10001'],
    [asked, told(', update 2'), 'true'],
    [asked, told(''), 'true'],
    [asked, told(', over'), 'no case was told of the incident'],
    [asked, {}, 'no case was told of the incident'],
    [{ ...asked, value: 12_503 }, told(''), 'no case was told 12,503 in place of 10,001 for L-3DD46812'],
    [{ ...asked, was: 1_000 }, told(''), 'no case was told 12,502 in place of 1,000 for L-3DD46812'],
    [{ ...asked, code: 'L-0' }, told(''), 'no case was told 12,502 in place of 10,001 for L-0'],
    [quota, {}, 'Service Quotas knows no quota L-3DD46812'],
    [quotaName, applied, 'true'],
    [{ ...quotaName, name: 'Tokens per minute' }, applied, 'its name is "Requests per minute"'],
    [increase, applied, 'true'],
    [{ ...increase, value: 12_501 }, applied, '10001 and 25 percent, and more than the default, are 12502'],
    [increase, { ...applied, parameters: { rpmIncreasePercent: '30' } }, 'the settings say 30 percent'],
    [{ ...increase, code: 'L-0123ABCD' }, applied, 'L-0123ABCD is no quota of this model'],
    [increase, {}, 'Service Quotas knows no quota L-3DD46812'],
    [{ ...increase, value: 250 }, byDefault, 'true'],
    [{ ...increase, value: 201 }, byDefault, '200 and 25 percent, and more than the default, are 250'],
    [{ ...increase, value: 201 }, belowDefault, 'true'],
    [{ ...increase, value: 125 }, belowDefault, '100 and 25 percent, and more than the default, are 201'],
    [{ ...increase, code: 'L-3DCCFAA4', value: 125 }, belowDefault, 'true'],
    [
      { ...increase, code: 'L-3DCCFAA4', value: 201 },
      belowDefault,
      '100 and 25 percent, and more than the default, are 125',
    ],
    [thresholdOf, applied, 'true'],
    [{ ...thresholdOf, value: 8001 }, applied, '80 percent of 10001 are 8000'],
    [{ ...thresholdOf, percent: 25 }, applied, 'the settings say 80 percent'],
    [{ ...thresholdOf, code: 'L-0123ABCD' }, applied, 'L-0123ABCD is no quota of this model'],
    [thresholdOf, {}, 'Service Quotas knows no quota L-3DD46812'],
    [threshold, stored('8000'), 'true'],
    [threshold, stored('8001'), 'the stored threshold is 8001'],
    [threshold, {}, 'the stored threshold is missing'],
    [{ ...threshold, quota: 'TPM' }, stored('8000'), 'the stored threshold is missing'],
  ]);
});

describe('usage of 14 days', () => {
  const metrics = ['Invocations'];
  const before = '2026-02-16T09:15:00.000Z';
  const invocations = (values: Readonly<Record<string, number>>) => ({ metrics: { Invocations: values } });
  const peak = { claim: 'peak', metrics, value: 40, minute: '2026-03-02T09:10:00.000Z' } as const;
  const busy = invocations({
    [before]: 99,
    [TWO_WEEKS_AGO]: 10,
    '2026-03-02T09:09:00.000Z': 0,
    '2026-03-02T09:10:00.000Z': 40.4,
    '2026-03-02T09:11:00.000Z': 40.4,
    '2026-03-02T09:16:00.000Z': 99,
  });
  const tokens = {
    metrics: {
      Invocations: { '2026-03-02T09:10:00.000Z': 2, '2026-03-02T09:11:00.000Z': 1 },
      InputTokenCount: { '2026-03-02T09:10:00.000Z': 300, '2026-03-02T09:11:00.000Z': 200 },
      OutputTokenCount: { '2026-03-02T09:11:00.000Z': 150, '2026-03-02T09:12:00.000Z': 340 },
    },
  };
  const sum = ['InputTokenCount', 'OutputTokenCount'];
  const highest: ClaimOf<'highest'> = {
    claim: 'highest',
    metrics,
    value: 40,
    minute: '2026-03-02T09:10:00.000Z',
    from: '2026-03-02T09:09:30.000Z',
    to: '2026-03-02T09:12:00.000Z',
  };
  const noDataWithin: ClaimOf<'noDataWithin'> = {
    claim: 'noDataWithin',
    metrics,
    from: '2026-03-02T09:10:30.000Z',
    to: '2026-03-02T09:12:00.000Z',
  };
  /** 30 in one minute, 6 in three others: 12 on the average. */
  const spike = {
    [TWO_WEEKS_AGO]: 30,
    '2026-03-02T09:09:00.000Z': 6,
    '2026-03-02T09:10:00.000Z': 6,
    '2026-03-02T09:11:00.000Z': 6,
  };
  const quotas = { 'L-3DD46812': { name: 'RPM', value: 10_000, default: 200 } };
  const used = (peak: number): Standing => ({ ...invocations({ [TWO_WEEKS_AGO]: peak }), quotas });
  const share = (percent: number): Claim => ({ claim: 'peakOfQuota', metrics, code: 'L-3DD46812', percent });
  const atThreshold = {
    claim: 'timeAtThreshold',
    metrics,
    threshold: 10,
    minutes: 3,
    longestRun: 2,
  } as const;
  judged([
    [peak, busy, 'true'],
    [{ ...peak, value: 41 }, busy, 'the peak is 40.4 at 2026-03-02T09:10:00.000Z'],
    [{ ...peak, minute: '2026-03-02T09:11:00.000Z' }, busy, 'the peak is 40.4 at 2026-03-02T09:10:00.000Z'],
    [peak, {}, 'there is no data'],
    [peak, { ...busy, parameters: { config: undefined } }, 'G-Opus-4-6 has no configuration'],
    [{ ...peak, metrics: sum, value: 350, minute: '2026-03-02T09:11:00.000Z' }, tokens, 'true'],
    [
      { ...peak, metrics: sum, value: 640, minute: '2026-03-02T09:12:00.000Z' },
      tokens,
      'the peak is 350 at 2026-03-02T09:11:00.000Z',
    ],
    [{ claim: 'noUsage', metrics }, {}, 'true'],
    [{ claim: 'noUsage', metrics }, invocations({ [before]: 5, [TWO_WEEKS_AGO]: 0 }), 'true'],
    [{ claim: 'noUsage', metrics }, invocations({ [TWO_WEEKS_AGO]: 1 }), `there were 1 at ${TWO_WEEKS_AGO}`],
    [highest, busy, 'true'],
    [{ ...highest, value: 41 }, busy, 'the peak is 40.4 at 2026-03-02T09:10:00.000Z'],
    [{ ...highest, from: TWO_WEEKS_AGO }, busy, 'true'],
    [{ ...highest, to: '2026-03-02T09:09:59.000Z' }, busy, 'the peak is 0 at 2026-03-02T09:09:00.000Z'],
    [{ ...highest, from: '2026-03-02T09:11:00.000Z' }, busy, 'the peak is 40.4 at 2026-03-02T09:11:00.000Z'],
    [{ ...highest, to: NOW }, busy, 'true'],
    [highest, {}, 'there is no data'],
    [{ ...highest, metrics: sum, value: 350, minute: '2026-03-02T09:11:00.000Z' }, tokens, 'true'],
    [noDataWithin, {}, 'true'],
    [noDataWithin, busy, '2 minutes have data'],
    [{ ...noDataWithin, from: '2026-03-02T09:12:00.000Z', to: NOW }, busy, 'true'],
    [{ ...noDataWithin, from: NOW, to: NOW }, busy, 'true'],
    [{ claim: 'noData', metrics }, invocations({ [before]: 5 }), 'true'],
    [{ claim: 'noData', metrics }, invocations({ [TWO_WEEKS_AGO]: 0 }), '1 minutes have data'],
    [{ claim: 'steady', metrics, value: 30 }, busy, 'true'],
    [{ claim: 'steady', metrics, value: 23 }, busy, 'the mean is 30.266666666666666'],
    [{ claim: 'steady', metrics, value: 0 }, invocations({ [TWO_WEEKS_AGO]: 0 }), 'no minute is above zero'],
    [{ claim: 'peakOverMean', metrics, times: 1 }, busy, 'true'],
    [{ claim: 'peakOverMean', metrics, times: 3 }, invocations(spike), 'true'],
    [{ claim: 'peakOverMean', metrics, times: 2 }, invocations(spike), 'the ratio is 2.5'],
    [{ claim: 'peakOverMean', metrics, times: 1 }, invocations({ [before]: 5 }), 'no minute is above zero'],
    [share(95), used(9_599), 'true'],
    [share(95), used(9_500), 'true'],
    [share(95), used(9_600), 'the peak is 9600 of 10000'],
    [share(95), used(9_499), 'the peak is 9499 of 10000'],
    [share(95), { quotas }, 'there is no data'],
    [share(95), invocations({ [TWO_WEEKS_AGO]: 9_500 }), 'Service Quotas knows no quota L-3DD46812'],
    [{ claim: 'perRequest', metric: 'InputTokenCount', value: 167 }, tokens, 'true'],
    [{ claim: 'perRequest', metric: 'InputTokenCount', value: 166 }, tokens, `the mean is ${500 / 3}`],
    [{ claim: 'perRequest', metric: 'InputTokenCount', value: 0 }, {}, 'there were no requests'],
    [atThreshold, busy, 'true'],
    [{ ...atThreshold, longestRun: 3 }, busy, 'there were 3 minutes, 2 in a row'],
    [{ ...atThreshold, minutes: 4 }, busy, 'there were 3 minutes, 2 in a row'],
    [{ ...atThreshold, threshold: 41, minutes: 0, longestRun: 0 }, busy, 'true'],
    [
      { ...atThreshold, threshold: 1 },
      invocations({ '2026-03-02T09:09:00.000Z': 1, '2026-03-02T09:11:00.000Z': 1 }),
      'there were 2 minutes, 1 in a row',
    ],
  ]);
});

describe('where others share the quotas', () => {
  const CHECKOUT = { id: 'abcdefghijkl', name: 'checkout' };
  const SEARCH = { id: 'mnopqrstuvwx', name: 'search' };
  const TILL = { id: 'zyxwvutsrqpo', name: 'till' };
  const OPUS = ['arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1'];
  const listedAs = ({ id, name }: typeof TILL, modelArns = OPUS): InferenceProfileSeen => ({
    id,
    name,
    arn: '',
    type: 'APPLICATION',
    modelArns,
  });
  const own: InferenceProfileSeen = {
    ...listedAs({ id: 'global.anthropic.claude-opus-4-6-v1', name: 'Claude' }),
    arn: CONFIG.modelId,
    type: 'SYSTEM_DEFINED',
  };
  /** The usage alarm counts the model and, where its expression has their ids, these. */
  const counting = (ids: readonly string[], sum: string): AlarmSeen => ({
    state: 'OK',
    transitions: [],
    metrics: ids.map((id) => ({
      id: `sharer_${id}`,
      metric: { namespace: 'AWS/Bedrock', name: 'Invocations', dimensions: { ModelId: id } },
    })),
    expressions: [sum],
  });
  const stored = (text: string): Standing => ({ parameters: { 'quota-sharers': text } });
  const shared: Standing = {
    ...stored(
      JSON.stringify({
        sharers: [
          { ...CHECKOUT, watchedBy: ['RPM', 'TPM'] },
          { ...SEARCH, watchedBy: ['TPM'] },
        ],
        unlisted: 4,
        unclear: [TILL],
      }),
    ),
    metrics: {
      Invocations: { '2026-03-02T09:10:00.000Z': 20, '2026-03-02T09:11:00.000Z': 30 },
      InputTokenCount: { '2026-03-02T09:10:00.000Z': 100 },
      InvocationThrottles: { '2026-03-02T09:12:00.000Z': 3 },
    },
    metricsOfSharers: {
      [CHECKOUT.id]: {
        Invocations: { '2026-03-02T09:10:00.000Z': 15, '2026-03-02T09:12:00.000Z': 5 },
        InputTokenCount: { '2026-03-02T09:10:00.000Z': 250 },
        InvocationThrottles: { '2026-03-02T09:10:00.000Z': 9 },
      },
      [SEARCH.id]: { Invocations: { '2026-03-02T09:12:00.000Z': 5 } },
      another: { Invocations: { '2026-03-02T09:10:00.000Z': 99 } },
    },
  };
  const metrics = ['Invocations'];
  const counted: ClaimOf<'counted'> = { claim: 'counted', sharers: [CHECKOUT, SEARCH], unlisted: 4 };
  const leftOut: ClaimOf<'alarmLeavesOut'> = { claim: 'alarmLeavesOut', quota: 'RPM', ids: [SEARCH.id] };
  const notCounted: ClaimOf<'notCounted'> = { claim: 'notCounted', profiles: [TILL] };
  const both = [listedAs(CHECKOUT), listedAs(SEARCH)];
  const RATE = 'Acme-Bedrock-HighInvocationRate-Warning-G-Opus-4-6';
  const rateCounts = (ids: readonly string[], sum: string): Standing => ({
    ...shared,
    inferenceProfiles: both,
    alarms: { [RATE]: counting(ids, sum) },
  });
  const ONE = `1 * (usage + sharer_${CHECKOUT.id})`;
  const TWO = `1 * (usage + sharer_${CHECKOUT.id} + sharer_${SEARCH.id})`;
  const unread = { claim: 'unread', what: 'sharers' } as const;
  const profile = { ...CHECKOUT, arn: '', type: 'APPLICATION', modelArns: [] } as const;
  judged([
    [counted, shared, 'true'],
    [counted, { ...shared, inferenceProfiles: [profile] }, 'true'],
    [
      counted,
      { ...shared, inferenceProfiles: [{ ...profile, name: 'till' }] },
      'the name of abcdefghijkl is "till"',
    ],
    [
      counted,
      { ...shared, inferenceProfiles: [{ ...profile, name: 'The model', type: 'SYSTEM_DEFINED' }] },
      'true',
    ],
    [
      { ...counted, sharers: [CHECKOUT] },
      shared,
      `its quotas are shared by ${JSON.stringify([CHECKOUT, SEARCH])}`,
    ],
    [{ ...counted, unlisted: 0 }, shared, '4 more share them'],
    [counted, {}, 'its quotas are shared by []'],
    [counted, stored('{'), 'its parameter is not valid'],
    [{ ...counted, sharers: [CHECKOUT, { ...SEARCH, isDeleted: true }] }, shared, 'true'],
    [
      { ...counted, sharers: [CHECKOUT, { ...SEARCH, isDeleted: true }] },
      { ...shared, inferenceProfiles: both },
      'mnopqrstuvwx is there',
    ],
    [leftOut, rateCounts([CHECKOUT.id], ONE), 'true'],
    [leftOut, rateCounts([CHECKOUT.id, SEARCH.id], ONE), 'true'],
    [leftOut, rateCounts([CHECKOUT.id, SEARCH.id], TWO), 'the alarm leaves out none'],
    [{ ...leftOut, ids: [CHECKOUT.id] }, rateCounts([CHECKOUT.id], ONE), 'the alarm leaves out mnopqrstuvwx'],
    [
      leftOut,
      { ...rateCounts([CHECKOUT.id], ONE), inferenceProfiles: [listedAs(CHECKOUT)] },
      'the alarm leaves out none',
    ],
    [
      { ...leftOut, quota: 'TPM' },
      rateCounts([CHECKOUT.id], ONE),
      `CloudWatch has no alarm ${RATE.replace('InvocationRate', 'TPMQuotaUsage')}`,
    ],
    [notCounted, { ...shared, inferenceProfiles: [own, listedAs(TILL)] }, 'true'],
    [notCounted, shared, 'true'],
    [notCounted, {}, 'it cannot be told of []'],
    [
      notCounted,
      { ...shared, inferenceProfiles: [own, listedAs({ ...TILL, name: 'shop' })] },
      'the name of zyxwvutsrqpo is "shop"',
    ],
    [
      notCounted,
      {
        ...shared,
        inferenceProfiles: [
          own,
          listedAs(TILL, ['arn:aws:bedrock:::foundation-model/amazon.nova-lite-v1:0']),
        ],
      },
      'zyxwvutsrqpo is of amazon.nova-lite-v1:0',
    ],
    [{ claim: 'lastUse', metrics, minute: '2026-03-02T09:12:00.000Z' }, shared, 'true'],
    [
      { claim: 'lastUse', metrics, minute: '2026-03-02T09:11:00.000Z' },
      shared,
      'it was 2026-03-02T09:12:00.000Z',
    ],
    [{ claim: 'lastUse', metrics, minute: '2026-03-02T09:11:00.000Z' }, {}, 'no minute is above zero'],
    [unread, stored('{'), 'true'],
    [unread, stored('{"sharers": 1}'), 'true'],
    [unread, shared, '2 share its quotas'],
    [unread, {}, '0 share its quotas'],
    [{ claim: 'peak', metrics, value: 35, minute: '2026-03-02T09:10:00.000Z' }, shared, 'true'],
    [
      { claim: 'peak', metrics, value: 30, minute: '2026-03-02T09:11:00.000Z' },
      shared,
      'the peak is 35 at 2026-03-02T09:10:00.000Z',
    ],
    [
      { claim: 'peak', metrics, value: 30, minute: '2026-03-02T09:11:00.000Z' },
      { ...shared, ...stored('{') },
      'true',
    ],
    [{ claim: 'steady', metrics, value: 25 }, shared, 'true'],
    [{ claim: 'perRequest', metric: 'InputTokenCount', value: 5 }, shared, 'true'],
    [{ claim: 'timeAtThreshold', metrics, threshold: 10, minutes: 3, longestRun: 3 }, shared, 'true'],
    [
      {
        claim: 'highest',
        metrics,
        value: 10,
        minute: '2026-03-02T09:12:00.000Z',
        from: '2026-03-02T09:12:00.000Z',
        to: '2026-03-02T09:14:00.000Z',
      },
      shared,
      'true',
    ],
    [{ claim: 'lastHour', metric: 'InvocationThrottles', value: 3 }, shared, 'true'],
    [{ claim: 'lastHour', metric: 'InvocationThrottles', value: 12 }, shared, 'the sum is 3'],
    [{ claim: 'peakWhileThrottled', metrics, value: 10, throttledMinutes: 1 }, shared, 'true'],
  ]);
});

describe('a global profile', () => {
  const GLOBAL = 'global.anthropic.claude-opus-4-6-v1';
  const MODEL_ID = 'anthropic.claude-opus-4-6-v1';
  const profile = (id: string, ...modelArns: readonly string[]): InferenceProfileSeen => ({
    id,
    arn: `arn:aws:bedrock:us-east-1:111122223333:inference-profile/${id}`,
    name: id,
    type: 'SYSTEM_DEFINED',
    modelArns,
  });
  const modelArn = (region: string, modelId = MODEL_ID) =>
    `arn:aws:bedrock:${region}::foundation-model/${modelId}`;
  const global = profile(GLOBAL, modelArn(''), modelArn('us-east-1'));
  const geographic = profile(`us.${MODEL_ID}`, modelArn('us-east-1'), modelArn('us-west-2'));
  const offered = (modelId: string, ...inferenceProfiles: readonly InferenceProfileSeen[]): Standing => ({
    parameters: { config: JSON.stringify({ ...CONFIG, modelId }) },
    inferenceProfiles,
  });
  const claim = { claim: 'globalProfile', id: GLOBAL } as const;
  const other = profile('us.x.y', modelArn('us-east-1', 'x.y'));
  judged([
    [claim, offered(geographic.id, global, geographic), 'true'],
    [claim, offered(geographic.arn, global, geographic), 'true'],
    [claim, offered(geographic.id, geographic), `Bedrock has no profile ${GLOBAL}`],
    [claim, offered(geographic.id, global), `Bedrock has no profile ${geographic.id}`],
    [{ ...claim, id: geographic.id }, offered(geographic.id, global, geographic), 'it is no global profile'],
    [claim, offered(GLOBAL, global, geographic), `${GLOBAL} is global itself`],
    [claim, offered(other.id, global, other), 'us.x.y is of x.y'],
  ]);
});

describe('the last hour', () => {
  const errors = (values: Readonly<Record<string, number>>) => ({
    metrics: { InvocationServerErrors: values },
  });
  const before = '2026-03-02T08:15:00.000Z';
  const some = errors({
    [before]: 9,
    [AN_HOUR_AGO]: 30,
    '2026-03-02T09:15:00.000Z': 30,
    '2026-03-02T09:16:00.000Z': 9,
  });
  const metric = 'InvocationServerErrors';
  const peak = { claim: 'lastHourPeak', metric, statistic: 'Sum', value: 30, minute: AN_HOUR_AGO } as const;
  const latency = { metrics: { InvocationLatency: { [AN_HOUR_AGO]: 900.4 } } };
  const slow = {
    claim: 'lastHourPeak',
    metric: 'InvocationLatency',
    statistic: 'Average',
    value: 900,
    minute: AN_HOUR_AGO,
  } as const;
  const usage = {
    [before]: 99,
    '2026-03-02T09:00:00.000Z': 70,
    '2026-03-02T09:01:00.000Z': 50,
    '2026-03-02T09:02:00.000Z': 40,
  };
  const throttles = {
    '2026-03-02T09:01:00.000Z': 3,
    '2026-03-02T09:02:00.000Z': 1,
    '2026-03-02T09:00:00.000Z': 0,
  };
  const throttled = { metrics: { Invocations: usage, InvocationThrottles: throttles } };
  const whileThrottled: ClaimOf<'peakWhileThrottled'> = {
    claim: 'peakWhileThrottled',
    metrics: ['Invocations'],
    value: 50,
    throttledMinutes: 2,
  };
  judged([
    [{ claim: 'lastHour', metric, value: 60 }, some, 'true'],
    [{ claim: 'lastHour', metric, value: 69 }, some, 'the sum is 60'],
    [peak, some, 'true'],
    [{ ...peak, minute: '2026-03-02T09:15:00.000Z' }, some, `the peak is 30 at ${AN_HOUR_AGO}`],
    [{ ...peak, statistic: 'Average' }, some, 'of InvocationServerErrors only the statistic Sum is known'],
    [peak, {}, 'there is no data'],
    [slow, latency, 'true'],
    [{ ...slow, value: 901 }, latency, `the peak is 900.4 at ${AN_HOUR_AGO}`],
    [{ claim: 'lastHourNoData', metric }, errors({ [before]: 1 }), 'true'],
    [{ claim: 'lastHourNoData', metric }, errors({ [AN_HOUR_AGO]: 0 }), '1 minutes have data'],
    [whileThrottled, throttled, 'true'],
    [{ ...whileThrottled, value: 70 }, throttled, 'the highest value is 50'],
    [{ ...whileThrottled, throttledMinutes: 3 }, throttled, '2 minutes had throttles'],
    [{ ...whileThrottled, value: 70, throttledMinutes: 0 }, { metrics: { Invocations: usage } }, 'true'],
    [
      { ...whileThrottled, value: 50, throttledMinutes: 0 },
      { metrics: { Invocations: usage } },
      'the highest value is 70',
    ],
    [{ ...whileThrottled, value: 0, throttledMinutes: 0 }, {}, 'true'],
    [{ ...whileThrottled, value: 0 }, { metrics: { InvocationThrottles: throttles } }, 'true'],
  ]);
});

describe('what could not be read', () => {
  const unread = (what: ClaimOf<'unread'>['what'], of?: string): Claim => ({
    claim: 'unread',
    what,
    ...(of === undefined ? {} : { of }),
  });
  const quotas = { 'L-3DD46812': { name: 'RPM', value: undefined, default: 200 } };
  const asked = { ServiceCode: 'bedrock', QuotaCode: 'L-3DD46812' };
  const noSuch = call('servicequotas:GetServiceQuota', 'NoSuchResourceException', asked);
  const threshold = (text: string) => ({ parameters: { 'thresholds/rpm-threshold-calculated': text } });
  judged([
    [unread('alarms'), { calls: [failed('cloudwatch:DescribeAlarms')] }, 'true'],
    [
      unread('alarms'),
      { calls: [call('cloudwatch:DescribeAlarms')] },
      'no call of cloudwatch:DescribeAlarms failed',
    ],
    [unread('usage'), { calls: [failed('cloudwatch:GetMetricData')] }, 'true'],
    [
      unread('usage'),
      { calls: [failed('cloudwatch:DescribeAlarms')] },
      'no call of cloudwatch:GetMetricData failed',
    ],
    [
      unread('usage'),
      {
        calls: [
          failed('cloudwatch:GetMetricData', { a: 1 }),
          call('cloudwatch:GetMetricData', undefined, { a: 1 }),
        ],
      },
      'no call of cloudwatch:GetMetricData failed',
    ],
    [
      unread('lastHour'),
      {
        calls: [
          failed('cloudwatch:GetMetricData', { a: 1 }),
          call('cloudwatch:GetMetricData', undefined, { a: 2 }),
        ],
      },
      'true',
    ],
    [unread('lastHour'), {}, 'no call of cloudwatch:GetMetricData failed'],
    [unread('contacts'), { calls: [failed('secretsmanager:GetSecretValue')] }, 'true'],
    [unread('contacts'), {}, 'no call of secretsmanager: failed'],
    [unread('threshold', 'RPM'), {}, 'true'],
    [unread('threshold', 'RPM'), threshold('8000.5'), 'true'],
    [unread('threshold', 'RPM'), threshold('8000'), 'the stored threshold is 8000'],
    [unread('threshold', 'L-3DD46812'), threshold('8000'), 'the stored threshold is 8000'],
    [unread('threshold'), threshold('8000'), 'true'],
    [unread('threshold', 'RPM'), { ...threshold('8000'), calls: [failed('ssm:GetParameters')] }, 'true'],
    [unread('quota', 'L-3DD46812'), {}, 'true'],
    [unread('quota', 'L-3DD46812'), { quotas }, 'L-3DD46812 could be read'],
    [unread('quota', 'RPM'), { quotas }, 'L-3DD46812 could be read'],
    [unread('quota'), { quotas }, 'true'],
    [
      unread('quota', 'RPM'),
      { quotas, calls: [noSuch, call('servicequotas:GetAWSDefaultServiceQuota', undefined, asked)] },
      'L-3DD46812 could be read',
    ],
    [
      unread('quota', 'RPM'),
      { quotas, calls: [noSuch, failed('servicequotas:GetAWSDefaultServiceQuota', asked)] },
      'true',
    ],
    [
      unread('quota', 'RPM'),
      { quotas, calls: [failed('servicequotas:GetServiceQuota', { ...asked, QuotaCode: 'L-3DCCFAA4' })] },
      'L-3DD46812 could be read',
    ],
    [unread('case', '17'), { calls: [failed('support:DescribeCases')] }, 'true'],
    [
      unread('case', '17'),
      { calls: [call('support:DescribeCases')] },
      'no call of support:DescribeCases failed',
    ],
    [unread('case', '17'), { parameters: { automatedSupportCase: 'false' } }, 'true'],
    [unread('ledger'), { calls: [failed('dynamodb:GetItem')] }, 'true'],
    [unread('ledger'), { calls: [call('dynamodb:GetItem')] }, 'no call of dynamodb: failed'],
    [
      unread('ledger'),
      { calls: [call('dynamodb:UpdateItem', 'ConditionalCheckFailedException')] },
      'no call of dynamodb: failed',
    ],
    [unread('caseNumber'), { calls: [call('support:DescribeCases')] }, 'true'],
    [unread('caseNumber'), { calls: [failed('support:DescribeCases', { caseIdList: ['c'] })] }, 'true'],
    [
      unread('caseNumber'),
      { calls: [call('support:DescribeCases', undefined, { caseIdList: ['c'] })] },
      'support:DescribeCases told the number',
    ],
  ]);
});

describe('cases', () => {
  const subject = 'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1';
  const about = (incident: string, changes: Partial<CaseSeen> = {}) => ({
    cases: [
      {
        displayId: '17',
        subject,
        createdAt: new Date(NOW),
        isResolved: false,
        communications: ['Hello.', `Region: us-east-1\nIncident reference: ${incident}\n`],
        ...changes,
      },
    ],
  });
  const ours = about('0123456789ab');
  const others = about('ba9876543210');
  const resolved = about('ba9876543210', { isResolved: true });
  const somebodyElses: CaseSeen = {
    displayId: '1',
    subject: 'Else',
    createdAt: new Date(NOW),
    isResolved: false,
    communications: [],
  };
  const none = 'AWS Support has no case 17 of that subject';
  const opened: ClaimOf<'case'> = { claim: 'case', subject, displayId: '17', is: 'opened', telling: 1 };
  const noCase = (why: ClaimOf<'noCase'>['why']): Claim => ({
    claim: 'noCase',
    subject,
    why,
    telling: 1,
  });
  const second = about('0123456789ab, update 2');
  const closed = about('0123456789ab, over');
  const caseState: ClaimOf<'caseState'> = { claim: 'caseState', displayId: '17', is: 'open' };
  const closing = (is: ClaimOf<'closing'>['is']): Claim => ({ claim: 'closing', displayId: '17', is });
  const creating = (about: string) => call('support:CreateCase', undefined, { subject: about });
  const off = { parameters: { automatedSupportCase: 'false' } };
  const retried = { claim: 'caseIsRetried', until: '2026-03-02T09:40:00.000Z' } as const;
  judged([
    [opened, ours, 'true'],
    [{ ...opened, displayId: null }, ours, 'true'],
    [{ ...opened, is: 'updated' }, ours, 'true'],
    [{ ...opened, is: 'told' }, ours, 'true'],
    [opened, others, "case 17 is open and does not hold the incident's reference"],
    [{ ...opened, is: 'updated' }, others, "case 17 is open and does not hold the incident's reference"],
    [{ ...opened, is: 'told' }, others, "case 17 is open and does not hold the incident's reference"],
    [opened, {}, none],
    [opened, about('0123456789ab', { displayId: '18' }), none],
    [opened, about('0123456789ab', { subject: `${subject} ` }), none],
    [{ ...opened, displayId: null }, {}, 'AWS Support has no case at all of that subject'],
    [opened, second, "case 17 is open and does not hold the incident's reference"],
    [opened, closed, "case 17 is open and does not hold the incident's reference"],
    [{ ...opened, telling: 2 }, second, 'true'],
    [{ ...opened, telling: 2 }, ours, "case 17 is open and does not hold the incident's reference"],
    [{ ...opened, telling: 2, is: 'left' }, ours, 'true'],
    [{ ...opened, telling: 2, is: 'left' }, second, "case 17 is open and holds the incident's reference"],
    [caseState, ours, 'true'],
    [caseState, resolved, 'case 17 is resolved'],
    [caseState, {}, 'case 17 is gone'],
    [{ ...caseState, is: 'resolved' }, resolved, 'true'],
    [{ ...caseState, is: 'resolved' }, ours, 'case 17 is open'],
    [{ ...caseState, is: 'gone' }, {}, 'true'],
    [{ ...caseState, is: 'gone' }, ours, 'case 17 is open'],
    [closing('added'), closed, 'true'],
    [closing('added'), ours, 'case 17 was not told'],
    [closing('was-there'), closed, 'true'],
    [closing('was-there'), {}, 'case 17 was not told'],
    [closing('off'), { ...ours, ...off }, 'true'],
    [
      closing('off'),
      { ...ours, parameters: { config: JSON.stringify({ ...CONFIG, closingCommunication: false }) } },
      'true',
    ],
    [closing('off'), ours, 'closingCommunication and automatedSupportCase are true'],
    [closing('off'), { ...closed, ...off }, 'case 17 was told'],
    [closing('refused'), { ...ours, calls: [failed('support:AddCommunicationToCase')] }, 'true'],
    [closing('refused'), ours, 'no call of support:AddCommunicationToCase failed'],
    [closing('unclear'), closed, 'true'],
    [closing('unclear'), ours, 'true'],
    [closing('not-open'), resolved, 'true'],
    [closing('not-open'), {}, 'true'],
    [closing('not-open'), ours, 'case 17 is open'],
    [closing('unread'), { ...closed, calls: [failed('support:DescribeCommunications')] }, 'true'],
    [closing('unread'), { ...ours, calls: [failed('support:DescribeCases')] }, 'true'],
    [closing('unread'), ours, 'no call of support:DescribeCases or DescribeCommunications failed'],
    [noCase('awaiting'), ours, 'true'],
    [noCase('awaiting'), { calls: [creating('Else')] }, 'true'],
    [noCase('awaiting'), { calls: [creating(subject)] }, 'support:CreateCase was called'],
    [noCase('no-ledger'), { ...ours, calls: [failed('dynamodb:GetItem')] }, 'true'],
    [noCase('no-ledger'), { calls: [call('dynamodb:GetItem')] }, 'no call of dynamodb: failed'],
    [
      noCase('no-ledger'),
      { calls: [failed('dynamodb:GetItem'), creating(subject)] },
      'support:CreateCase was called',
    ],
    [{ ...opened, is: 'left' }, others, 'true'],
    [{ ...opened, is: 'left' }, ours, "case 17 is open and holds the incident's reference"],
    [{ ...opened, is: 'left' }, resolved, "case 17 is resolved and does not hold the incident's reference"],
    [{ ...opened, is: 'open' }, ours, 'true'],
    [{ ...opened, is: 'open' }, resolved, "case 17 is resolved and does not hold the incident's reference"],
    [noCase('automation-off'), off, 'true'],
    [noCase('automation-off'), {}, 'automatedSupportCase is true'],
    [noCase('automation-off'), { ...off, ...ours }, "case 17 is open and holds the incident's reference"],
    [noCase('automation-off'), { ...off, ...others }, 'true'],
    [noCase('no-support-plan'), { hasSupportApi: false }, 'true'],
    [noCase('no-support-plan'), {}, 'the support plan includes the API'],
    [noCase('case-limit'), { calls: [failed('support:CreateCase')] }, 'true'],
    [
      noCase('case-limit'),
      { calls: [failed('support:DescribeCases')] },
      'no call of support:CreateCase failed',
    ],
    [
      noCase('too-many-cases'),
      { cases: Array.from({ length: 101 }, () => somebodyElses), calls: [call('support:DescribeCases')] },
      'true',
    ],
    [
      noCase('too-many-cases'),
      { ...others, calls: [call('support:DescribeCases')] },
      '1 pages were read, and 1 cases are open',
    ],
    [noCase('unsearched'), { calls: [failed('support:DescribeCases')] }, 'true'],
    [
      noCase('unsearched'),
      { calls: [call('support:DescribeCases')] },
      'no call of support:DescribeCases failed',
    ],
    [
      noCase('unsearched'),
      { cases: Array.from({ length: 101 }, () => somebodyElses), calls: [call('support:DescribeCases')] },
      'true',
    ],
    [noCase('unreadable'), { calls: [failed('support:DescribeCommunications')] }, 'true'],
    [noCase('unreadable'), {}, 'no call of support:DescribeCommunications failed'],
    [noCase('refused'), { calls: [failed('support:AddCommunicationToCase')] }, 'true'],
    [noCase('refused'), { calls: [failed('support:CreateCase')] }, 'true'],
    [noCase('refused'), {}, 'no call of support:CreateCase or AddCommunicationToCase failed'],
    [noCase('unclear'), ours, 'true'],
    [noCase('no-configuration'), { parameters: { config: undefined } }, 'true'],
    [noCase('no-configuration'), {}, 'G-Opus-4-6 has a configuration'],
    [retried, { calls: [call('sqs:SendMessage')] }, 'true'],
    [retried, { calls: [failed('sqs:SendMessage')] }, 'no message was sent to a queue'],
    [{ ...retried, until: NOW }, { calls: [call('sqs:SendMessage')] }, `it is ${NOW} already`],
  ]);

  describe('of another model on one of its quotas', () => {
    const twins = (...names: readonly string[]) => ({
      parameters: { 'quota-sharers': JSON.stringify({ sharers: [], unlisted: 0, twins: names }) },
    });
    const casesOf = (model: string, category = 'Quota Request') =>
      about('0123456789ab', { subject: `Acme - Bedrock Ops Alert - ${model} - ${category} - us-east-1` });
    const updated = { ...opened, is: 'updated' } as const;
    const investigation = subject.replace('Quota', 'Investigation');
    judged([
      [updated, { ...twins('A-First', 'Z-Last'), ...casesOf('A-First') }, 'true'],
      [updated, { ...twins('A-First', 'Z-Last'), ...casesOf('Z-Last') }, 'true'],
      [updated, { ...twins('A-First'), ...casesOf('Z-Last') }, none],
      [updated, casesOf('A-First'), none],
      [updated, { ...twins('A-First'), ...casesOf('A-First', 'Investigation Request') }, none],
      [
        { ...updated, subject: investigation },
        { ...twins('A-First'), ...casesOf('A-First', 'Investigation Request') },
        none,
      ],
      [
        updated,
        {
          ...twins('A-First'),
          ...about('ba9876543210', { subject: subject.replace('G-Opus-4-6', 'A-First') }),
        },
        "case 17 is open and does not hold the incident's reference",
      ],
      [noCase('twin-first'), twins('Z-Last', 'A-First'), 'true'],
      [noCase('twin-first'), twins('Z-Last'), 'no twin of G-Opus-4-6 comes first'],
      [noCase('twin-first'), {}, 'no twin of G-Opus-4-6 comes first'],
      [
        noCase('twin-first'),
        { ...twins('A-First'), ...ours },
        "case 17 is open and holds the incident's reference",
      ],
    ]);
  });

  describe('for several models', () => {
    const shared = (changes: Partial<CaseSeen> = {}, incident = '0123456789ab') =>
      about(incident, {
        subject: 'Acme - Bedrock Ops Alert - 60 models - Quota Request - us-east-1',
        ...changes,
      });
    const untold: Claim = { claim: 'toldOnNoCase', subject, telling: 1 };
    const holds = "case 17 is open and holds the incident's reference";
    judged([
      [opened, shared(), 'true'],
      [opened, shared({}, 'ba9876543210'), "case 17 is open and does not hold the incident's reference"],
      [opened, shared({ subject: subject.replace('G-Opus-4-6', 'G-Opus-4-7') }), none],
      [opened, shared({ subject: subject.replace('G-Opus-4-6', 'sixty models') }), none],
      [opened, shared({ subject: 'Acme - Bedrock Ops Alert - 60 models - Quota Request - eu-west-1' }), none],
      [opened, shared({ subject: 'Else - Bedrock Ops Alert - 60 models - Quota Request - us-east-1' }), none],
      [
        opened,
        shared({ subject: 'Acme - Bedrock Ops Alert - 60 models - Investigation Request - us-east-1' }),
        none,
      ],
      [noCase('automation-off'), { ...off, ...shared() }, holds],
      [
        noCase('awaiting'),
        { calls: [creating('Acme - Bedrock Ops Alert - 60 models - Quota Request - us-east-1')] },
        'support:CreateCase was called',
      ],
      [untold, {}, 'true'],
      [untold, others, 'true'],
      [untold, ours, holds],
      [untold, shared(), holds],
    ]);
  });

  describe('by the limit of a day', () => {
    const limited = (limit: number, tried: number): Claim => ({
      claim: 'noCase',
      subject,
      why: 'day-limit',
      telling: 1,
      limit,
      tried,
    });
    const openedAt = (...times: readonly string[]): Standing => ({
      cases: times.flatMap((time) => others.cases.map((one) => ({ ...one, createdAt: new Date(time) }))),
    });
    const elsewhere = about('ba9876543210', { subject: subject.replace('us-east-1', 'eu-west-1') });
    const somebodys = about('ba9876543210', { subject: subject.replace('Acme', 'Else') });
    const two = openedAt('2026-03-02T00:00:00Z', NOW);
    judged([
      [limited(2, 0), two, 'true'],
      [limited(0, 0), {}, 'true'],
      [limited(3, 0), two, '2 cases were opened today, and 0 are tried'],
      [limited(3, 1), two, 'true'],
      [limited(2, 0), openedAt('2026-03-01T23:59:59Z', NOW), '1 cases were opened today, and 0 are tried'],
      [limited(1, 0), elsewhere, '0 cases were opened today, and 0 are tried'],
      [limited(1, 0), somebodys, '0 cases were opened today, and 0 are tried'],
      [limited(1, 0), ours, "case 17 is open and holds the incident's reference"],
      [noCase('day-limit'), two, 'no limit is named'],
    ]);
  });

  describe('of which another run found out why they were not told', () => {
    judged([
      [closing('untold'), ours, 'true'],
      [closing('untold'), closed, 'case 17 was told'],
    ]);
  });

  test('without a reference no case can hold it', () => {
    const { failures } = checkClaims(TEXT, [lineWith([opened], { incident: null })], viewOf(ours));
    expect(failures).toHaveLength(1);
  });
});

describe('a text and its log line', () => {
  const isTrue: Claim = { claim: 'setting', key: 'dataResidency', value: 'No' };
  const isUntrue: Claim = { claim: 'setting', key: 'dataResidency', value: 'Yes' };
  const missing =
    'The log has no claims of the e-mail "CRITICAL" at 2026-03-02T09:16:30.000Z: no valid line "text written" of ';

  test('an untrue claim is told with the text that made it', () => {
    expect(checkClaims(TEXT, [lineWith([isTrue, isUntrue])], viewOf({}))).toEqual({
      checked: 2,
      failures: [
        '{"claim":"setting","key":"dataResidency","value":"Yes"} of the e-mail "CRITICAL" at 2026-03-02T09:16:30.000Z was not true: dataResidency is "No"',
      ],
    });
  });

  test('a text of a case is called that', () => {
    const { failures } = checkClaims({ ...TEXT, medium: 'case' }, [lineWith([isUntrue])], viewOf({}));
    expect(failures[0]).toContain('of the case text "CRITICAL"');
  });

  test.each([
    ['no line at all', []],
    ['a line of another text', [lineWith([isTrue], { digest: '0000000000000000' })]],
    ['a line without claims', [lineWith([])]],
    ['a line of another message', [{ ...lineWith([isTrue]), message: 'incident told' }]],
    ['a line that is not valid', [lineWith([isTrue], { customer: 7 })]],
  ])('a text without claims fails: %s', (_, lines) => {
    const { checked, failures } = checkClaims(TEXT, lines, viewOf({}));
    expect(checked).toBe(0);
    expect(failures).toEqual([expect.stringContaining(missing)]);
  });

  test('a line of a text that was not sent does no harm', () => {
    const other = lineWith([isUntrue], { digest: '0000000000000000' });
    expect(checkClaims(TEXT, [other, lineWith([isTrue])], viewOf({}))).toEqual({ checked: 1, failures: [] });
  });

  describe('that is about several models has a line for each', () => {
    const other = { model: 'G-Opus-4-7', incident: 'ba9876543210' };
    const view = viewOf({});

    test('each is held against its own model', () => {
      const lines = [lineWith([isTrue]), lineWith([isTrue], other)];
      expect(checkClaims(TEXT, lines, view)).toEqual({
        checked: 2,
        failures: [expect.stringContaining('was not true: G-Opus-4-7 has no configuration')],
      });
    });

    test.each([
      ['has no claims', lineWith([], other)],
      ['is not valid', lineWith([isTrue], { ...other, customer: 7 })],
    ])('the text fails where one of them %s', (_, line) => {
      const { checked, failures } = checkClaims(TEXT, [lineWith([isTrue]), line], view);
      expect(checked).toBe(1);
      expect(failures).toEqual([expect.stringContaining(missing)]);
    });
  });
});
