import { caseMailOf, type LedgerIncident, type Transition } from '../contract/ledger';
import { asCloudWatchHasIt, beginningOf, overSince, toldWith } from '../domain/attention';
import { type EmailText, incidentEmail } from '../domain/email-text';
import type { Incident } from '../domain/incident';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import type { Changes } from '../ports/ledger';
import { logger } from '../ports/logger';
import { attendAt } from './attend-later';
import { caseChanges, lastToldOf } from './case-changes';
import { outcomeOf } from './case-outcome';
import { haveDetailsAdded, NOT_DETAILED } from './details-later';
import { environment, ledger } from './environment';
import { logIncidentTold } from './log-incident';
import { readIncident } from './read-incident';
import { holdOf, type MonitoredModel, type UnusableConfig } from './read-model';
import { beginCounting, requestsLeft } from './request-bound';
import type { Run } from './run';
import { afterSending, MayHaveGoneOut, sendIncidentEmail } from './send-email';
import { sendUnknownModelEmail } from './send-unknown-model-email';
import type { Settlement } from './settle-case';
import { settleInTime } from './settle-in-time';
import { settleRun } from './settle-run';

const HOUR_MS = 60 * 60 * 1000;

/** Tells the news of an incident: settles its case, sends its e-mail and puts down what was done. */
export async function tell(run: Run, news: readonly Transition[], settings: MonitoredModel): Promise<void> {
  await tellWhatWasRead(run, news, settings, await readNews(run, news, settings));
}

/** The same where it was read already. */
export async function tellWhatWasRead(
  run: Run,
  news: readonly Transition[],
  settings: MonitoredModel,
  read: Incident,
): Promise<void> {
  const isAllowed = run.newCases !== undefined && run.newCases < environment.MAX_NEW_CASES_PER_DAY;
  const settlement = await settleInTime(read, run.record, run.context, {
    isAllowed,
    isFirstTry: true,
    isLastTry: false,
  });
  const incident = { ...read, quotaRequests: settlement.quotaRequests ?? [] };
  const ofCase = caseChanges({ ...run.record, incident: run.incident }, incident, settlement, now());
  // A request that the ledger does not know of is in the list of Service Quotas.
  const isPutDown =
    (ofCase?.cases === undefined && ofCase?.awaiting === undefined) ||
    (await putDownCase(run, settlement, ofCase));
  const outcome = await outcomeOf(incident, settlement);
  const email = incidentEmail(incident, outcome, { nobodyOnCc: settlement.nobodyOnCc ?? false });
  const isSent = await sendOrKeepLease(incident, email, isPutDown);
  if (outcome.kind === 'requested' && !outcome.detailsFollow) await arrangeDetails(incident);
  const told = toldAfter(run, news);
  logIncidentTold(incident, Object.keys(told));
  if (isAllowed && settlement.isNew) await countNewCase(incident);
  await finish(run, news, {
    ...ofCase,
    ...(outcome.kind === 'none' ? {} : { caseMailed: caseMailOf(incident) }),
    incident: {
      ...ofCase?.incident,
      told,
      tellings: incident.telling,
      ...(isSent ? { lastTold: lastToldOf(run.incident, incident, outcome, now()) } : {}),
      ...nextReminder(settings),
    },
  });
}

/** Once the e-mail is out, there are requests again. */
async function arrangeDetails(incident: Incident): Promise<void> {
  beginCounting();
  await haveDetailsAdded(incident, NOT_DETAILED, 0);
}

/** Before the run ends, which counts as one new case until then. */
async function countNewCase(incident: Incident): Promise<void> {
  try {
    await ledger.reserveCase(caseMailOf(incident), Number.POSITIVE_INFINITY, now());
  } catch (error) {
    // A case too many that day is less bad than an e-mail that comes twice.
    logger.error('the new case could not be counted', asError(error));
  }
}

/** Whether the ledger knows of the case. Where it does not, it learns with the rest, after the e-mail. */
async function putDownCase({ model, by }: Run, { outcome }: Settlement, ofCase: Changes): Promise<boolean> {
  if (requestsLeft() <= (outcome.kind === 'none' ? 1 : 0)) return false;
  try {
    await ledger.putDown(model, by, now(), ofCase);
    return true;
  } catch (error) {
    logger.error('the case could not be put down', asError(error));
    return false;
  }
}

/** A case that the ledger does not know of must be listed by AWS before another run may look for it: the lease waits for that. */
async function sendOrKeepLease(incident: Incident, email: EmailText, isPutDown: boolean): Promise<boolean> {
  try {
    return await sendIncidentEmail(incident, incident.decision.severity, email);
  } catch (error) {
    if (isPutDown || error instanceof MayHaveGoneOut) throw error;
    throw new MayHaveGoneOut('the ledger does not know of the case', { cause: asError(error) });
  }
}

export function readNews(
  { incident, alarms, mayBeRepeat }: Run,
  news: readonly Transition[],
  model: MonitoredModel,
): Promise<Incident> {
  return readIncident(
    {
      model,
      reference: incident.reference,
      openedAt: beginningOf({
        ...incident,
        untold: incident.untold.map((one) => asCloudWatchHasIt(one, alarms)),
      }),
      number: incident.tellings + 1,
      alarms: news
        .map((one) => asCloudWatchHasIt(one, alarms))
        .map(({ alarm, at }) => ({ alarm, since: at })),
      toldBefore: Object.entries(incident.told)
        .filter(([name]) => news.every(({ alarm }) => alarm !== name))
        .map(([alarm, { last }]) => ({ alarm, since: last })),
      now: alarms,
      mayBeRepeat,
    },
    now(),
  );
}

/** What a telling settles: its news, and what was no news. */
const settled = ({ incident, repeated }: Run, news: readonly Transition[]): readonly Transition[] =>
  incident.untold.filter(
    (transition) => repeated.includes(transition) || news.some(({ alarm }) => alarm === transition.alarm),
  );

export const toldAfter = (run: Run, news: readonly Transition[]): LedgerIncident['told'] =>
  toldWith(
    run.incident,
    settled(run, news).map((one) => asCloudWatchHasIt(one, run.alarms)),
  );

export function nextReminder({ config: { reminderHours } }: MonitoredModel) {
  return reminderHours === 0 ? {} : { remindAt: new Date(now().getTime() + reminderHours * HOUR_MS) };
}

/** Puts the telling down, and sees to the end of the incident. */
export async function finish(run: Run, news: readonly Transition[], changes: Changes): Promise<void> {
  const record = await afterSending(settleRun(run, { ...changes, told: settled(run, news) }));
  const overAt = overSince(record);
  if (overAt !== undefined) await attendAt(run.model, new Date(overAt.getTime() + holdOf(run.settings)));
}

/** Without the model's configuration, hardly more than that its alarms went off is told. */
export async function tellUnknownModel(
  run: Run,
  news: readonly Transition[],
  fault: UnusableConfig,
): Promise<void> {
  const { model, incident, mayBeRepeat } = run;
  await sendUnknownModelEmail(model, news, fault, mayBeRepeat);
  await finish(run, news, {
    incident: { told: toldAfter(run, news), tellings: incident.tellings + 1 },
  });
}
