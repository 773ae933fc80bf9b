import { AwsError } from '../service';
import { readEventPattern } from './event-pattern';
import type { Place } from './kms';
import { rateMs } from './schedule-expression';

/** A rule of the default event bus as CloudFormation makes it. It has a schedule, a pattern, or both. */
export interface RuleSettings {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly scheduleExpression?: string | undefined;
  readonly eventPattern?: unknown;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly id: string;
  /** Of a function or a queue. */
  readonly arn: string;
  /** What the target gets in place of the event: JSON. */
  readonly input?: string | undefined;
}

export interface Schedule {
  readonly intervalMs: number;
  /** The first run comes one interval after this. */
  readonly from: Date;
}

export interface Rule extends RuleSettings {
  readonly arn: string;
  /** The same object for as long as the expression is the same. */
  readonly schedule: Schedule | undefined;
  readonly matches: (event: unknown) => boolean;
}

/** An event in the envelope that all have. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface AwsEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/**
 * The rules of the default event bus of one account and Region.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
export class EventBridge {
  readonly #rules = new Map<string, Rule>();

  constructor(private readonly place: Place) {}

  /** Creates a rule, or replaces all of one but its schedule where the expression stays. */
  putRule(settings: RuleSettings, now: Date): Rule {
    const { name, scheduleExpression, eventPattern } = settings;
    if (scheduleExpression === undefined && eventPattern === undefined)
      throw new AwsError(
        'ValidationException',
        'Parameter(s) EventPattern or ScheduleExpression must be specified.',
      );
    const before = this.#rules.get(name);
    const keepsSchedule = before !== undefined && before.scheduleExpression === scheduleExpression;
    const rule = {
      ...settings,
      arn: this.arnOf(name),
      schedule: keepsSchedule ? before.schedule : scheduleOf(scheduleExpression, now),
      matches: eventPattern === undefined ? () => false : readEventPattern(eventPattern),
    };
    this.#rules.set(name, rule);
    return rule;
  }

  deleteRule(name: string): void {
    this.#rules.delete(name);
  }

  rule(name: string): Rule | undefined {
    return this.#rules.get(name);
  }

  /** Whether any rule waits for events, so that they are worth making. */
  get hasPatterns(): boolean {
    return [...this.#rules.values()].some(({ eventPattern }) => eventPattern !== undefined);
  }

  /** The enabled rules that an event matches, by name. */
  matching(event: AwsEvent): readonly Rule[] {
    return [...this.#rules.values()]
      .filter(({ isEnabled, matches }) => isEnabled && matches(event))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  arnOf(name: string): string {
    return `arn:aws:events:${this.place.region}:${this.place.accountId}:rule/${name}`;
  }
}

const scheduleOf = (expression: string | undefined, now: Date): Schedule | undefined =>
  expression === undefined ? undefined : { intervalMs: rateMs(expression), from: now };
