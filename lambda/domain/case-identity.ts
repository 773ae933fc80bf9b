import type { Incident } from './incident';

/** By what a case is recognised as ours, and a communication as the account of one incident. */

/** The subject by which a case of ours is recognised. Support is global, so it names the Region. */
export const caseSubject = (customer: string, modelName: string, category: string, region: string): string =>
  `${customer} - Bedrock Ops Alert - ${modelName} - ${category} - ${region}`;

/** A case for several models names none of them: `60 models`. */
export const subjectOf = ({ customer, model, together, decision, region }: Incident): string =>
  caseSubject(
    customer,
    together.length === 0 ? model.modelName : `${together.length + 1} models`,
    decision.category,
    region,
  );

const CASE_SUBJECT =
  /^[A-Za-z][A-Za-z0-9-]* - Bedrock Ops Alert - (?<model>[A-Za-z0-9-]+|\d+ models) - (?<category>Quota Request|Investigation Request) - [a-z0-9-]+$/;

/** The model, or `60 models`, and the category of a subject that `caseSubject` made; undefined for any other. */
export function readCaseSubject(subject: string): { model: string; category: string } | undefined {
  const { model, category } = CASE_SUBJECT.exec(subject)?.groups ?? {};
  return model === undefined || category === undefined ? undefined : { model, category };
}

/**
 * Marks a communication as the account of one telling of an incident, or as the word that it is over. One line of its own,
 * so that a communication is found again by the whole line.
 */
export const incidentReferenceLine = (reference: string, telling: number | 'over'): string =>
  `Incident reference: ${referenceOf(reference, telling)}`;

/** `3f9a27c1e5b0`, `3f9a27c1e5b0, update 2`, `3f9a27c1e5b0, over`. */
export const referenceOf = (reference: string, telling: number | 'over'): string =>
  `${reference}${telling === 1 ? '' : telling === 'over' ? ', over' : `, update ${telling}`}`;

/** What the header of our communications asks for, which may go on in further lines. */
const REQUEST = /^Request: ([\s\S]*?)^Customer: /m;

/**
 * Whether a case, by the bodies of its communications, asks AWS for more of one of these quotas. One that holds none of ours
 * may.
 */
export function mayAskFor(communications: readonly string[], codes: readonly string[]): boolean {
  const requests = communications.flatMap((body) => REQUEST.exec(body)?.[1] ?? []);
  return requests.length === 0 || requests.some((request) => codes.some((code) => request.includes(code)));
}

/** Whether a communication holds this line. */
export const holdsLine = (communication: string, line: string): boolean =>
  communication.split('\n').some((one) => one.trim() === line);
