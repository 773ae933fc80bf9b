import type { Transition } from '../cloudwatch/cloudwatch';
import { instantText } from '../instant';
import type { MonitoredModel } from '../product';
import type { Scenario } from '../scenario/scenario';
import { NotRehearsed } from '../service';
import { digest } from '../services/derived-ids';
import type { Delivery, Publication } from '../services/sns';
import type { ReceivedMessage } from '../services/sqs';
import { Support } from '../services/support';
import { Access } from './access';
import type { Agenda } from './agenda';
import { DeployedFunction, type FunctionSettings } from './deployed-function';
import { Endpoint } from './endpoint';
import type { FromWorker } from './lambda-environment';
import { LocalRegion } from './local-region';
import { quotaSetting } from './quota-setting';
import { RehearsalRecord } from './record';

/** An invocation takes this long. */
const INVOCATION_MS = 1_000;

/** A queue that Lambda polls for a function. */
export interface EventSourceMapping {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** Whether the function says which messages of a batch failed. */
  readonly reportsFailures: boolean;
}

/** The local AWS of one scenario: every account and Region, the functions that run there, and all that happens. */
export class LocalAws {
  readonly record = new RehearsalRecord();
  readonly access: Access;
  private readonly regions = new Map<string, LocalRegion>();
  private readonly supports = new Map<string, Support>();
  private readonly functions = new Map<string, DeployedFunction>();
  private readonly mappings: { readonly mapping: EventSourceMapping; running: number }[] = [];
  /** When each queue's hidden or delayed messages are next looked for. */
  private readonly nextPolls = new Map<string, number>();
  private readonly cloudFormationAnswers = new Map<string, (body: string) => void>();
  private endpoint: Endpoint | undefined;
  private broken: Error | undefined;

  constructor(
    private readonly scenario: Scenario,
    readonly models: readonly MonitoredModel[],
    readonly agenda: Agenda,
  ) {
    this.access = new Access((arn) => this.regionOf(arn)?.resourcePolicy(arn));
  }

  async start(): Promise<void> {
    this.endpoint = await Endpoint.start({
      now: () => this.agenda.now,
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

  addFunction(settings: FunctionSettings, region: LocalRegion): DeployedFunction {
    const deployed = new DeployedFunction(settings, region);
    this.functions.set(deployed.arn, deployed);
    this.access.use.declare(deployed.arn, region.rolePolicies.get(settings.roleArn) ?? []);
    return deployed;
  }

  function(arn: string): DeployedFunction {
    const deployed = this.functions.get(arn);
    if (deployed === undefined) throw new Error(`Function not found: ${arn}`);
    return deployed;
  }

  addMapping(mapping: EventSourceMapping): void {
    this.mappings.push({ mapping, running: 0 });
  }

  /** Evaluates every alarm; what changes is published. */
  evaluateAlarms(): void {
    const { now } = this.agenda;
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
  async invoke(deployed: DeployedFunction, event: unknown): Promise<FromWorker> {
    const { now } = this.agenda;
    const at = instantText(now);
    this.access.refuses(deployed.caller, deployed.logPermissions(), at);
    const answer = await deployed.invoke(event, now, this.url);
    if (this.broken !== undefined) throw this.broken;
    this.record.invocations.push({
      at,
      functionName: deployed.settings.name,
      function: deployed.settings.label,
      calls: deployed.calls,
      logs: answer.outcome === 'ok' ? answer.logs : [...answer.logs, answer.error],
      ms: answer.ms,
      outcome: answer.outcome,
    });
    return answer;
  }

  /** Records changes of alarm states and carries out their actions. */
  carryOutTransitions(transitions: readonly Transition[], region: LocalRegion): void {
    for (const transition of transitions) {
      this.record.transitions.push(transition);
      for (const action of transition.actions) this.publishTransition(transition, action, region);
    }
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
    { alarmArn, subject, message }: Transition,
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
    this.deliverLater(region.sns.publish({ topicArn, subject, message, now, by: cloudWatch.name }), region);
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
    for (const delivery of publication.deliveries) {
      if (delivery.protocol === 'email') continue;
      for (let copy = 0; copy < this.scenario.deliver.duplicate; copy += 1)
        this.enterDelivery(delivery, copy, region);
    }
  }

  private enterDelivery(delivery: Delivery, copy: number, region: LocalRegion): void {
    const key = digest(delivery.messageId, delivery.subscriptionArn, copy);
    const delayMs = Math.floor(
      (Number.parseInt(key.slice(0, 8), 16) / 2 ** 32) * (this.scenario.deliver.reorderMs + 1),
    );
    const at = new Date(this.agenda.now.getTime() + delayMs);
    this.agenda.enter(at, 'delivery', key, () => this.toQueue(delivery, region));
  }

  private toQueue(delivery: Delivery, region: LocalRegion): Promise<void> | void {
    if (delivery.protocol !== 'sqs')
      throw new NotRehearsed(`SNS subscriptions of the protocol ${delivery.protocol}`);
    const { endpoint: queueArn, body, topicArn } = delivery;
    const { now } = this.agenda;
    const sns = {
      kind: 'service',
      name: 'sns.amazonaws.com',
      sourceArn: topicArn,
      accountId: region.accountId,
    } as const;
    const permissions = region.sqs.sendPermissions(queueArn);
    if (this.access.refuses(sns, permissions, instantText(now)) !== undefined) return;
    region.sqs.send(queueArn, body, now);
    return this.poll(queueArn);
  }

  /** Lets Lambda take what is visible in a queue, as far as the mapping's concurrency goes. */
  private async poll(queueArn: string): Promise<void> {
    const polled = this.mappings.find(({ mapping }) => mapping.queueArn === queueArn);
    if (polled === undefined) return;
    const { mapping } = polled;
    const deployed = this.function(mapping.functionArn);
    const { sqs } = deployed.region;
    const at = instantText(this.agenda.now);
    if (this.access.refuses(deployed.caller, sqs.pollPermissions(queueArn), at) !== undefined) return;
    while (polled.running < mapping.maximumConcurrency) {
      const messages = sqs.receive(queueArn, this.agenda.now, mapping.batchSize);
      if (messages.length === 0) break;
      polled.running += 1;
      const answer = await this.invoke(deployed, {
        Records: messages.map((message) => asRecord(message, queueArn, deployed)),
      });
      const finished = new Date(this.agenda.now.getTime() + INVOCATION_MS);
      const done = messages.filter((message) => isDone(message, answer, mapping));
      const key = messages.map(({ messageId }) => messageId).join();
      this.agenda.enter(finished, 'completion', key, async () => {
        polled.running -= 1;
        for (const { receiptHandle } of done) sqs.delete(queueArn, receiptHandle);
        await this.poll(queueArn);
      });
    }
    this.pollAgain(queueArn, deployed.region);
  }

  /** Lambda notices messages that came some other way than from a topic. */
  wakePollers(): void {
    for (const { mapping } of this.mappings)
      this.agenda.enter(this.agenda.now, 'delivery', mapping.queueArn, () => this.poll(mapping.queueArn));
  }

  /** A message that is delayed or hidden is taken as soon as it can be seen. */
  private pollAgain(queueArn: string, region: LocalRegion): void {
    const { now } = this.agenda;
    const next = region.sqs.nextVisibleAt(queueArn, now);
    if (next === undefined || next <= now || this.nextPolls.get(queueArn) === next.getTime()) return;
    this.nextPolls.set(queueArn, next.getTime());
    this.agenda.enter(next, 'delivery', queueArn, () => this.poll(queueArn));
  }
}

/** One record of the event that Lambda makes of a batch. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const asRecord = (message: ReceivedMessage, queueArn: string, deployed: DeployedFunction) => ({
  ...message,
  messageAttributes: message.messageAttributes ?? {},
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: deployed.region.region,
});

function isDone(
  { messageId }: ReceivedMessage,
  answer: FromWorker,
  { reportsFailures }: EventSourceMapping,
): boolean {
  if (answer.outcome === 'error') return false;
  return !(reportsFailures && failedIds(answer.result).includes(messageId));
}

function failedIds(result: unknown): readonly unknown[] {
  if (typeof result !== 'object' || result === null || !('batchItemFailures' in result)) return [];
  const { batchItemFailures } = result;
  return Array.isArray(batchItemFailures)
    ? batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    : [];
}
