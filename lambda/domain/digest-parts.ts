import { referenceOf } from './case-identity';
import type { Severity } from './decision';
import type { Digest } from './digest';
import { emailSubject, MAY_BE_REPEAT } from './email-parts';
import { type AboutModel, aboutEach, type ModelsProse, ofModel } from './models-prose';
import { fitted, item, joined, type Prose, plain, prose, section } from './prose';
import { alarmListLink, caseLink, counted, healthLink, minuteUtc } from './words';

/** What every e-mail about many models has. */

export interface DigestEmail<Reference extends string | null = string> {
  /** Under 100 characters, as SNS demands. */
  readonly subject: string;
  readonly text: string;
  readonly about: readonly AboutModel<Reference>[];
}

/** What every part of a digest has. */
export interface DigestPart {
  readonly model: string;
  readonly reference: string;
  readonly severity: Severity;
  readonly at: Date;
  readonly telling?: number;
}

export function digestEmail<Part extends DigestPart>(
  digest: Digest<Part>,
  what: string,
  sections: readonly ModelsProse[],
): DigestEmail {
  const { customer, models, mayBeRepeat } = digest;
  const { text, claims } = joined(
    [...(mayBeRepeat ? [fitted(MAY_BE_REPEAT)] : []), ...sections, footer(digest)],
    '\n\n',
  );
  return {
    subject: emailSubject(worstOf(models), customer, counted(models.length, 'model'), what),
    text,
    about: aboutEach(models, claims),
  };
}

export const worstOf = (models: readonly DigestPart[]): Severity =>
  models.some(({ severity }) => severity === 'CRITICAL') ? 'CRITICAL' : 'WARNING';

/** `CRITICAL: 60 models, WARNING: 40 models.`; nothing where all are as bad as the worst. */
export function bySeverity(models: readonly DigestPart[]): readonly Prose<never>[] {
  const critical = models.filter(({ severity }) => severity === 'CRITICAL').length;
  return critical === 0 || critical === models.length
    ? []
    : [
        plain(
          `CRITICAL: ${counted(critical, 'model')}, WARNING: ${counted(models.length - critical, 'model')}.`,
        ),
      ];
}

/** `at 2026-03-02 09:15 UTC`, `between 2026-03-02 09:15 UTC and 2026-03-02 09:17 UTC`. */
export function within(instants: readonly Date[]): string {
  const [first, last] = [earliest(instants), latest(instants)].map(minuteUtc);
  return first === last ? `at ${first}` : `between ${first} and ${last}`;
}

const earliest = (instants: readonly Date[]): Date =>
  instants.reduce((one, other) => (other < one ? other : one));

export const latest = (instants: readonly Date[]): Date =>
  instants.reduce((one, other) => (other > one ? other : one));

const MODELS_TITLE = 'The models, the worst first';

export const modelSection = <Part extends DigestPart>(
  { models }: Digest<Part>,
  line: (part: Part) => Prose,
): ModelsProse =>
  section(MODELS_TITLE, ...models.map((part) => ofModel(part, item(prose`${part.model}: ${line(part)}`))));

/** More cases than this have no link each: they stand in the list of all cases. */
const LINKED_AT_MOST = 20;

/** Where to look at all of it. */
export function linkSection(
  { customer, region }: Pick<Digest<never>, 'customer' | 'region'>,
  displayIds: readonly string[],
): Prose<never> {
  const cases = [...new Set(displayIds)];
  const linked = cases.length > LINKED_AT_MOST ? [] : cases;
  return section(
    'Links',
    ...[
      ...linked.map((displayId) => `- Case ${displayId}: ${caseLink(displayId)}`),
      `- All alarms: ${alarmListLink(region, customer)}`,
      `- AWS Health Dashboard: ${healthLink}`,
      `- All cases: ${caseLink(undefined)}`,
    ].map(plain),
  );
}

/** By its reference a model's incident is found again in cases, logs and the ledger. */
const footer = ({ accountId, region, models }: Digest<DigestPart>): Prose<never> =>
  joined(
    [
      plain(`Account ${accountId}, Region ${region}`),
      plain('Runbook: docs/runbook.md, A storm: one e-mail for many models'),
      plain('Incident references:'),
      ...models.map(({ model, reference, telling = 1 }) =>
        plain(`- ${model}: ${referenceOf(reference, telling)}`),
      ),
    ],
    '\n',
  );
