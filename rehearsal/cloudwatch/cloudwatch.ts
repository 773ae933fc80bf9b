import { AwsError, type Input } from '../service';
import type { Alarm, CompositeAlarm, MetricAlarm, StateRecord, Transition } from './alarm';
import { actionsFor } from './alarm';
import { readCompositeAlarm, readMetricAlarm } from './alarm-configuration';
import { evaluateAlarm } from './alarm-evaluation';
import { notificationMessage, notificationSubject } from './alarm-notification';
import { AnomalyBands } from './anomaly-band';
import { changedChildren, reasonOfComposite, triggeringChildren } from './composite-reason';
import type { AlarmState } from './composite-rule';
import { validationError } from './fields';
import { epochMinute, type MetricStore, MINUTE_MS } from './metric-store';
import { judgePeriods } from './period-judgement';
import { type QueryReader, queryReader } from './query-reader';
import { reasonOfMetricAlarm, type StateReason } from './state-reason';

export type { Alarm, CompositeAlarm, MetricAlarm, StateRecord, Transition, TriggeringChild } from './alarm';
export type { AlarmState } from './composite-rule';

export interface CloudWatchOptions {
  readonly accountId: string;
  readonly region: string;
  readonly metrics: MetricStore;
  /** How long after a minute has ended its values become visible to GetMetricData; default 0. */
  readonly metricDelayMs?: number;
}

/** An alarm, and what evaluating it needs. Configuration and state are replaced as wholes, so snapshots stay true. */
type Held =
  | { alarm: MetricAlarm; readonly reader: QueryReader; pinned: boolean }
  | {
      alarm: CompositeAlarm;
      pinned: boolean;
      /** Whether its rule has to be evaluated: it is new, or a child has changed. */
      stale: boolean;
      /** The children that have changed since its rule was last evaluated. */
      changed: Set<string>;
    };
type HeldMetric = Extract<Held, { readonly reader: QueryReader }>;
type HeldComposite = Exclude<Held, HeldMetric>;

/** The CloudWatch of one account and Region: its alarms, on the metrics of a store. It calls no other service. */
export class CloudWatch {
  readonly accountId: string;
  readonly region: string;
  readonly metrics: MetricStore;
  readonly bands: AnomalyBands;
  private readonly metricDelayMs: number;
  private readonly metricAlarmsByName = new Map<string, HeldMetric>();
  private readonly compositesByName = new Map<string, HeldComposite>();
  private readonly evaluationCounts = new Map<string, number>();
  private order:
    | { readonly metric: readonly HeldMetric[]; readonly composite: readonly HeldComposite[] }
    | undefined;

  constructor(options: CloudWatchOptions) {
    this.accountId = options.accountId;
    this.region = options.region;
    this.metrics = options.metrics;
    this.metricDelayMs = options.metricDelayMs ?? 0;
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
    return this.held(alarmName)?.alarm;
  }

  /** By name. */
  metricAlarms(): readonly MetricAlarm[] {
    return this.inOrder().metric.map(({ alarm }) => alarm);
  }

  /** By name, composites of composites after those they rest on. */
  compositeAlarms(): readonly CompositeAlarm[] {
    return this.inOrder().composite.map(({ alarm }) => alarm);
  }

  /**
   * Creates a metric alarm in INSUFFICIENT_DATA, or replaces the whole configuration of an existing one, whose state
   * stays: whatever `properties` leaves out is lost. `properties` is the input of PutMetricAlarm, which is also that of
   * a resolved `AWS::CloudWatch::Alarm`. Throws AwsError for wrong values, NotRehearsed for unknown properties.
   */
  putMetricAlarm(properties: Input, now: Date): void {
    const configuration = readMetricAlarm(properties);
    const name = configuration.alarmName;
    if (this.compositesByName.has(name)) throw validationError(`${name} is a composite alarm`);
    const known = this.metricAlarmsByName.get(name);
    const alarm = { ...this.described(name, known?.alarm, now), type: 'metric', configuration } as const;
    const reader = queryReader(configuration.queries, this.metrics, this.bands);
    this.metricAlarmsByName.set(name, { alarm, reader, pinned: known?.pinned ?? false });
    this.order = undefined;
  }

  /** The same for a composite alarm. Its children must exist, and may not rest on it. */
  putCompositeAlarm(properties: Input, now: Date): void {
    const configuration = readCompositeAlarm(properties);
    const name = configuration.alarmName;
    if (this.metricAlarmsByName.has(name)) throw validationError(`${name} is a metric alarm`);
    this.rejectUnknownChildren(name, configuration.rule.children);
    const known = this.compositesByName.get(name);
    const alarm = { ...this.described(name, known?.alarm, now), type: 'composite', configuration } as const;
    const pinned = known?.pinned ?? false;
    this.compositesByName.set(name, { alarm, pinned, stale: true, changed: new Set() });
    this.order = undefined;
  }

  /** Throws AwsError ResourceNotFound, or ValidationException while a composite rests on the alarm. */
  deleteAlarm(alarmName: string): void {
    this.need(alarmName);
    const parents = [...this.compositesByName.values()].filter((parent) => restsOn(parent, alarmName));
    if (parents.length > 0) {
      throw validationError(`Cannot delete ${alarmName} as there are composite alarm(s) depending on it.`);
    }
    this.metricAlarmsByName.delete(alarmName);
    this.compositesByName.delete(alarmName);
    this.evaluationCounts.delete(alarmName);
    this.order = undefined;
  }

  /**
   * Evaluates every alarm that is not pinned: metric alarms on the periods up to `visibleUntil`, then composites whose
   * children have changed. To be called once each minute, on the minute. Returns the changes of state, metric alarms
   * before composites, each by name.
   */
  evaluate(now: Date, visibleUntil: Date): readonly Transition[] {
    const end = epochMinute(visibleUntil);
    const transitions: Transition[] = [];
    for (const held of this.inOrder().metric) {
      if (held.pinned) continue;
      this.count(held.alarm.configuration.alarmName);
      const transition = this.evaluateMetricAlarm(held, end, now);
      if (transition !== undefined) transitions.push(transition);
    }
    return [...transitions, ...this.evaluateComposites(now, (name) => this.count(name))];
  }

  /**
   * SetAlarmState: actions fire as for any change. A metric alarm reverts at its next evaluation, a composite when a
   * child of it changes. Returns the change, and those of the composites above it.
   */
  setAlarmState(
    alarmName: string,
    state: AlarmState,
    reason: string,
    now: Date,
    reasonData?: string,
  ): readonly Transition[] {
    return this.force(this.need(alarmName), state, { reason, reasonData }, now);
  }

  /** Puts an alarm in a state and holds it there: it is not evaluated until `unpin`. Returns the changes. */
  pin(alarmName: string, state: AlarmState, now: Date): readonly Transition[] {
    const held = this.need(alarmName);
    held.pinned = true;
    return this.force(held, state, { reason: 'The scenario holds this state', reasonData: undefined }, now);
  }

  /** Hands an alarm back to its metric or its rule, from the next evaluation on. */
  unpin(alarmName: string): void {
    const held = this.need(alarmName);
    held.pinned = false;
    if (!isMetric(held)) held.stale = true;
  }

  private evaluateMetricAlarm(held: HeldMetric, end: number, now: Date): Transition | undefined {
    const { configuration, state } = held.alarm;
    const {
      evaluationPeriods,
      datapointsToAlarm = evaluationPeriods,
      treatMissingData = 'missing',
    } = configuration;
    const periods = judgePeriods(configuration, held.reader, end);
    const rule = { evaluationPeriods, datapointsToAlarm, treatMissingData };
    const verdict = evaluateAlarm(
      rule,
      periods.map(({ point }) => point),
    );
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
    for (const held of this.inOrder().composite) {
      if (held.pinned || !held.stale) continue;
      onEvaluated(held.alarm.configuration.alarmName);
      const transition = this.evaluateComposite(held, now);
      if (transition !== undefined) transitions.push(transition);
    }
    return transitions;
  }

  private evaluateComposite(held: HeldComposite, now: Date): Transition | undefined {
    const { configuration, state } = held.alarm;
    const firing = configuration.rule.evaluate(
      (name) => this.held(name)?.alarm.state.value ?? 'INSUFFICIENT_DATA',
    );
    const to = firing ? 'ALARM' : 'OK';
    const changed = changedChildren(held.changed, (name) => this.held(name)?.alarm);
    held.stale = false;
    held.changed = new Set();
    if (to === state.value) return undefined;
    const children = triggeringChildren(changed, to);
    return this.change(held, to, reasonOfComposite(held.alarm, children, to), now, children);
  }

  private force(held: Held, to: AlarmState, reason: StateReason, now: Date): readonly Transition[] {
    if (held.alarm.state.value === to) {
      const { transitionedAt } = held.alarm.state;
      held.alarm = { ...held.alarm, state: { value: to, ...reason, updatedAt: now, transitionedAt } };
      return [];
    }
    const forced = this.change(held, to, reason, now);
    return [forced, ...this.evaluateComposites(now, () => {})];
  }

  private change(
    held: Held,
    to: AlarmState,
    { reason, reasonData }: StateReason,
    at: Date,
    children: Transition['triggeringChildren'] = [],
  ): Transition {
    const previousState = held.alarm.state;
    const state: StateRecord = { value: to, reason, reasonData, updatedAt: at, transitionedAt: at };
    held.alarm = { ...held.alarm, state };
    const { alarm } = held;
    const { alarmName, actionsEnabled } = alarm.configuration;
    this.tellParents(alarmName);
    return {
      alarmName,
      alarmArn: alarm.arn,
      type: alarm.type,
      from: previousState.value,
      to,
      at,
      reason,
      reasonData,
      triggeringChildren: children,
      actions: actionsEnabled ? actionsFor(alarm.configuration, to) : [],
      subject: notificationSubject(alarm, this),
      message: notificationMessage(alarm, previousState, children, this),
      alarm,
      previousState,
    };
  }

  private tellParents(alarmName: string): void {
    for (const parent of this.compositesByName.values()) {
      if (!restsOn(parent, alarmName)) continue;
      parent.stale = true;
      parent.changed.add(alarmName);
    }
  }

  private described(name: string, known: Alarm | undefined, now: Date) {
    const state: StateRecord = known?.state ?? {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      reasonData: undefined,
      updatedAt: now,
      transitionedAt: now,
    };
    return { arn: this.alarmArn(name), configurationUpdatedAt: now, state };
  }

  private rejectUnknownChildren(alarmName: string, children: readonly string[]): void {
    const unknown = children.filter((child) => this.held(child) === undefined);
    if (unknown.length > 0) {
      const names = `[${unknown.join(', ')}]`;
      throw validationError(
        `Could not save the composite alarm as alarms ${names} in the alarm rule do not exist`,
      );
    }
    if (children.some((child) => this.reaches(child, alarmName))) {
      throw validationError(`${alarmName} would rest on itself`);
    }
  }

  private reaches(from: string, alarmName: string): boolean {
    const children = this.compositesByName.get(from)?.alarm.configuration.rule.children ?? [];
    return from === alarmName || children.some((child) => this.reaches(child, alarmName));
  }

  /** How many composites lie between an alarm and its metrics. */
  private depth(alarmName: string): number {
    const children = this.compositesByName.get(alarmName)?.alarm.configuration.rule.children;
    return children === undefined ? 0 : 1 + Math.max(0, ...children.map((child) => this.depth(child)));
  }

  private inOrder() {
    this.order ??= {
      metric: byName([...this.metricAlarmsByName.values()]),
      composite: byName([...this.compositesByName.values()]).sort((a, b) => {
        return this.depth(a.alarm.configuration.alarmName) - this.depth(b.alarm.configuration.alarmName);
      }),
    };
    return this.order;
  }

  private count(alarmName: string): void {
    this.evaluationCounts.set(alarmName, (this.evaluationCounts.get(alarmName) ?? 0) + 1);
  }

  private held(alarmName: string): Held | undefined {
    return this.metricAlarmsByName.get(alarmName) ?? this.compositesByName.get(alarmName);
  }

  private need(alarmName: string): Held {
    const held = this.held(alarmName);
    if (held === undefined) throw new AwsError('ResourceNotFound', `Unknown alarm ${alarmName}`, 404);
    return held;
  }
}

function isMetric(held: Held): held is HeldMetric {
  return held.alarm.type === 'metric';
}

function restsOn(composite: HeldComposite, alarmName: string): boolean {
  return composite.alarm.configuration.rule.children.includes(alarmName);
}

function byName<T extends Held>(held: T[]): T[] {
  const nameOf = (one: T) => one.alarm.configuration.alarmName;
  return held.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
