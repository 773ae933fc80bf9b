import { INCIDENT_OVER, INCIDENT_TOLD, type IncidentOver, type IncidentTold } from '../contract/incident-log';
import { ALARM_NAMES } from '../domain/alarm-catalogue';
import type { Incident } from '../domain/incident';
import { toldSeverity } from '../domain/told-severity';
import { logger } from '../ports/logger';

/** `alarms`: all of the incident that were told so far. The scenario is that of this telling. */
export function logIncidentTold(
  { reference, model, openedAt, decision }: Incident,
  alarms: readonly string[],
): void {
  const names = ALARM_NAMES.filter((name) => alarms.includes(name));
  const incident: IncidentTold = {
    id: reference,
    model: model.modelName,
    openedAt: openedAt.toISOString(),
    alarms: names,
    scenario: decision.scenario,
    severity: toldSeverity(names),
  };
  logger.info(INCIDENT_TOLD, { incident });
}

export const logIncidentOver = (incident: IncidentOver): void => logger.info(INCIDENT_OVER, { incident });
