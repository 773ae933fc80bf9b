import { incidentReferenceLine } from './case-identity';
import type { Severity } from './decision';
import { settingOf, unread } from './facts';
import type { Incident, MayBeRepeat } from './incident';
import { fitted, joined, type Prose, plain, prose } from './prose';

/** What every e-mail about an incident has. */

export interface EmailText {
  /** Under 100 characters, as SNS demands. */
  readonly subject: string;
  readonly body: Prose;
}

export const emailSubject = (severity: Severity, customer: string, modelName: string, what: string): string =>
  `${severity}: ${customer} Bedrock ${modelName} - ${what}`;

/** The severity that a subject of ours names. */
export const severityOfSubject = (subject: string): string | undefined =>
  /^(CRITICAL|WARNING): /.exec(subject)?.[1];

/** The paragraphs and sections of an e-mail; where it may be a repeat, that goes before all else. */
export const emailBody = (mayBeRepeat: MayBeRepeat | undefined, parts: readonly Prose[]): Prose =>
  joined([...repeatNotice(mayBeRepeat), ...parts], '\n\n');

/** The paragraph that says that an e-mail may be a repeat, where it may. */
export const repeatNotice = (mayBeRepeat: MayBeRepeat | undefined): readonly Prose[] =>
  mayBeRepeat === undefined ? [] : [fitted(REPEAT[mayBeRepeat])];

export const MAY_BE_REPEAT = plain('This e-mail may be a repeat: whether it went out before is not known.');

const REPEAT: Readonly<Record<MayBeRepeat, Prose>> = {
  unclear: MAY_BE_REPEAT,
  'no-ledger': prose`${unread('ledger', undefined, 'The incident ledger could not be used')}: this may be told more than once, and no case is opened or updated until it can be used.`,
};

/** `telling`: which telling of the incident the e-mail is, where it is one. */
export const footer = (
  incident: Pick<Incident, 'model' | 'accountId' | 'region' | 'reference'>,
  telling = 1,
): Prose =>
  joined([prose`Model id: ${settingOf(incident, 'modelId')}`, placeAndReference(incident, telling)], '\n');

export const placeAndReference = (
  { accountId, region, reference }: Pick<Incident, 'accountId' | 'region' | 'reference'>,
  telling = 1,
): Prose => plain(`Account ${accountId}, Region ${region}\n${incidentReferenceLine(reference, telling)}`);
