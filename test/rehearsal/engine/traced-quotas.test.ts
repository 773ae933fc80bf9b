import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { QuotasAndProfiles } from '../../../rehearsal/product';
import { play, regionOf } from './small-application';

/** Requests of 418 and of 505 tokens, two minutes apart. */
const FILE = join(__dirname, '..', 'scenario', 'files', 'requests.csv');

const CODE = 'L-DC7FF66C';
const MODEL_ID = 'us.amazon.nova-micro-v1:0';

const nova = (quotaCodes: object) => ({
  name: 'Nova',
  accountId: '111122223333',
  region: 'us-east-1',
  modelId: MODEL_ID,
  alarms: {},
  metricNamespace: 'AWS/Bedrock',
  metricDimensions: { ModelId: MODEL_ID },
  quotaCodes,
});

/** How many requests were throttled with a quota of 450 tokens, and what the product was asked. */
async function throttled(quotaCodes: object) {
  const asked: (readonly [string, QuotasAndProfiles])[] = [];
  const played = await play(
    [],
    {
      start: '2023-11-16T18:15:00Z',
      until: '5m',
      settings: { stacks: [], watched: [nova(quotaCodes)] },
      quotas: { [CODE]: 450 },
      models: { Nova: { trace: { file: FILE, timestamp: 'when', input: 'in', output: 'out' } } },
    },
    {
      findQuotaCodes: (...one) => {
        asked.push(one);
        return { RPM: null, TPM: CODE };
      },
    },
  );
  const metric = { namespace: 'AWS/Bedrock', name: 'InvocationThrottles', dimensions: { ModelId: MODEL_ID } };
  const minutes = Date.parse('2023-11-16T18:15:00Z') / 60_000;
  const count = regionOf(played)
    .metrics.series(metric)
    .aggregate(minutes, minutes + 5, 'Sum');
  return { count, asked };
}

test('a trace is limited by the quotas that are found where the settings have no code', async () => {
  const { count, asked } = await throttled({});
  expect(count).toBe(1);
  expect(asked[0]).toMatchObject([MODEL_ID, { quotas: [{ code: CODE }], profiles: [{ id: MODEL_ID }] }]);
});

test('a trace is limited by the quotas that the settings have, and by none where they say so', async () => {
  expect(await throttled({ RPM: null, TPM: CODE })).toEqual({ count: 1, asked: [] });
  expect(await throttled({ RPM: null, TPM: null })).toEqual({ count: Number.NaN, asked: [] });
});
