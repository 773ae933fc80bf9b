import type { Transition } from '../contract/ledger';
import { isMuted } from '../domain/attention';
import { incidentEmail } from '../domain/email-text';
import { now } from '../ports/clock';
import { owner } from './environment';
import { incidentReference } from './incident-reference';
import { logIncidentTold } from './log-incident';
import { burningSince, lookAtAlarms } from './look-at-alarms';
import { countOne } from './metrics';
import { readIncident } from './read-incident';
import { settingsOf, UnusableConfig } from './read-model';
import { sendIncidentEmail } from './send-email';
import { sendUnknownModelEmail } from './send-unknown-model-email';

/**
 * Tells people of alarms while the ledger cannot be used: at once, since nothing is gathered, and perhaps more than once.
 * No case is opened, since whether there is one already cannot be known. `error`: AWS's name for what is wrong.
 */
export async function tellWithoutLedger(
  modelName: string,
  named: readonly Transition[],
  error: string,
): Promise<void> {
  const [alarms, model] = await Promise.all([lookAtAlarms(owner.customer, modelName), settingsOf(modelName)]);
  const burning = alarms === undefined ? [] : burningSince(alarms);
  const all = [
    ...named.filter(({ alarm }) => burning.every((one) => one.alarm !== alarm)),
    ...burning,
  ].filter(({ alarm }) => !isMuted(alarm, alarms));
  const [first] = [...all].sort((a, b) => a.at.getTime() - b.at.getTime());
  if (first === undefined) return;
  if (model instanceof UnusableConfig) return sendUnknownModelEmail(modelName, all, model, 'no-ledger');
  const incident = await readIncident(
    {
      model,
      reference: incidentReference(modelName, first),
      openedAt: first.at,
      number: 1,
      alarms: all.map(({ alarm, at }) => ({ alarm, since: at })),
      toldBefore: [],
      now: alarms,
      mayBeRepeat: 'no-ledger',
    },
    now(),
  );
  countOne('CasesFailed');
  const email = incidentEmail(
    incident,
    { kind: 'none', reason: { why: 'no-ledger', error }, retriedUntil: undefined },
    { nobodyOnCc: false },
  );
  await sendIncidentEmail(incident, incident.decision.severity, email);
  logIncidentTold(
    incident,
    all.map(({ alarm }) => alarm),
  );
}
