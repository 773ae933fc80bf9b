import type { DigestKind, Handed } from '../contract/handed';
import { GATHERING_SECONDS, type LedgerRecord, type LedgerState } from '../contract/ledger';
import { overSince } from './attention';

/** When many models have the same to tell: who is told together, and when. */

/** Up to so many models are told by an e-mail each. */
export const MOST_ALONE = 5;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** What models may have to tell by themselves. */
export type OwnKind = Exclude<DigestKind, 'case'>;

/** What is due within this time of each other is told together. Reminders are looked for every five minutes. */
const TOGETHER_MS: Readonly<Record<OwnKind, number>> = {
  telling: GATHERING_SECONDS * SECOND_MS,
  recovery: GATHERING_SECONDS * SECOND_MS,
  reminder: 5 * MINUTE_MS,
};

/** So long a digest waits for those who have not handed over their part yet. */
const PATIENCE_MS: Readonly<Record<DigestKind, number>> = {
  telling: 90 * SECOND_MS,
  recovery: 90 * SECOND_MS,
  reminder: 90 * SECOND_MS,
  case: 5 * MINUTE_MS,
};

/** What is too far away for a delayed message is found by the reconciler, so long after it was due at most. */
const FOUND_AFTER_MS: Readonly<Record<OwnKind, number>> = {
  telling: 0,
  recovery: 5 * MINUTE_MS,
  reminder: 5 * MINUTE_MS,
};

/** When a model has this to tell, as far as the ledger knows. */
function dueAt(kind: OwnKind, record: LedgerRecord): Date | undefined {
  const { incident } = record;
  if (incident === undefined) return undefined;
  const isTold = Object.keys(incident.told).length > 0;
  switch (kind) {
    case 'telling':
      return incident.untold.length > 0 ? incident.tellAt : undefined;
    case 'reminder':
      return isTold ? incident.remindAt : undefined;
    case 'recovery':
      return isTold && overSince(record) !== undefined ? incident.recoverAt : undefined;
  }
}

/** The models that have the same to tell at about the time at which `model` has it, itself included. */
export function tellingTogether(
  kind: OwnKind,
  model: string,
  { models, handed }: Pick<LedgerState, 'models' | 'handed'>,
  now: Date,
): readonly string[] {
  const own = models.find((record) => record.model === model);
  const at = (own && dueAt(kind, own)) ?? now;
  const handing = handed.filter((part) => part.kind === kind && isFresh(part, now));
  const due = models.filter((record) => {
    const otherAt = dueAt(kind, record);
    return otherAt !== undefined && Math.abs(otherAt.getTime() - at.getTime()) <= TOGETHER_MS[kind];
  });
  return [...new Set([model, ...[...handing, ...due].map((one) => one.model)])];
}

/** What has waited for longer waits for a digest that does not go out: nobody else is to wait for it. */
const isFresh = ({ at, kind }: Handed, now: Date): boolean =>
  now.getTime() - at.getTime() < 2 * PATIENCE_MS[kind];

export const isStorm = (together: readonly string[]): boolean => together.length > MOST_ALONE;

/** Whether a digest of these parts goes out now: nobody is waited for, or the first has waited long enough. */
export function isDigestDue(
  kind: DigestKind,
  parts: readonly Handed[],
  { models }: Pick<LedgerState, 'models'>,
  now: Date,
): boolean {
  const waits = parts.map(({ at }) => now.getTime() - at.getTime());
  if (Math.max(...waits) >= PATIENCE_MS[kind]) return true;
  if (kind === 'case') return parts.every((part) => part.kind !== 'case' || part.outcome !== null);
  return !models.some((record) => {
    const at = dueAt(kind, record);
    const late = at === undefined ? -1 : now.getTime() - at.getTime();
    return late >= 0 && late < PATIENCE_MS[kind] + FOUND_AFTER_MS[kind];
  });
}
