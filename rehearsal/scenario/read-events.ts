import * as z from 'zod';
import { ANSWERS } from '../../aws/service-quotas';
import { parseMinutes } from './duration';
import type { KnownNames } from './known-names';
import { readSettings } from './read-settings';
import { isMapping, type Reader } from './reader';
import { Refusal, show } from './refusal';
import type { Act, ScenarioEvent } from './scenario';
import {
  amount,
  byQuotaCode,
  known,
  knownCall,
  mapping,
  object,
  oneOf,
  parseText,
  quotaValues,
  reads,
  text,
} from './values';
import type { Path } from './yaml-file';

const MINUTE_MS = 60_000;
const LONGEST_MUTE_MS = 15 * 24 * 60 * MINUTE_MS;

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export const state = oneOf(STATES);

export const at = reads(parseMinutes);

/** CloudWatch mutes for whole minutes, from one to 15 days. */
const muteDuration = reads((value) => {
  const ms = parseMinutes(value);
  if (ms >= MINUTE_MS && ms <= LONGEST_MUTE_MS) return ms;
  throw new Refusal('not allowed', show(value), '1m to 15d');
});

const displayId = reads((value) => (typeof value === 'number' ? String(value) : parseText(value)));

const quotaAnswer = mapping({ status: oneOf(ANSWERS), value: amount.optional(), reply: text.optional() });

const REMOVED = '{model: NAME}, or {stack: NAME} with force: true where it has termination protection';
const removedModel = mapping({ model: text }).transform(({ model }) => ({ kind: 'remove' as const, model }));
const removedStack = mapping({ stack: text, force: oneOf([true, false]).default(false) }).transform(
  ({ stack, force }) => ({ kind: 'removeStack' as const, stack, force }),
);

function actsOf({ alarmNames, operations }: EventNames): Readonly<Record<string, z.ZodType<Timed>>> {
  return {
    setQuota: mapping({ at, setQuota: quotaValues }).transform(({ at, setQuota }) => ({
      atMs: at,
      kind: 'setQuota' as const,
      quotas: setQuota,
    })),
    answerQuotaRequest: mapping({ at, answerQuotaRequest: byQuotaCode(quotaAnswer) }).transform(
      ({ at, answerQuotaRequest }) => ({
        atMs: at,
        kind: 'answerQuotaRequest' as const,
        answers: answerQuotaRequest,
      }),
    ),
    resolveCases: mapping({ at, resolveCases: displayId }).transform(({ at, resolveCases }) => ({
      atMs: at,
      kind: 'resolveCases' as const,
      displayId: resolveCases,
    })),
    setAlarm: mapping({
      at,
      setAlarm: mapping({ model: text, alarm: known(alarmNames), state: oneOf([...STATES, 'AUTO']) }),
    }).transform(({ at, setAlarm }) => ({ atMs: at, kind: 'setAlarm' as const, ...setAlarm })),
    mute: mapping({
      at,
      mute: mapping({ model: text, alarm: known(alarmNames).optional(), for: muteDuration }),
    }).transform(({ at, mute: { for: forMs, ...muted } }) => ({
      atMs: at,
      kind: 'mute' as const,
      ...muted,
      forMs,
    })),
    remove: mapping({ at, remove: z.union([removedModel, removedStack], { error: REMOVED }) }).transform(
      ({ at, remove }) => ({ atMs: at, ...remove }),
    ),
    note: mapping({ at, note: text }).transform(({ at, note }) => ({
      atMs: at,
      kind: 'note' as const,
      text: note,
    })),
    // What stands there is read by itself, since it may be a file.
    deploy: mapping({ at, deploy: z.unknown() }).transform(({ at }) => ({
      atMs: at,
      kind: 'deploy' as const,
      settings: [],
    })),
    call: mapping({ at, call: knownCall(operations), with: object.default({}) }).transform(
      ({ at, call, with: input }) => ({
        atMs: at,
        kind: 'call' as const,
        ...call,
        input,
      }),
    ),
  };
}

type EventNames = Pick<KnownNames, 'alarmNames' | 'operations'>;

type Timed = { readonly atMs: number } & Act;

/** The events of a scenario in the order of the file. `file` is the scenario's. */
export function readEvents(reader: Reader, file: string, names: EventNames): ScenarioEvent[] {
  const acts = actsOf(names);
  return reader.readItems(['events'], (path) => {
    const act = chooseByKey(reader, path, acts);
    const event = act && reader.read(path, act);
    if (event === undefined) return undefined;
    const line = reader.lineOf(path);
    return event.kind === 'deploy'
      ? { line, ...event, settings: readSettings(reader, file, [...path, 'deploy']) }
      : { line, ...event };
  });
}

/**
 * The schema out of `schemas` whose key the item at `path` has; undefined, with a fault noted, where it has none or
 * several.
 */
export function chooseByKey<T>(
  reader: Reader,
  path: Path,
  schemas: Readonly<Record<string, T>>,
): T | undefined {
  const keys = reader.keysAt(path);
  const chosen = keys.filter((key) => Object.hasOwn(schemas, key));
  const allowed = Object.keys(schemas).join(', ');
  if (!isMapping(reader.valueAt(path))) {
    reader.note(path, 'not a mapping', show(reader.valueAt(path)), `exactly one of the keys ${allowed}`);
  } else if (chosen.length === 0) {
    reader.note(path, 'a key is missing', show(keys.join(', ')), `exactly one of ${allowed}`);
  } else if (chosen.length > 1) {
    reader.note(path, 'keys exclude each other', show(chosen.join(', ')), `exactly one of ${allowed}`);
  } else {
    return schemas[String(chosen[0])];
  }
  return undefined;
}
