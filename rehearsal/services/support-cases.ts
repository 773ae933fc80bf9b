import { BEDROCK_FILING, RESOLVED, SUBMITTED_BY_AWS } from '../../aws/support';
import { instantText } from '../instant';
import type { SupportCase } from '../report';
import { type DerivedIds, digitsFrom } from './derived-ids';
import type { Filing } from './support-catalog';

export interface Communication {
  readonly by: 'us' | 'aws';
  readonly at: Date;
  readonly body: string;
}

/** https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CaseDetails.html names more that nothing here leads to. */
export type CaseStatus =
  | 'opened'
  | 'customer-action-completed'
  | 'pending-customer-action'
  | 'reopened'
  | typeof RESOLVED;

/** A case as the scenario or a call opens it. */
export interface CaseSettings extends Filing {
  readonly subject: string;
  readonly createdAt: Date;
  /** The first communication. What is left out of the filing is Bedrock, general guidance, normal. */
  readonly body?: string | undefined;
  /** Whose the first communication is; ours if left out. */
  readonly openedBy?: Communication['by'] | undefined;
  readonly ccEmailAddresses?: readonly string[] | undefined;
  readonly language?: string | undefined;
  /** Who opened it: a call of CreateCase or a person (`support`), or Service Quotas. */
  readonly via?: SupportCase['via'] | undefined;
  /** Told when somebody resolves it. */
  readonly onResolved?: (() => void) | undefined;
}

/** One support case and what may be done to it. */
export class Case {
  readonly caseId: string;
  readonly displayId: string;
  readonly subject: string;
  readonly createdAt: Date;
  readonly via: SupportCase['via'];
  readonly openedBy: Communication['by'];
  readonly filing: Required<Filing>;
  readonly language: string;
  status: CaseStatus = 'opened';
  /** The oldest first. */
  readonly communications: Communication[] = [];
  readonly #onResolved: () => void;
  #cc: readonly string[];

  constructor(accountId: string, settings: CaseSettings, ids: DerivedIds) {
    const { subject, createdAt, body } = settings;
    const id = ids.next(createdAt, subject, body ?? '');
    const year = createdAt.getUTCFullYear();
    this.caseId = `case-${accountId}-mu${settings.language ?? 'en'}-${year}-${id.slice(0, 16)}`;
    this.displayId = digitsFrom(id, 15);
    this.subject = subject;
    this.createdAt = createdAt;
    this.via = settings.via ?? 'support';
    this.openedBy = settings.openedBy ?? 'us';
    this.#onResolved = settings.onResolved ?? (() => {});
    this.filing = {
      serviceCode: settings.serviceCode ?? BEDROCK_FILING.serviceCode,
      categoryCode: settings.categoryCode ?? BEDROCK_FILING.categoryCode,
      severityCode: settings.severityCode ?? 'normal',
    };
    this.language = settings.language ?? 'en';
    this.#cc = settings.ccEmailAddresses ?? [];
    if (body !== undefined) this.communications.push({ by: this.openedBy, at: createdAt, body });
  }

  get ccEmailAddresses(): readonly string[] {
    return this.#cc;
  }

  get isResolved(): boolean {
    return this.status === RESOLVED;
  }

  /** Our words reopen a resolved case and answer one that waits for us. */
  add(communication: Communication, cc: readonly string[] = []): void {
    this.#insert(communication);
    this.#cc = [...new Set([...this.#cc, ...cc])];
    if (communication.by === 'aws') this.status = 'pending-customer-action';
    else if (this.status === RESOLVED) this.status = 'reopened';
    else if (this.status === 'pending-customer-action') this.status = 'customer-action-completed';
  }

  resolve(): void {
    this.status = RESOLVED;
    this.#onResolved();
  }

  /** By time; at one instant by text, since parallel calls arrive in any order. What opened the case stays first. */
  #insert(communication: Communication): void {
    const later = this.communications.findIndex(
      ({ at, body }, index) =>
        at > communication.at ||
        (index > 0 && at.getTime() === communication.at.getTime() && body > communication.body),
    );
    this.communications.splice(later < 0 ? this.communications.length : later, 0, communication);
  }
}

/** A case in the API's shape; `recentCommunications` is added by those who show it. */
export function caseDetails(supportCase: Case) {
  const { caseId, displayId, subject, status, filing, createdAt, openedBy, ccEmailAddresses, language } =
    supportCase;
  return {
    caseId,
    displayId,
    subject,
    status,
    ...filing,
    submittedBy: submitter[openedBy],
    timeCreated: createdAt.toISOString(),
    ccEmailAddresses,
    language,
  };
}

/** A communication in the API's shape. */
export function communicationShape({ caseId }: Case, { body, by, at }: Communication) {
  return { caseId, body, submittedBy: submitter[by], timeCreated: at.toISOString(), attachmentSet: [] };
}

/** A case as the report shows it, before the product has said which model it is about. */
export type ReportedCase = Omit<SupportCase, 'model' | 'category'>;

export function reportedCase(supportCase: Case): ReportedCase {
  const { displayId, createdAt, via, subject, status, communications } = supportCase;
  return {
    displayId,
    openedAt: instantText(createdAt),
    via,
    subject,
    status,
    communications: communications.map(({ at, by, body }) => ({ at: instantText(at), by, body })),
  };
}

const submitter = { us: 'owner@account.example', aws: SUBMITTED_BY_AWS } as const;
