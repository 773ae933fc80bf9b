import * as z from 'zod';
import { parseDuration } from './duration';
import type { KnownNames } from './known-names';
import { at, chooseByKey, state } from './read-events';
import { isMapping, type Reader } from './reader';
import { Refusal, show } from './refusal';
import type { Between, Expectation } from './scenario';
import { amount, known, mapping, oneOf, reads, text, wholeNumber } from './values';
import type { Path } from './yaml-file';

type Unplaced = Expectation extends infer Kind
  ? Kind extends Expectation
    ? Omit<Kind, 'line'>
    : never
  : never;
type Schemas = Readonly<Record<string, z.ZodType<Unplaced>>>;

const between = reads((value): Between => {
  const allowed = '[from, to], durations from the start, from no later than to';
  if (!Array.isArray(value) || value.length !== 2) throw new Refusal('not a window', show(value), allowed);
  const [from, to] = [parseDuration(value[0]), parseDuration(value[1])];
  if (from > to) throw new Refusal('not a window', show(value), allowed);
  return [from, to];
});

const model = text.optional();
const count = wholeNumber(0);

function schemasOf(names: KnownNames) {
  const alarm = known(names.alarmNames);
  return {
    never: mapping({ never: alarm, model }).transform(({ never, model }) => ({
      kind: 'alarmNever' as const,
      alarm: never,
      model,
    })),
    case: mapping({
      case: known(names.caseCategories),
      scenario: known(names.scenarios).optional(),
      count: count.default(1),
      between: between.optional(),
      model,
    }).transform(({ case: category, ...rest }) => ({ kind: 'casesOpened' as const, category, ...rest })),
    emails: mapping({
      emails: count,
      severity: known(names.severities).optional(),
      subject: text.optional(),
      between: between.optional(),
    }).transform(({ emails, ...rest }) => ({ kind: 'emailsSent' as const, count: emails, ...rest })),
    threshold: mapping({ threshold: oneOf(['RPM', 'TPM']), value: amount, at, model }).transform(
      ({ threshold, value, at, model }) => ({
        kind: 'thresholdAt' as const,
        quota: threshold,
        value,
        atMs: at,
        model,
      }),
    ),
  } satisfies Schemas;
}

/** `{alarm, state}` holds within a window or at an instant. */
function alarmSchemasOf({ alarmNames }: KnownNames) {
  const alarm = known(alarmNames);
  return {
    between: mapping({ alarm, model, state, between }).transform((rest) => ({
      kind: 'alarmReached' as const,
      ...rest,
    })),
    at: mapping({ alarm, model, state, at }).transform(({ at, ...rest }) => ({
      kind: 'alarmAt' as const,
      ...rest,
      atMs: at,
    })),
  } satisfies Schemas;
}

/** What the scenario expects, in the order of the file. */
export function readExpectations(reader: Reader, names: KnownNames): Expectation[] {
  const alarmSchemas: Schemas = alarmSchemasOf(names);
  const schemas: Schemas = { alarm: z.never(), ...schemasOf(names) };
  return reader.readItems(['expect'], (path): Expectation | undefined => {
    const schema = choose(reader, path, schemas, alarmSchemas);
    const expectation = schema && reader.read(path, schema);
    return expectation && { line: reader.lineOf(path), ...expectation };
  });
}

function choose(reader: Reader, path: Path, schemas: Schemas, alarmSchemas: Schemas) {
  const schema = chooseByKey(reader, path, schemas);
  const value = reader.valueAt(path);
  const ofAlarm = schema !== undefined && isMapping(value) && 'alarm' in value;
  return ofAlarm ? chooseByKey(reader, path, alarmSchemas) : schema;
}
