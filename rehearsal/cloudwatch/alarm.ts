import type {
  AlarmConfiguration,
  CompositeAlarmConfiguration,
  MetricAlarmConfiguration,
} from './alarm-configuration';
import type { AlarmState } from './composite-rule';
import type { MuteRule } from './mute-rule';

/** The state of an alarm, why, and since when. */
export interface StateRecord {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON, where there is one. */
  readonly reasonData: string | undefined;
  /** Moves with every update of the state, also one to the same value. */
  readonly updatedAt: Date;
  /** Moves only when the value changes. */
  readonly transitionedAt: Date;
}

interface Described<T extends AlarmConfiguration> {
  readonly arn: string;
  readonly configuration: T;
  readonly configurationUpdatedAt: Date;
  readonly state: StateRecord;
}

export interface MetricAlarm extends Described<MetricAlarmConfiguration> {
  readonly type: 'metric';
}

export interface CompositeAlarm extends Described<CompositeAlarmConfiguration> {
  readonly type: 'composite';
}

export type Alarm = MetricAlarm | CompositeAlarm;

/** A child whose change of state made a composite change. */
export interface TriggeringChild {
  readonly arn: string;
  readonly state: AlarmState;
  readonly at: Date;
}

/** One change of an alarm's state. CloudWatch publishes nothing itself: whoever gets this sends `message` to `actions`. */
export interface Transition {
  readonly alarmName: string;
  readonly alarmArn: string;
  readonly type: 'metric' | 'composite';
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly at: Date;
  readonly reason: string;
  readonly reasonData: string | undefined;
  /** Of a composite; empty after SetAlarmState. */
  readonly triggeringChildren: readonly TriggeringChild[];
  /** ARNs; empty when the alarm's actions are disabled or muted. */
  readonly actions: readonly string[];
  /** The rule that mutes the alarm. */
  readonly mutedBy: MuteRule | undefined;
  /** The subject of the SNS notification, at most 99 characters. */
  readonly subject: string;
  /** The body of the SNS notification for all but e-mail: JSON. */
  readonly message: string;
  readonly email: string;
  /** The alarm as it is after the change. */
  readonly alarm: Alarm;
  readonly previousState: StateRecord;
}

/** An alarm was made, changed or deleted, whatever its state. */
export interface ConfigurationChange {
  readonly operation: 'create' | 'update' | 'delete';
  readonly at: Date;
  /** As it is after the change; one that is deleted, as it was. */
  readonly alarm: Alarm;
  /** As it was before an update. */
  readonly previous: Alarm | undefined;
}

/** The ARNs that a change to `state` notifies when actions are enabled. */
export function actionsFor(configuration: AlarmConfiguration, state: AlarmState): readonly string[] {
  if (state === 'OK') return configuration.okActions;
  return state === 'ALARM' ? configuration.alarmActions : configuration.insufficientDataActions;
}
