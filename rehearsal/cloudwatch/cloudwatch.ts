import { type Input, NotRehearsed } from '../service';
import type {
  Alarm,
  CompositeAlarm,
  ConfigurationChange,
  MetricAlarm,
  StateRecord,
  Transition,
  TriggeringChild,
} from './alarm';
import { actionsFor } from './alarm';
import { readCompositeAlarm, readMetricAlarm } from './alarm-configuration';
import { evaluateAlarm } from './alarm-evaluation';
import { notificationEmail, notificationMessage, notificationSubject } from './alarm-notification';
import { AlarmRoster, type HeldAlarm, type HeldCompositeAlarm, type HeldMetricAlarm } from './alarm-roster';
import { AnomalyBands } from './anomaly-band';
import { changedChildren, reasonOfComposite, triggeringChildren } from './composite-reason';
import type { AlarmState } from './composite-rule';
import { objectList, validationError } from './fields';
import { epochMinute, type MetricStore, MINUTE_MS } from './metric-store';
import { MuteRules } from './mute-rules';
import { judgePeriods } from './period-judgement';
import { queryReader } from './query-reader';
import { reasonOfMetricAlarm, type StateReason } from './state-reason';

export type {
  Alarm,
  CompositeAlarm,
  ConfigurationChange,
  MetricAlarm,
  StateRecord,
  Transition,
  TriggeringChild,
} from './alarm';
export type { AlarmState } from './composite-rule';

export interface CloudWatchOptions {
  readonly accountId: string;
  readonly region: string;
  readonly metrics: MetricStore;
  /** How long after a minute has ended its values become visible to GetMetricData; default 0. */
  readonly metricDelayMs?: number;
  /** Told of each alarm that is made, changed or deleted. */
  readonly onConfigurationChange?: (change: ConfigurationChange) => void;
}

/** The CloudWatch of one account and Region: its alarms, on the metrics of a store. It calls no other service. */
export class CloudWatch {
  readonly accountId: string;
  readonly region: string;
  readonly metrics: MetricStore;
  readonly bands: AnomalyBands;
  readonly muteRules = new MuteRules();
  private readonly metricDelayMs: number;
  private readonly onConfigurationChange: (change: ConfigurationChange) => void;
  /** The last change of each alarm whose actions were muted, by name. */
  private readonly muted = new Map<string, Transition>();
  private readonly alarms = new AlarmRoster();
  private readonly evaluationCounts = new Map<string, number>();
  private readonly tags = new Map<string, readonly Input[]>();

  constructor(options: CloudWatchOptions) {
    this.accountId = options.accountId;
    this.region = options.region;
    this.metrics = options.metrics;
    this.metricDelayMs = options.metricDelayMs ?? 0;
    this.onConfigurationChange = options.onConfigurationChange ?? (() => {});
    this.bands = new AnomalyBands(options.metrics);
  }

  /** How often `evaluate` has evaluated each alarm, by name; pinned alarms and unchanged composites do not count. */
  get evaluations(): ReadonlyMap<string, number> {
    return this.evaluationCounts;
  }

  /** The end of the newest minute whose values are visible at `now`. */
  visibleUntil(now: Date): Date {
    return new Date(Math.floor((now.getTime() - this.metricDelayMs) / MINUTE_MS) * MINUTE_MS);
  }

  alarmArn(alarmName: string): string {
    return `arn:aws:cloudwatch:${this.region}:${this.accountId}:alarm:${alarmName}`;
  }

  alarm(alarmName: string): Alarm | undefined {
    return this.alarms.find(alarmName)?.alarm;
  }

  /** By name. */
  metricAlarms(): readonly MetricAlarm[] {
    return this.alarms.inOrder().metric.map(({ alarm }) => alarm);
  }

  /** By name, composites of composites after those they rest on. */
  compositeAlarms(): readonly CompositeAlarm[] {
    return this.alarms.inOrder().composite.map(({ alarm }) => alarm);
  }

  /**
   * Creates a metric alarm in INSUFFICIENT_DATA, or replaces the whole configuration of an existing one, whose state and
   * tags stay: whatever else `properties` leaves out is lost. `properties` is the input of PutMetricAlarm, which is also that of
   * a resolved `AWS::CloudWatch::Alarm`. Throws AwsError for wrong values, NotRehearsed for unknown properties.
   */
  putMetricAlarm(properties: Input, now: Date): void {
    const configuration = readMetricAlarm(properties);
    const known = this.alarms.metric(configuration.alarmName);
    const alarm = { ...this.described(configuration.alarmName, now), type: 'metric', configuration } as const;
    const reader = queryReader(configuration.queries, this.metrics, this.bands);
    this.alarms.setMetric({ alarm, reader, pinned: known?.pinned ?? false });
    if (known === undefined) this.tag(configuration.alarmName, properties);
    this.tellPut(alarm, known?.alarm, now);
  }

  /** The same for a composite alarm. Its children must exist, and may not rest on it. */
  putCompositeAlarm(properties: Input, now: Date): void {
    const configuration = readCompositeAlarm(properties);
    const known = this.alarms.composite(configuration.alarmName);
    const alarm = {
      ...this.described(configuration.alarmName, now),
      type: 'composite',
      configuration,
    } as const;
    this.alarms.setComposite({ alarm, pinned: known?.pinned ?? false, stale: true, changed: new Set() });
    if (known === undefined) this.tag(configuration.alarmName, properties);
    this.tellPut(alarm, known?.alarm, now);
  }

  /** Gives an alarm the `Tags` of `properties` in place of those that it has. */
  tag(alarmName: string, properties: Input): void {
    this.tags.set(alarmName, objectList(properties, 'Tags'));
  }

  /** Throws AwsError ResourceNotFound. */
  tagsOf(alarmName: string): readonly Input[] {
    this.alarms.need(alarmName);
    return this.tags.get(alarmName) ?? [];
  }

  /** Throws AwsError ResourceNotFound, or ValidationException while a composite rests on the alarm. */
  deleteAlarm(alarmName: string, now: Date): void {
    this.deleteAlarms([alarmName], now);
  }

  /**
   * DeleteAlarms: those that exist, of which one may be a composite. Throws AwsError: ValidationException, and then
   * deletes none; ResourceNotFound for the others, when these are gone.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
   */
  deleteAlarms(alarmNames: readonly string[], now: Date): void {
    const known = alarmNames.flatMap((alarmName) => this.alarm(alarmName) ?? []);
    if (known.filter(({ type }) => type === 'composite').length > 1) {
      throw validationError('DeleteAlarms deletes no more than one composite alarm');
    }
    const names = known.map(({ configuration }) => configuration.alarmName);
    this.alarms.delete(names);
    for (const alarm of known) {
      const { alarmName } = alarm.configuration;
      this.evaluationCounts.delete(alarmName);
      this.tags.delete(alarmName);
      this.muted.delete(alarmName);
      this.onConfigurationChange({ operation: 'delete', at: now, alarm, previous: undefined });
    }
    for (const alarmName of alarmNames) if (!names.includes(alarmName)) this.alarms.need(alarmName);
  }

  /**
   * Evaluates every alarm that is not pinned: metric alarms on the periods up to `visibleUntil`, then composites whose
   * children have changed. To be called once each minute, on the minute. Returns the changes of state, metric alarms
   * before composites, each by name.
   */
  evaluate(now: Date, visibleUntil: Date): readonly Transition[] {
    const end = epochMinute(visibleUntil);
    const transitions: Transition[] = [];
    for (const held of this.alarms.inOrder().metric) {
      if (held.pinned || !isDue(held.alarm, now)) continue;
      this.count(held.alarm.configuration.alarmName);
      const transition = this.evaluateMetricAlarm(held, end, now);
      if (transition !== undefined) transitions.push(transition);
    }
    return [...transitions, ...this.evaluateComposites(now, (name) => this.count(name))];
  }

  /**
   * The changes whose actions were muted and can run now: the mute is over, and the alarm is still in the state that it
   * changed to. The actions are those that the alarm has by now. To be called after `evaluate`; each is told once.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules-behaviour.html
   */
  takeUnmuted(now: Date): readonly Transition[] {
    const over = [...this.muted].filter(([alarmName]) => this.muteRules.muting(alarmName, now) === undefined);
    return over.flatMap(([alarmName, transition]) => {
      this.muted.delete(alarmName);
      const { configuration } = this.alarms.need(alarmName).alarm;
      const actions = configuration.actionsEnabled ? actionsFor(configuration, transition.to) : [];
      return actions.length === 0 ? [] : [{ ...transition, actions, mutedBy: undefined }];
    });
  }

  /**
   * EnableAlarmActions and DisableAlarmActions. What did not run while they were disabled does not run later. Throws
   * NotRehearsed for an unknown alarm, for which AWS documents no error.
   */
  enableActions(alarmNames: readonly string[], actionsEnabled: boolean, now: Date): void {
    const unknown = alarmNames.find((alarmName) => this.alarm(alarmName) === undefined);
    if (unknown !== undefined) throw new NotRehearsed(`actions of the unknown alarm ${unknown}`);
    for (const alarmName of alarmNames) {
      const held = this.alarms.need(alarmName);
      const previous = held.alarm;
      replaceActionsEnabled(held, actionsEnabled, now);
      this.tellPut(held.alarm, previous, now);
    }
  }

  /**
   * SetAlarmState: actions fire as for any change. A metric alarm reverts at its next evaluation, a composite when a
   * child of it changes. Returns the change, and those of the composites above it; nothing when it has that state.
   */
  setAlarmState(
    alarmName: string,
    state: AlarmState,
    reason: string,
    now: Date,
    reasonData?: string,
  ): readonly Transition[] {
    return this.force(this.alarms.need(alarmName), state, { reason, reasonData }, now);
  }

  /** Puts an alarm in a state and holds it there: it is not evaluated until `unpin`. Returns the changes. */
  pin(alarmName: string, state: AlarmState, now: Date): readonly Transition[] {
    const held = this.alarms.need(alarmName);
    held.pinned = true;
    return this.force(held, state, { reason: 'The scenario holds this state', reasonData: undefined }, now);
  }

  /** Hands an alarm back to its metric or its rule, from the next evaluation on. */
  unpin(alarmName: string): void {
    const held = this.alarms.need(alarmName);
    held.pinned = false;
    if ('stale' in held) held.stale = true;
  }

  private evaluateMetricAlarm(held: HeldMetricAlarm, end: number, now: Date): Transition | undefined {
    const { configuration, state } = held.alarm;
    const { evaluationPeriods, datapointsToAlarm = evaluationPeriods } = configuration;
    const { treatMissingData = 'missing' } = configuration;
    const periods = judgePeriods(configuration, held.reader, end);
    const points = periods.map(({ point }) => point);
    const verdict = evaluateAlarm({ evaluationPeriods, datapointsToAlarm, treatMissingData }, points);
    if (verdict === 'keep' || verdict === state.value) return undefined;
    return this.change(
      held,
      verdict,
      reasonOfMetricAlarm(configuration, state.value, verdict, periods, now),
      now,
    );
  }

  private evaluateComposites(now: Date, onEvaluated: (alarmName: string) => void): readonly Transition[] {
    const transitions: Transition[] = [];
    for (const held of this.alarms.inOrder().composite) {
      if (held.pinned || !held.stale) continue;
      onEvaluated(held.alarm.configuration.alarmName);
      const transition = this.evaluateComposite(held, now);
      if (transition !== undefined) transitions.push(transition);
    }
    return transitions;
  }

  private evaluateComposite(held: HeldCompositeAlarm, now: Date): Transition | undefined {
    const { configuration, state } = held.alarm;
    const firing = configuration.rule.evaluate((name) => this.alarms.need(name).alarm.state.value);
    const to = firing ? 'ALARM' : 'OK';
    const changed = changedChildren(held.changed, (name) => this.alarm(name));
    held.stale = false;
    held.changed = new Set();
    if (to === state.value) return undefined;
    const children = triggeringChildren(changed, to);
    return this.change(held, to, reasonOfComposite(held.alarm, children, to), now, children);
  }

  private force(held: HeldAlarm, to: AlarmState, reason: StateReason, now: Date): readonly Transition[] {
    const { value, transitionedAt } = held.alarm.state;
    if (value === to) {
      replaceState(held, { value, ...reason, updatedAt: now, transitionedAt });
      return [];
    }
    const forced = this.change(held, to, reason, now);
    if ('stale' in held) held.stale = false;
    return [forced, ...this.evaluateComposites(now, () => {})];
  }

  private change(
    held: HeldAlarm,
    to: AlarmState,
    { reason, reasonData }: StateReason,
    at: Date,
    children: readonly TriggeringChild[] = [],
  ): Transition {
    const previousState = held.alarm.state;
    replaceState(held, { value: to, reason, reasonData, updatedAt: at, transitionedAt: at });
    const { alarm } = held;
    const { alarmName, actionsEnabled } = alarm.configuration;
    const mutedBy = this.muteRules.muting(alarmName, at);
    this.tellParents(alarmName);
    const transition = {
      alarmName,
      alarmArn: alarm.arn,
      type: alarm.type,
      from: previousState.value,
      to,
      at,
      reason,
      reasonData,
      triggeringChildren: children,
      actions: actionsEnabled && mutedBy === undefined ? actionsFor(alarm.configuration, to) : [],
      mutedBy,
      subject: notificationSubject(alarm, this),
      message: notificationMessage(alarm, previousState, children, this),
      email: notificationEmail(alarm, previousState, this),
      alarm,
      previousState,
    };
    if (actionsEnabled && mutedBy !== undefined) this.muted.set(alarmName, transition);
    else this.muted.delete(alarmName);
    return transition;
  }

  private tellPut(alarm: Alarm, previous: Alarm | undefined, at: Date): void {
    const operation = previous === undefined ? 'create' : 'update';
    this.onConfigurationChange({ operation, at, alarm, previous });
  }

  private tellParents(alarmName: string): void {
    for (const parent of this.alarms.parentsOf(alarmName)) {
      parent.stale = true;
      parent.changed.add(alarmName);
    }
  }

  private described(alarmName: string, now: Date) {
    const state: StateRecord = this.alarm(alarmName)?.state ?? {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      reasonData: undefined,
      updatedAt: now,
      transitionedAt: now,
    };
    return { arn: this.alarmArn(alarmName), configurationUpdatedAt: now, state };
  }

  private count(alarmName: string): void {
    this.evaluationCounts.set(alarmName, (this.evaluationCounts.get(alarmName) ?? 0) + 1);
  }
}

function replaceState(held: HeldAlarm, state: StateRecord): void {
  if ('stale' in held) held.alarm = { ...held.alarm, state };
  else held.alarm = { ...held.alarm, state };
}

function replaceActionsEnabled(held: HeldAlarm, actionsEnabled: boolean, now: Date): void {
  const configurationUpdatedAt = now;
  if ('stale' in held) {
    const configuration = { ...held.alarm.configuration, actionsEnabled };
    held.alarm = { ...held.alarm, configuration, configurationUpdatedAt };
  } else {
    const configuration = { ...held.alarm.configuration, actionsEnabled };
    held.alarm = { ...held.alarm, configuration, configurationUpdatedAt };
  }
}

const DAY_SECONDS = 24 * 60 * 60;
const HOUR_MS = 60 * 60 * 1000;

/**
 * An alarm whose window is longer than a day is evaluated hourly, any other each minute; a new or changed one at once.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
function isDue({ configuration, configurationUpdatedAt, state }: MetricAlarm, now: Date): boolean {
  const { period, evaluationPeriods } = configuration;
  const isLong = period * evaluationPeriods > DAY_SECONDS;
  const isFresh =
    state.value === 'INSUFFICIENT_DATA' || now.getTime() - configurationUpdatedAt.getTime() <= MINUTE_MS;
  return !isLong || isFresh || now.getTime() % HOUR_MS === 0;
}
