import type { AlarmNow } from '../contract/alarms-now';
import { type LedgerIncident, type LedgerRecord, REPEAT_SECONDS, type Transition } from '../contract/ledger';

/** What is due for a model, given what the ledger knows and how its alarms are. */
export type Due =
  /** The model's alarms are gone. */
  | { readonly kind: 'unmonitored' }
  | { readonly kind: 'tell'; readonly news: readonly Transition[] }
  /** News is still being gathered. */
  | { readonly kind: 'gather' }
  | { readonly kind: 'remind' }
  /** Nothing has been in ALARM since `overAt`; the incident is over at `recoverAt`, unless an alarm goes off before. */
  | { readonly kind: 'hold'; readonly overAt: Date; readonly recoverAt: Date }
  | { readonly kind: 'recover'; readonly overAt: Date }
  | { readonly kind: 'nothing' };

/** The alarms of one model; a child that does not exist is left out. */
export interface ModelAlarms {
  readonly composite: AlarmNow | undefined;
  /** By their names in the catalogue. */
  readonly children: ReadonlyMap<string, AlarmNow>;
}

/** An alarm that goes off again within this time of the last time is no news: it flaps. */
const NEWS_AGAIN_MS = 60 * 60 * 1000;

/**
 * What is due now. `alarms` undefined: CloudWatch could not be asked; then nothing is taken for over, and nobody for muted.
 * `holdMs`: for how long no alarm may go off until an incident counts as over.
 */
export function dueNow(
  record: LedgerRecord,
  incident: LedgerIncident,
  alarms: ModelAlarms | undefined,
  { now, holdMs }: { readonly now: Date; readonly holdMs: number },
): Due {
  if (alarms !== undefined && isGone(alarms)) return { kind: 'unmonitored' };
  const untold = incident.untold.filter((one) => !isMissedMute(one, incident, alarms));
  const news = newsOf({ ...incident, untold }).filter(({ alarm }) => !isMuted(alarm, alarms));
  if (news.length > 0)
    return incident.tellAt !== undefined && incident.tellAt > now
      ? { kind: 'gather' }
      : { kind: 'tell', news };
  if (alarms === undefined) return { kind: 'nothing' };
  if (isBurning(alarms))
    return isReminderDue(incident, alarms, now) ? { kind: 'remind' } : { kind: 'nothing' };
  const since = overAt(record, alarms, now);
  const recoverAt = new Date(since.getTime() + holdMs);
  return recoverAt <= now ? { kind: 'recover', overAt: since } : { kind: 'hold', overAt: since, recoverAt };
}

const isGone = ({ composite, children }: ModelAlarms): boolean =>
  composite === undefined && children.size === 0;

/** It went off while it was muted, and is over by now. */
export const isMissedMute = (
  { alarm, at }: Transition,
  { mutedAt }: LedgerIncident,
  alarms: ModelAlarms | undefined,
): boolean =>
  mutedAt !== undefined &&
  at <= mutedAt &&
  alarms !== undefined &&
  alarms.children.get(alarm)?.state !== 'ALARM';

/** Whoever mutes the composite wants to hear nothing of the model. */
export const isMuted = (alarm: string, alarms: ModelAlarms | undefined): boolean =>
  alarms !== undefined && (isModelMuted(alarms) || (alarms.children.get(alarm)?.isMuted ?? false));

export const isModelMuted = ({ composite }: ModelAlarms): boolean => composite?.isMuted ?? false;

const isBurning = ({ children }: ModelAlarms): boolean =>
  [...children.values()].some(({ state }) => state === 'ALARM');

const isReminderDue = ({ remindAt, told }: LedgerIncident, alarms: ModelAlarms, now: Date): boolean =>
  remindAt !== undefined &&
  remindAt <= now &&
  Object.keys(told).some((alarm) => alarms.children.get(alarm)?.state === 'ALARM' && !isMuted(alarm, alarms));

/** The first untold transition of each alarm that has not been told in this incident, or not lately. */
export function newsOf({ untold, told }: LedgerIncident): readonly Transition[] {
  const first = new Map<string, Transition>();
  for (const transition of [...untold].sort((a, b) => a.at.getTime() - b.at.getTime()))
    if (!first.has(transition.alarm)) first.set(transition.alarm, transition);
  return [...first.values()].filter(({ alarm, at }) => {
    const last = told[alarm]?.last;
    return last === undefined || at.getTime() - last.getTime() > NEWS_AGAIN_MS;
  });
}

/** Since when no alarm has gone off any more, as far as messages tell; undefined where one went off after the last OK. */
export function overSince({ okAt, claimed }: Pick<LedgerRecord, 'okAt' | 'claimed'>): Date | undefined {
  const wentOff = Object.values(claimed).map((at) => at.getTime());
  return okAt !== undefined && wentOff.every((at) => at <= okAt.getTime()) ? okAt : undefined;
}

/**
 * Since when nothing is in ALARM: as messages tell, else as CloudWatch has it of the composite, else no longer than now. What
 * CloudWatch has is later by more than roads differ where messages of one more ALARM and OK are still on their way.
 */
function overAt(record: Pick<LedgerRecord, 'okAt' | 'claimed'>, { composite }: ModelAlarms, now: Date): Date {
  const level = composite?.state === 'OK' ? composite.since : undefined;
  const heard = overSince(record);
  if (heard === undefined) return level ?? now;
  return level !== undefined && level.getTime() - heard.getTime() > REPEAT_SECONDS * 1000 ? level : heard;
}

/** What the ledger knows of an incident's alarms once `transitions` are told. */
export function toldWith(
  { told }: LedgerIncident,
  transitions: readonly Transition[],
): LedgerIncident['told'] {
  const all = { ...told };
  for (const { alarm, at } of transitions) {
    const before = all[alarm];
    all[alarm] =
      before === undefined
        ? { since: at, last: at, times: 1 }
        : {
            since: at < before.since ? at : before.since,
            last: at > before.last ? at : before.last,
            times: before.times + 1,
          };
  }
  return all;
}

/** When the incident began: messages may come in any order, and the first to come opens it. */
export function beginningOf({ openedAt, untold, told }: LedgerIncident): Date {
  const all = [...untold.map(({ at }) => at), ...Object.values(told).map(({ since }) => since)];
  return all.length === 0 ? openedAt : new Date(Math.min(...all.map((at) => at.getTime())));
}

/**
 * A transition at the instant that CloudWatch has for it, where the alarm is still in ALARM since then: messages of one
 * transition may name instants that differ by seconds.
 */
export function asCloudWatchHasIt({ alarm, at }: Transition, alarms: ModelAlarms | undefined): Transition {
  const { state, since } = alarms?.children.get(alarm) ?? {};
  const isSame = since !== undefined && Math.abs(since.getTime() - at.getTime()) <= REPEAT_SECONDS * 1000;
  return { alarm, at: state === 'ALARM' && isSame ? since : at };
}
