import { ALARM_CATALOGUE } from './alarm-catalogue';
import { listsAlarm } from './case-together-text';
import type { TriggeredAlarm } from './incident';

/** Anomaly and latency alarms come and go: a case that already tells of one is not told again. */
const FLAPPING = ALARM_CATALOGUE.filter(
  ({ limit, metricName }) => limit.kind === 'band' || metricName === 'InvocationLatency',
).map(({ name }) => name);

/** Whether a case, given the bodies of its communications, already holds all that these alarms could tell. */
export const alreadyHolds = (
  communications: readonly string[],
  triggered: readonly TriggeredAlarm[],
): boolean =>
  triggered.every(
    ({ name, alarmName }) =>
      FLAPPING.includes(name) &&
      communications.some((body) => body.includes(`- ${alarmName},`) || listsAlarm(body, alarmName)),
  );
