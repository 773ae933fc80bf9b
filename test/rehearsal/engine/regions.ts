import { LocalRegion } from '../../../rehearsal/engine/local-region';
import { Support } from '../../../rehearsal/services/support';

export const ACCOUNT = '111122223333';

/** A Region in which nothing stands yet. */
export function emptyRegion(
  options: { readonly metricDelayMs?: number; readonly plan?: 'basic' | 'business-plus' } = {},
): LocalRegion {
  return new LocalRegion({
    accountId: ACCOUNT,
    region: 'us-east-1',
    metricDelayMs: options.metricDelayMs ?? 0,
    quotas: {},
    modelIds: [],
    support: new Support({ accountId: ACCOUNT, plan: options.plan }),
    onPublish: () => {},
    onSend: () => {},
    onTransitions: () => {},
    onConfigurationChange: () => {},
  });
}
