import { describe, expect, test } from '@jest/globals';
import { parseQuotaSharers } from '../../lambda/contract/quota-sharers';
import type { LocalAws } from '../../rehearsal/engine/local-aws';
import type { Report } from '../../rehearsal/report';
import { at, emailText, MODEL, rehearseWell, settingsWith } from './rehearse';

const MODEL_ID = 'global.anthropic.claude-opus-4-6-v1';
const NAME = { RPM: 'HighInvocationRate', TPM: 'HighTPMQuotaUsage' } as const;
const alarmName = (quota: 'RPM' | 'TPM'): string => `AcmeCorp-Bedrock-${NAME[quota]}-Warning-${MODEL}`;

/** An hour of the model at rest, far below its thresholds of 8,000 RPM and 5,000,000 TPM. */
const AT_REST = { [MODEL]: { series: { Invocations: '10x119', EstimatedTPMQuotaUsage: '10000x119' } } };

const NOTHING: readonly string[] = [];

/** Ids of what the alarms of the model add up, and what is stored of its sharers, at the end. */
function witness() {
  const seen = { RPM: NOTHING, TPM: NOTHING, stored: parseQuotaSharers(undefined) };
  const inspect = (aws: LocalAws): void => {
    const [region] = aws.allRegions();
    for (const quota of ['RPM', 'TPM'] as const) {
      const configuration = region?.cloudWatch.alarm(alarmName(quota))?.configuration;
      const queries = configuration !== undefined && 'queries' in configuration ? configuration.queries : [];
      seen[quota] = queries.map(({ id }) => id).filter((id) => id !== 'countedusage');
    }
    const parameter = region?.parameterStore
      .parameters()
      .find(({ name }) => name === `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/quota-sharers`);
    seen.stored = parseQuotaSharers(parameter?.value);
  };
  return { seen, inspect };
}

const changes = ({ alarms }: Report, alarm: string) =>
  alarms.filter((change) => change.alarm === alarm).map(({ at: when, to }) => [when.slice(11, 16), to]);

const writes = ({ invocations }: Report): number =>
  invocations.reduce((sum, { calls }) => sum + (calls['cloudwatch:PutMetricAlarm'] ?? 0), 0);

describe('application profiles of a model', () => {
  test('the traffic of one alone fires the alarm on the model’s TPM', async () => {
    const { seen, inspect } = witness();
    const report = await rehearseWell(
      {
        name: 'Another team’s profile',
        models: AT_REST,
        inferenceProfiles: {
          Orders: {
            copyFrom: MODEL_ID,
            id: 'orders000001',
            series: { EstimatedTPMQuotaUsage: '_x20 5000000x29 _x70' },
          },
        },
        until: '2h',
        expect: [{ alarm: 'HighTPMQuotaUsage', model: MODEL, state: 'ALARM', between: ['24m', '30m'] }],
      },
      { inspect },
    );
    expect(seen.TPM).toEqual(['usage', 'sharer_orders000001']);
    expect(seen.RPM).toEqual(seen.TPM);
    expect(seen.stored?.sharers).toEqual([{ id: 'orders000001', name: 'Orders', watchedBy: ['RPM', 'TPM'] }]);
    expect(changes(report, 'HighTPMQuotaUsage').map(([, to]) => to)).toEqual(['ALARM', 'OK']);
    expect(emailText(report)).toContain('Orders');
  });

  test('of twelve, both alarms count the nine busiest by tokens, and the parameter names them all', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `team${String(index).padStart(8, '0')}`);
    const { seen, inspect } = witness();
    await rehearseWell(
      {
        name: 'Twelve profiles',
        models: AT_REST,
        inferenceProfiles: Object.fromEntries(
          ids.map((id, index) => [
            `Team ${index}`,
            {
              copyFrom: MODEL_ID,
              id,
              // The later, the busier by tokens, and the less by requests.
              history: {
                interval: '1h',
                Invocations: `${12 - index}x47`,
                EstimatedTPMQuotaUsage: `${100 * (index + 1)}x47`,
              },
            },
          ]),
        ),
        until: '2h',
      },
      { inspect },
    );
    const counted = ids.slice(3);
    expect(seen.TPM).toEqual(['usage', ...counted.map((id) => `sharer_${id}`)]);
    expect(seen.RPM).toEqual(seen.TPM);
    expect(seen.TPM).toHaveLength(10);
    expect(seen.stored?.sharers.map(({ id, watchedBy }) => [id, watchedBy])).toEqual([
      ...counted.map((id) => [id, ['RPM', 'TPM']]),
      ...ids.slice(0, 3).map((id) => [id, []]),
    ]);
  });

  test('one that is deleted is no longer counted within the hour, and stays listed as gone', async () => {
    const { seen, inspect } = witness();
    await rehearseWell(
      {
        name: 'A profile is deleted',
        models: AT_REST,
        inferenceProfiles: {
          Orders: { copyFrom: MODEL_ID, id: 'orders000001' },
          Search: { copyFrom: MODEL_ID, id: 'search000001' },
        },
        events: [
          at(10, {
            call: 'bedrock.DeleteInferenceProfile',
            with: { inferenceProfileIdentifier: 'orders000001' },
          }),
        ],
        until: '70m',
      },
      { inspect },
    );
    expect(seen.TPM).toEqual(['usage', 'sharer_search000001']);
    expect(seen.stored?.sharers).toEqual([
      { id: 'search000001', name: 'Search', watchedBy: ['RPM', 'TPM'] },
      { id: 'orders000001', name: 'Orders', watchedBy: [], goneSince: expect.any(String) },
    ]);
  });

  test('one that is created is counted within the hour, and its traffic then fires the alarm', async () => {
    const { seen, inspect } = witness();
    const report = await rehearseWell(
      {
        name: 'A profile is created',
        models: AT_REST,
        inferenceProfiles: {
          Late: {
            copyFrom: MODEL_ID,
            id: 'late00000001',
            from: '10m',
            series: { Invocations: '_x10 9000x109' },
          },
        },
        until: '2h',
        expect: [{ alarm: 'HighInvocationRate', model: MODEL, state: 'ALARM', between: ['15m', '70m'] }],
      },
      { inspect },
    );
    expect(seen.RPM).toEqual(['usage', 'sharer_late00000001']);
    expect(writes(report)).toBe(2);
  });
});

test('the monitored profile is deleted: its siblings stay counted, and fire the alarm', async () => {
  const { seen, inspect } = witness();
  const report = await rehearseWell(
    {
      name: 'The monitored profile is deleted',
      settings: settingsWith({
        modelId: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ordersprofil',
      }),
      inferenceProfiles: {
        Orders: { copyFrom: MODEL_ID, id: 'ordersprofil' },
        Search: {
          copyFrom: MODEL_ID,
          id: 'search000001',
          series: { EstimatedTPMQuotaUsage: '_x100 5500000x29 _x20' },
        },
      },
      events: [
        at(30, {
          call: 'bedrock.DeleteInferenceProfile',
          with: { inferenceProfileIdentifier: 'ordersprofil' },
        }),
      ],
      until: '150m',
      expect: [{ alarm: 'HighTPMQuotaUsage', model: MODEL, state: 'ALARM', between: ['104m', '110m'] }],
    },
    { inspect },
  );
  expect(seen.TPM).toEqual(expect.arrayContaining(['usage', 'sharer_search000001']));
  expect(seen.RPM).toEqual(seen.TPM);
  expect(seen.stored?.sharers.map(({ name }) => name)).toContain('Search');
  expect(emailText(report)).toContain('Search');
});

test('the profile of another model is none of this one’s', async () => {
  const { seen, inspect } = witness();
  const report = await rehearseWell(
    {
      name: 'A profile of another model',
      models: AT_REST,
      inferenceProfiles: { Other: { copyFrom: 'amazon.nova-pro-v1:0', id: 'other0000001' } },
      until: '70m',
    },
    { inspect },
  );
  expect(seen.TPM).toEqual(['usage']);
  expect(seen.stored?.sharers).toEqual([]);
  expect(writes(report)).toBe(0);
});
