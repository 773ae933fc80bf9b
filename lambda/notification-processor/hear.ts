import type { Context } from 'aws-lambda';
import type { AlarmMessage } from '../contract/alarm-message';
import type { ChildAlarmEvent } from '../contract/child-alarm-event';
import { GATHERING_SECONDS, type LedgerRecord, type Transition } from '../contract/ledger';
import { modelOfCompositeAlarm, readChildAlarmName } from '../contract/names';
import { ALARM_CATALOGUE } from '../domain/alarm-catalogue';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { attendNow } from './attend';
import { attendAt, tellLater } from './attend-later';
import { claimAll, seesToTelling } from './claim';
import { ledger, owner } from './environment';
import { burningSince, lookAtAlarms } from './look-at-alarms';
import { holdOf, settingsOf } from './read-model';
import { beginCounting } from './request-bound';
import { noticeStorm } from './storms';
import { tellWithoutLedger } from './tell-without-ledger';

/** A composite's message: its children's changes to ALARM are claimed, its OK is put down. `by`: the message's id. */
export async function hearComposite(
  message: AlarmMessage,
  by: string,
  context: Context | undefined,
): Promise<void> {
  const model = modelOfCompositeAlarm(owner.customer, message.alarmName);
  if (model === undefined) return ignore(message.alarmName);
  if (message.state === 'ALARM') return hearAlarm(model, childrenOf(message), by, context);
  // A composite that is deployed goes to OK from no state at all.
  if (message.state === 'OK' && message.previousState !== 'INSUFFICIENT_DATA')
    return hearOk(model, message.changedAt);
  logger.info('no incident begins or ends', { model, state: message.state });
}

/** A child's own change to ALARM, which alone tells of a second alarm: a composite in ALARM keeps silent. */
export async function hearChild(
  { alarmName, state, changedAt }: ChildAlarmEvent,
  by: string,
  context: Context | undefined,
): Promise<void> {
  const child = readChildAlarmName(owner.customer, alarmName, ALARM_CATALOGUE);
  if (child === undefined || state !== 'ALARM') return ignore(alarmName);
  await claimOrTell(child.model, [{ alarm: child.alarm, at: changedAt }], by, context);
}

const ignore = (alarmName: string): void => logger.warn('unknown alarm, nothing to do', { alarmName });

const childrenOf = ({ children }: AlarmMessage): readonly Transition[] =>
  children.flatMap(({ alarmName, since }) => {
    const child = readChildAlarmName(owner.customer, alarmName, ALARM_CATALOGUE);
    return child === undefined ? [] : [{ alarm: child.alarm, at: since }];
  });

/** After SetAlarmState a composite names no children, so CloudWatch is asked. */
async function hearAlarm(
  model: string,
  named: readonly Transition[],
  by: string,
  context: Context | undefined,
): Promise<void> {
  if (named.length > 0) return claimOrTell(model, named, by, context);
  const alarms = await lookAtAlarms(owner.customer, model);
  if (alarms === undefined) throw new Error('no child alarm is named and CloudWatch cannot be asked');
  const burning = burningSince(alarms);
  if (burning.length > 0) await claimOrTell(model, burning, by, context);
  else logger.warn('none of the children is in ALARM, nothing to tell', { model });
}

/** Where the ledger or the queue fails people are told at once: without the one no case is opened, without the other nothing is gathered. */
async function claimOrTell(
  model: string,
  transitions: readonly Transition[],
  by: string,
  context: Context | undefined,
): Promise<void> {
  let record: LedgerRecord | undefined;
  try {
    record = await claimAll(model, transitions, by);
  } catch (error) {
    logger.error('the ledger cannot be written', asError(error));
    return tellWithoutLedger(model, transitions, asError(error).name);
  }
  if (!seesToTelling(record, by)) return;
  const newCases = await noticeStorm(model);
  try {
    await tellLater(model, GATHERING_SECONDS, newCases);
  } catch (error) {
    logger.error('the message for the telling was not sent', asError(error));
    beginCounting();
    await attendNow(model, by, context);
  }
}

async function hearOk(model: string, okAt: Date): Promise<void> {
  const recoverAt = new Date(okAt.getTime() + holdOf(await settingsOf(model)));
  const record = await ledger.putOk(model, okAt, recoverAt, now());
  if (record.incident !== undefined && record.okAt?.getTime() === okAt.getTime())
    await attendAt(model, recoverAt);
}
