import * as z from 'zod';

/**
 * What CloudWatch publishes when a composite alarm changes state. Parsed leniently: older messages lack fields, and
 * `TriggeringChildren` is empty after SetAlarmState.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html
 */
const alarmMessageSchema = z.object({
  AlarmName: z.string(),
  NewStateValue: z.string(),
  OldStateValue: z.string().optional(),
  StateChangeTime: z.string(),
  TriggeringChildren: z
    .array(z.object({ Arn: z.string(), State: z.object({ Value: z.string(), Timestamp: z.string() }) }))
    .default([]),
});

export interface AlarmMessage {
  readonly alarmName: string;
  readonly state: string;
  /** Undefined where the message does not say. */
  readonly previousState: string | undefined;
  readonly changedAt: Date;
  readonly children: readonly { readonly alarmName: string; readonly since: Date }[];
}

/** Throws when it is no alarm message. */
export function parseAlarmMessage(text: unknown): AlarmMessage {
  const message = alarmMessageSchema.parse(text);
  return {
    alarmName: message.AlarmName,
    state: message.NewStateValue,
    previousState: message.OldStateValue,
    changedAt: parseInstant(message.StateChangeTime),
    children: message.TriggeringChildren.filter(({ State }) => State.Value === 'ALARM').map(
      ({ Arn, State }) => ({
        alarmName: Arn.slice(Arn.indexOf(':alarm:') + ':alarm:'.length),
        since: parseInstant(State.Timestamp),
      }),
    ),
  };
}

/** CloudWatch writes `+0000`, which ISO 8601, and so Date, only guarantees as `+00:00`. */
export function parseInstant(text: string): Date {
  const instant = new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(instant.getTime())) throw new Error(`not an instant: ${text}`);
  return instant;
}
