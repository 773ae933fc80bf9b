import type { CallSeen } from '../aws-view';
import { alarmConfigurationChange, alarmStateChange } from '../cloudwatch/alarm-event';
import type { Transition } from '../cloudwatch/cloudwatch';
import { instantText } from '../instant';
import type { MonitoredModel, Product } from '../product';
import type { Scenario } from '../scenario/scenario';
import { NotRehearsed } from '../service';
import { digest } from '../services/derived-ids';
import { putEmbeddedMetrics } from '../services/embedded-metrics';
import type { AwsEvent } from '../services/event-bridge';
import { QuotaRequests } from '../services/quota-requests';
import { Support } from '../services/support';
import { Access, type Caller } from './access';
import type { Agenda } from './agenda';
import { AsynchronousInvocations, RETRIES_MS } from './asynchronous-invocations';
import { Deliveries } from './deliveries';
import { DeployedFunction, type FunctionSettings } from './deployed-function';
import { Endpoint, type Requester } from './endpoint';
import { EventDelivery } from './event-delivery';
import type { Invocation } from './invocation';
import type { HandlerEnd } from './lambda-environment';
import { LocalRegion } from './local-region';
import { logLinesOf } from './log-lines';
import { OverlappingInvocations, type Run } from './overlapping-invocations';
import { QueuePollers } from './queue-pollers';
import { quotaSetting } from './quota-setting';
import { RehearsalRecord } from './record';
import { viewOfRegion } from './region-view';
import { earlierInEvent, laterInNotification } from './road-skew';
import { sentTexts } from './sent-texts';
import { ServiceMetrics } from './service-metrics';

/** The local AWS of one scenario: every account and Region, the functions that run there, and all that happens. */
export class LocalAws {
  readonly record = new RehearsalRecord();
  readonly access: Access;
  readonly events: EventDelivery;
  readonly pollers: QueuePollers;
  private readonly metrics: ServiceMetrics;
  private readonly deliveries: Deliveries;
  private readonly invocations: OverlappingInvocations;
  private readonly asynchronous: AsynchronousInvocations;
  private readonly regions = new Map<string, LocalRegion>();
  private readonly supports = new Map<string, Support>();
  private readonly quotaRequestsOf = new Map<string, QuotaRequests>();
  private readonly functions = new Map<string, DeployedFunction>();
  /** With those that were replaced or deleted: something may still run there. */
  private readonly everDeployed = new Set<DeployedFunction>();
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
    this.invocations = new OverlappingInvocations(agenda, (...ended) => this.recordInvocation(...ended));
    this.asynchronous = new AsynchronousInvocations(
      agenda,
      (arn) => this.findFunction(arn),
      (run, onOver) => this.begin(run, onOver),
    );
    this.pollers = new QueuePollers(agenda, this.access, this, scenario.deliver.concurrency);
    this.deliveries = new Deliveries(scenario.deliver, {
      agenda,
      access: this.access,
      metrics: this.metrics,
      emails: this.record.emails,
      regionOf: (arn) => this.regionOf(arn),
      poll: (queueArn) => this.pollers.poll(queueArn),
    });
    this.events = new EventDelivery(
      agenda,
      {
        invoke: (functionArn, event, by) => this.invokeFor(by, functionArn, event),
        send: (message) => this.deliveries.sendLater(message),
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
      invocationOf: (accessKeyId) => this.invocations.of(accessKeyId),
      onCarriedOut: (call, invocation) => this.checkText(call, invocation),
      onCloudFormationAnswer: (path, body) => this.cloudFormationAnswers.get(path)?.(body),
      onNotRehearsed: (error) => {
        this.broken ??= error;
      },
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.everDeployed].map(({ environments }) => environments.stop()));
    this.endpoint?.stop();
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
      modelIds: this.models
        .filter((model) => model.accountId === accountId && model.region === region)
        .map(({ modelId }) => modelId),
      support: this.support(accountId),
      quotaRequests: this.quotaRequests(accountId),
      onPublish: (publication, place) => this.deliveries.deliverLater(publication, place),
      onTransitions: (transitions, place) => this.carryOutTransitions(transitions, place),
      onConfigurationChange: (change, place) => {
        if (place.eventBridge.hasPatterns) this.publishEvent(alarmConfigurationChange(change, place), place);
      },
      onSend: (queueArn) => this.pollers.pollSoon(queueArn),
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
    const { supportPlan: plan, supportLag: lag } = this.scenario;
    const made = new Support({ accountId, plan, lag });
    this.supports.set(accountId, made);
    return made;
  }

  quotaRequests(accountId: string): QuotaRequests {
    const known = this.quotaRequestsOf.get(accountId);
    if (known !== undefined) return known;
    const { quotaRequestCase, quotaRequestLimits, serviceLinkedRole } = this.scenario;
    const made = new QuotaRequests({
      accountId,
      support: this.support(accountId),
      clock: this.agenda,
      hasServiceLinkedRole: serviceLinkedRole,
      timing: quotaRequestCase,
      limits: quotaRequestLimits,
    });
    this.quotaRequestsOf.set(accountId, made);
    return made;
  }

  get accountIds(): readonly string[] {
    return [...new Set(this.allRegions().map(({ accountId }) => accountId))];
  }

  /** Makes a function, or gives one other settings; what runs ends as it began. */
  async putFunction(settings: FunctionSettings, region: LocalRegion): Promise<DeployedFunction> {
    const deployed = new DeployedFunction(settings, region, {
      url: this.url,
      clock: this.agenda.clock,
      newAccessKeyId: (arn) => this.invocations.newAccessKeyId(arn),
    });
    await this.findFunction(deployed.arn)?.environments.retire();
    this.functions.set(deployed.arn, deployed);
    this.everDeployed.add(deployed);
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
    await deployed.environments.retire();
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
    for (const region of this.allRegions()) this.evaluateAlarmsOf(region, now);
  }

  /** What ran no action because it was muted, and is still so when the mute is over, runs it then: no change of state. */
  private evaluateAlarmsOf(region: LocalRegion, now: Date): void {
    const { cloudWatch } = region;
    this.carryOutTransitions(cloudWatch.evaluate(now, cloudWatch.visibleUntil(now)), region);
    for (const late of cloudWatch.takeUnmuted(now))
      for (const action of late.actions) this.publishTransition(late, action, region);
  }

  /**
   * Invokes a custom resource's function, as Lambda does without somebody who waits for it, and waits for what it answers
   * CloudFormation. Rejects where no answer comes within `timeoutMs`: the time for that passes.
   */
  async callCustomResource(
    functionArn: string,
    request: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ): Promise<string> {
    const requestedAt = this.agenda.now;
    const path = `/cloudformation/${digest(functionArn, JSON.stringify(request), requestedAt.toISOString())}`;
    let answered: string | undefined;
    this.cloudFormationAnswers.set(path, (body) => {
      answered ??= body;
    });
    const deadline = new Date(requestedAt.getTime() + timeoutMs);
    const event = { ...request, ResponseURL: `${this.url}${path}` };
    await this.playWithRetries({ functionArn, event, requestedAt, deadline }, () => answered !== undefined);
    if (answered === undefined) await this.agenda.playUntil(deadline);
    this.cloudFormationAnswers.delete(path);
    if (answered !== undefined) return answered;
    throw new Error(
      `CloudFormation did not receive a response from the custom resource within ${timeoutMs / 1000} seconds`,
    );
  }

  /** Runs a function until it has ended well, or has answered, or has failed so often as Lambda tries. */
  private async playWithRetries(
    {
      functionArn,
      event,
      requestedAt,
      deadline,
    }: { functionArn: string; event: unknown; requestedAt: Date; deadline: Date },
    hasAnswered: () => boolean,
  ): Promise<void> {
    for (const delay of [0, ...RETRIES_MS]) {
      const at = new Date(this.agenda.now.getTime() + delay);
      if (at > deadline) return;
      if (delay > 0) await this.agenda.playUntil(at);
      const deployed = this.function(functionArn);
      this.writeLog(deployed);
      const { outcome } = await this.invocations.playToEnd({ deployed, event, requestedAt });
      if (outcome === 'ok' || hasAnswered()) return;
    }
  }

  /** Begins an invocation, which the agenda goes on with; `onOver` is what is to happen when it is over. */
  begin(run: Run, onOver: (end: HandlerEnd) => void | Promise<void>): Promise<void> {
    this.writeLog(run.deployed);
    return this.invocations.begin(run, onOver);
  }

  /** Lets the invocations that have begun make all their requests. */
  async finishInvocations(): Promise<void> {
    await this.agenda.playOut('request');
  }

  private writeLog(deployed: DeployedFunction): void {
    this.access.refuses(deployed.caller, deployed.logPermissions(), instantText(this.agenda.now));
  }

  /** Throws what the local AWS could not play. */
  private recordInvocation({ deployed, calls, logs }: Invocation, end: HandlerEnd, began: Date): void {
    if (this.broken !== undefined) throw this.broken;
    this.metrics.invoked(deployed, end.outcome);
    putEmbeddedMetrics(logs, deployed.region.metrics);
    this.record.invocations.push({
      at: instantText(began),
      functionName: deployed.settings.name,
      function: deployed.settings.label,
      calls: calls.map(({ name }) => name),
      logs: end.outcome === 'ok' ? logs : [...logs, end.error],
      ms: end.ms,
      outcome: end.outcome,
    });
  }

  /** What a service hands a function without waiting for it. Answers whether the function's policy lets it. */
  private async invokeFor(by: Caller, functionArn: string, event: unknown): Promise<boolean> {
    const { now } = this.agenda;
    const permission = { action: 'lambda:InvokeFunction', resource: functionArn };
    if (this.access.refuses(by, [permission], instantText(now)) !== undefined) return false;
    await this.asynchronous.invoke(functionArn, event);
    return true;
  }

  /** Called right after the call, so AWS is as it was when the text went out. */
  private checkText(call: CallSeen, { deployed: { region }, calls, logs }: Requester): void {
    const { now } = this.agenda;
    for (const text of sentTexts([call], region.support, now)) {
      const view = viewOfRegion(region, { now, calls: [...calls], transitions: this.record.transitions });
      this.record.checkedTexts.push(this.product.checkClaims(text, logLinesOf(logs), view));
    }
  }

  /** Records changes of alarm states, carries out their actions and tells EventBridge. */
  carryOutTransitions(transitions: readonly Transition[], region: LocalRegion): void {
    for (const transition of transitions) {
      this.record.transitions.push(transition);
      for (const action of transition.actions) this.publishTransition(transition, action, region);
      if (region.eventBridge.hasPatterns) this.publishEvent(this.eventOf(transition, region), region);
    }
  }

  private eventOf(transition: Transition, region: LocalRegion): AwsEvent {
    return earlierInEvent(alarmStateChange(transition, region), this.scenario.deliver.skewMs);
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
      message: JSON.stringify({
        default: laterInNotification(message, this.scenario.deliver.skewMs),
        email,
      }),
      messageStructure: 'json',
      now,
      by: cloudWatch.name,
    });
    this.deliveries.deliverLater(publication, region);
  }
}
