import * as z from 'zod';
import {
  MOST_ON_A_PAGE,
  NO_SUCH_RESOURCE,
  QUOTA_REQUEST_STATUSES,
  type QuotaRequestAnswer,
  type QuotaRequestStatus,
  REFUSALS,
} from '../../aws/service-quotas';
import { AwsError, type Call, type Input, type Operation, type Permission, type Service } from '../service';
import { quotaName } from './bedrock-quota-names';
import { parseInput } from './input';
import type { Place } from './kms';
import { page } from './pages';
import { type QuotaRequest, QuotaRequests } from './quota-requests';
import { Support } from './support';

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
      /** Whether an increase may be asked for; so if left out. */
      readonly adjustable?: boolean;
    };

export interface Quota {
  readonly code: string;
  readonly name: string;
  readonly value: number | undefined;
  readonly default: number | undefined;
  readonly adjustable: boolean;
  /** What applied to the account before, the oldest first. */
  readonly earlier: readonly number[];
}

/** How AWS answers a request. */
export interface QuotaAnswer {
  readonly status: QuotaRequestAnswer;
  /** The applied value then; if left out what was asked for where it is approved, else unchanged. */
  readonly value?: number | undefined;
  /** AWS's last communication on the case. */
  readonly reply?: string | undefined;
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
  MaxResults: z.int().min(1).max(MOST_ON_A_PAGE).optional(),
  NextToken: z.string().max(2048).optional(),
});
const defaultsListing = listing.omit({ QuotaCode: true });
const increase = z.strictObject({
  ServiceCode: serviceCode,
  QuotaCode: code,
  DesiredValue: z.number().min(0).max(10_000_000_000),
  SupportCaseAllowed: z.boolean().optional(),
});
const oneRequest = z.strictObject({
  RequestId: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[0-9a-zA-Z][a-zA-Z0-9-]{1,128}$/),
});
const history = z.strictObject({
  ServiceCode: serviceCode.optional(),
  Status: z.enum(QUOTA_REQUEST_STATUSES).optional(),
  QuotaRequestedAtLevel: z.enum(['ACCOUNT', 'RESOURCE', 'ALL']).optional(),
  MaxResults: z.int().min(1).max(MOST_ON_A_PAGE).optional(),
  NextToken: z.string().max(2048).optional(),
});
const historyOfQuota = history.extend({ ServiceCode: serviceCode, QuotaCode: code });

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
    /** Those of the account. */
    private readonly accountRequests: QuotaRequests = requestsOf(place),
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
        RequestServiceQuotaIncrease: {
          permissions: (input) => this.#increasePermissions(input),
          run: (input, call) => this.#requestIncrease(input, call),
        },
        GetRequestedServiceQuotaChange: read('GetRequestedServiceQuotaChange', (input) =>
          this.#getRequest(input),
        ),
        ListRequestedServiceQuotaChangeHistory: read('ListRequestedServiceQuotaChangeHistory', (input) =>
          this.#history('ListRequestedServiceQuotaChangeHistory', history, input),
        ),
        ListRequestedServiceQuotaChangeHistoryByQuota: read(
          'ListRequestedServiceQuotaChangeHistoryByQuota',
          (input) => this.#history('ListRequestedServiceQuotaChangeHistoryByQuota', historyOfQuota, input),
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
      adjustable: given.adjustable ?? before?.adjustable ?? true,
      earlier: [
        ...(before?.earlier ?? []),
        ...[before?.value ?? before?.default].filter((one) => one !== undefined),
      ],
    });
  }

  /** By code. */
  quotas(): readonly Quota[] {
    return [...this.#quotas.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  }

  quota(quotaCode: string): Quota | undefined {
    return this.#quotas.get(quotaCode);
  }

  /** Of this Region, the newest first. */
  requests(): readonly QuotaRequest[] {
    return this.accountRequests.in(this.place.region);
  }

  openRequest(quotaCode: string): QuotaRequest | undefined {
    return this.accountRequests.openFor(this.place.region, quotaCode);
  }

  /** Puts in a request from before. Throws AwsError where there is no such quota. */
  putRequest(quotaCode: string, desiredValue: number, status: QuotaRequestStatus, requestedAt: Date): void {
    this.accountRequests.put(this.#wanted(this.#known(quotaCode), desiredValue), status, requestedAt);
  }

  /** AWS answers the open request for a quota. Throws AwsError where none is open. */
  answerRequest(quotaCode: string, { status, value, reply }: QuotaAnswer): void {
    const asked = this.openRequest(quotaCode)?.desiredValue;
    this.accountRequests.answer(this.place.region, quotaCode, status, reply);
    const applied = value ?? (status === 'APPROVED' ? asked : undefined);
    if (applied !== undefined) this.setQuota(quotaCode, applied);
  }

  /**
   * Service Quotas makes the role that it needs on behalf of the caller, once for the account.
   * https://docs.aws.amazon.com/servicequotas/latest/userguide/using-service-linked-roles.html
   */
  #increasePermissions(input: Input): readonly Permission[] {
    const { accountId } = this.place;
    const role = 'aws-service-role/servicequotas.amazonaws.com/AWSServiceRoleForServiceQuotas';
    const request: Permission = {
      action: 'servicequotas:RequestServiceQuotaIncrease',
      resource: this.#arn(String(input.QuotaCode), String(input.ServiceCode)),
      context: { 'servicequotas:service': String(input.ServiceCode) },
    };
    const createRole: Permission = {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:aws:iam::${accountId}:role/${role}`,
      context: { 'iam:AWSServiceName': 'servicequotas.amazonaws.com' },
      refusedAs: new AwsError(REFUSALS.noServiceLinkedRole, 'Service-linked role creation access denied.'),
    };
    return this.accountRequests.hasServiceLinkedRole ? [request] : [request, createRole];
  }

  #requestIncrease(input: Input, { now }: Call) {
    this.accountRequests.createServiceLinkedRole();
    const operation = 'servicequotas:RequestServiceQuotaIncrease';
    const parsed = parseInput(increase, input, operation, REFUSALS.refusedValue);
    const { ServiceCode, QuotaCode, DesiredValue, SupportCaseAllowed = true } = parsed;
    if (ServiceCode !== 'bedrock') throw noSuchResource();
    const quota = this.#known(QuotaCode);
    refuseIncrease(quota, DesiredValue);
    const wanted = this.#wanted(quota, DesiredValue);
    return {
      RequestedQuota: this.#requestShape(this.accountRequests.request(wanted, SupportCaseAllowed, now)),
    };
  }

  #wanted({ code: quotaCode, name: quotaName }: Quota, desiredValue: number) {
    return { region: this.place.region, quotaCode, quotaName, desiredValue };
  }

  #getRequest(input: Input) {
    const operation = 'servicequotas:GetRequestedServiceQuotaChange';
    const { RequestId } = parseInput(oneRequest, input, operation, REFUSALS.refusedValue);
    const request = this.requests().find(({ id }) => id === RequestId);
    if (request === undefined) throw noSuchResource();
    return { RequestedQuota: this.#requestShape(request) };
  }

  #history(operation: string, schema: z.ZodType<History>, input: Input) {
    const parsed = parseInput(schema, input, `servicequotas:${operation}`, REFUSALS.refusedValue);
    const {
      ServiceCode = 'bedrock',
      QuotaCode,
      Status,
      QuotaRequestedAtLevel,
      MaxResults,
      NextToken,
    } = parsed;
    if (ServiceCode !== 'bedrock') throw noSuchResource();
    if (QuotaCode !== undefined) this.#known(QuotaCode);
    const { items, nextToken } = page({
      all: this.requests(),
      keyOf: ({ id }) => id,
      matches: ({ quotaCode, status }) =>
        QuotaRequestedAtLevel !== 'RESOURCE' &&
        (QuotaCode ?? quotaCode) === quotaCode &&
        (Status ?? status) === status,
      size: MaxResults ?? MOST_ON_A_PAGE,
      nextToken: NextToken,
      scope: `${operation} ${QuotaCode ?? ''} ${Status ?? ''} ${QuotaRequestedAtLevel ?? ''}`,
      invalidToken,
    });
    const requested = items.map((request) => this.#requestShape(request));
    return { RequestedQuotas: requested, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  }

  #requestShape({ id, quotaCode, quotaName, desiredValue, status, supportCase, ...at }: QuotaRequest) {
    return {
      Id: id,
      ...(supportCase === undefined ? {} : { CaseId: supportCase.displayId }),
      ServiceCode: 'bedrock',
      ServiceName: 'Amazon Bedrock',
      QuotaCode: quotaCode,
      QuotaName: quotaName,
      DesiredValue: desiredValue,
      Status: status,
      Created: at.requestedAt,
      LastUpdated: at.updatedAt,
      QuotaArn: this.#arn(quotaCode),
      GlobalQuota: false,
      Unit: 'None',
      QuotaRequestedAtLevel: 'ACCOUNT',
    };
  }

  #arn(quotaCode: string, service = 'bedrock'): string {
    return `arn:aws:servicequotas:${this.place.region}:${this.place.accountId}:${service}/${quotaCode}`;
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
    const parsed = parseInput(listing, input, 'servicequotas:ListServiceQuotas', REFUSALS.refusedValue);
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
    const parsed = parseInput(defaultsListing, input, operation, REFUSALS.refusedValue);
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
      all: this.quotas(),
      keyOf: (quota) => quota.code,
      matches,
      size: input.MaxResults ?? MOST_ON_A_PAGE,
      nextToken: input.NextToken,
      scope: `${operation} ${input.ServiceCode} ${input.QuotaCode ?? ''}`,
      invalidToken,
    });
  }

  #find(input: Input, operation: string): Quota {
    const parsed = parseInput(oneQuota, input, `servicequotas:${operation}`, REFUSALS.refusedValue);
    if (parsed.ServiceCode !== 'bedrock') throw noSuchResource();
    return this.#known(parsed.QuotaCode);
  }

  #known(quotaCode: string): Quota {
    const quota = this.#quotas.get(quotaCode);
    if (quota === undefined) throw noSuchResource();
    return quota;
  }

  #applied(quota: Quota, value: number | undefined) {
    return { ...this.#shape(quota, value, this.#arn(quota.code)), QuotaAppliedAtLevel: 'ACCOUNT' };
  }

  /** A default belongs to no account. */
  #default(quota: Quota, value: number | undefined) {
    return this.#shape(quota, value, `arn:aws:servicequotas:${this.place.region}::bedrock/${quota.code}`);
  }

  #shape({ code, name, adjustable }: Quota, value: number | undefined, arn: string) {
    return {
      ServiceCode: 'bedrock',
      ServiceName: 'Amazon Bedrock',
      QuotaArn: arn,
      QuotaCode: code,
      QuotaName: name,
      Value: value,
      Unit: 'None',
      Adjustable: adjustable,
      GlobalQuota: false,
    };
  }
}

interface History {
  readonly ServiceCode?: string | undefined;
  readonly QuotaCode?: string | undefined;
  readonly Status?: QuotaRequestStatus | undefined;
  readonly QuotaRequestedAtLevel?: 'ACCOUNT' | 'RESOURCE' | 'ALL' | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** Of an account of its own, where nothing follows upon a request. */
const requestsOf = ({ accountId }: Place) =>
  new QuotaRequests({ accountId, support: new Support({ accountId }) });

/** What AWS answers for a quota that is not adjustable is not documented: assumed is what it answers other bad input. */
function refuseIncrease(quota: Quota, desiredValue: number): void {
  if (!quota.adjustable) throw new AwsError(REFUSALS.refusedValue, 'The quota is not adjustable.');
  if (desiredValue > Math.max(quota.value ?? 0, quota.default ?? 0)) return;
  throw new AwsError(
    REFUSALS.refusedValue,
    'You must provide a quota value greater than the current quota value.',
  );
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

const invalidToken = () => new AwsError('InvalidPaginationTokenException', 'Invalid input was provided.');

function noSuchResource(): AwsError {
  return new AwsError(
    NO_SUCH_RESOURCE,
    'The request failed because the specified service quota does not exist.',
  );
}
