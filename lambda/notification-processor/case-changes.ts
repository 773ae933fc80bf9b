import type { LedgerCase, LedgerIncident, LedgerRecord, LedgerRequest } from '../contract/ledger';
import type { CaseOutcome, Incident } from '../domain/incident';
import { askedIncreases } from '../domain/quota-request';
import type { Changes } from '../ports/ledger';
import type { Settlement } from './settle-case';

/** What the ledger knew before. */
export type LedgerBefore = Pick<LedgerRecord, 'cases' | 'requests'> & {
  readonly incident: Pick<LedgerIncident, 'toldCases' | 'asked'> | undefined;
};

/** What the ledger is to know of what became of the case and of quota requests; undefined where it learns nothing. */
export function caseChanges(
  before: LedgerBefore,
  incident: Incident,
  settlement: Settlement,
  now: Date,
): Changes | undefined {
  const ofCase = changesOfCase(before, incident, settlement, now);
  const requests = newRequests(before, incident);
  const asks = Object.keys(requests).length > 0 || isTold(settlement);
  if (ofCase === undefined && !asks) return undefined;
  return {
    ...ofCase,
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(asks
      ? {
          incident: {
            ...ofCase?.incident,
            asked: askedWith(before.incident?.asked ?? [], incident),
          },
        }
      : {}),
  };
}

/** A case that is left as it is has not heard of this incident. */
const isTold = ({ outcome, knownCase }: Settlement): boolean =>
  knownCase !== undefined && outcome.kind !== 'none' && outcome.kind !== 'left';

function changesOfCase(
  before: LedgerBefore,
  incident: Incident,
  settlement: Settlement,
  now: Date,
): Changes | undefined {
  const { category } = incident.decision;
  const { knownCase, isAwaited = false } = settlement;
  if (isAwaited) return { awaiting: { [category]: now } };
  if (knownCase === undefined) return undefined;
  const told = isTold(settlement);
  const asks = told ? codesAskedFor(incident) : [];
  const toldCases = before.incident?.toldCases ?? [];
  return {
    cases: { [category]: caseNowKnown(before.cases[category], { ...knownCase, at: now }, settlement, asks) },
    awaiting: { [category]: undefined },
    ...(told ? { incident: { toldCases: toldCasesWith(toldCases, incident, knownCase, asks) } } : {}),
  };
}

const codesAskedFor = (incident: Incident): readonly string[] =>
  askedIncreases(incident).map(({ facts }) => facts.code);

const union = (some: readonly string[], others: readonly string[]): string[] => [
  ...new Set([...some, ...others]),
];

/** Of a case that was only found, whatever it asked for before is not known. */
function caseNowKnown(
  before: LedgerCase | undefined,
  found: LedgerCase,
  { outcome }: Settlement,
  asks: readonly string[],
): LedgerCase {
  if (outcome.kind === 'opened') return { ...found, asks: [...asks] };
  if (before?.caseId !== found.caseId) return found;
  return {
    ...found,
    ...(before.asks === undefined ? {} : { asks: union(before.asks, asks) }),
    ...(before.isOfRequest ? { isOfRequest: true } : {}),
  };
}

/** `asks`: the codes of the quotas that the case was told to raise. */
export function toldCasesWith(
  before: LedgerIncident['toldCases'],
  { decision: { category }, together }: Incident,
  { caseId, displayId }: NonNullable<Settlement['knownCase']>,
  asks: readonly string[],
): LedgerIncident['toldCases'] {
  const known = before.find((one) => one.caseId === caseId);
  return [
    ...before.filter((one) => one !== known),
    {
      category,
      caseId,
      displayId,
      ...(known !== undefined && known.asks === undefined ? {} : { asks: union(known?.asks ?? [], asks) }),
      ...(together.length > 0 ? { isShared: true } : {}),
    },
  ];
}

/** Of a request that is known, what was before it is put down already. */
function newRequests(
  { requests: before }: LedgerBefore,
  { quotaRequests, quotas }: Incident,
): Readonly<Record<string, LedgerRequest>> {
  return Object.fromEntries(
    quotaRequests.flatMap(({ quota, code, outcome }) => {
      if (outcome.kind === 'none' || before[outcome.request.id] !== undefined) return [];
      const { id, desired, since } = outcome.request;
      const { current: was, threshold } = quotas[quota] ?? {};
      return [[id, { code, quota, desired, at: since, was, threshold }]];
    }),
  );
}

/** The quotas that cases and requests ask AWS to raise; of one that is asked for twice, the last. */
function askedWith(before: LedgerIncident['asked'], incident: Incident): LedgerIncident['asked'] {
  const asked = askedIncreases(incident).flatMap(({ quota, facts: { code, current }, requested }) =>
    current === undefined || requested === undefined
      ? []
      : [{ quota, code, requested, was: current, ...requestOf(code, incident) }],
  );
  return [...before.filter((one) => asked.every(({ code }) => code !== one.code)), ...asked];
}

function requestOf(code: string, { quotaRequests }: Incident): { readonly request?: string } {
  const outcome = quotaRequests.find((one) => one.code === code)?.outcome;
  return outcome === undefined || outcome.kind === 'none' ? {} : { request: outcome.request.id };
}

/** How things stood in an e-mail, so that the next one can say what has changed. `outcome` undefined: no case was tried yet. */
export function lastToldOf(
  { lastTold }: LedgerIncident,
  { triggered, toldBefore, quotas }: Incident,
  outcome: CaseOutcome | undefined,
  at: Date,
): NonNullable<LedgerIncident['lastTold']> {
  const displayId = outcome !== undefined && 'displayId' in outcome ? outcome.displayId : undefined;
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
