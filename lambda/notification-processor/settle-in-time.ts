import { setTimeout } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { caseMailOf, type LedgerRecord } from '../contract/ledger';
import { now } from '../ports/clock';
import { environment, ledger } from './environment';
import type { IncidentToTell } from './read-incident';
import { NOT_IN_TIME, type Settlement, settleCase } from './settle-case';

/** AWS Support takes at most 10 cc addresses. */
const MAX_CC = 10;

/** A case that cannot be settled within seconds does not hold the e-mail up: it is tried again alone. */
const TIME_FOR_CASE_MS = 20_000;

/** What is kept of the function's time for the retry message and the e-mail, which must go out whatever becomes of the case. */
const RESERVED_FOR_EMAIL_MS = 22_000;

/**
 * What became of the case, or that it could not be settled in time; nothing is then begun any more. `isAllowed`: the settings
 * are known to allow a new one today; otherwise that is found out.
 */
export async function settleInTime(
  { incident, contacts = [] }: IncidentToTell,
  { cases, awaiting }: Pick<LedgerRecord, 'cases' | 'awaiting'>,
  context: Context | undefined,
  isAllowed: boolean,
): Promise<Settlement> {
  const { category } = incident.decision;
  const { MAX_NEW_CASES_PER_DAY: newCasesPerDay } = environment;
  const before = {
    cc: contacts.slice(0, MAX_CC),
    knownCase: cases[category],
    awaitedSince: awaiting[category],
    isAllowed,
    newCasesPerDay,
    reserve: () => ledger.reserveCase(caseMailOf(incident), newCasesPerDay, now()),
  };
  const abort = new AbortController();
  const settled = settleCase(incident, before, now(), abort.signal);
  const tooLate = setTimeout(timeForCase(context), NOT_IN_TIME, { ref: false, signal: abort.signal });
  try {
    return await Promise.race([settled, tooLate]);
  } finally {
    tooLate.catch(() => {});
    abort.abort();
  }
}

function timeForCase(context: Context | undefined): number {
  if (context === undefined) return TIME_FOR_CASE_MS;
  return Math.max(0, Math.min(TIME_FOR_CASE_MS, context.getRemainingTimeInMillis() - RESERVED_FOR_EMAIL_MS));
}
