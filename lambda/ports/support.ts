import {
  AddCommunicationToCaseCommand,
  type CaseDetails,
  CaseIdNotFound,
  type Communication,
  CreateCaseCommand,
  DescribeCasesCommand,
  DescribeCommunicationsCommand,
  SupportClient,
} from '@aws-sdk/client-support';
import {
  BEDROCK_FILING,
  MOST_ON_A_PAGE,
  RESOLVED,
  SUBMITTED_BY_AWS,
  SUPPORT_ERRORS,
} from '../../aws/support';
import type { CaseCommunication } from '../contract/case-communication';
import { READ_ONCE, READ_PAGES, SEARCH, SLOW_WRITE_ONCE } from './client-settings';

const searcher = new SupportClient(SEARCH);
const pageReader = new SupportClient(READ_PAGES);
const reader = new SupportClient(READ_ONCE);
const writer = new SupportClient(SLOW_WRITE_ONCE);

const LANGUAGE = 'en';

export interface OpenCase {
  readonly caseId: string;
  readonly displayId: string;
  readonly subject: string;
  /** Undefined where AWS did not say. */
  readonly createdAt: Date | undefined;
}

/** The unresolved cases of the account since `after`, one page after the other. */
export async function* openCasePages(
  after: Date,
): AsyncGenerator<{ readonly cases: readonly OpenCase[]; readonly isLast: boolean }> {
  let nextToken: string | undefined;
  do {
    const page = await searcher.send(
      new DescribeCasesCommand({
        afterTime: after.toISOString(),
        includeResolvedCases: false,
        includeCommunications: false,
        maxResults: MOST_ON_A_PAGE,
        language: LANGUAGE,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    nextToken = page.nextToken;
    yield { cases: (page.cases ?? []).map(openCase), isLast: nextToken === undefined };
  } while (nextToken !== undefined);
}

const openCase = (found: CaseDetails): OpenCase => ({
  caseId: found.caseId ?? '',
  displayId: found.displayId ?? '',
  subject: found.subject ?? '',
  createdAt: found.timeCreated === undefined ? undefined : new Date(found.timeCreated),
});

/** The number that people know a case by; undefined while AWS does not list the new case yet. */
export async function displayIdOf(caseId: string): Promise<string | undefined> {
  try {
    const { cases } = await reader.send(
      new DescribeCasesCommand({ caseIdList: [caseId], includeCommunications: false, language: LANGUAGE }),
    );
    return cases?.[0]?.displayId;
  } catch (error) {
    if (error instanceof CaseIdNotFound) return undefined;
    throw error;
  }
}

/** A case as AWS knows it now. */
export interface CaseNow {
  readonly caseId: string;
  readonly displayId: string;
  readonly isResolved: boolean;
}

/**
 * A case by its id; undefined where AWS knows none. A new case may be listed only after a while.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeCases.html
 */
export async function caseNow(caseId: string): Promise<CaseNow | undefined> {
  const [found] = await casesNow([caseId]);
  return found;
}

/** A case by its number. */
export interface CaseOfNumber extends CaseNow {
  /** Undefined where AWS did not say. */
  readonly createdAt: Date | undefined;
}

/** A case by the number that people know it by, whoever opened it; undefined where AWS does not list it. */
export async function caseOfNumber(displayId: string): Promise<CaseOfNumber | undefined> {
  try {
    const { cases = [] } = await reader.send(
      new DescribeCasesCommand({
        displayId,
        includeResolvedCases: true,
        includeCommunications: false,
        language: LANGUAGE,
      }),
    );
    const [found] = cases;
    if (found?.caseId === undefined) return undefined;
    const { caseId, status } = found;
    return { caseId, displayId, isResolved: status === RESOLVED, createdAt: openCase(found).createdAt };
  } catch (error) {
    if (error instanceof CaseIdNotFound) return undefined;
    throw error;
  }
}

/** Cases by their ids, resolved or not; those that AWS does not know are left out. `caseIds`: at most `MOST_CASE_IDS`. */
export async function casesNow(caseIds: readonly string[]): Promise<readonly CaseNow[]> {
  if (caseIds.length === 0) return [];
  try {
    const { cases = [] } = await searcher.send(
      new DescribeCasesCommand({
        caseIdList: [...caseIds],
        includeResolvedCases: true,
        includeCommunications: false,
        maxResults: MOST_ON_A_PAGE,
        language: LANGUAGE,
      }),
    );
    return cases.map(({ caseId = '', displayId = '', status }) => ({
      caseId,
      displayId,
      isResolved: status === RESOLVED,
    }));
  } catch (error) {
    if (!(error instanceof CaseIdNotFound)) throw error;
    // One that is not known fails the whole call.
    if (caseIds.length === 1) return [];
    return (await Promise.all(caseIds.map((caseId) => casesNow([caseId])))).flat();
  }
}

/** The bodies of all communications of a case. */
export async function communicationsOf(caseId: string): Promise<readonly string[]> {
  return (await caseCommunications(caseId)).map(({ body }) => body);
}

/**
 * All communications of a case. `DescribeCases` would give only the five newest.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeCommunications.html
 */
export async function caseCommunications(caseId: string): Promise<readonly CaseCommunication[]> {
  const found: CaseCommunication[] = [];
  let nextToken: string | undefined;
  do {
    const page = await pageReader.send(
      new DescribeCommunicationsCommand({
        caseId,
        maxResults: MOST_ON_A_PAGE,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    found.push(...(page.communications ?? []).map(caseCommunication));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

const caseCommunication = ({ body = '', submittedBy, timeCreated }: Communication): CaseCommunication => ({
  body,
  isByAws: submittedBy === SUBMITTED_BY_AWS,
  at: timeCreated === undefined ? undefined : new Date(timeCreated),
});

export interface NewCase {
  readonly subject: string;
  readonly body: string;
  readonly severityCode: string;
  /** At most `MOST_CC`. */
  readonly cc: readonly string[];
}

/** Opens a technical case about Amazon Bedrock; answers with its long id. */
export async function createCase({ subject, body, severityCode, cc }: NewCase): Promise<string> {
  const { caseId } = await writer.send(
    new CreateCaseCommand({
      subject,
      communicationBody: body,
      severityCode,
      ...BEDROCK_FILING,
      issueType: 'technical',
      language: LANGUAGE,
      ccEmailAddresses: [...cc],
    }),
  );
  if (caseId === undefined) throw new Error('AWS Support opened a case without telling its id');
  return caseId;
}

export async function addCommunication(caseId: string, body: string, cc: readonly string[]): Promise<void> {
  await writer.send(
    new AddCommunicationToCaseCommand({ caseId, communicationBody: body, ccEmailAddresses: [...cc] }),
  );
}

/** The one answer that means that the support plan does not include the API; any other error does not. */
export const isNoSupportPlan = (error: unknown): boolean =>
  error instanceof Error && error.name === SUPPORT_ERRORS.noSupportPlan;

/** AWS opens no further case for this account within the hour. */
export const isCaseLimit = (error: unknown): boolean =>
  error instanceof Error && error.name === SUPPORT_ERRORS.caseLimit;
