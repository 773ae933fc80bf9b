import * as z from 'zod';
import { Refusal, show } from './refusal';
import type { QuotaValue } from './scenario';

/** The values that a scenario is made of, each read by a function that says what it allows. */

/**
 * A schema that reads with `parse`; what it refuses becomes the issue, with what is wrong and the value in `params`.
 *
 * @param parse throws Refusal.
 */
export function reads<T>(parse: (value: unknown) => T) {
  return z.unknown().transform((value, context): T => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      context.addIssue({
        code: 'custom',
        message: error.allowed,
        params: { what: error.what, value: error.value },
      });
      return z.NEVER;
    }
  });
}

/** An object of just these keys; a fault with the object itself lists them. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: Object.keys(shape).join(', ') });
}

/** An object whose keys must be `allowed`; `what` is said of one that is not. */
function keyed<T extends z.ZodType>(
  what: string,
  isAllowed: (key: string) => boolean,
  allowed: string,
  value: T,
) {
  const key = z.string().refine(isAllowed, { error: allowed, params: { what } });
  return z.record(key, value, {
    error: (issue) => (issue.code === 'invalid_type' ? `a mapping with the keys ${allowed}` : undefined),
  });
}

/** An object whose keys are names out of `names`, each with a value of the same kind. */
export function byName<T extends z.ZodType>(names: readonly string[], value: T, what: string) {
  return keyed(what, (name) => names.includes(name), names.join(', '), value);
}

/** @throws Refusal */
export function parseText(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Refusal('not a text', show(value), 'a text of at least one character (a number in quotes)');
}

export const text = reads(parseText);

/** A text of this form. */
export function matching(pattern: RegExp, allowed: string) {
  return reads((value) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new Refusal('not allowed', show(value), allowed);
  });
}

export const object = z.record(z.string(), z.unknown(), { error: 'a mapping' });

type Fixed = readonly (string | number | boolean)[];

/** @throws Refusal */
export function parseOneOf<const Values extends Fixed>(value: unknown, values: Values): Values[number] {
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new Refusal('not allowed', show(value), values.join(', '));
  return found;
}

/** One of a few fixed values. */
export function oneOf<const Values extends Fixed>(values: Values) {
  return reads((value) => parseOneOf(value, values));
}

/** One of the names that the rehearsed product knows. */
export function known(names: readonly string[]) {
  return reads((value) => oneOfNames(value, names, 'not known'));
}

function oneOfNames(value: unknown, names: readonly string[], what: string): string {
  if (typeof value === 'string' && names.includes(value)) return value;
  throw new Refusal(what, show(value), names.join(', '));
}

/** A whole number of at least `least`, and at most `most`. */
export function wholeNumber(least: number, most = Number.POSITIVE_INFINITY) {
  const allowed = Number.isFinite(most)
    ? `a whole number from ${least} to ${most}`
    : `a whole number of at least ${least}`;
  return reads((value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
      return value;
    throw new Refusal('not allowed', show(value), allowed);
  });
}

const QUOTA_CODE = /^L-[0-9A-F]{8}$/;
const AMOUNT = 'a number of at least 0';

/** A number of at least 0. */
export const amount = z.number({ error: AMOUNT }).min(0, { error: AMOUNT });

const QUOTA = `${AMOUNT}, or {value: such a number}, or {default: such a number}, or both, each with a name and adjustable: false if you like`;

const givenQuota = z
  .strictObject({
    value: amount.optional(),
    default: amount.optional(),
    name: z.string().min(1).optional(),
    adjustable: z.boolean().optional(),
  })
  .transform(({ value: applied, default: byDefault, ...rest }, context): QuotaValue => {
    if (applied !== undefined) return { applied, default: byDefault, ...rest };
    if (byDefault !== undefined) return { default: byDefault, ...rest };
    context.addIssue({ code: 'custom', message: QUOTA });
    return z.NEVER;
  });

const quotaValue = z.union([amount.transform((applied): QuotaValue => ({ applied })), givenQuota], {
  error: QUOTA,
});

const QUOTA_CODES = 'L- and eight of 0-9 and A-F';

export const quotaCode = matching(QUOTA_CODE, QUOTA_CODES);

/** An object whose keys are quota codes. */
export function byQuotaCode<T extends z.ZodType>(value: T) {
  return keyed('not a quota code', (code) => QUOTA_CODE.test(code), QUOTA_CODES, value);
}

/** Quotas by their codes. */
export const quotaValues = byQuotaCode(quotaValue);

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/;

/** An instant in UTC; whole milliseconds. */
export function parseInstant(value: unknown): Date {
  const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  const instant = new Date(typeof value === 'string' ? value : Number.NaN);
  // The parser takes 30 February for 2 March.
  if (day === undefined || Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(day)) {
    throw new Refusal('not an instant', show(value), 'a time in UTC such as 2026-03-02T09:00:00Z');
  }
  return instant;
}

/** An instant at second 0. */
export function parseWholeMinute(value: unknown): Date {
  const instant = parseInstant(value);
  if (instant.getTime() % 60_000 === 0) return instant;
  throw new Refusal(
    'not a whole minute',
    show(value),
    'a time in UTC at second 0 such as 2026-03-02T09:00:00Z',
  );
}

const CALL = /^([a-z][a-z0-9-]*)\.([A-Z][A-Za-z0-9]*)$/;

/** A call of the API, `service.Operation`, that the local AWS plays. */
export function knownCall(operations: readonly string[]) {
  return reads((value) => {
    const [, service, operation] = (typeof value === 'string' ? CALL.exec(value) : null) ?? [];
    if (service === undefined || operation === undefined) {
      throw new Refusal('not a call', show(value), 'service.Operation, for example support.CreateCase');
    }
    if (operations.includes(`${service}.${operation}`)) return { service, operation };
    throw new Refusal('not played', show(value), operations.join(', '));
  });
}
