import { beginningOf } from '../domain/attention';
import { toldSeverity } from '../domain/told-severity';
import { unmonitoredEmail } from '../domain/unmonitored-text';
import { closeIncident } from './close-incident';
import { owner } from './environment';
import type { Run } from './run';
import { afterSending, sendEmail } from './send-email';
import { alarmsOf } from './standing';

/**
 * Closes the incident of a model whose alarms are gone, which nobody would ever hear of again. Its settings are gone with
 * it, so people are told whatever they prefer.
 */
export async function closeUnmonitored(run: Run): Promise<void> {
  const { model, incident, record } = run;
  const alarms = alarmsOf(run);
  if (alarms.length > 0) {
    const email = unmonitoredEmail({
      ...owner,
      modelName: model,
      reference: incident.reference,
      openedAt: beginningOf(incident),
      severity: toldSeverity(alarms.map(({ name }) => name)),
      alarmNames: alarms.map(({ alarmName }) => alarmName),
      // A case that the ledger has forgotten is resolved or gone: nothing is left to do about it.
      cases: incident.toldCases
        .filter(({ category, caseId }) => record.cases[category]?.caseId === caseId)
        .map(({ caseId, displayId }) => displayId ?? caseId),
      mayBeRepeat: run.mayBeRepeat !== undefined,
    });
    await sendEmail(email, { customer: owner.customer, model, incident: incident.reference });
  }
  const closed = closeIncident(run, { overAt: undefined });
  await (alarms.length > 0 ? afterSending(closed) : closed);
}
