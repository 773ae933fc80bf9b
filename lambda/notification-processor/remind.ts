import type { LedgerIncident } from '../contract/ledger';
import { ALARM_NAMES } from '../domain/alarm-catalogue';
import { toldWith } from '../domain/attention';
import type { LastTold, Reminder, Standing } from '../domain/follow-up';
import { reminderEmail } from '../domain/reminder-text';
import { severeAlarms } from '../domain/standing-text';
import { toldSeverity } from '../domain/told-severity';
import { now } from '../ports/clock';
import type { MonitoredModel } from './read-model';
import type { Run } from './run';
import { afterSending, sendIncidentEmail } from './send-email';
import { settleRun } from './settle-run';
import { readStanding } from './standing';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Tells how things stand with an incident that goes on, and what has changed since its last e-mail. */
export async function remind(run: Run, settings: MonitoredModel): Promise<void> {
  const { incident, repeated } = run;
  const at = now();
  const standing = await readStanding(run, settings, at, at);
  const nextReminderAt = aDayAfter(incident.remindAt ?? at, at);
  const reminder: Reminder = {
    ...standing,
    severity: toldSeverity(severeAlarms(standing.alarms).map(({ name }) => name)),
    at,
    lastTold: lastToldOf(run, at),
    nextReminderAt,
  };
  const isSent = await sendIncidentEmail(reminder.incident, reminder.severity, reminderEmail(reminder));
  const settled = settleRun(run, {
    told: repeated,
    incident: {
      told: toldWith(incident, repeated),
      ...(isSent ? { lastTold: toldNow(standing, at, incident) } : {}),
      remindAt: nextReminderAt,
    },
  });
  await afterSending(settled);
}

/** After the first reminder, one a day at the same time; if that has passed already, as after a mute, a day from now. */
export function aDayAfter(planned: Date, at: Date): Date {
  const next = new Date(planned.getTime() + DAY_MS);
  return next > at ? next : new Date(at.getTime() + DAY_MS);
}

function lastToldOf({ incident }: Run, at: Date): LastTold {
  const { lastTold } = incident;
  if (lastTold === undefined) return { at, inAlarm: [], openCases: [], quotas: {} };
  return { ...lastTold, inAlarm: ALARM_NAMES.filter((name) => lastTold.inAlarm.includes(name)) };
}

export const toldNow = (
  { alarms, cases, asked }: Standing,
  at: Date,
  { lastTold }: LedgerIncident,
): NonNullable<LedgerIncident['lastTold']> => ({
  at,
  inAlarm: alarms.filter(({ now }) => now !== 'over').map(({ name }) => name),
  openCases: cases
    .filter(({ state }) => state !== 'resolved' && state !== 'gone')
    .map(({ displayId }) => displayId),
  quotas: Object.fromEntries(
    asked.flatMap(({ code, now = lastTold?.quotas[code] }) =>
      now === undefined ? [] : [[code, now] as const],
    ),
  ),
});
