import { instantText } from '../instant';
import { NotRehearsed } from '../service';
import { digest, uuidFrom } from '../services/derived-ids';
import type { AwsEvent, Rule, RuleTarget, Schedule } from '../services/event-bridge';
import type { Caller } from './access';
import type { Agenda } from './agenda';
import type { LocalRegion } from './local-region';

/** How EventBridge reaches its targets. */
export interface EventTargets {
  /** Answers whether the function's policy lets it. */
  invoke(functionArn: string, event: unknown, by: Caller): Promise<boolean>;
  send(message: {
    readonly key: readonly string[];
    readonly queueArn: string;
    readonly body: string;
    readonly by: Caller;
    /** Called for each copy that the queue's policy, or its key's, does not let in. */
    readonly onRefused: () => void;
  }): void;
}

/** Runs the scheduled rules, and carries events to the targets of the rules that they match. */
export class EventDelivery {
  /** Those that are on the agenda. */
  private readonly running = new WeakSet<Schedule>();

  constructor(
    private readonly agenda: Agenda,
    private readonly targets: EventTargets,
    private readonly onFailed: (region: LocalRegion, ruleName: string) => void,
  ) {}

  /** Lets a rule run by its schedule for as long as it has this one. */
  schedule({ name, schedule }: Rule, region: LocalRegion): void {
    if (schedule === undefined || this.running.has(schedule)) return;
    this.running.add(schedule);
    this.enterRun(name, schedule, region, schedule.from.getTime() + schedule.intervalMs);
  }

  /** Hands an event to all whom it concerns. */
  async publish(event: AwsEvent, region: LocalRegion): Promise<void> {
    for (const rule of region.eventBridge.matching(event))
      for (const target of rule.targets) await this.toTarget(event, rule, target, region);
  }

  private enterRun(name: string, schedule: Schedule, region: LocalRegion, atMs: number): void {
    this.agenda.enter(new Date(atMs), 'delivery', `rule ${region.eventBridge.arnOf(name)}`, async () => {
      const rule = region.eventBridge.rule(name);
      if (rule?.schedule !== schedule) return;
      this.enterRun(name, schedule, region, atMs + schedule.intervalMs);
      if (!rule.isEnabled) return;
      const event = scheduledEvent(rule, region, this.agenda.now);
      for (const target of rule.targets) await this.toTarget(event, rule, target, region);
    });
  }

  private async toTarget(
    event: AwsEvent,
    rule: Rule,
    target: RuleTarget,
    region: LocalRegion,
  ): Promise<void> {
    const { accountId } = region;
    const by: Caller = { kind: 'service', name: 'events.amazonaws.com', sourceArn: rule.arn, accountId };
    const body = target.input ?? JSON.stringify(event);
    const failed = (): void => this.onFailed(region, rule.name);
    const key = [event.id, rule.arn, target.id];
    if (target.arn.startsWith('arn:aws:sqs:'))
      this.targets.send({ key, queueArn: target.arn, body, by, onRefused: failed });
    else if (!target.arn.startsWith('arn:aws:lambda:'))
      throw new NotRehearsed(`the rule target ${target.arn}`);
    else if (!(await this.targets.invoke(target.arn, JSON.parse(body), by))) failed();
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
const scheduledEvent = ({ arn }: Rule, { accountId, region }: LocalRegion, now: Date): AwsEvent => ({
  version: '0',
  id: uuidFrom(digest('scheduled event', arn, now.toISOString())),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: instantText(now),
  region,
  resources: [arn],
  detail: {},
});
