import * as z from 'zod';
import { parseInstant } from './alarm-message';

/**
 * The event that a child's change of state makes, whether or not it has actions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
const childAlarmEventSchema = z.object({
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({ value: z.string(), timestamp: z.string() }),
  }),
});

export interface ChildAlarmEvent {
  readonly alarmName: string;
  readonly state: string;
  readonly changedAt: Date;
}

/** Throws when it is none. */
export function parseChildAlarmEvent(message: unknown): ChildAlarmEvent {
  const { alarmName, state } = childAlarmEventSchema.parse(message).detail;
  return { alarmName, state: state.value, changedAt: parseInstant(state.timestamp) };
}
