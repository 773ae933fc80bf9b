import type { MonitoredModel, Product, QuotaCodes } from '../product';
import type { LocalRegion } from './local-region';

/** The quotas that limit a model's traffic: where its settings leave them out, those that the product finds. */
export function limitingQuotas(
  { modelId, quotaCodes: { RPM, TPM } }: Pick<MonitoredModel, 'modelId' | 'quotaCodes'>,
  { serviceQuotas, bedrock }: LocalRegion,
  product: Pick<Product, 'findQuotaCodes'>,
): QuotaCodes {
  if (RPM !== undefined && TPM !== undefined) return { RPM, TPM };
  const account = { quotas: serviceQuotas.quotas(), profiles: bedrock.profiles() };
  const found = product.findQuotaCodes(modelId, account);
  return { RPM: RPM === undefined ? found.RPM : RPM, TPM: TPM === undefined ? found.TPM : TPM };
}
