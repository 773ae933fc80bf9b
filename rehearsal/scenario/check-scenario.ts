import { OPEN_STATUSES } from '../../aws/service-quotas';
import { minuteOf } from '../bedrock/metric-sample';
import { instantText } from '../instant';
import { formatDuration } from './duration';
import type { Fault } from './fault';
import type {
  CallFault,
  EarlierQuotaRequest,
  ExistingCase,
  Expectation,
  ModelTraffic,
  Scenario,
} from './scenario';

const MINUTE = 60_000;

/**
 * Every model that the scenario speaks of and the settings do not have.
 *
 * @param names the models of the settings.
 */
export function checkModelNames(
  scenario: Pick<Scenario, 'file' | 'models' | 'events' | 'expect'>,
  names: readonly string[],
): Fault[] {
  return mentionsOf(scenario)
    .filter(({ model }) => !names.includes(model))
    .map(({ line, model }) => ({
      file: scenario.file,
      line,
      what: 'unknown model',
      value: model,
      allowed: names.length === 0 ? 'none, the settings have no models' : names.join(', '),
    }));
}

interface Mention {
  readonly line: number;
  readonly model: string;
}

function mentionsOf({ models, events, expect }: Pick<Scenario, 'models' | 'events' | 'expect'>): Mention[] {
  return [
    ...Object.entries(models).map(([model, { line }]) => ({ line, model })),
    ...events.flatMap((event) => ('model' in event ? [{ line: event.line, model: event.model }] : [])),
    ...expect.flatMap(({ line, model }) => (model === undefined ? [] : [{ line, model }])),
  ];
}

/** Faults that show only where two parts of the scenario are seen together. */
export function checkTimes(
  scenario: Pick<Scenario, 'file' | 'start' | 'models' | 'faults' | 'events' | 'expect' | 'untilMs'>,
  cases: readonly (ExistingCase & { readonly line: number })[],
): Fault[] {
  const { file } = scenario;
  return [
    ...tracesElsewhere(scenario.models, scenario.start),
    ...casesFromLater(cases, scenario.start),
    ...[...scenario.faults, ...scenario.events, ...scenario.expect].flatMap((item) =>
      afterTheEnd(item, scenario.untilMs),
    ),
  ].map((fault) => ({ file, ...fault }));
}

type Unplaced = Omit<Fault, 'file'>;

/** A trace keeps its own times, so the scenario has to start with it. */
function tracesElsewhere(models: Readonly<Record<string, ModelTraffic>>, start: Date): Unplaced[] {
  return Object.values(models).flatMap(({ line, trace }): Unplaced[] => {
    const first = trace?.requests[0];
    if (first === undefined || minuteOf(first.at) === minuteOf(start)) return [];
    const minute = instantText(new Date(minuteOf(first.at) * MINUTE));
    const what = 'start is not the minute of the first row of the trace';
    return [
      { line, what, value: instantText(start), allowed: `${minute}, since a trace keeps its own times` },
    ];
  });
}

function casesFromLater(
  cases: readonly (ExistingCase & { readonly line: number })[],
  start: Date,
): Unplaced[] {
  return cases.flatMap(({ line, createdAt }) => notAfter(start, line, 'createdAt', createdAt));
}

function notAfter(start: Date, line: number, key: string, at: Date): Unplaced[] {
  if (at <= start) return [];
  const allowed = `${instantText(start)} or earlier`;
  return [{ line, what: `${key} is after the start`, value: instantText(at), allowed }];
}

/** Every request from before that could not stand beside the others, or of which AWS could not know. */
export function checkQuotaRequests({
  file,
  start,
  quotas,
  quotaRequests,
}: Pick<Scenario, 'file' | 'start' | 'quotas' | 'quotaRequests'>): Fault[] {
  const codes = Object.keys(quotas);
  const known = codes.join(', ') || 'none, there are no quotas';
  return quotaRequests
    .flatMap((request, index): Unplaced[] => {
      const { line, quotaCode: value } = request;
      const openBefore = quotaRequests.slice(0, index).filter(isOpen);
      const isSecond = isOpen(request) && openBefore.some(({ quotaCode }) => quotaCode === value);
      const second = {
        line,
        what: 'two requests are open for',
        value,
        allowed: 'one open request for each quota',
      };
      return [
        ...(codes.includes(value) ? [] : [{ line, what: 'no such quota', value, allowed: known }]),
        ...(isSecond ? [second] : []),
        ...notAfter(start, line, 'requestedAt', request.requestedAt),
      ];
    })
    .map((fault) => ({ file, ...fault }));
}

const isOpen = ({ status }: Pick<EarlierQuotaRequest, 'status'>): boolean =>
  OPEN_STATUSES.some((open) => open === status);

type Timed = CallFault | Scenario['events'][number] | Expectation;

function afterTheEnd(item: Timed, untilMs: number): Unplaced[] {
  const [key, ms] = beginningOf(item);
  if (ms <= untilMs) return [];
  const allowed = `up to ${formatDuration(untilMs)}, the end of the scenario (until)`;
  return [{ line: item.line, what: `${key} is after the end`, value: formatDuration(ms), allowed }];
}

function beginningOf(item: Timed): readonly ['from' | 'at' | 'between', number] {
  if ('fromMs' in item) return ['from', item.fromMs ?? 0];
  if ('atMs' in item) return [item.kind === 'makeProfile' ? 'from' : 'at', item.atMs];
  return ['between', 'between' in item ? (item.between?.[0] ?? 0) : 0];
}
