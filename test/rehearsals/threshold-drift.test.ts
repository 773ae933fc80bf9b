import { describe, expect, test } from '@jest/globals';
import type { LocalAws } from '../../rehearsal/engine/local-aws';
import type { Report } from '../../rehearsal/report';
import { at, MODEL, rehearse, rehearseWell, settingsWith, TPM_CODE } from './rehearse';

const ALARM = `AcmeCorp-Bedrock-HighTPMQuotaUsage-Warning-${MODEL}`;
const series = (Id: string, ModelId: string) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: 'EstimatedTPMQuotaUsage',
      Dimensions: [{ Name: 'ModelId', Value: ModelId }],
    },
    Period: 60,
    Stat: 'Sum',
  },
  ReturnData: false,
});
const OWN = series('usage', 'global.anthropic.claude-opus-4-6-v1');
const MINE = series('mine', 'the-team-s-own');

/** What a person makes of the alarm on TPM, whose threshold should be 5,000,000. */
const edit = (Threshold: number, Expression = '1 * usage', ...metrics: readonly object[]) => ({
  call: 'cloudwatch.PutMetricAlarm',
  with: {
    AlarmName: ALARM,
    EvaluationPeriods: 5,
    DatapointsToAlarm: 5,
    TreatMissingData: 'notBreaching',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold,
    Metrics: [OWN, ...metrics, { Id: 'countedusage', Expression, Label: 'by hand', ReturnData: true }],
  },
});

const editRpm = (Threshold: number) => {
  const { call, with: made } = edit(Threshold);
  const own = { ...OWN.MetricStat, Metric: { ...OWN.MetricStat.Metric, MetricName: 'Invocations' } };
  const Metrics = made.Metrics.map((metric) => (metric === OWN ? { ...OWN, MetricStat: own } : metric));
  return {
    call,
    with: { ...made, AlarmName: ALARM.replace('HighTPMQuotaUsage', 'HighInvocationRate'), Metrics },
  };
};

const runs = ({ invocations }: Report) => invocations.filter((one) => one.function === 'alarm-updater');
/** When the updater wrote to how many alarms. */
const writes = (report: Report) =>
  runs(report)
    .map(({ at: when, calls }) => [when.slice(8, 16), calls['cloudwatch:PutMetricAlarm'] ?? 0])
    .filter(([, count]) => count !== 0);

function witness() {
  const seen: { alarm: unknown; log: string } = { alarm: undefined, log: '' };
  const inspect = (aws: LocalAws): void => {
    seen.alarm = aws.allRegions()[0]?.cloudWatch.alarm(ALARM)?.configuration;
    seen.log = aws.record.invocations
      .filter((invocation) => invocation.function === 'alarm-updater')
      .flatMap(({ logs }) => logs)
      .join('\n');
  };
  return { seen, inspect };
}

describe('a threshold that somebody edits', () => {
  test('is put right within minutes, by one write, and logged', async () => {
    const { seen, inspect } = witness();
    const report = await rehearseWell(
      { name: 'A threshold by hand', events: [at(30, edit(99_000_000))], until: '40m' },
      { inspect },
    );
    expect(writes(report)).toEqual([['02T09:30', 1]]);
    expect(runs(report).every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(seen.alarm).toMatchObject({ limit: { threshold: 5_000_000 } });
    expect(seen.alarm).toHaveProperty('queries.1.label', 'by hand');
    expect(seen.log).toContain('"message":"an alarm has another threshold"');
    expect(seen.log).toContain('"threshold":99000000,"expected":5000000');
  });

  test('is compared with the quota as it is then, not as it was stored', async () => {
    const { seen, inspect } = witness();
    await rehearseWell(
      {
        name: 'A threshold by hand after a raise',
        events: [at(20, { setQuota: { [TPM_CODE]: 10_000_000 } }), at(30, edit(7))],
        until: '40m',
        expect: [{ threshold: 'TPM', value: 8_000_000, at: '40m' }],
      },
      { inspect },
    );
    expect(seen.alarm).toMatchObject({ limit: { threshold: 8_000_000 } });
  });

  test('stays as long as the quota cannot be read; Lambda tries again, and then it is put right', async () => {
    const { seen, inspect } = witness();
    const report = await rehearse(
      {
        name: 'A threshold by hand while Service Quotas fails',
        events: [at(30, edit(99_000_000))],
        faults: [
          { call: 'servicequotas.GetServiceQuota', error: 'AccessDeniedException', times: 1, from: '30m' },
        ],
        until: '40m',
      },
      { inspect },
    );
    expect(report.failures).toEqual([]);
    expect(writes(report)).toEqual([['02T09:31', 1]]);
    expect(seen.log).toContain('could not be read (AccessDeniedException');
    expect(seen.alarm).toMatchObject({ limit: { threshold: 5_000_000 } });
  });

  test('keeps the metric that came with the edit', async () => {
    const { seen, inspect } = witness();
    const report = await rehearseWell(
      {
        name: 'A metric of the owner’s own',
        inferenceProfiles: {
          Orders: { copyFrom: 'global.anthropic.claude-opus-4-6-v1', id: 'orders000001' },
        },
        events: [at(30, edit(5_000_000, '1 * (usage + 2 * mine)', MINE))],
        until: '70m',
      },
      { inspect },
    );
    expect(writes(report).at(-1)).toEqual(['02T09:30', 1]);
    expect(seen.alarm).toMatchObject({
      queries: [
        { id: 'usage' },
        { id: 'sharer_orders000001' },
        { id: 'mine' },
        { expression: { identifiers: ['usage', 'sharer_orders000001', 'mine'] } },
      ],
    });
  });
});

test('the alarm of a quota that the model does not have, made one that fires: it cannot within minutes', async () => {
  const report = await rehearseWell({
    name: 'An alarm without a quota by hand',
    settings: settingsWith({ rpmQuotaCode: 'NA' }),
    // After the edit: with requests in the minutes before, it would fire before anybody can put it right.
    models: { [MODEL]: { series: { Invocations: '_x25 40x15' } } },
    events: [at(20, editRpm(10))],
    until: '40m',
  });
  expect(writes(report)).toEqual([['02T09:20', 1]]);
  expect(report.alarms.filter(({ alarm }) => alarm === 'HighInvocationRate')).toEqual([]);
});

describe('automatedThresholdUpdate: false', () => {
  const settings = settingsWith({ automatedThresholdUpdate: false });

  test('a threshold that somebody edits stays, and people are told once', async () => {
    const { seen, inspect } = witness();
    const report = await rehearse(
      {
        name: 'A threshold by hand, not reverted',
        settings,
        events: [at(30, edit(99_000_000))],
        until: '25h',
      },
      { inspect },
    );
    expect(report.failures).toEqual([]);
    expect(writes(report)).toEqual([]);
    expect(seen.alarm).toMatchObject({ limit: { threshold: 99_000_000 } });
    expect(
      report.emails.filter(({ body }) => body.includes(ALARM)).map(({ at: when }) => when.slice(8, 14)),
    ).toEqual(['02T09:']);
  });
});
