import type { Permission } from '../service';

/** Where a service works: what its ARNs carry. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/**
 * What KMS is asked when a service uses a customer-managed key on the caller's behalf. Keys that AWS manages are not
 * asked for: their policy admits everyone who may use the service.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 *
 * @param service the first label of the service's endpoint, for example `sns`.
 * @param encryptionContext the pairs that the service binds the data to.
 */
export function viaService(
  service: string,
  place: Place,
  keyArn: string,
  actions: readonly ('Decrypt' | 'GenerateDataKey')[],
  encryptionContext: Readonly<Record<string, string>> = {},
): readonly Permission[] {
  const bound = Object.entries(encryptionContext).map(([name, value]) => [
    `kms:EncryptionContext:${name}`,
    value,
  ]);
  const context = {
    'kms:ViaService': `${service}.${place.region}.amazonaws.com`,
    'kms:CallerAccount': place.accountId,
    ...Object.fromEntries(bound),
  };
  return actions.map((action) => ({ action: `kms:${action}`, resource: keyArn, context }));
}
