import { action, request } from './case-action-text';
import { increaseSection, justification, usageLines } from './case-figures-text';
import { incidentReferenceLine, subjectOf } from './case-identity';
import { impact, summary } from './case-summary-text';
import { otherModels } from './case-together-text';
import { whoseUsage } from './counted-text';
import { settingOf, stateOf } from './facts';
import type { Incident } from './incident';
import { readModelId } from './model-id';
import { fact, fitted, item, joined, NOTHING, type Prose, plain, prose, section } from './prose';
import { toldBeforeTitle } from './situation';
import { counted } from './words';

/** AWS Support's limit for one communication. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CreateCase.html */
export const MAX_COMMUNICATION_CHARACTERS = 8_000;

/** The body of a new case, in plain text. */
export const newCaseBody = (incident: Incident): Prose => body(incident, []);

/** What is appended to the open case of the same subject: full details again, since its reader sees nothing else. */
export const appendedBody = (incident: Incident, displayId: string): Prose =>
  body(incident, [
    fact(
      { claim: 'case', subject: subjectOf(incident), displayId, is: 'open', telling: incident.telling },
      'Something further has happened while this case is open. The full details follow.',
    ),
  ]);

interface Section {
  readonly title: string;
  readonly prose: Prose;
}

function body(incident: Incident, opening: readonly Prose[]): Prose {
  const sections: readonly Section[] = [
    { title: 'Executive summary', parts: [summary(incident)] },
    { title: USE_CASE, parts: [settingOf(incident, 'useCase')] },
    { title: 'Impact assessment', parts: impact(incident) },
    { title: USAGE, parts: usageLines(incident) },
    ...increaseSection(incident),
    { title: 'Justification', parts: justification(incident) },
    { title: 'Action requested', parts: action(incident) },
  ].map(({ title, parts }) => ({ title, prose: section(title, ...parts) }));
  const top = [...opening.map((one) => fitted(one)), header(incident)];
  return incident.together.length === 0
    ? withinLimit(top, sections)
    : withOtherModels(incident, top, sections);
}

const USE_CASE = 'Use case';
const USAGE = 'Usage of the last 14 days';

/** What gives way first where a text is too long; what is asked and why stays. */
const FIRST_TO_GO = [USE_CASE, USAGE];
const EVER_MORE_GONE = [[], [USE_CASE], FIRST_TO_GO];

const LEFT_OUT = plain('Left out: AWS Support takes at most 8,000 characters.');
const CUT = '\n\n[The rest was cut: AWS Support takes at most 8,000 characters.]';

function withinLimit(top: readonly Prose[], sections: readonly Section[]): Prose {
  const fitting = EVER_MORE_GONE.map((gone) => assembled(top, without(gone, sections))).find(isWithinLimit);
  if (fitting !== undefined) return fitting;
  const { text, claims } = assembled(top, without(FIRST_TO_GO, sections));
  return { text: text.slice(0, MAX_COMMUNICATION_CHARACTERS - CUT.length) + CUT, claims };
}

/** The list of the other models gives way last, and only as much of it as must. */
function withOtherModels(incident: Incident, top: readonly Prose[], sections: readonly Section[]): Prose {
  const withAll = [...top, otherModels(incident, Number.POSITIVE_INFINITY)];
  const whole = EVER_MORE_GONE.map((gone) => assembled(withAll, without(gone, sections))).find(isWithinLimit);
  if (whole !== undefined) return whole;
  const shortest = without(FIRST_TO_GO, sections);
  const taken = assembled([...top, NOTHING], shortest).text.length;
  return withinLimit([...top, otherModels(incident, MAX_COMMUNICATION_CHARACTERS - taken)], shortest);
}

const assembled = (top: readonly Prose[], sections: readonly Section[]): Prose =>
  joined([...top, ...sections.map((one) => one.prose)], '\n\n');

const isWithinLimit = ({ text }: Prose): boolean => text.length <= MAX_COMMUNICATION_CHARACTERS;

const without = (gone: readonly string[], sections: readonly Section[]): readonly Section[] =>
  sections.map((one) => (gone.includes(one.title) ? { ...one, prose: section(one.title, LEFT_OUT) } : one));

function header(incident: Incident): Prose {
  const { model, triggered, toldBefore } = incident;
  const { kind, metricModelId } = readModelId(model.modelId);
  return joined(
    [
      fitted(prose`Request: ${request(incident)}`, '  '),
      plain(`Customer: ${incident.customer}`),
      plain(`Model: ${model.modelName}${besides(incident)}`),
      prose`Model id: ${settingOf(incident, 'modelId')} (${kind})`,
      ...(kind === 'foundation model'
        ? []
        : [prose`Inference profile type: ${settingOf(incident, 'inferenceProfileType')}`]),
      ...(kind === 'application profile' ? [plain(`Application inference profile: ${metricModelId}`)] : []),
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

const besides = ({ together }: Incident): string =>
  together.length === 0 ? '' : ` and ${counted(together.length, 'other model')}, listed below`;
