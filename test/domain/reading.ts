import { expect } from '@jest/globals';
import type { Claim } from '../../lambda/contract/claims';
import { claimSchema } from '../../lambda/contract/claims';
import type { Prose } from '../../lambda/domain/prose';
import { grouped, minuteUtc } from '../../lambda/domain/words';
import {
  figuresOf,
  groupedNumbers,
  instantsOf,
  LEAKS,
  overlongLines,
  shoutedWords,
  ungroupedNumbers,
  withoutIds,
} from './prose';

/** What is expected of every text that leaves the product. */

/** Grouped numbers that are no figure of the incident: how many open cases were read. */
const NOT_OF_THE_INCIDENT = ['1,000'];

/** `names` are the owner's own. */
export function readsWell({ text, claims }: Prose, ...names: readonly string[]): void {
  expect(text).not.toMatch(LEAKS);
  expect(ungroupedNumbers(text)).toEqual([]);
  expect(overlongLines(text)).toEqual([]);
  expect(shoutedWords(text, ...names)).toEqual([]);
  expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  expect(text).not.toMatch(/[^\n ] {2,}|[^\S\n]$|\.\.|,,| ,| \.|\( | \)/m);
  expect(text).not.toMatch(/ (?:and|of|to|at most)[.,;]|: ?[.;]|\n{3}/);

  expect(claims).not.toEqual([]);
  for (const claim of claims) expect(claimSchema.parse(claim)).toEqual(claim);
}

/** What is claimed is told, and no figure is told that is not claimed. `time`: how instants are shown. */
export function tellsItsFigures({ text, claims }: Prose, time = minuteUtc): void {
  const words = withoutIds(text);
  const figures = new Set(claims.flatMap(figuresOf).map(grouped));
  for (const figure of figures) expect(words).toMatch(new RegExp(`(?<![\\d,])${figure}(?![\\d,])`));
  for (const claim of claims)
    if (claim.claim === 'increase')
      expect(words).toMatch(new RegExp(`(?<!\\d)${claim.percent} % more|the least above`));
  for (const instant of shownInstants(claims)) expect(words).toContain(time(new Date(instant)));
  const untold = groupedNumbers(text).filter((number) => !figures.has(number));
  expect(untold.filter((number) => !NOT_OF_THE_INCIDENT.includes(number))).toEqual([]);
}

const shownInstants = (claims: readonly Claim[]): ReadonlySet<string> => new Set(claims.flatMap(instantsOf));

export const fitsASubject = (subject: string): void => expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
