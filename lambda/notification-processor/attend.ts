import type { Context } from 'aws-lambda';
import { type Attend, attendMessage } from '../contract/attend-message';
import type { LedgerIncident, LedgerRecord, Transition } from '../contract/ledger';
import { GATHERING_SECONDS, REPEAT_SECONDS } from '../contract/ledger';
import {
  type Due,
  dueNow,
  isMissedMute,
  type ModelAlarms,
  newsOf,
  overSince,
  toldWith,
} from '../domain/attention';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import type { Changes, Lease } from '../ports/ledger';
import { logger } from '../ports/logger';
import { attendAt, secondsUntil, tellLater, waitForLease } from './attend-later';
import { claimAll, seesToTelling } from './claim';
import { closeUnmonitored } from './close-unmonitored';
import { ledger, owner } from './environment';
import { handOverRecovery, handOverReminder, handOverTelling } from './hand-over';
import { burningSince, lookAtAlarms } from './look-at-alarms';
import { holdOf, type MonitoredModel, settingsOf, UnusableConfig } from './read-model';
import { isRecoveryTold, recover } from './recover';
import { remind } from './remind';
import type { Run } from './run';
import { MayHaveGoneOut } from './send-email';
import { settleRun } from './settle-run';
import { isOneOfMany, noticeStorm } from './storms';
import { tell, tellUnknownModel } from './tell';
import { tellWithoutLedger } from './tell-without-ledger';

/**
 * Looks at a model and does the one thing that is due. Whoever comes while another run has the model comes again: that run
 * may have looked before there was what this one came for, or be at a case alone. `by`: the message's id.
 */
export async function attend(attended: Attend, by: string, context: Context | undefined): Promise<void> {
  const { model, mustTell } = attended;
  let lease: Lease | undefined;
  try {
    lease = await ledger.takeLease(model, by, now());
  } catch (error) {
    if (!mustTell) throw error;
    logger.error('the ledger cannot be written', asError(error));
    return tellBurning(model, asError(error));
  }
  if (lease === undefined) {
    logger.info('another run has the model', { model });
    return waitForLease(attended, (waits) => attendMessage({ ...attended, waits }));
  }
  await attendWith(lease, {
    by,
    context,
    isGathered: false,
    newCases: isFresh(attended) ? attended.newCases : undefined,
  });
}

/** Whether what the message counted is as it was seconds ago. */
const isFresh = ({ waits = 0 }: Attend): boolean => waits === 0;

/** Does what is due without waiting for the gathering to end. Throws while another run has the model. */
export async function attendNow(model: string, by: string, context: Context | undefined): Promise<void> {
  const lease = await ledger.takeLease(model, by, now());
  if (lease === undefined) throw new Error(`another run has ${model}`);
  await attendWith(lease, { by, context, isGathered: true, newCases: undefined });
}

interface Attending {
  readonly by: string;
  readonly context: Context | undefined;
  /** What is untold is told even if its gathering is not over. */
  readonly isGathered: boolean;
  /** As the message has it. */
  readonly newCases: number | undefined;
}

/**
 * An error before anything went out gives the lease back, so that the next try finds the model free. Where an e-mail may
 * have gone out that the ledger does not know of, the lease stays, and by that the next try knows.
 */
async function attendWith(lease: Lease, attending: Attending): Promise<void> {
  try {
    await doWhatIsDue(lease, attending);
  } catch (error) {
    if (!(error instanceof MayHaveGoneOut)) await giveBackAfter(error, lease, attending.by);
    throw error;
  }
}

async function doWhatIsDue(lease: Lease, { by, context, isGathered, newCases }: Attending): Promise<void> {
  const { model } = lease.record;
  const [alarms, settings] = await Promise.all([lookAtAlarms(owner.customer, model), settingsOf(model)]);
  const unheard = unheardOf(lease.record, alarms);
  if (lease.record.incident === undefined || (unheard.length > 0 && !isGathered))
    return claimUnheard(lease, unheard, by);
  const record = (await claimAll(model, unheard, by)) ?? lease.record;
  const { incident = lease.record.incident } = record;
  const run: Run = {
    model,
    by,
    record,
    incident,
    alarms,
    settings,
    repeated: repeatedOf(incident),
    mayBeRepeat: lease.isAfterUnfinishedRun ? 'unclear' : undefined,
    canWait: !isGathered,
    newCases,
    context,
  };
  const gathering = isGathered ? { ...incident, tellAt: undefined } : incident;
  const due = dueNow(record, gathering, alarms, { now: now(), holdMs: holdOf(settings) });
  logger.info('what is due', { model, due: due.kind });
  await carryOut(due, run);
}

/**
 * What CloudWatch says and no message did is claimed, so that its message is a repeat when it comes, and told with the rest
 * by a run of its own, which has all its requests before it.
 */
async function claimUnheard(lease: Lease, unheard: readonly Transition[], by: string): Promise<void> {
  const { model, incident } = lease.record;
  const claimed = await claimAll(model, unheard, by);
  await giveLeaseBack(lease, by);
  if (incident !== undefined) await tellLater(model, 0);
  else if (seesToTelling(claimed, by)) {
    const newCases = await noticeStorm(model);
    await tellLater(model, GATHERING_SECONDS, newCases);
  }
}

/** What an unfinished run may have told is still to be told, with the remark that it may be a repeat. */
async function giveLeaseBack({ record: { model }, isAfterUnfinishedRun }: Lease, by: string): Promise<void> {
  if (isAfterUnfinishedRun) await ledger.handOn(model, by, now());
  else await ledger.settle(model, by, now());
}

const unheardOf = (record: LedgerRecord, alarms: ModelAlarms | undefined): readonly Transition[] =>
  alarms === undefined ? [] : burningSince(alarms).filter((one) => isUnheard(one, record));

const isUnheard = ({ alarm, at }: Transition, { claimed }: LedgerRecord): boolean => {
  const last = claimed[alarm];
  return last === undefined || at.getTime() - last.getTime() > REPEAT_SECONDS * 1000;
};

function repeatedOf(incident: LedgerIncident): readonly Transition[] {
  const news = newsOf(incident).map(({ alarm }) => alarm);
  return incident.untold.filter(({ alarm }) => !news.includes(alarm));
}

async function carryOut(due: Due, run: Run): Promise<void> {
  const { model, settings } = run;
  switch (due.kind) {
    case 'unmonitored':
      return closeUnmonitored(run);
    case 'tell':
      if (settings instanceof UnusableConfig) return tellUnknownModel(run, due.news, settings);
      return run.incident.isInStorm && run.canWait
        ? handOverTelling(run, due.news, settings)
        : tell(run, due.news, settings);
    case 'remind':
      return settings instanceof UnusableConfig ? endUntold(run) : remindOrNot(run, settings);
    case 'recover':
      return recoverOrHandOver(run, settings, due.overAt);
    case 'hold':
      return hold(run, due);
    case 'gather':
      await (run.mayBeRepeat === undefined
        ? ledger.settle(model, run.by, now())
        : ledger.handOn(model, run.by, now()));
      return tellLater(model, secondsUntil(run.incident.tellAt ?? now()), run.newCases);
    case 'nothing':
      return endUntold(run);
  }
}

/** Whoever heard the OK has seen to it already; only an OK that nobody heard is put down here. */
async function hold(run: Run, { overAt: okAt, recoverAt }: Extract<Due, { kind: 'hold' }>): Promise<void> {
  if (overSince(run.record)?.getTime() === okAt.getTime()) return endUntold(run);
  await endUntold(run, { okAt, incident: { recoverAt } });
  await attendAt(run.model, recoverAt);
}

/** The settings may have changed since the reminder was planned. */
async function remindOrNot(run: Run, settings: MonitoredModel): Promise<void> {
  if (settings.config.reminderHours === 0) return endUntold(run, { incident: { remindAt: undefined } });
  return (await isOneOfMany('reminder', run)) ? handOverReminder(run, settings) : remind(run, settings);
}

async function recoverOrHandOver(run: Run, settings: Run['settings'], overAt: Date): Promise<void> {
  const isTelling = !(settings instanceof UnusableConfig) && isRecoveryTold(run);
  return isTelling && (await isOneOfMany('recovery', run))
    ? handOverRecovery(run, settings, overAt)
    : recover(run, overAt);
}

/** Nothing is told; that an alarm went off once more, or is muted, is put down. */
async function endUntold(run: Run, changes: Changes = {}): Promise<void> {
  const { incident, repeated, alarms } = run;
  const missed = incident.untold.filter((one) => isMissedMute(one, incident, alarms));
  const muted = incident.untold.filter((one) => !repeated.includes(one) && !missed.includes(one));
  const settled = [...repeated, ...missed];
  await settleRun(run, {
    ...changes,
    ...(settled.length + muted.length > 0 ? { told: settled } : {}),
    incident: {
      ...changes.incident,
      ...(repeated.length === 0 ? {} : { told: toldWith(incident, repeated) }),
      mutedAt: latest(muted) ?? (missed.length > 0 ? incident.mutedAt : undefined),
    },
  });
}

const latest = (transitions: readonly Transition[]): Date | undefined =>
  transitions.length === 0 ? undefined : new Date(Math.max(...transitions.map(({ at }) => at.getTime())));

async function giveBackAfter(because: unknown, lease: Lease, by: string): Promise<void> {
  logger.error('the model is given back undone', asError(because));
  try {
    await giveLeaseBack(lease, by);
  } catch (error) {
    // It ends by itself; until then others leave the model to this run.
    logger.error('the lease could not be given back', asError(error));
  }
}

/** The ledger keeps what is untold, but cannot be read: people are told what CloudWatch says. */
async function tellBurning(model: string, ledgerError: Error): Promise<void> {
  const alarms = await lookAtAlarms(owner.customer, model);
  const burning = alarms === undefined ? [] : burningSince(alarms);
  if (burning.length === 0) throw ledgerError;
  await tellWithoutLedger(model, burning, ledgerError.name);
}
