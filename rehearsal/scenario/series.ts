import { Refusal, show } from './refusal';
import type { Series } from './scenario';

/** More samples than any metric keeps at one a minute; a mistyped count fails instead of filling the memory. */
const MOST_SAMPLES = 100_000;

const MISSING = /^_(?:x(\d+))?$/;
const SAMPLES = /^(-?\d+(?:\.\d+)?)(?:([+-]\d+(?:\.\d+)?)?x(\d+))?$/;

const ALLOWED =
  '5 (one sample), _ (none), _xN (N missing), axN (a and N more of a), a+bxN and a-bxN (a and N more steps), ' +
  'separated by spaces';

/**
 * Expands a series in promtool's notation: `5` one sample, `_` none, `_xN` N missing, `axN` a and N more of a,
 * `a+bxN` and `a-bxN` a and N more steps; decimals and negative numbers are numbers too.
 * https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 *
 * @param value the text; a bare number is one sample.
 * @throws Refusal naming the first token that is not in the notation.
 */
export function parseSeries(value: unknown): Series {
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new Refusal('not a series', show(value), ALLOWED);
  }
  const series: (number | undefined)[] = [];
  for (const token of String(value).split(/\s+/).filter(Boolean)) {
    // One by one: a spread of many arguments overflows the stack.
    for (const sample of expand(token, MOST_SAMPLES - series.length)) series.push(sample);
  }
  return series;
}

function* expand(token: string, room: number): Generator<number | undefined> {
  const missing = MISSING.exec(token);
  if (missing !== null) {
    const count = Number(missing[1] ?? 1);
    checkRoom(token, count, room);
    for (let index = 0; index < count; index++) yield undefined;
    return;
  }
  const samples = SAMPLES.exec(token);
  if (samples === null) throw new Refusal('not a series', show(token), ALLOWED);
  const [, first, step = 0, more = 0] = samples;
  checkRoom(token, Number(more) + 1, room);
  for (let index = 0; index <= Number(more); index++) yield Number(first) + index * Number(step);
}

function checkRoom(token: string, count: number, room: number): void {
  if (count <= room) return;
  throw new Refusal('too long a series', show(token), `at most ${MOST_SAMPLES} samples in all`);
}
