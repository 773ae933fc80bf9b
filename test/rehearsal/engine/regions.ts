import { LocalRegion } from '../../../rehearsal/engine/local-region';
import { QuotaRequests, type QuotaRequestsOptions } from '../../../rehearsal/services/quota-requests';
import { Support, type SupportLag } from '../../../rehearsal/services/support';

export const ACCOUNT = '111122223333';

/** A Region in which nothing stands yet. */
export function emptyRegion(
  options: {
    readonly metricDelayMs?: number;
    readonly plan?: 'basic' | 'business-plus';
    readonly lag?: SupportLag;
    readonly quotaRequests?: Partial<QuotaRequestsOptions>;
  } = {},
): LocalRegion {
  const support = new Support({ accountId: ACCOUNT, plan: options.plan, lag: options.lag });
  return new LocalRegion({
    accountId: ACCOUNT,
    region: 'us-east-1',
    metricDelayMs: options.metricDelayMs ?? 0,
    quotas: {},
    modelIds: [],
    support,
    quotaRequests: new QuotaRequests({ accountId: ACCOUNT, support, ...options.quotaRequests }),
    onPublish: () => {},
    onSend: () => {},
    onTransitions: () => {},
    onConfigurationChange: () => {},
  });
}
