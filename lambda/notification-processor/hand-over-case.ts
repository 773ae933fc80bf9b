import type { CaseRetry } from '../contract/case-retry';
import type { CasePart, NoCaseWord } from '../contract/handed';
import type { LedgerCase } from '../contract/ledger';
import { asksForNone } from '../domain/case-outcome';
import type { CaseOutcome, Incident, NoCase } from '../domain/incident';
import { now } from '../ports/clock';
import { digests, ledger } from './environment';
import { handOver } from './hand-over';
import { beginCounting } from './request-bound';
import type { Settlement } from './settle-case';

type ToldInDigest = NonNullable<CaseRetry['digest']>;

/** A part for each model that the case tells of. */
function partsOf(
  { model, reference, telling }: CaseRetry,
  { severity, category, isMailed, mayBeRepeat: wasRepeat = false, together }: ToldInDigest,
  outcome: CasePart['outcome'],
  mayBeRepeat = wasRepeat,
): [CasePart, ...CasePart[]] {
  const models = [model, ...together.map((one) => one.model)];
  const partOf = (one: Pick<CaseRetry, 'model' | 'reference' | 'telling'>): CasePart => ({
    kind: 'case',
    model: one.model,
    reference: one.reference,
    severity,
    at: now(),
    isMailed,
    mayBeRepeat,
    telling: one.telling,
    category,
    together: models.filter((other) => other !== one.model),
    outcome,
  });
  return [partOf({ model, reference, telling }), ...together.map(partOf)];
}

interface HandedOverCase {
  readonly outcome: Exclude<CaseOutcome, NoCase>;
  readonly incident: Incident;
  readonly knownCase: Settlement['knownCase'] | undefined;
}

/** Lets the other models know of a case that tells of them, and hands over what became of it. */
export async function handOverCase(
  retry: CaseRetry,
  digest: ToldInDigest,
  { outcome, incident, knownCase }: HandedOverCase,
  by: string,
  mayBeRepeat: boolean,
): Promise<void> {
  beginCounting();
  if (knownCase !== undefined) await shareCase(digest, { ...knownCase, at: now() });
  const told = toldOutcome(outcome, incident);
  await handOver(partsOf(retry, digest, told, mayBeRepeat || digest.mayBeRepeat), by);
}

function toldOutcome(
  outcome: HandedOverCase['outcome'],
  incident: Incident,
): NonNullable<CasePart['outcome']> {
  const { quotaRequests } = incident;
  const noRequests = quotaRequests.flatMap(({ quota, code, outcome: became }) =>
    became.kind === 'none' ? [{ quota, code, reason: became.reason }] : [],
  );
  if (outcome.kind !== 'requested')
    return {
      kind: outcome.kind,
      displayId: outcome.displayId ?? null,
      ...(asksForNone(outcome, incident) ? { asksForNone: true } : {}),
      noRequests,
    };
  const requests = quotaRequests.flatMap(({ quota, code, outcome: became }) => {
    if (became.kind === 'none') return [];
    const { id, desired, since } = became.request;
    return [{ quota, code, id, desired, since, is: became.kind }];
  });
  return { kind: 'requested', requests, noRequests };
}

/** Hands over that there is no case, and that none is tried any more. */
export const handOverNoCase = (
  retry: CaseRetry,
  digest: ToldInDigest,
  why: NoCaseWord,
  by: string,
): Promise<void> => handOver(partsOf(retry, digest, { kind: 'none', why, retriedUntil: null }), by);

/** Whoever muted the alarms wants to hear nothing of their case. */
export const stopExpecting = (retry: CaseRetry, digest: ToldInDigest): Promise<void> =>
  digests.putAway([partsOf(retry, digest, null)[0]], now());

/** The same try with the next of its models in front, and without the one that was; undefined where there is no other. */
export function withNextLead(retry: CaseRetry): CaseRetry | undefined {
  const { digest } = retry;
  const [next, ...together] = digest?.together ?? [];
  if (digest === undefined || next === undefined) return undefined;
  const { model, reference, telling, alarms } = next;
  const [first] = alarms;
  return {
    attempt: 1,
    model,
    reference,
    telling,
    alarms,
    openedAt: first?.since ?? retry.openedAt,
    digest: { ...digest, together },
  };
}

async function shareCase({ together, category }: ToldInDigest, shared: LedgerCase): Promise<void> {
  await Promise.all(together.map((one) => ledger.shareCase(one, category, shared, now())));
}
