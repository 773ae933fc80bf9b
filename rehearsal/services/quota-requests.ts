import {
  isOpenStatus,
  MOST_OPEN_REQUESTS,
  NO_SUCH_RESOURCE,
  type QuotaRequestAnswer,
  type QuotaRequestStatus,
  REFUSALS,
} from '../../aws/service-quotas';
import { SUPPORT_ERRORS } from '../../aws/support';
import { AwsError } from '../service';
import { DerivedIds } from './derived-ids';
import type { Support } from './support';
import type { Case } from './support-cases';

/** A request to raise one quota in one Region. */
export interface QuotaRequest {
  readonly id: string;
  readonly region: string;
  readonly quotaCode: string;
  readonly quotaName: string;
  readonly desiredValue: number;
  readonly requestedAt: Date;
  /** Of its last change. */
  readonly updatedAt: Date;
  readonly status: QuotaRequestStatus;
  /** What AWS Support opened for it; none while it is pending. */
  readonly supportCase: Case | undefined;
}

type Wanted = Pick<QuotaRequest, 'region' | 'quotaCode' | 'quotaName' | 'desiredValue'>;

export interface StatusChange {
  readonly at: Date;
  readonly request: QuotaRequest;
  readonly status: QuotaRequestStatus;
}

/** What is to happen later. */
export interface Clock {
  readonly now: Date;
  enter(at: Date, turn: 'delivery', key: string, act: () => void): void;
}

export interface QuotaRequestsOptions {
  readonly accountId: string;
  /** Of the account: where the cases are opened. */
  readonly support: Support;
  /** Without it requests stay as they were made. */
  readonly clock?: Clock | undefined;
  /** Whether the role exists with which Service Quotas opens cases; it does if left out. */
  readonly hasServiceLinkedRole?: boolean | undefined;
  /** How long after a request its case is opened, and how long after that AWS replies by itself; 20 s and a minute. */
  readonly timing?: { readonly caseMs: number; readonly replyMs: number } | undefined;
  readonly limits?: OpenRequestLimits | undefined;
}

/** How many requests may be open at a time. */
export interface OpenRequestLimits {
  readonly account: number;
  readonly region: number;
}

/**
 * Besides the limit of an account AWS documents one of 2 in a Region, on one page for every Region and on another for
 * opt-in Regions alone; that one is played where a scenario asks for it.
 * https://docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html
 */
export const LIMITS: OpenRequestLimits = { account: MOST_OPEN_REQUESTS, region: MOST_OPEN_REQUESTS };
/** That the case comes within seconds is known, not how many; the automatic reply comes about a minute later. */
export const TIMING = { caseMs: 20_000, replyMs: 60_000 };

/** Requests for quota increases of one account, in all its Regions, and what AWS makes of them. */
export class QuotaRequests {
  /** Every status that a request ever had, in order. */
  readonly changes: StatusChange[] = [];
  readonly #requests: Changeable[] = [];
  readonly #ids: DerivedIds;
  #hasServiceLinkedRole: boolean;

  constructor(private readonly options: QuotaRequestsOptions) {
    this.#ids = new DerivedIds(`quota requests ${options.accountId}`);
    this.#hasServiceLinkedRole = options.hasServiceLinkedRole ?? true;
  }

  get hasServiceLinkedRole(): boolean {
    return this.#hasServiceLinkedRole;
  }

  /** Service Quotas makes it on behalf of whoever may. */
  createServiceLinkedRole(): void {
    this.#hasServiceLinkedRole = true;
  }

  /** The newest first. */
  in(region: string): readonly QuotaRequest[] {
    return this.all()
      .filter((request) => request.region === region)
      .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime() || (a.id < b.id ? -1 : 1));
  }

  all(): readonly QuotaRequest[] {
    return [...this.#requests];
  }

  openFor(region: string, quotaCode: string): QuotaRequest | undefined {
    return this.#openFor(region, quotaCode);
  }

  /**
   * Somebody asks for an increase.
   * @throws AwsError ResourceAlreadyExistsException while one is open for this quota, QuotaExceededException where too
   *   many are.
   */
  request(wanted: Wanted, isCaseAllowed: boolean, now: Date): QuotaRequest {
    this.#refuseTooMany(wanted);
    const made = this.#add(wanted, 'PENDING', now);
    this.#later(timingOf(this.options).caseMs, made, () => {
      if (!isOpen(made)) return;
      if (isCaseAllowed) this.#openCase(made);
      else this.#change(made, 'NOT_APPROVED');
    });
    return made;
  }

  /**
   * Puts in a request that was made before; it has its case, unless it is still pending, which it then stays. The case of
   * one that was answered is resolved.
   */
  put(wanted: Wanted, status: QuotaRequestStatus, requestedAt: Date): QuotaRequest {
    const { caseMs, replyMs } = timingOf(this.options);
    const request = this.#add(wanted, status, requestedAt);
    if (status === 'PENDING') return request;
    const openedAt = new Date(requestedAt.getTime() + caseMs);
    const supportCase = this.options.support.putCase(this.#caseOf(request, openedAt));
    supportCase.add({ by: 'aws', at: new Date(openedAt.getTime() + replyMs), body: AUTOMATIC_REPLY });
    if (!isOpen(request)) supportCase.resolve();
    request.supportCase = supportCase;
    return request;
  }

  /**
   * AWS answers the open request for a quota, and resolves its case.
   * @throws AwsError NoSuchResourceException where none is open, CaseIdNotFound for a reply where there is no case.
   */
  answer(region: string, quotaCode: string, status: QuotaRequestAnswer, reply: string | undefined): void {
    const request = this.#openFor(region, quotaCode);
    if (request === undefined) throw new AwsError(NO_SUCH_RESOURCE, `No request for ${quotaCode} is open.`);
    const { supportCase } = request;
    if (reply !== undefined && supportCase === undefined)
      throw new AwsError(
        SUPPORT_ERRORS.noSuchCase,
        `The request for ${quotaCode} has no case yet to reply on.`,
      );
    this.#change(request, status);
    if (reply !== undefined) supportCase?.add({ by: 'aws', at: request.updatedAt, body: reply });
    supportCase?.resolve();
  }

  #refuseTooMany({ region, quotaCode }: Wanted): void {
    if (this.#openFor(region, quotaCode) !== undefined) {
      throw new AwsError(
        REFUSALS.alreadyOpen,
        'Only one open service quota increase request is allowed per quota.',
      );
    }
    const open = this.#requests.filter(isOpen);
    const limits = this.options.limits ?? LIMITS;
    const here = open.filter((request) => request.region === region);
    if (open.length >= limits.account || here.length >= limits.region) {
      throw new AwsError(REFUSALS.tooManyOpen, 'Too many service quota increase requests are open.');
    }
  }

  #openFor(region: string, quotaCode: string): Changeable | undefined {
    return this.#requests.find(
      (request) => isOpen(request) && request.region === region && request.quotaCode === quotaCode,
    );
  }

  #add(wanted: Wanted, status: QuotaRequestStatus, at: Date): Changeable {
    const { region, quotaCode, quotaName, desiredValue } = wanted;
    const id = this.#ids.next(at, region, quotaCode, desiredValue).slice(0, 40);
    const added: Changeable = {
      id,
      region,
      quotaCode,
      quotaName,
      desiredValue,
      requestedAt: at,
      updatedAt: at,
      status,
      supportCase: undefined,
    };
    this.#requests.push(added);
    this.changes.push({ at, request: added, status });
    return added;
  }

  #openCase(request: Changeable): void {
    const supportCase = this.options.support.openCase(this.#caseOf(request, this.#now(request)));
    request.supportCase = supportCase;
    this.#change(request, 'CASE_OPENED');
    this.#later(timingOf(this.options).replyMs, request, () => {
      if (!supportCase.isResolved)
        supportCase.add({ by: 'aws', at: this.#now(request), body: AUTOMATIC_REPLY });
    });
  }

  #caseOf(request: Changeable, createdAt: Date) {
    return {
      subject: `Quota increase request: Amazon Bedrock, ${request.quotaName}, ${request.region}`,
      createdAt,
      body: openingOf(request),
      openedBy: 'aws',
      via: 'service-quotas',
      // Whoever resolves the case ends the request.
      onResolved: () => {
        if (isOpen(request)) this.#change(request, 'CASE_CLOSED');
      },
    } as const;
  }

  #change(request: Changeable, status: QuotaRequestStatus): void {
    request.status = status;
    request.updatedAt = this.#now(request);
    this.changes.push({ at: request.updatedAt, request, status });
  }

  #now(request: QuotaRequest): Date {
    return this.options.clock?.now ?? request.updatedAt;
  }

  #later(ms: number, { id }: QuotaRequest, act: () => void): void {
    const { clock } = this.options;
    clock?.enter(new Date(clock.now.getTime() + ms), 'delivery', `quota request ${id}`, act);
  }
}

type Changeable = { -readonly [Key in keyof QuotaRequest]: QuotaRequest[Key] };

const timingOf = ({ timing }: QuotaRequestsOptions) => timing ?? TIMING;

const isOpen = ({ status }: QuotaRequest): boolean => isOpenStatus(status);

const openingOf = ({ id, quotaCode, quotaName, region, desiredValue }: QuotaRequest): string =>
  [
    'Service Quotas opened this case for a request to raise a quota.',
    '',
    'Service: Amazon Bedrock',
    `Region: ${region}`,
    `Quota: ${quotaName} (${quotaCode})`,
    `Requested value: ${desiredValue.toLocaleString('en-US')}`,
    `Request: ${id}`,
  ].join('\n');

const AUTOMATIC_REPLY = [
  'Thank you for your request. This is an automatic reply. To review it, the service team needs to know:',
  '',
  '- tokens per minute, steady state and peak',
  '- requests per minute, steady state and peak',
  '- average input tokens and average output tokens of a request',
  '- the use case',
  '- the Region and the model',
  '- whether cross-region inference is used',
  '- the input modalities',
].join('\n');
