import { alarmStateChange } from '../cloudwatch/alarm-event';
import type { Transition } from '../cloudwatch/cloudwatch';
import { instantText } from '../instant';
import type { MonitoredModel, Product } from '../product';
import type { Scenario } from '../scenario/scenario';
import { NotRehearsed } from '../service';
import { digest } from '../services/derived-ids';
import type { AwsEvent } from '../services/event-bridge';
import type { Delivery, EmailDelivery, Publication } from '../services/sns';
import { Support } from '../services/support';
import { Access, type Caller } from './access';
import type { Agenda } from './agenda';
import { DeployedFunction, type FunctionSettings } from './deployed-function';
import { Endpoint } from './endpoint';
import { EventDelivery } from './event-delivery';
import type { FromWorker } from './lambda-environment';
import { LocalRegion } from './local-region';
import { logLinesOf } from './log-lines';
import { QueuePollers } from './queue-pollers';
import { quotaSetting } from './quota-setting';
import { RehearsalRecord } from './record';
import { viewOfRegion } from './region-view';
import { sentTexts } from './sent-texts';
import { ServiceMetrics } from './service-metrics';

/**
 * How long Lambda waits before it runs a function again that failed on an event.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const RETRIES_MS = [60_000, 120_000];

/** What a service has for a queue. */
interface QueueMessage {
  /** Tells it from every other. */
  readonly key: readonly string[];
  readonly queueArn: string;
  readonly body: string;
  readonly by: Caller;
  readonly onRefused: () => void;
}

/** The local AWS of one scenario: every account and Region, the functions that run there, and all that happens. */
export class LocalAws {
  readonly record = new RehearsalRecord();
  readonly access: Access;
  readonly events: EventDelivery;
  readonly pollers: QueuePollers;
  private readonly metrics: ServiceMetrics;
  private readonly regions = new Map<string, LocalRegion>();
  private readonly supports = new Map<string, Support>();
  private readonly functions = new Map<string, DeployedFunction>();
  private readonly cloudFormationAnswers = new Map<string, (body: string) => void>();
  private endpoint: Endpoint | undefined;
  private broken: Error | undefined;

  constructor(
    private readonly scenario: Scenario,
    readonly models: readonly MonitoredModel[],
    readonly agenda: Agenda,
    private readonly product: Pick<Product, 'checkClaims'>,
  ) {
    this.access = new Access((arn) => this.regionOf(arn)?.resourcePolicy(arn));
    this.metrics = new ServiceMetrics(() => agenda.now);
    this.pollers = new QueuePollers(agenda, this.access, this);
    this.events = new EventDelivery(
      agenda,
      {
        invoke: (functionArn, event, by) => this.invokeFor(by, functionArn, event),
        send: (message) => this.sendLater(message),
      },
      (region, ruleName) => this.metrics.ruleFailed(region, ruleName),
    );
  }

  async start(): Promise<void> {
    this.endpoint = await Endpoint.start({
      now: () => this.agenda.now,
      start: this.scenario.start,
      access: this.access,
      faults: this.scenario.faults,
      functionOf: (accessKeyId) =>
        [...this.functions.values()].find((candidate) => candidate.accessKeyId === accessKeyId),
      onCloudFormationAnswer: (path, body) => this.cloudFormationAnswers.get(path)?.(body),
      onNotRehearsed: (error) => {
        this.broken ??= error;
      },
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.functions.values()].map((deployed) => deployed.stop()));
    await this.endpoint?.stop();
  }

  /** The services of an account and Region, made when they are first needed. */
  region(accountId: string, region: string): LocalRegion {
    const key = `${accountId}/${region}`;
    const known = this.regions.get(key);
    if (known !== undefined) return known;
    const made = new LocalRegion({
      accountId,
      region,
      metricDelayMs: this.scenario.metricDelayMs,
      quotas: Object.fromEntries(
        Object.entries(this.scenario.quotas).map(([code, quota]) => [
          code,
          quotaSetting(code, quota, this.models),
        ]),
      ),
      support: this.support(accountId),
      onPublish: (publication, place) => this.deliverLater(publication, place),
      onTransitions: (transitions, place) => this.carryOutTransitions(transitions, place),
    });
    this.regions.set(key, made);
    return made;
  }

  allRegions(): readonly LocalRegion[] {
    return [...this.regions.keys()].sort().flatMap((key) => this.regions.get(key) ?? []);
  }

  support(accountId: string): Support {
    const known = this.supports.get(accountId);
    if (known !== undefined) return known;
    const made = new Support({ accountId, plan: this.scenario.supportPlan });
    this.supports.set(accountId, made);
    return made;
  }

  /** Makes a function, or gives one other settings, which ends its environment. */
  async putFunction(settings: FunctionSettings, region: LocalRegion): Promise<DeployedFunction> {
    const deployed = new DeployedFunction(settings, region);
    await this.findFunction(deployed.arn)?.stop();
    this.functions.set(deployed.arn, deployed);
    this.declarePermissions(settings.roleArn, region);
    return deployed;
  }

  /** Its permissions go with it. */
  async removeFunction(arn: string): Promise<void> {
    const deployed = this.function(arn);
    this.functions.delete(arn);
    const { functionPermissions } = deployed.region;
    for (const [id, { functionArn }] of functionPermissions)
      if (functionArn === arn) functionPermissions.delete(id);
    await deployed.stop();
  }

  /** Tells of every function of the role what it may do now. */
  declarePermissions(roleArn: string, region: LocalRegion): void {
    for (const { arn, settings } of this.functions.values())
      if (settings.roleArn === roleArn) this.access.use.declare(arn, region.rolePolicies.get(roleArn) ?? []);
  }

  findFunction(arn: string): DeployedFunction | undefined {
    return this.functions.get(arn);
  }

  function(arn: string): DeployedFunction {
    const deployed = this.functions.get(arn);
    if (deployed === undefined) throw new Error(`Function not found: ${arn}`);
    return deployed;
  }

  /** Measures every queue and evaluates every alarm; what changes is published. */
  evaluateAlarms(): void {
    const { now } = this.agenda;
    for (const region of this.allRegions()) this.metrics.measureQueues(region);
    for (const region of this.allRegions())
      this.carryOutTransitions(region.cloudWatch.evaluate(now, region.cloudWatch.visibleUntil(now)), region);
  }

  /** Calls a custom resource's function and waits for what it answers CloudFormation. */
  async callCustomResource(functionArn: string, request: Readonly<Record<string, unknown>>): Promise<string> {
    const path = `/cloudformation/${digest(functionArn, JSON.stringify(request), this.agenda.now.toISOString())}`;
    let answered: string | undefined;
    this.cloudFormationAnswers.set(path, (body) => {
      answered = body;
    });
    const event = { ...request, ResponseURL: `${this.url}${path}` };
    const { outcome } = await this.invoke(this.function(functionArn), event);
    this.cloudFormationAnswers.delete(path);
    if (answered === undefined)
      throw new Error(
        `CloudFormation did not receive a response from the custom resource: the function ended ${outcome === 'ok' ? 'well' : 'with an error'}`,
      );
    return answered;
  }

  /** Runs a function now, to its end, and records it. */
  async invoke(deployed: DeployedFunction, event: unknown, requestedAt?: Date): Promise<FromWorker> {
    const { now } = this.agenda;
    const at = instantText(now);
    this.access.refuses(deployed.caller, deployed.logPermissions(), at);
    const answer = await deployed.invoke(event, now, this.url, requestedAt);
    if (this.broken !== undefined) throw this.broken;
    this.metrics.invoked(deployed, answer.outcome);
    this.record.invocations.push({
      at,
      functionName: deployed.settings.name,
      function: deployed.settings.label,
      calls: deployed.calls.map(({ name }) => name),
      logs: answer.outcome === 'ok' ? answer.logs : [...answer.logs, answer.error],
      ms: answer.ms,
      outcome: answer.outcome,
    });
    this.checkTexts(deployed, answer.logs);
    return answer;
  }

  /** What a service hands a function without waiting for it. Answers whether the function's policy lets it. */
  private async invokeFor(by: Caller, functionArn: string, event: unknown): Promise<boolean> {
    const { now } = this.agenda;
    const permission = { action: 'lambda:InvokeFunction', resource: functionArn };
    if (this.access.refuses(by, [permission], instantText(now)) !== undefined) return false;
    await this.invokeWithRetries(functionArn, event, now, RETRIES_MS);
    return true;
  }

  private async invokeWithRetries(
    functionArn: string,
    event: unknown,
    requestedAt: Date,
    [delay, ...later]: readonly number[],
  ): Promise<void> {
    const deployed = this.findFunction(functionArn);
    if (deployed === undefined) return;
    const { outcome } = await this.invoke(deployed, event, requestedAt);
    if (outcome === 'ok' || delay === undefined) return;
    const retryAt = new Date(this.agenda.now.getTime() + delay);
    const key = `retry ${functionArn} ${requestedAt.toISOString()}`;
    this.agenda.enter(retryAt, 'delivery', key, () =>
      this.invokeWithRetries(functionArn, event, requestedAt, later),
    );
  }

  /** Invocations come one after the other, so AWS is as it was when the texts went out. */
  private checkTexts({ calls, region }: DeployedFunction, logs: readonly string[]): void {
    const { now } = this.agenda;
    const texts = sentTexts(calls, region.support, now);
    if (texts.length === 0) return;
    const view = viewOfRegion(region, { now, calls, transitions: this.record.transitions });
    const lines = logLinesOf(logs);
    for (const text of texts) this.record.checkedTexts.push(this.product.checkClaims(text, lines, view));
  }

  /** Records changes of alarm states, carries out their actions and tells EventBridge. */
  carryOutTransitions(transitions: readonly Transition[], region: LocalRegion): void {
    for (const transition of transitions) {
      this.record.transitions.push(transition);
      for (const action of transition.actions) this.publishTransition(transition, action, region);
      if (region.eventBridge.hasPatterns) this.publishEvent(alarmStateChange(transition, region), region);
    }
  }

  private publishEvent(event: AwsEvent, region: LocalRegion): void {
    this.agenda.enter(this.agenda.now, 'delivery', event.id, () => this.events.publish(event, region));
  }

  private get url(): string {
    if (this.endpoint === undefined) throw new Error('the local AWS was not started');
    return this.endpoint.url;
  }

  /** Whoever holds the region of an ARN; keys, topics and queues all carry account and Region. */
  private regionOf(arn: string): LocalRegion | undefined {
    const [, , , region, accountId] = arn.split(':');
    return this.regions.get(`${accountId}/${region}`);
  }

  private publishTransition(
    { alarmArn, subject, message, email }: Transition,
    topicArn: string,
    region: LocalRegion,
  ): void {
    if (!topicArn.startsWith('arn:aws:sns:')) throw new NotRehearsed(`the alarm action ${topicArn}`);
    const { now } = this.agenda;
    const cloudWatch = {
      kind: 'service',
      name: 'cloudwatch.amazonaws.com',
      sourceArn: alarmArn,
      accountId: region.accountId,
    } as const;
    const permissions = region.sns.publishPermissions(topicArn);
    if (this.access.refuses(cloudWatch, permissions, instantText(now)) !== undefined) return;
    const publication = region.sns.publish({
      topicArn,
      subject,
      message: JSON.stringify({ default: message, email }),
      messageStructure: 'json',
      now,
      by: cloudWatch.name,
    });
    this.deliverLater(publication, region);
  }

  /** SNS hands on at the same instant, after everything else that happens then; copies and delays as the scenario says. */
  private deliverLater(publication: Publication, region: LocalRegion): void {
    const emails = publication.deliveries.filter((delivery) => delivery.protocol === 'email');
    const [first] = emails;
    if (first !== undefined) {
      const { subject, body } = first;
      const to = emails.map(({ endpoint }) => endpoint).sort();
      this.record.emails.push({ at: instantText(publication.at), to, subject, body });
    }
    for (const delivery of publication.deliveries)
      if (delivery.protocol !== 'email') this.deliverToQueue(delivery, region);
  }

  private deliverToQueue(delivery: Exclude<Delivery, EmailDelivery>, region: LocalRegion): void {
    if (delivery.protocol !== 'sqs')
      throw new NotRehearsed(`SNS subscriptions of the protocol ${delivery.protocol}`);
    const { body, endpoint: queueArn, messageId, subscriptionArn, topicArn } = delivery;
    const { accountId } = region;
    this.sendLater({
      key: [messageId, subscriptionArn],
      queueArn,
      body,
      by: { kind: 'service', name: 'sns.amazonaws.com', sourceArn: topicArn, accountId },
      onRefused: () => this.metrics.notificationFailed(region, topicArn),
    });
  }

  /** Copies and delays are as the scenario says. */
  private sendLater(message: QueueMessage): void {
    const { duplicate, reorderMs } = this.scenario.deliver;
    for (let copy = 0; copy < duplicate; copy += 1) {
      const key = digest(...message.key, copy);
      const delayMs = Math.floor((Number.parseInt(key.slice(0, 8), 16) / 2 ** 32) * (reorderMs + 1));
      const at = new Date(this.agenda.now.getTime() + delayMs);
      this.agenda.enter(at, 'delivery', key, () => this.toQueue(message));
    }
  }

  private toQueue({ queueArn, body, by, onRefused }: QueueMessage): Promise<void> | void {
    const { now } = this.agenda;
    const sqs = this.regionOf(queueArn)?.sqs;
    const permissions = sqs?.sendPermissions(queueArn) ?? [];
    const refused = this.access.refuses(by, permissions, instantText(now)) !== undefined;
    if (refused || !sqs?.has(queueArn)) return onRefused();
    sqs.send(queueArn, body, now);
    return this.pollers.poll(queueArn);
  }
}
