import { alarmTimestamp } from '../cloudwatch/state-reason';
import type { AwsEvent } from '../services/event-bridge';

/*
 * An alarm's notification and its event tell the same change, but the instants in them may differ a little from each
 * other and from the alarm's own record.
 */

/** The JSON that an alarm publishes, with its own instant and those of its children so much later. */
export function laterInNotification(message: string, ms: number): string {
  return shifted(message, ['StateChangeTime', 'Timestamp'], ms);
}

/** The event of an alarm, with the instants of the state and of the one before so much earlier. */
export const earlierInEvent = (event: AwsEvent, ms: number): AwsEvent => ({
  ...event,
  detail: JSON.parse(shifted(JSON.stringify(event.detail), ['timestamp'], -ms)),
});

function shifted(json: string, keys: readonly string[], ms: number): string {
  if (ms === 0) return json;
  const moved: unknown = JSON.parse(json, (key, value) =>
    keys.includes(key) ? alarmTimestamp(new Date(instantOf(value) + ms)) : value,
  );
  return JSON.stringify(moved);
}

/** Of what `alarmTimestamp` wrote. */
const instantOf = (timestamp: unknown): number => Date.parse(String(timestamp).replace('+0000', 'Z'));
