import { MOST_COMMUNICATION_CHARACTERS } from '../../aws/support';
import { action, type CaseKind, request } from './case-action-text';
import { increaseSection, justification, requestedSection, usageLines } from './case-figures-text';
import { incidentReferenceLine, subjectOf } from './case-identity';
import { impact, summary } from './case-summary-text';
import { otherModels } from './case-together-text';
import { whoseUsage } from './counted-text';
import { amountingTo, quotaName, settingOf, stateOf } from './facts';
import type { Incident } from './incident';
import { readModelId } from './model-id';
import { fact, fitted, item, joined, NOTHING, type Prose, plain, prose, section } from './prose';
import { readQuotaName } from './quota-names';
import { type Ask, askOf, asksOf, type RequestOfCase } from './quota-request-text';
import { modelQuotas, toldBeforeTitle } from './situation';
import { counted, grouped, listed } from './words';

/** The body of a new case, in plain text. */
export const newCaseBody = (incident: Incident): Prose =>
  body(incident, { opening: [], asks: asksOf(incident), isOf: 'new case' });

/** What is appended to the open case of the same subject: full details again, since its reader sees nothing else. */
export const appendedBody = (incident: Incident, displayId: string): Prose =>
  body(incident, {
    opening: [
      fact(
        { claim: 'case', subject: subjectOf(incident), displayId, is: 'open', telling: incident.telling },
        'Something further has happened while this case is open. The full details follow.',
      ),
    ],
    asks: asksOf(incident, displayId),
    isOf: 'open case',
  });

/**
 * What is added to the case `displayId` that AWS opened for requests to raise quotas, at least one. It holds all that AWS's
 * automatic reply asks for: usage and use case do not give way to anything else.
 */
export function detailsBody(
  incident: Incident,
  { displayId, requests }: { readonly displayId: string; readonly requests: readonly RequestOfCase[] },
): Prose {
  const asks = requests.map((one) => askOf(one, displayId));
  const which = requests.map(({ quota, code, id }) => `${id} for ${quota} (${code})`);
  const opening = plain(
    `These are the details of the quota request${which.length > 1 ? 's' : ''} ${listed(which)} for which AWS opened this case.`,
  );
  return body(incident, { opening: [opening], asks, isOf: 'quota request' });
}

interface Section {
  readonly title: string;
  readonly prose: Prose;
}

/** What a text is written for. */
interface Purpose {
  readonly opening: readonly Prose[];
  readonly asks: readonly Ask[];
  readonly isOf: CaseKind;
}

function body(incident: Incident, { opening, asks, isOf }: Purpose): Prose {
  const isRequest = isOf === 'quota request';
  const sections: readonly Section[] = [
    { title: 'Executive summary', parts: [summary(incident, isRequest)] },
    { title: USE_CASE, parts: [settingOf(incident, 'useCase')] },
    { title: IMPACT, parts: impact(incident) },
    { title: USAGE, parts: usageLines(incident) },
    ...(isRequest ? [requestedSection(incident, asks)] : increaseSection(incident, asks)),
    { title: JUSTIFICATION, parts: justification(incident) },
    { title: 'Action requested', parts: action(incident, asks, isOf) },
  ].map(({ title, parts }) => ({ title, prose: section(title, ...parts) }));
  const top = [
    ...opening.map((one) => fitted(one)),
    header(incident, fitted(prose`Request: ${request(incident, asks, isOf)}`, '  ')),
  ];
  if (isRequest) return withinLimit(top, sections, FIRST_TO_GO_FROM_REQUEST);
  return incident.together.length === 0
    ? withinLimit(top, sections, FIRST_TO_GO)
    : withOtherModels(incident, top, sections);
}

const USE_CASE = 'Use case';
const IMPACT = 'Impact assessment';
const USAGE = 'Usage of the last 14 days';
const JUSTIFICATION = 'Justification';

/** What gives way first where a text is too long; what is asked and why stays. */
const FIRST_TO_GO = [USE_CASE, USAGE];
/** AWS asks for the use case and the usage. */
const FIRST_TO_GO_FROM_REQUEST = [IMPACT, JUSTIFICATION];

/** Nothing of these, the first, and so on to all. */
const everMoreOf = (titles: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: titles.length + 1 }, (_, count) => titles.slice(0, count));

const LEFT_OUT = plain(
  `Left out: AWS Support takes at most ${grouped(MOST_COMMUNICATION_CHARACTERS)} characters.`,
);
const CUT = `\n\n[The rest was cut: AWS Support takes at most ${grouped(MOST_COMMUNICATION_CHARACTERS)} characters.]`;

function withinLimit(
  top: readonly Prose[],
  sections: readonly Section[],
  firstToGo: readonly string[],
): Prose {
  const fitting = shortened(top, sections, firstToGo);
  if (fitting !== undefined) return fitting;
  const { text, claims } = assembled(top, without(firstToGo, sections));
  return { text: text.slice(0, MOST_COMMUNICATION_CHARACTERS - CUT.length) + CUT, claims };
}

/** The list of the other models gives way last, and only as much of it as must. */
function withOtherModels(incident: Incident, top: readonly Prose[], sections: readonly Section[]): Prose {
  const withAll = [...top, otherModels(incident, Number.POSITIVE_INFINITY)];
  const whole = shortened(withAll, sections, FIRST_TO_GO);
  if (whole !== undefined) return whole;
  const shortest = without(FIRST_TO_GO, sections);
  const taken = assembled([...top, NOTHING], shortest).text.length;
  return withinLimit(
    [...top, otherModels(incident, MOST_COMMUNICATION_CHARACTERS - taken)],
    shortest,
    FIRST_TO_GO,
  );
}

/** With as many of the sections as fit; undefined where it is too long without those that give way. */
const shortened = (
  top: readonly Prose[],
  sections: readonly Section[],
  firstToGo: readonly string[],
): Prose | undefined =>
  everMoreOf(firstToGo)
    .map((gone) => assembled(top, without(gone, sections)))
    .find(isWithinLimit);

const assembled = (top: readonly Prose[], sections: readonly Section[]): Prose =>
  joined([...top, ...sections.map((one) => one.prose)], '\n\n');

const isWithinLimit = ({ text }: Prose): boolean => text.length <= MOST_COMMUNICATION_CHARACTERS;

const without = (gone: readonly string[], sections: readonly Section[]): readonly Section[] =>
  sections.map((one) => (gone.includes(one.title) ? { ...one, prose: section(one.title, LEFT_OUT) } : one));

function header(incident: Incident, asked: Prose): Prose {
  const { model, triggered, toldBefore } = incident;
  const { kind, metricModelId } = readModelId(model.modelId);
  return joined(
    [
      asked,
      plain(`Customer: ${incident.customer}`),
      plain(`Model: ${model.modelName}${besides(incident)}`),
      prose`Model id: ${settingOf(incident, 'modelId')} (${kind})`,
      ...(kind === 'foundation model'
        ? []
        : [prose`Inference profile type: ${settingOf(incident, 'inferenceProfileType')}`]),
      ...(kind === 'application profile' ? [plain(`Application inference profile: ${metricModelId}`)] : []),
      ...(incident.decision.category === 'Quota Request' ? [fitted(crossRegion(incident), '  ')] : []),
      ...whoseUsage(incident, incident.decision.scenario === 'non_quota' ? 'model' : 'quotas').map((one) =>
        fitted(one, '  '),
      ),
      plain(`Region: ${incident.region}`),
      plain(`Composite alarm: ${incident.compositeAlarmName}`),
      plain('Alarms:'),
      ...triggered.map((alarm) => fitted(item(prose`${alarm.alarmName}, ${stateOf(alarm)}`), '  ')),
      ...(toldBefore.length === 0 ? [] : [plain(`${toldBeforeTitle(toldBefore)}:`)]),
      // Not in the form by which a case is known to tell of an alarm: it may have been told on another case.
      ...toldBefore.map((alarm) => fitted(item(prose`${alarm.alarmName}: ${stateOf(alarm)}`), '  ')),
      plain(incidentReferenceLine(incident.reference, incident.telling)),
    ],
    '\n',
  );
}

const CROSS_REGION = {
  'foundation model': 'no',
  'geographic profile': 'yes, within a geography',
  'global profile': 'yes, global',
} as const;

const CROSS_REGION_OF_QUOTA = {
  'on-demand': CROSS_REGION['foundation model'],
  'cross-region': CROSS_REGION['geographic profile'],
  global: CROSS_REGION['global profile'],
} as const;

/** An application profile does not tell what is beneath it, but the names of its quotas do. */
function crossRegion(incident: Incident): Prose {
  const { modelId } = incident.model;
  const { kind } = readModelId(modelId);
  if (kind !== 'application profile')
    return prose`Cross-Region inference: ${settingOf(incident, 'modelId', CROSS_REGION[kind])}`;
  const named = modelQuotas(incident).flatMap(([, facts]) => {
    const mode = facts.name === undefined ? undefined : readQuotaName(facts.name)?.mode;
    return mode === undefined ? [] : [{ facts, words: CROSS_REGION_OF_QUOTA[mode] }];
  });
  const [first] = named;
  const through = settingOf(incident, 'modelId', 'through an application profile');
  return first === undefined || named.some(({ words }) => words !== first.words)
    ? prose`Cross-Region inference: ${through}, which does not tell`
    : prose`Cross-Region inference: ${amountingTo(`${first.words}, as its quotas are named`, ...named.map(({ facts }) => quotaName(facts)))}; ${through}`;
}

const besides = ({ together }: Incident): string =>
  together.length === 0 ? '' : ` and ${counted(together.length, 'other model')}, listed below`;
