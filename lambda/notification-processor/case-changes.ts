import type { LedgerIncident } from '../contract/ledger';
import type { CaseOutcome, Incident } from '../domain/incident';
import { increasesOf } from '../domain/increases';
import { needsQuota } from '../domain/situation';
import type { Changes } from '../ports/ledger';
import type { Settlement } from './settle-case';

/** What the ledger is to know of what became of the case; undefined where it learns nothing. */
export function caseChanges(
  before: Pick<LedgerIncident, 'toldCases' | 'asked'>,
  incident: Incident,
  { outcome, knownCase, isAwaited = false }: Settlement,
  now: Date,
): Changes | undefined {
  const { category } = incident.decision;
  if (isAwaited) return { awaiting: { [category]: now } };
  if (knownCase === undefined) return undefined;
  const { caseId } = knownCase;
  // A case that is left as it is has not heard of this incident.
  const isTold = outcome.kind !== 'none' && outcome.kind !== 'left';
  return {
    cases: { [category]: { ...knownCase, at: now } },
    awaiting: { [category]: undefined },
    incident: {
      toldCases: isTold
        ? [
            ...before.toldCases.filter((one) => one.caseId !== caseId),
            { category, ...knownCase, ...(incident.together.length > 0 ? { isShared: true } : {}) },
          ]
        : before.toldCases,
      asked: isTold ? askedWith(before.asked, incident) : before.asked,
    },
  };
}

/** The quotas that cases ask AWS to raise; of one that is asked for twice, the last. */
function askedWith(before: LedgerIncident['asked'], incident: Incident): LedgerIncident['asked'] {
  if (!needsQuota(incident)) return before;
  const asked = increasesOf(incident).flatMap(({ quota, facts: { code, current }, requested }) =>
    current === undefined || requested === undefined ? [] : [{ quota, code, requested, was: current }],
  );
  return [...before.filter((one) => asked.every(({ code }) => code !== one.code)), ...asked];
}

/** How things stood in an e-mail, so that the next one can say what has changed. `outcome` undefined: no case was tried yet. */
export function lastToldOf(
  { lastTold }: LedgerIncident,
  { triggered, toldBefore, quotas }: Incident,
  outcome: CaseOutcome | undefined,
  at: Date,
): NonNullable<LedgerIncident['lastTold']> {
  const displayId = outcome === undefined || outcome.kind === 'none' ? undefined : outcome.displayId;
  const known = [quotas.RPM, quotas.TPM].flatMap((facts) =>
    facts === null || facts.current === undefined ? [] : [[facts.code, facts.current] as const],
  );
  return {
    at,
    inAlarm: [...triggered, ...toldBefore].filter(({ now }) => now !== 'over').map(({ name }) => name),
    openCases: [
      ...new Set([...(lastTold?.openCases ?? []), ...(displayId === undefined ? [] : [displayId])]),
    ],
    quotas: Object.fromEntries(known),
  };
}
