import { MOST_DELAY_SECONDS } from '../../aws/sqs';
import type { AlarmNow } from '../contract/alarms-now';
import type { DigestKind, Handed } from '../contract/handed';
import { type LedgerIncident, type LedgerRecord, REPEAT_SECONDS } from '../contract/ledger';
import { overSince } from './attention';

/** Why a model is to be looked at. */
export type Finding =
  /** Its composite is gone. */
  | 'unmonitored'
  /** A run took the model and never gave it back. */
  | 'unfinished'
  /** Something is untold though it should have been by now, and was not seen to be muted. */
  | 'untold'
  /** Something is untold because it was muted when it was last looked at. */
  | 'muted'
  /** The composite is OK, or went to ALARM again, and no message of it came. */
  | 'ok-missed'
  | 'alarm-missed'
  /** A child is in ALARM, and no message of it came. */
  | 'child-missed'
  /** The end of the incident should have been told by now. */
  | 'recovery-missed'
  /** What is too far away for a delayed message. */
  | 'recovery-due'
  | 'reminder-due';

/** What is due by itself; all else went wrong before. */
const DUE: readonly Finding[] = ['muted', 'recovery-due', 'reminder-due'];

export const isPutRight = (finding: Finding): boolean => !DUE.includes(finding);

/** What is younger may still be on its way. */
export const GRACE_MS = 5 * 60 * 1000;

/** What is due later than a message can be delayed is for the reconciler to notice. */
const LONGEST_DELAY_MS = MOST_DELAY_SECONDS * 1000;

const isOlder = (instant: Date | undefined, now: Date): boolean =>
  instant !== undefined && now.getTime() - instant.getTime() > GRACE_MS;

/** What is to be done about an open incident; undefined where all is as it should be, or a run is at work on it. */
export function findingOf(
  record: LedgerRecord,
  incident: LedgerIncident,
  composite: AlarmNow | undefined,
  now: Date,
): Finding | undefined {
  const { lease } = record;
  if (lease !== undefined) return lease.until < now ? 'unfinished' : undefined;
  if (composite === undefined) return 'unmonitored';
  if (incident.untold.length > 0 && isOlder(incident.tellAt ?? incident.openedAt, now))
    return incident.mutedAt === undefined ? 'untold' : 'muted';
  const level = levelFinding(record, composite, now);
  if (level !== undefined) return level;
  const overAt = overSince(record);
  if (overAt !== undefined)
    return composite.state === 'ALARM' ? undefined : recoveryFinding(overAt, incident, now);
  return incident.remindAt !== undefined && incident.remindAt <= now ? 'reminder-due' : undefined;
}

/** Whether an alarm (its name in the catalogue) has been in ALARM for longer than a message takes, and nobody claimed it. */
export function isUnheard(
  { lease, claimed }: Pick<LedgerRecord, 'lease' | 'claimed'>,
  alarm: string,
  child: AlarmNow | undefined,
  now: Date,
): boolean {
  if (lease !== undefined || child?.state !== 'ALARM' || child.since === undefined) return false;
  const last = claimed[alarm];
  const isClaimed = last !== undefined && child.since.getTime() - last.getTime() <= REPEAT_SECONDS * 1000;
  return !isClaimed && isOlder(child.since, now);
}

/** The level of the composite against what its messages told. */
function levelFinding(record: LedgerRecord, { state, since }: AlarmNow, now: Date): Finding | undefined {
  if (!isOlder(since, now)) return undefined;
  const overAt = overSince(record);
  if (state === 'ALARM')
    return overAt !== undefined && since !== undefined && since > overAt ? 'alarm-missed' : undefined;
  return overAt === undefined ? 'ok-missed' : undefined;
}

/** Where nobody put down when the incident is over, it is looked at once the longest delay is past. */
function recoveryFinding(
  okAt: Date,
  { recoverAt = new Date(okAt.getTime() + LONGEST_DELAY_MS) }: LedgerIncident,
  now: Date,
): Finding | undefined {
  if (recoverAt > now) return undefined;
  if (recoverAt.getTime() - okAt.getTime() > LONGEST_DELAY_MS) return 'recovery-due';
  return isOlder(recoverAt, now) ? 'recovery-missed' : undefined;
}

/** The digests that should have gone out by now. What became of a case may wait that long for what becomes of others. */
export function lateDigests(handed: readonly Handed[], now: Date): readonly DigestKind[] {
  const late = handed.filter(
    (part) => isOlder(part.at, now) && !(part.kind === 'case' && part.outcome === null),
  );
  return [...new Set(late.map(({ kind }) => kind))];
}

/** Whether it is late because something went wrong. */
export const isDigestPutRight = (kind: DigestKind): boolean => kind !== 'case';
