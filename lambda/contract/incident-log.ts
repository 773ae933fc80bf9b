import * as z from 'zod';

/**
 * The two log lines by which others follow incidents (a log search, the rehearsal). The message tells them from all
 * other lines; the fields are fixed.
 */
export const INCIDENT_TOLD = 'incident told';
export const INCIDENT_OVER = 'incident over';

export const incidentToldSchema = z.object({
  message: z.literal(INCIDENT_TOLD),
  incident: z.object({
    id: z.string(),
    model: z.string(),
    openedAt: z.string(),
    alarms: z.array(z.string()),
    scenario: z.string(),
    severity: z.string(),
  }),
});

export const incidentOverSchema = z.object({
  message: z.literal(INCIDENT_OVER),
  incident: z.object({ model: z.string(), closedAt: z.string() }),
});

export type IncidentTold = z.infer<typeof incidentToldSchema>['incident'];
export type IncidentOver = z.infer<typeof incidentOverSchema>['incident'];
