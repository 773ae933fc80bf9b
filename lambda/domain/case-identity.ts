import type { Incident } from './incident';

/** By what a case is recognised as ours, and a communication as the account of one incident. */

/** The subject by which a case of ours is recognised. Support is global, so it names the Region. */
export const caseSubject = (customer: string, modelName: string, category: string, region: string): string =>
  `${customer} - Bedrock Ops Alert - ${modelName} - ${category} - ${region}`;

export const subjectOf = ({ customer, model, decision, region }: Incident): string =>
  caseSubject(customer, model.modelName, decision.category, region);

const CASE_SUBJECT =
  /^[A-Za-z][A-Za-z0-9-]* - Bedrock Ops Alert - (?<model>[A-Za-z0-9-]+) - (?<category>Quota Request|Investigation Request) - [a-z0-9-]+$/;

/** The model and category of a subject that `caseSubject` made; undefined for any other. */
export function readCaseSubject(subject: string): { model: string; category: string } | undefined {
  const { model, category } = CASE_SUBJECT.exec(subject)?.groups ?? {};
  return model === undefined || category === undefined ? undefined : { model, category };
}

/** Marks a communication as the account of one incident. */
export const incidentReferenceLine = (reference: string): string => `Incident reference: ${reference}`;
