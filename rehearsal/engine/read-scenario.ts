import type { Product } from '../product';
import { parseScenario } from '../scenario/parse-scenario';
import type { Scenario } from '../scenario/scenario';
import { QuotaRequests } from '../services/quota-requests';
import { Support } from '../services/support';
import { LocalRegion } from './local-region';

/** Reads a scenario that may name what the product and the local AWS know. Throws ScenarioError with all faults. */
export const readScenario = (text: string, file: string, product: Product): Scenario =>
  parseScenario(text, file, { ...product, operations: playedOperations() });

function playedOperations(): readonly string[] {
  const place = { accountId: '111122223333', region: 'us-east-1' };
  const nothing = (): void => {};
  const support = new Support(place);
  return new LocalRegion({
    ...place,
    metricDelayMs: 0,
    quotas: {},
    modelIds: [],
    support,
    quotaRequests: new QuotaRequests({ ...place, support }),
    onPublish: nothing,
    onTransitions: nothing,
    onConfigurationChange: nothing,
    onSend: nothing,
  }).operations();
}
