import type * as z from 'zod';
import {
  LEAST_ON_A_PAGE,
  MOST_CASES_AN_HOUR,
  RECENT_COMMUNICATIONS,
  SUPPORT_ERRORS,
} from '../../aws/support';
import { AwsError, type Call, type Input, type Operation, type Service } from '../service';
import { DerivedIds } from './derived-ids';
import { parseInput } from './input';
import { type PageRequest, page, tokenAfter } from './pages';
import {
  Case,
  type CaseSettings,
  type Communication,
  caseDetails,
  communicationShape,
  type ReportedCase,
  reportedCase,
} from './support-cases';
import { refuseUnknownCodes, services, severityLevels } from './support-catalog';
import * as inputs from './support-inputs';

export type { Case, CaseSettings, Communication, ReportedCase } from './support-cases';

export interface SupportOptions {
  readonly accountId: string;
  /** `basic` has no API; `business-plus` if left out. */
  readonly plan?: 'business-plus' | 'basic' | undefined;
  /** None if left out. */
  readonly lag?: SupportLag | undefined;
}

/** How long DescribeCases does not know a new case: where it lists, and where it is asked for that case. */
export interface SupportLag {
  readonly listMs: number;
  readonly lookupMs: number;
}

const NO_LAG: SupportLag = { listMs: 0, lookupMs: 0 };

/** The API gives bounds but no default; the smaller pages are the harder test. */
const defaultPageSize = LEAST_ON_A_PAGE;

/**
 * AWS Support of one account, whatever the Region: its endpoint is us-east-1.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/Welcome.html
 */
export class Support {
  readonly #cases = new Map<string, Case>();
  readonly #creations: Date[] = [];
  /** Cases that DescribeCases does not know at first. */
  readonly #lagging = new Set<Case>();
  readonly #ids: DerivedIds;
  readonly service: Service;

  constructor(private readonly options: SupportOptions) {
    this.#ids = new DerivedIds(`support ${options.accountId}`);
    this.service = {
      name: 'support',
      operations: {
        CreateCase: this.#operation('CreateCase', inputs.createCase, (input, call) =>
          this.#createCase(input, call),
        ),
        DescribeCases: this.#operation('DescribeCases', inputs.describeCases, (input, call) =>
          this.#describeCases(input, call),
        ),
        AddCommunicationToCase: this.#operation(
          'AddCommunicationToCase',
          inputs.addCommunication,
          (input, call) => this.#addCommunication(input, call),
        ),
        DescribeCommunications: this.#operation(
          'DescribeCommunications',
          inputs.describeCommunications,
          (input) => this.#describeCommunications(input),
        ),
        ResolveCase: this.#operation('ResolveCase', inputs.resolveCase, (input) => this.#resolveCase(input)),
        DescribeServices: this.#operation('DescribeServices', inputs.describeServices, describeServices),
        DescribeSeverityLevels: this.#operation(
          'DescribeSeverityLevels',
          inputs.describeSeverityLevels,
          () => ({ severityLevels }),
        ),
      },
    };
  }

  /** Puts in a case that everybody knows of, as if it were long there; it does not count toward the limit. */
  putCase(settings: CaseSettings): Case {
    const created = new Case(this.options.accountId, settings, this.#ids);
    this.#cases.set(created.caseId, created);
    return created;
  }

  /** Opens a case that DescribeCases knows after a while; it does not count toward the limit. */
  openCase(settings: CaseSettings): Case {
    const opened = this.putCase(settings);
    this.#lagging.add(opened);
    return opened;
  }

  /** A support engineer answers. @param id the case's id or display id. */
  reply(id: string, body: string, now: Date): void {
    this.find(id).add({ by: 'aws', at: now, body });
  }

  /** A person resolves one case. @param id the case's id or display id. */
  resolve(id: string): void {
    this.find(id).resolve();
  }

  /** A person resolves every case created until `now`. */
  resolveAll(now: Date): void {
    for (const supportCase of this.#cases.values()) {
      if (supportCase.createdAt <= now) supportCase.resolve();
    }
  }

  /** @throws AwsError CaseIdNotFound */
  find(id: string): Case {
    const found = this.#cases.get(id) ?? [...this.#cases.values()].find(({ displayId }) => displayId === id);
    if (found === undefined) throw caseIdNotFound();
    return found;
  }

  /** Every case for the report, the oldest first. */
  cases(): readonly ReportedCase[] {
    return this.#newestFirst().reverse().map(reportedCase);
  }

  /**
   * All of support:* is granted on `*`: AWS Support has no resource types.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssupport.html
   */
  #operation<T>(name: string, schema: z.ZodType<T>, run: (input: T, call: Call) => unknown): Operation {
    return {
      permissions: () => [{ action: `support:${name}`, resource: '*' }],
      run: (input: Input, call) => {
        this.#refuseWithoutPlan();
        return run(parseInput(schema, input, `support:${name}`), call);
      },
    };
  }

  /** Whether the account's support plan includes the API. */
  get hasApi(): boolean {
    return this.options.plan !== 'basic';
  }

  #refuseWithoutPlan(): void {
    if (this.hasApi) return;
    throw new AwsError(
      SUPPORT_ERRORS.noSupportPlan,
      'Amazon Web Services Premium Support Subscription is required to use this service.',
    );
  }

  #createCase(input: z.infer<typeof inputs.createCase>, { now }: Call) {
    refuseUnknownCodes(input);
    const lastHour = this.#creations.filter((at) => now.getTime() - at.getTime() < 3_600_000);
    if (lastHour.length >= MOST_CASES_AN_HOUR) {
      throw new AwsError(
        SUPPORT_ERRORS.caseLimit,
        'The case creation limit for the account has been exceeded.',
      );
    }
    this.#creations.push(now);
    const { caseId } = this.openCase({ ...input, createdAt: now, body: input.communicationBody });
    return { caseId };
  }

  #describeCases(input: z.infer<typeof inputs.describeCases>, { now }: Call) {
    const { includeCommunications = true, maxResults, nextToken, ...filter } = input;
    const { listMs, lookupMs } = this.options.lag ?? NO_LAG;
    const isLookup = filter.caseIdList !== undefined || filter.displayId !== undefined;
    const knownUntil = now.getTime() - (isLookup ? lookupMs : listMs);
    const visible = this.#newestFirst().filter(
      (supportCase) => !this.#lagging.has(supportCase) || supportCase.createdAt.getTime() <= knownUntil,
    );
    const listed = supportPage({
      all: visible,
      keyOf: ({ caseId }) => caseId,
      matches: this.#caseFilter(filter, visible),
      size: maxResults ?? defaultPageSize,
      nextToken,
      scope: `DescribeCases ${JSON.stringify(filter)}`,
    });
    const cases = listed.items.map((supportCase) => ({
      ...caseDetails(supportCase),
      ...(includeCommunications ? { recentCommunications: recent(supportCase) } : {}),
    }));
    return { ...listed.token, cases };
  }

  #caseFilter(
    filter: Omit<z.infer<typeof inputs.describeCases>, 'includeCommunications' | 'maxResults' | 'nextToken'>,
    visible: readonly Case[],
  ): (supportCase: Case) => boolean {
    const { caseIdList, displayId, includeResolvedCases = false } = filter;
    const missing = caseIdList?.some((id) => !visible.some(({ caseId }) => caseId === id)) ?? false;
    const unknown =
      displayId !== undefined && !visible.some((supportCase) => supportCase.displayId === displayId);
    if (missing || unknown) throw caseIdNotFound();
    return (supportCase) =>
      (caseIdList?.includes(supportCase.caseId) ?? true) &&
      (displayId ?? supportCase.displayId) === supportCase.displayId &&
      (filter.language ?? supportCase.language) === supportCase.language &&
      (includeResolvedCases || !supportCase.isResolved) &&
      isBetween(supportCase.createdAt, filter);
  }

  #addCommunication(input: z.infer<typeof inputs.addCommunication>, { now }: Call) {
    const { caseId, communicationBody, ccEmailAddresses } = input;
    this.#byCaseId(caseId).add({ by: 'us', at: now, body: communicationBody }, ccEmailAddresses);
    return { result: true };
  }

  #describeCommunications(input: z.infer<typeof inputs.describeCommunications>) {
    const supportCase = this.#byCaseId(input.caseId);
    const listed = supportPage({
      ...communicationListing(supportCase),
      matches: ({ communication }) => isBetween(communication.at, input),
      size: input.maxResults ?? defaultPageSize,
      nextToken: input.nextToken,
    });
    const communications = listed.items.map(({ communication }) =>
      communicationShape(supportCase, communication),
    );
    return { ...listed.token, communications };
  }

  #resolveCase({ caseId }: z.infer<typeof inputs.resolveCase>) {
    const supportCase = this.#byCaseId(caseId);
    const initialCaseStatus = supportCase.status;
    supportCase.resolve();
    return { initialCaseStatus, finalCaseStatus: supportCase.status };
  }

  /** The API takes no display id where it asks for a case id. */
  #byCaseId(caseId: string): Case {
    const found = this.#cases.get(caseId);
    if (found === undefined) throw caseIdNotFound();
    return found;
  }

  #newestFirst(): Case[] {
    return [...this.#cases.values()].sort(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.caseId < b.caseId ? -1 : 1),
    );
  }
}

function describeServices({ serviceCodeList }: z.infer<typeof inputs.describeServices>) {
  return { services: services.filter(({ code }) => serviceCodeList?.includes(code) ?? true) };
}

/** The newest five, and the token with which DescribeCommunications goes on. */
function recent(supportCase: Case) {
  const { all, keyOf, scope } = communicationListing(supportCase);
  const shown = all.slice(0, RECENT_COMMUNICATIONS);
  const last = shown.at(-1);
  const more = all.length > shown.length && last !== undefined;
  return {
    communications: shown.map(({ communication }) => communicationShape(supportCase, communication)),
    ...(more ? { nextToken: tokenAfter(keyOf(last), scope) } : {}),
  };
}

/** A case's communications, the newest first, each with its number from the oldest: what comes later renumbers none. */
function communicationListing(supportCase: Case) {
  const all = supportCase.communications
    .map((communication, number): { communication: Communication; number: number } => ({
      communication,
      number,
    }))
    .reverse();
  return {
    all,
    keyOf: ({ number }: { number: number }) => String(number),
    scope: `DescribeCommunications ${supportCase.caseId}`,
  };
}

function supportPage<T>(request: Omit<PageRequest<T>, 'invalidToken'>) {
  const invalidToken = () => new AwsError('ValidationException', 'Invalid nextToken');
  const { items, nextToken } = page({ ...request, invalidToken });
  return { items, token: nextToken === undefined ? {} : { nextToken } };
}

function isBetween(
  at: Date,
  { afterTime, beforeTime }: { afterTime?: string | undefined; beforeTime?: string | undefined },
): boolean {
  return (
    (afterTime === undefined || at >= new Date(inUtc(afterTime))) &&
    (beforeTime === undefined || at <= new Date(inUtc(beforeTime)))
  );
}

/** A date and time without an offset would be read in the zone of the machine. */
function inUtc(time: string): string {
  return /^[^T]*$|Z$|[+-]\d{2}:?\d{2}$/.test(time) ? time : `${time}Z`;
}

function caseIdNotFound(): AwsError {
  return new AwsError(SUPPORT_ERRORS.noSuchCase, 'The requested caseId could not be located.');
}
