import { expect, test } from '@jest/globals';
import { MODEL, QUIET_HISTORY, rehearseWell } from './rehearse';

const COMPOSITE = 'AcmeCorp-Bedrock-QuotaHealth-Composite-G-Opus-4-6';

test('a quiet day evaluates each alarm once a minute at most, and calls no function but the daily update', async () => {
  let evaluations: ReadonlyMap<string, number> = new Map();
  const report = await rehearseWell(
    {
      name: 'A quiet day',
      models: {
        [MODEL]: {
          history: QUIET_HISTORY,
          series: { Invocations: '4000x1439', InvocationLatency: '900x1439' },
        },
      },
      until: '24h',
    },
    {
      inspect: (aws) => {
        evaluations = aws.region('111122223333', 'us-east-1').cloudWatch.evaluations;
      },
    },
  );
  expect(report.alarms).toEqual([]);
  expect(report.emails).toEqual([]);
  // The hour from the deployment to the start, the day, and the last minute itself.
  const minutes = 60 + 24 * 60 + 1;
  // The model's eleven, and the five on our own health.
  expect(evaluations.size).toBe(16);
  const { [COMPOSITE]: ofComposite = 0, ...ofChildren } = Object.fromEntries(evaluations);
  for (const count of Object.values(ofChildren)) expect(count).toBe(minutes);
  // Once when it is new; then only when a child changes.
  expect(ofComposite).toBe(1);
  // What the deployment itself causes: the thresholds are calculated, and the composite's first state, OK, is published.
  expect(report.invocations.map(({ at, function: name }) => [at, name])).toEqual([
    ['2026-03-02T08:00:00Z', 'quota-calculator'],
    ['2026-03-02T08:00:00Z', 'notification-processor'],
    ['2026-03-03T08:00:00Z', 'alarm-updater'],
  ]);
});
