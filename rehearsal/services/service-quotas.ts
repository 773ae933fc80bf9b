import * as z from 'zod';
import { AwsError, type Input, type Operation, type Service } from '../service';
import { quotaName } from './bedrock-quota-names';
import { parseInput } from './input';
import type { Place } from './kms';
import { page } from './pages';

/** A quota as a scenario states it: a number is the applied value. */
export type QuotaSetting =
  | number
  | {
      /** Needed only for a code that the table of names does not have. */
      readonly name?: string;
      /** The applied value; left out where only a default is known. */
      readonly value?: number;
      /** AWS's default; the applied value at first, if left out. */
      readonly default?: number;
    };

export interface Quota {
  readonly code: string;
  readonly name: string;
  readonly value: number | undefined;
  readonly default: number | undefined;
}

const code = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[a-zA-Z][a-zA-Z0-9-]{1,128}$/);
const serviceCode = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-zA-Z][a-zA-Z0-9-]{1,63}$/);
const oneQuota = z.strictObject({ ServiceCode: serviceCode, QuotaCode: code });
const listing = z.strictObject({
  ServiceCode: serviceCode,
  QuotaCode: code.optional(),
  MaxResults: z.int().min(1).max(100).optional(),
  NextToken: z.string().max(2048).optional(),
});
const defaultsListing = listing.omit({ QuotaCode: true });

/**
 * Service Quotas of one account and Region, for Amazon Bedrock (`bedrock`) alone.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export class ServiceQuotas {
  readonly #quotas = new Map<string, Quota>();
  readonly service: Service;

  /** @throws Error for a code that is neither named nor in the table of names. */
  constructor(
    private readonly place: Place,
    quotas: Readonly<Record<string, QuotaSetting>> = {},
  ) {
    for (const [quotaCode, setting] of Object.entries(quotas)) this.setQuota(quotaCode, setting);
    this.service = {
      name: 'servicequotas',
      operations: {
        GetServiceQuota: read('GetServiceQuota', (input) => this.#getServiceQuota(input)),
        GetAWSDefaultServiceQuota: read('GetAWSDefaultServiceQuota', (input) => this.#getDefault(input)),
        ListServiceQuotas: read('ListServiceQuotas', (input) => this.#list(input)),
        ListAWSDefaultServiceQuotas: read('ListAWSDefaultServiceQuotas', (input) =>
          this.#listDefaults(input),
        ),
      },
    };
  }

  /** Gives a quota a new applied value, as an approved increase does, or adds one. The default stays as it was. */
  setQuota(quotaCode: string, setting: QuotaSetting): void {
    const before = this.#quotas.get(quotaCode);
    const given = typeof setting === 'number' ? { value: setting } : setting;
    const value = given.value ?? before?.value;
    this.#quotas.set(quotaCode, {
      code: quotaCode,
      name: given.name ?? before?.name ?? quotaName(quotaCode),
      value,
      default: given.default ?? before?.default ?? value,
    });
  }

  quota(quotaCode: string): Quota | undefined {
    return this.#quotas.get(quotaCode);
  }

  #getServiceQuota(input: Input) {
    const quota = this.#find(input, 'GetServiceQuota');
    if (quota.value === undefined) throw noSuchResource();
    return { Quota: this.#applied(quota, quota.value) };
  }

  #getDefault(input: Input) {
    const quota = this.#find(input, 'GetAWSDefaultServiceQuota');
    if (quota.default === undefined) throw noSuchResource();
    return { Quota: this.#default(quota, quota.default) };
  }

  /** Only applied values: a quota of which AWS knows but the default is left out, as AWS documents. */
  #list(input: Input) {
    const parsed = parseInput(listing, input, 'servicequotas:ListServiceQuotas', 'IllegalArgumentException');
    const { items, nextToken } = this.#page(
      parsed,
      'ListServiceQuotas',
      ({ value, code }) => value !== undefined && (parsed.QuotaCode ?? code) === code,
    );
    const quotas = items.map((quota) => this.#applied(quota, quota.value));
    return { Quotas: quotas, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  }

  #listDefaults(input: Input) {
    const operation = 'servicequotas:ListAWSDefaultServiceQuotas';
    const parsed = parseInput(defaultsListing, input, operation, 'IllegalArgumentException');
    const { items, nextToken } = this.#page(parsed, operation, (quota) => quota.default !== undefined);
    const quotas = items.map((quota) => this.#default(quota, quota.default));
    return { Quotas: quotas, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  }

  #page(
    input: {
      ServiceCode: string;
      QuotaCode?: string | undefined;
      MaxResults?: number | undefined;
      NextToken?: string | undefined;
    },
    operation: string,
    matches: (quota: Quota) => boolean,
  ) {
    if (input.ServiceCode !== 'bedrock') throw noSuchResource();
    return page({
      all: [...this.#quotas.values()].sort((a, b) => (a.code < b.code ? -1 : 1)),
      keyOf: (quota) => quota.code,
      matches,
      size: input.MaxResults ?? 100,
      nextToken: input.NextToken,
      scope: `${operation} ${input.ServiceCode} ${input.QuotaCode ?? ''}`,
      invalidToken: () => new AwsError('InvalidPaginationTokenException', 'Invalid input was provided.'),
    });
  }

  #find(input: Input, operation: string): Quota {
    const parsed = parseInput(oneQuota, input, `servicequotas:${operation}`, 'IllegalArgumentException');
    const quota = parsed.ServiceCode === 'bedrock' ? this.#quotas.get(parsed.QuotaCode) : undefined;
    if (quota === undefined) throw noSuchResource();
    return quota;
  }

  #applied(quota: Quota, value: number | undefined) {
    const { region, accountId } = this.place;
    const arn = `arn:aws:servicequotas:${region}:${accountId}:bedrock/${quota.code}`;
    return { ...this.#shape(quota, value, arn), QuotaAppliedAtLevel: 'ACCOUNT' };
  }

  /** A default belongs to no account. */
  #default(quota: Quota, value: number | undefined) {
    return this.#shape(quota, value, `arn:aws:servicequotas:${this.place.region}::bedrock/${quota.code}`);
  }

  #shape({ code, name }: Quota, value: number | undefined, arn: string) {
    return {
      ServiceCode: 'bedrock',
      ServiceName: 'Amazon Bedrock',
      QuotaArn: arn,
      QuotaCode: code,
      QuotaName: name,
      Value: value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
    };
  }
}

/**
 * All reads are granted on `*`: the Service Authorization Reference gives them no resource type. Only
 * RequestServiceQuotaIncrease and PutServiceQuotaIncreaseRequestIntoTemplate take
 * `arn:aws:servicequotas:REGION:ACCOUNT:SERVICE/QUOTA`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html
 */
function read(operation: string, run: (input: Input) => unknown): Operation {
  return { permissions: () => [{ action: `servicequotas:${operation}`, resource: '*' }], run };
}

function noSuchResource(): AwsError {
  return new AwsError(
    'NoSuchResourceException',
    'The request failed because the specified service quota does not exist.',
  );
}
