import { type LedgerRecord, untoldEntry } from '../contract/ledger';
import { beginningOf } from '../domain/attention';
import { now } from '../ports/clock';
import { logger } from '../ports/logger';
import { ledger } from './environment';
import { incidentReference } from './incident-reference';
import { logIncidentOver } from './log-incident';
import type { Run } from './run';
import { alarmsOf } from './standing';

/**
 * Closes the incident in the ledger, after its end was told. An alarm that goes off in these seconds comes too late to stop
 * that e-mail: it begins an incident of its own.
 */
export async function closeIncident(
  run: Run,
  { overAt }: { readonly overAt: Date | undefined },
): Promise<void> {
  const { model, by, record, incident } = run;
  const goesOn = await ledger.close(record, by, now(), {
    model,
    reference: incident.reference,
    openedAt: beginningOf(incident),
    closedAt: now(),
    ...(overAt === undefined ? {} : { overAt }),
    alarms: alarmsOf(run).map(({ name, since, times }) => ({ name, since, times })),
    cases: incident.toldCases,
    asked: incident.asked,
    tellings: incident.tellings,
  });
  logIncidentOver({ model, closedAt: (overAt ?? now()).toISOString() });
  if (goesOn !== undefined) await beginAnew(run, goesOn);
}

/** The item then holds the alarm that went off meanwhile, and what it had of the incident that is over. */
async function beginAnew({ model, by, incident }: Run, { incident: goingOn }: LedgerRecord): Promise<void> {
  logger.warn('an alarm went off while the incident was being closed', { model });
  const known = incident.untold.map(untoldEntry);
  const first = goingOn?.untold
    .filter((transition) => !known.includes(untoldEntry(transition)))
    .reduce((one, other) => (other.at < one.at ? other : one));
  await ledger.settle(model, by, now(), {
    incident: {
      ...(first === undefined ? {} : { reference: incidentReference(model, first), openedAt: first.at }),
      told: {},
      tellings: 0,
      toldCases: [],
      sharedCase: undefined,
      asked: [],
      lastTold: undefined,
      remindAt: undefined,
    },
  });
}
