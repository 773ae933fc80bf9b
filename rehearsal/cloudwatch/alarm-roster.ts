import { AwsError, NotRehearsed } from '../service';
import type { CompositeAlarm, MetricAlarm } from './alarm';
import { validationError } from './fields';
import type { QueryReader } from './query-reader';

/** A metric alarm, and what evaluating it needs. The alarm is replaced as a whole, so snapshots stay true. */
export interface HeldMetricAlarm {
  alarm: MetricAlarm;
  readonly reader: QueryReader;
  /** Held in its state by the scenario. */
  pinned: boolean;
}

export interface HeldCompositeAlarm {
  alarm: CompositeAlarm;
  pinned: boolean;
  /** Whether its rule has to be evaluated: it is new, or a child has changed. */
  stale: boolean;
  /** The names of the children that have changed since its rule was last evaluated. */
  changed: Set<string>;
}

export type HeldAlarm = HeldMetricAlarm | HeldCompositeAlarm;

interface Order {
  readonly metric: readonly HeldMetricAlarm[];
  readonly composite: readonly HeldCompositeAlarm[];
}

/** The alarms of one account and Region by name, and which rests on which. */
export class AlarmRoster {
  private readonly metricAlarms = new Map<string, HeldMetricAlarm>();
  private readonly composites = new Map<string, HeldCompositeAlarm>();
  private order: Order | undefined;

  metric(alarmName: string): HeldMetricAlarm | undefined {
    return this.metricAlarms.get(alarmName);
  }

  composite(alarmName: string): HeldCompositeAlarm | undefined {
    return this.composites.get(alarmName);
  }

  find(alarmName: string): HeldAlarm | undefined {
    return this.metricAlarms.get(alarmName) ?? this.composites.get(alarmName);
  }

  /** Throws AwsError ResourceNotFound. */
  need(alarmName: string): HeldAlarm {
    const held = this.find(alarmName);
    if (held === undefined) throw new AwsError('ResourceNotFound', `Unknown alarm ${alarmName}`, 404);
    return held;
  }

  /** Throws AwsError when the name is that of a composite. */
  setMetric(held: HeldMetricAlarm): void {
    const { alarmName } = held.alarm.configuration;
    if (this.composites.has(alarmName)) throw validationError(`${alarmName} is a composite alarm`);
    this.metricAlarms.set(alarmName, held);
    this.order = undefined;
  }

  /** Throws AwsError when the name is that of a metric alarm or a child does not exist. */
  setComposite(held: HeldCompositeAlarm): void {
    const { alarmName } = held.alarm.configuration;
    if (this.metricAlarms.has(alarmName)) throw validationError(`${alarmName} is a metric alarm`);
    this.rejectChildren(alarmName, held.alarm.configuration.rule.children);
    this.composites.set(alarmName, held);
    this.order = undefined;
  }

  /** Removes all or none. Throws AwsError: ResourceNotFound, or ValidationException while another alarm rests on one. */
  delete(alarmNames: readonly string[]): void {
    for (const alarmName of alarmNames) {
      this.need(alarmName);
      const parents = this.parentsOf(alarmName).map(({ alarm }) => alarm.configuration.alarmName);
      if (parents.some((parent) => !alarmNames.includes(parent))) {
        throw validationError(`Cannot delete ${alarmName} as there are composite alarm(s) depending on it.`);
      }
    }
    for (const alarmName of alarmNames) {
      this.metricAlarms.delete(alarmName);
      this.composites.delete(alarmName);
    }
    this.order = undefined;
  }

  parentsOf(alarmName: string): readonly HeldCompositeAlarm[] {
    return [...this.composites.values()].filter(({ alarm }) => {
      return alarm.configuration.rule.children.includes(alarmName);
    });
  }

  /** Each kind by name; composites of composites come after those they rest on. */
  inOrder(): Order {
    this.order ??= {
      metric: byName([...this.metricAlarms.values()]),
      composite: byName([...this.composites.values()]).sort((a, b) => {
        return this.depth(a.alarm.configuration.alarmName) - this.depth(b.alarm.configuration.alarmName);
      }),
    };
    return this.order;
  }

  /** CloudWatch itself lets composites rest on each other once all of them exist. */
  private rejectChildren(alarmName: string, children: readonly string[]): void {
    const unknown = children.filter((child) => this.find(child) === undefined);
    if (unknown.length > 0) {
      const names = `[${unknown.join(', ')}]`;
      throw validationError(
        `Could not save the composite alarm as alarms ${names} in the alarm rule do not exist`,
      );
    }
    if (children.some((child) => this.reaches(child, alarmName))) {
      throw new NotRehearsed(`composite alarms that rest on each other (${alarmName})`);
    }
  }

  private reaches(from: string, alarmName: string): boolean {
    return from === alarmName || this.childrenOf(from).some((child) => this.reaches(child, alarmName));
  }

  /** How many composites lie between an alarm and its metrics. */
  private depth(alarmName: string): number {
    if (!this.composites.has(alarmName)) return 0;
    return 1 + Math.max(0, ...this.childrenOf(alarmName).map((child) => this.depth(child)));
  }

  private childrenOf(alarmName: string): readonly string[] {
    return this.composites.get(alarmName)?.alarm.configuration.rule.children ?? [];
  }
}

function byName<T extends HeldAlarm>(held: T[]): T[] {
  const nameOf = (one: T) => one.alarm.configuration.alarmName;
  return held.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
