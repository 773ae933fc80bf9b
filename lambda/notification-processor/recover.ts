import { isModelMuted } from '../domain/attention';
import type { Recovery } from '../domain/follow-up';
import { recoveryEmail } from '../domain/recovery-text';
import { now } from '../ports/clock';
import { logger } from '../ports/logger';
import { closeIncident } from './close-incident';
import { addClosings } from './closings';
import { ledger } from './environment';
import { type MonitoredModel, UnusableConfig } from './read-model';
import type { Run } from './run';
import { afterSending, sendIncidentEmail } from './send-email';
import { readStanding } from './standing';

/**
 * Ends an incident: its open cases get one closing communication, people one e-mail. Nobody is told of the end who was not
 * told of the beginning, nor of a model that is muted.
 */
export async function recover(run: Run, overAt: Date): Promise<void> {
  const { model, settings } = run;
  if (settings instanceof UnusableConfig) {
    // Its configuration may come back: the reconciler has it looked at again.
    logger.error('the end of an incident cannot be told: its model has no usable configuration', settings);
    await ledger.settle(model, run.by, now());
  } else if (isRecoveryTold(run)) {
    await tellRecovery(run, settings, overAt);
    await afterSending(closeIncident(run, { overAt }));
  } else {
    logger.info('an incident ends untold', { model });
    await closeIncident(run, { overAt });
  }
}

/** Nobody wants to hear of the end of what was never told, nor of a model that is muted. */
export const isRecoveryTold = ({ incident, alarms }: Run): boolean =>
  Object.keys(incident.told).length > 0 && !(alarms !== undefined && isModelMuted(alarms));

async function tellRecovery(run: Run, settings: MonitoredModel, overAt: Date): Promise<void> {
  const standing = await readStanding(run, settings, now(), overAt);
  const closings = await addClosings(standing, settings, overAt);
  const recovery: Recovery = { ...standing, overAt, closings };
  if (settings.config.recoveryNotice)
    await sendIncidentEmail(recovery.incident, recovery.severity, recoveryEmail(recovery));
}
