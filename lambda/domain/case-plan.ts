import type { ToldPart } from '../contract/handed';
import { caseMailOf, type LedgerRecord, type LedgerState, newCasesKey } from '../contract/ledger';
import type { Scenario } from './decision';
import type { PlannedCase } from './digest';

/** Who of many models gets a case, and with whom. */

/** So many models fit the characters of one case, each with the line by which it is recognised. */
export const MOST_IN_A_CASE = 100;

/**
 * How many new cases of the day there may be before one of `models`: those that are put down, those of digests that are
 * being tried, and one for each other model whose telling is under way. Whoever comes later counts these models likewise, so
 * that no two take the same place. Those of a storm do not count: a digest plans their cases, of which each is put down before
 * it is opened.
 */
export function newCasesBefore(
  models: readonly string[],
  { models: all, handed, newCases }: LedgerState,
  now: Date,
): number {
  const underWay = all.filter((record) => !models.includes(record.model) && isUnderWay(record, now));
  const tried = handed.flatMap((part) =>
    part.kind === 'case' && part.outcome === null ? [caseMailOf(part)] : [],
  );
  return new Set([...(newCases[newCasesKey(now)] ?? []), ...tried]).size + underWay.length;
}

/** What is muted is not told, and a lease that has ended is that of a dead run. */
const isUnderWay = ({ incident, lease }: LedgerRecord, now: Date): boolean =>
  incident?.isInStorm !== true &&
  (((incident?.untold.length ?? 0) > 0 && incident?.mutedAt === undefined) ||
    (lease !== undefined && lease.until > now));

/** A model that had two tellings before the digest went out is told once, of all its alarms. */
export function mergedByModel(parts: readonly ToldPart[]): readonly ToldPart[] {
  const byModel = new Map<string, ToldPart>();
  for (const part of [...parts].sort((one, other) => one.telling - other.telling)) {
    const before = byModel.get(part.model);
    byModel.set(part.model, before === undefined ? part : merged(before, part));
  }
  return [...byModel.values()];
}

function merged(before: ToldPart, after: ToldPart): ToldPart {
  const isOfQuota = after.scenario !== 'non_quota' || before.scenario === 'non_quota';
  const { scenario, category } = isOfQuota ? after : before;
  return {
    ...after,
    scenario,
    category,
    severity: before.severity === 'CRITICAL' ? 'CRITICAL' : after.severity,
    openedAt: before.openedAt < after.openedAt ? before.openedAt : after.openedAt,
    alarms: [
      ...before.alarms.filter(({ name }) => after.alarms.every((one) => one.name !== name)),
      ...after.alarms,
    ],
    isMailed: before.isMailed || after.isMailed,
    mayBeRepeat: before.mayBeRepeat || after.mayBeRepeat,
  };
}

const SCENARIOS_WORST_FIRST: readonly Scenario[] = ['high_usage', 'non_quota', 'new_model', 'low_usage'];

/** CRITICAL first, then those whose usage proves their need, then those that began first. */
export const worstFirst = (parts: readonly ToldPart[]): readonly ToldPart[] =>
  [...parts].sort(
    (one, other) =>
      Number(one.severity !== 'CRITICAL') - Number(other.severity !== 'CRITICAL') ||
      SCENARIOS_WORST_FIRST.indexOf(one.scenario) - SCENARIOS_WORST_FIRST.indexOf(other.scenario) ||
      one.openedAt.getTime() - other.openedAt.getTime() ||
      (one.model < other.model ? -1 : 1),
  );

/** One case to be opened or added to: of `lead`, and of those together with which it is told. */
export interface CaseToTry {
  readonly lead: ToldPart;
  readonly together: readonly ToldPart[];
}

export interface CasePlan {
  /** The worst first. */
  readonly tries: readonly CaseToTry[];
  readonly byModel: ReadonlyMap<string, PlannedCase>;
}

/**
 * Who gets a case. Models with one non-quota cause share one; whoever has a known case keeps it; for all others the day's
 * new cases go to the worst first. `told`: the worst first. `newCases`: how many may still be opened today.
 */
export function planCases(
  told: readonly ToldPart[],
  models: readonly LedgerRecord[],
  newCases: number,
): CasePlan {
  const byModel = new Map<string, PlannedCase>();
  const tries: CaseToTry[] = [];
  let left = newCases;
  for (const part of told.filter(({ isAutomated }) => !isAutomated))
    byModel.set(part.model, { kind: 'none', why: 'automation-off' });
  for (const group of sharing(told.filter(({ isAutomated }) => isAutomated))) {
    const withCase = group.find((part) => hasCase(part, models));
    const [lead = withCase] = withCase === undefined ? group : [withCase];
    if (lead === undefined) continue;
    const isAllowed = withCase !== undefined || left > 0;
    if (withCase === undefined && left > 0) left -= 1;
    if (isAllowed) tries.push({ lead, together: group.filter((part) => part !== lead) });
    for (const { model } of group)
      byModel.set(model, isAllowed ? planned(lead, group) : { kind: 'none', why: 'day-limit' });
  }
  return { tries, byModel };
}

const planned = (lead: ToldPart, group: readonly ToldPart[]): PlannedCase =>
  group.length === 1 ? { kind: 'own' } : { kind: 'shared', lead: lead.model, models: group.length };

const hasCase = ({ model, category }: ToldPart, models: readonly LedgerRecord[]): boolean =>
  models.some((record) => record.model === model && record.cases[category] !== undefined);

/** Groups that share a case, in the order of their worst. */
function sharing(told: readonly ToldPart[]): readonly (readonly ToldPart[])[] {
  const groups = new Map<string, ToldPart[]>();
  const counts = new Map<string, number>();
  for (const part of told) {
    const cause = part.scenario === 'non_quota' ? causeOf(part) : part.model;
    const count = counts.get(cause) ?? 0;
    counts.set(cause, count + 1);
    const key = `${cause} ${Math.floor(count / MOST_IN_A_CASE)}`;
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups.values()];
}

/**
 * Errors of Bedrock's make its answers late as well, so where there are some, they are the cause. The words hold a space, so
 * that no model is named so.
 */
const causeOf = ({ alarms }: ToldPart): string =>
  alarms.some(({ name }) => name === 'ServerErrors') ? 'server errors' : 'high latency';
