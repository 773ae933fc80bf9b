import * as z from 'zod';
import {
  LEAST_ON_A_PAGE,
  MOST_CASE_IDS,
  MOST_CC,
  MOST_COMMUNICATION_CHARACTERS,
  MOST_ON_A_PAGE,
} from '../../aws/support';

const body = z.string().min(1).max(MOST_COMMUNICATION_CHARACTERS);
const addresses = z.array(z.string()).max(MOST_CC);
/** The languages that AWS Support handles cases in. */
const language = z.enum(['en', 'zh', 'ja', 'ko', 'es', 'pt', 'fr', 'tr']);
const paging = {
  nextToken: z.string().optional(),
  maxResults: z.int().min(LEAST_ON_A_PAGE).max(MOST_ON_A_PAGE).optional(),
  afterTime: z.iso.datetime({ offset: true, local: true }).or(z.iso.date()).optional(),
  beforeTime: z.iso.datetime({ offset: true, local: true }).or(z.iso.date()).optional(),
};

export const createCase = z.strictObject({
  subject: z.string().min(1),
  communicationBody: body,
  serviceCode: z.string().optional(),
  categoryCode: z.string().optional(),
  severityCode: z.string().optional(),
  ccEmailAddresses: addresses.optional(),
  language: language.optional(),
  issueType: z.enum(['customer-service', 'technical']).optional(),
});

export const describeCases = z.strictObject({
  caseIdList: z.array(z.string()).max(MOST_CASE_IDS).optional(),
  displayId: z.string().optional(),
  includeResolvedCases: z.boolean().optional(),
  includeCommunications: z.boolean().optional(),
  language: language.optional(),
  ...paging,
});

export const addCommunication = z.strictObject({
  caseId: z.string(),
  communicationBody: body,
  ccEmailAddresses: addresses.optional(),
});

export const describeCommunications = z.strictObject({ caseId: z.string(), ...paging });

export const resolveCase = z.strictObject({ caseId: z.string() });

export const describeServices = z.strictObject({
  serviceCodeList: z.array(z.string()).max(100).optional(),
  language: language.optional(),
});

export const describeSeverityLevels = z.strictObject({ language: language.optional() });
