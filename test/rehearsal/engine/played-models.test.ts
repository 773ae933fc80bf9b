import { describe, expect, test } from '@jest/globals';
import { PlayedModels } from '../../../rehearsal/engine/played-models';
import type { MonitoredModel } from '../../../rehearsal/product';

const nova = (changes: Partial<MonitoredModel> = {}): MonitoredModel => ({
  name: 'Nova',
  accountId: '111122223333',
  region: 'us-east-1',
  modelId: 'nova',
  alarms: { Throttles: 'nova-throttles' },
  metricNamespace: 'AWS/Bedrock',
  metricDimensions: { ModelId: 'nova' },
  quotaCodes: { RPM: 'L-11111111', TPM: null },
  ...changes,
});
const elsewhere = nova({ region: 'eu-west-1' });
const otherQuota = nova({ quotaCodes: { RPM: 'L-22222222', TPM: null } });
const otherId = nova({ metricDimensions: { ModelId: 'nova-2' } });

describe('a model that several settings have', () => {
  const models = new PlayedModels([nova(), otherQuota, otherId, elsewhere, nova({ name: 'Haiku' })]);

  test('has its alarms once in each Region', () => {
    expect(models.alarmedOf('Nova')).toEqual([nova(), elsewhere]);
  });

  test('has its traffic once for each metric', () => {
    expect(models.measuredOf('Nova')).toEqual([nova(), otherId, elsewhere]);
  });

  test('is limited by the quotas that were deployed last', () => {
    models.deploy([nova()]);
    expect(models.quotaCodesOf(nova()).RPM).toBe('L-11111111');
    models.deploy([otherQuota]);
    expect(models.quotaCodesOf(nova()).RPM).toBe('L-22222222');
    expect(models.quotaCodesOf(otherId).RPM).toBe('L-11111111');
  });
});
