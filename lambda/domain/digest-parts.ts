import type { Claim } from '../contract/claims';
import { childAlarmName } from '../contract/names';
import { ALARM_CATALOGUE, type CatalogueAlarm } from './alarm-catalogue';
import { referenceOf } from './case-identity';
import type { Severity } from './decision';
import type { Digest } from './digest';
import { emailSubject, MAY_BE_REPEAT } from './email-parts';
import { fact, fitted, item, joined, type Prose, plain, prose, section } from './prose';
import { toldSeverity } from './told-severity';
import { alarmListLink, caseLink, counted, healthLink, listed, minuteUtc } from './words';

/** What every e-mail about many models has. */

export interface DigestEmail {
  /** Under 100 characters, as SNS demands. */
  readonly subject: string;
  readonly text: string;
  readonly about: readonly AboutModel[];
}

/** What a text about many models states of one of them: at least one fact. */
export interface AboutModel {
  readonly model: string;
  readonly reference: string;
  readonly claims: readonly Claim[];
}

/** A fact, and the model that it is about. */
export interface FactOfModel {
  readonly model: string;
  readonly claim: Claim;
}

export type DigestProse = Prose<FactOfModel>;

/** What every part of a digest has. */
export interface DigestPart {
  readonly model: string;
  readonly reference: string;
  readonly severity: Severity;
  readonly at: Date;
  readonly telling?: number;
}

/** Where the words of a text stand for a model, and what they state of it. */
export const ofModel = ({ model }: Pick<DigestPart, 'model'>, { text, claims }: Prose): DigestProse => ({
  text,
  claims: claims.map((claim) => ({ model, claim })),
});

/** The name of a model, where it stands for these facts. */
export const named = (part: Pick<DigestPart, 'model'>, ...facts: readonly Prose[]): DigestProse =>
  ofModel(part, { text: part.model, claims: joined(facts, '').claims });

export function digestEmail<Part extends DigestPart>(
  digest: Digest<Part>,
  what: string,
  sections: readonly DigestProse[],
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

export function aboutEach(
  models: readonly Pick<DigestPart, 'model' | 'reference'>[],
  facts: readonly FactOfModel[],
): readonly AboutModel[] {
  const byModel = groupedBy(facts, ({ model }) => model);
  return models.map(({ model, reference }) => ({
    model,
    reference,
    claims: (byModel.get(model) ?? []).map(({ claim }) => claim),
  }));
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

/** One item for each alarm of the catalogue that `alarmsOf` names of some model, with how many models that are. */
export const byAlarm = <Part>(
  models: readonly Part[],
  alarmsOf: (part: Part) => readonly string[],
): readonly Prose<never>[] =>
  ALARM_CATALOGUE.flatMap(({ name, meaning }) => {
    const count = models.filter((part) => alarmsOf(part).includes(name)).length;
    return count === 0 ? [] : [plain(`- ${name} on ${counted(count, 'model')}: ${meaning}`)];
  });

/** The alarms of a model in the order of the catalogue, each with its full name. */
export const catalogued = (
  names: readonly string[],
  { customer }: Pick<Digest<never>, 'customer'>,
  { model }: Pick<DigestPart, 'model'>,
): readonly (CatalogueAlarm & { readonly alarmName: string })[] =>
  ALARM_CATALOGUE.filter(({ name }) => names.includes(name)).map((alarm) => ({
    ...alarm,
    alarmName: childAlarmName(customer, alarm.name, alarm.severity, model),
  }));

/** How bad it is; claimed where these alarms alone make it so. */
export function severityOfPart(
  { severity }: Pick<DigestPart, 'severity'>,
  alarms: readonly (CatalogueAlarm & { readonly alarmName: string })[],
): Prose {
  const isByThese = alarms.length > 0 && toldSeverity(alarms.map(({ name }) => name)) === severity;
  return isByThese
    ? fact({ claim: 'severity', severity, alarmNames: alarms.map(({ alarmName }) => alarmName) }, severity)
    : plain(severity);
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
): DigestProse =>
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

/** `A, B and C`, where nothing is stated of them. */
export const namesOf = (models: readonly Pick<DigestPart, 'model'>[]): string =>
  listed(models.map(({ model }) => model));

/** What has the same key, in the order of the first of each. */
export function groupedBy<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
