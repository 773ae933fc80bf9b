import { QUOTA_REQUEST_STATUSES } from '../../aws/service-quotas';
import { LIMITS, TIMING } from '../services/quota-requests';
import { checkModelNames, checkQuotaRequests, checkTimes } from './check-scenario';
import { parseDuration } from './duration';
import { type Fault, ScenarioError } from './fault';
import type { KnownNames } from './known-names';
import { readEvents } from './read-events';
import { readExpectations } from './read-expectations';
import { readInferenceProfiles } from './read-inference-profiles';
import { inlineModelNames, readSettings } from './read-settings';
import { readModels } from './read-traffic';
import { isMapping, Reader } from './reader';
import { Refusal, show } from './refusal';
import type { CallFault, ExistingCase, Scenario } from './scenario';
import { lengthOf } from './traffic';
import {
  amount,
  knownCall,
  mapping,
  oneOf,
  parseInstant,
  parseWholeMinute,
  quotaCode,
  quotaValues,
  reads,
  text,
  wholeNumber,
} from './values';
import { type Path, parseYaml } from './yaml-file';

const KEYS = [
  'name',
  'start',
  'settings',
  'quotas',
  'quotaRequests',
  'quotaRequestCase',
  'quotaRequestLimits',
  'serviceLinkedRole',
  'supportPlan',
  'supportLag',
  'models',
  'inferenceProfiles',
  'metricDelay',
  'deliver',
  'faults',
  'events',
  'cases',
  'until',
  'expect',
];

const AFTER_THE_TRAFFIC_MS = 30 * 60_000;

/**
 * Reads a scenario, and the traces that it names.
 *
 * @param text the file's content.
 * @param file its path: how faults name it, and what paths in it are relative to.
 * @throws ScenarioError with all that is wrong, one line per fault.
 */
export function parseScenario(text: string, file: string, names: KnownNames): Scenario {
  const { yaml, faults } = parseYaml(text, file);
  if (faults.length > 0) throw new ScenarioError(faults);
  const reader = new Reader(yaml);
  if (!isMapping(yaml.value)) {
    reader.note([], 'not a scenario', show(yaml.value), `a mapping with the keys ${KEYS.join(', ')}`);
    throw new ScenarioError(reader.faults);
  }
  reader.checkKeys([], KEYS);
  return readScenario(reader, file, names);
}

/** Reads each part by itself, so that all faults come at once. */
function readScenario(reader: Reader, file: string, names: KnownNames): Scenario {
  const name = reader.read(['name'], text);
  const start = reader.read(['start'], reads(parseWholeMinute));
  const until = reader.read(['until'], duration.optional());
  const cases = reader.readItems(['cases'], (path) => readCase(reader, path));
  const { inferenceProfiles, events } = readInferenceProfiles(reader, Object.keys(names.metrics));
  const parts = {
    file,
    settings: readSettings(reader, file),
    models: readModels(reader, file, Object.keys(names.metrics)),
    inferenceProfiles,
    ...readConditions(reader, names.operations),
    events: [...events, ...readEvents(reader, file, names)].sort((a, b) => a.atMs - b.atMs),
    expect: readExpectations(reader, names),
  };
  const faults = [...reader.faults, ...unknownModels(parts)];
  if (name === undefined || start === undefined) throw new ScenarioError(faults);
  const traffic = [...Object.values(parts.models), ...Object.values(parts.inferenceProfiles)];
  const lengths = traffic.map((one) => lengthOf(one, start));
  const untilMs = until ?? Math.max(0, ...lengths) + AFTER_THE_TRAFFIC_MS;
  const scenario = { name, start, untilMs, cases: cases.map(withoutLine), ...parts };
  faults.push(...checkTimes(scenario, cases), ...checkQuotaRequests(scenario));
  if (faults.length > 0) throw new ScenarioError(faults);
  return scenario;
}

const duration = reads(parseDuration);

/** How messages arrive where the scenario does not say. `reorder` and `skew` in milliseconds. */
const DELIVERY = { duplicate: 2, reorder: 30_000, skew: 0 };

const MAX_SKEW_MS = 60_000;

const skew = reads((value) => {
  const ms = parseDuration(value);
  if (ms > MAX_SKEW_MS) throw new Refusal('too long', show(value), 'a duration of at most 1m');
  return ms;
});

const delivery = mapping({
  duplicate: wholeNumber(1).default(DELIVERY.duplicate),
  reorder: duration.default(DELIVERY.reorder),
  skew: skew.default(DELIVERY.skew),
  concurrency: wholeNumber(2, 1000).optional(),
});
/** How late AWS Support shows a new case where the scenario does not say, in milliseconds. */
const SUPPORT_LAG = { list: 60_000, lookup: 0 };

const supportLag = mapping({
  list: duration.default(SUPPORT_LAG.list),
  lookup: duration.default(SUPPORT_LAG.lookup),
});

/** When AWS opens the case of a quota request, and when it replies, where the scenario does not say, in milliseconds. */
const QUOTA_REQUEST_CASE = { after: TIMING.caseMs, reply: TIMING.replyMs };

const quotaRequestCase = mapping({
  after: duration.default(QUOTA_REQUEST_CASE.after),
  reply: duration.default(QUOTA_REQUEST_CASE.reply),
});
const quotaRequestLimits = mapping({
  account: wholeNumber(0).default(LIMITS.account),
  region: wholeNumber(0).default(LIMITS.region),
});
const earlierRequest = mapping({
  quotaCode,
  desiredValue: amount,
  status: oneOf(QUOTA_REQUEST_STATUSES),
  requestedAt: reads(parseInstant),
});
const supportPlan = oneOf(['business-plus', 'basic']);

/** What AWS is like while the scenario plays; where a part is at fault, its default. */
function readConditions(reader: Reader, operations: readonly string[]) {
  const { reorder, skew: skewMs, ...rest } = reader.read(['deliver'], delivery.optional()) ?? DELIVERY;
  const { after, reply } =
    reader.read(['quotaRequestCase'], quotaRequestCase.optional()) ?? QUOTA_REQUEST_CASE;
  const { list, lookup } = reader.read(['supportLag'], supportLag.optional()) ?? SUPPORT_LAG;
  return {
    quotas: reader.read(['quotas'], quotaValues.optional()) ?? {},
    quotaRequests: reader.readItems(['quotaRequests'], (path) => {
      const read = reader.read(path, earlierRequest);
      return read && { line: reader.lineOf(path), ...read };
    }),
    quotaRequestCase: { caseMs: after, replyMs: reply },
    quotaRequestLimits: reader.read(['quotaRequestLimits'], quotaRequestLimits.optional()) ?? LIMITS,
    serviceLinkedRole: reader.read(['serviceLinkedRole'], oneOf([true, false]).optional()) ?? true,
    supportPlan: reader.read(['supportPlan'], supportPlan.optional()) ?? 'business-plus',
    supportLag: { listMs: list, lookupMs: lookup },
    metricDelayMs: reader.read(['metricDelay'], duration.optional()) ?? 0,
    deliver: { ...rest, reorderMs: reorder, skewMs },
    faults: reader.readItems(['faults'], (path) => readCallFault(reader, path, operations)),
  };
}

const existingCase = mapping({
  subject: text,
  count: wholeNumber(1).default(1),
  createdAt: reads(parseInstant),
});

function readCase(reader: Reader, path: Path): (ExistingCase & { readonly line: number }) | undefined {
  const read = reader.read(path, existingCase);
  return read && { line: reader.lineOf(path), ...read };
}

function withoutLine({ subject, count, createdAt }: ExistingCase): ExistingCase {
  return { subject, count, createdAt };
}

const callFault = (operations: readonly string[]) =>
  mapping({
    call: knownCall(operations),
    error: text.optional(),
    times: wholeNumber(1).optional(),
    always: oneOf([true]).optional(),
    effect: oneOf(['before', 'after']).default('before'),
    kind: oneOf(['error', 'timeout', 'cut', 'kill']).default('error'),
    skip: wholeNumber(0).optional(),
    from: duration.optional(),
  });

function readCallFault(reader: Reader, path: Path, operations: readonly string[]): CallFault | undefined {
  const read = reader.read(path, callFault(operations));
  if (read === undefined) return undefined;
  const { call: called, error = '', times, always, from, ...rest } = read;
  if (always && times !== undefined) {
    reader.note([...path, 'always'], 'both times and always', show(times), 'one of them');
  }
  if (rest.kind === 'error') reader.read([...path, 'error'], text);
  return {
    line: reader.lineOf(path),
    ...called,
    error,
    times: always ? Number.POSITIVE_INFINITY : (times ?? 1),
    ...(from === undefined ? {} : { fromMs: from }),
    ...rest,
  };
}

/** Where the settings stand in the scenario itself, models are checked at once; else by whoever loads the settings. */
function unknownModels(
  scenario: Pick<Scenario, 'file' | 'settings' | 'models' | 'events' | 'expect'>,
): Fault[] {
  const deployments = scenario.events.flatMap((event) => (event.kind === 'deploy' ? [event.settings] : []));
  const names = [scenario.settings, ...deployments].map(inlineModelNames);
  const known = names.flatMap((some) => some ?? []);
  return names.includes(undefined) ? [] : checkModelNames(scenario, [...new Set(known)]);
}
