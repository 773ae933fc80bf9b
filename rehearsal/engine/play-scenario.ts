import { NO_SUCH_RESOURCE } from '../../aws/service-quotas';
import { admitMinute, groupByMinute } from '../bedrock/admission';
import type { MetricSample } from '../bedrock/metric-sample';
import { readAssembly, type Stack } from '../cloudformation/assembly';
import type { MetricSeries } from '../cloudwatch/metric-store';
import { instantText } from '../instant';
import type { MonitoredModel, Product, SynthesizedProduct } from '../product';
import type { Denial, Report } from '../report';
import { checkModelNames } from '../scenario/check-scenario';
import { checkExpectations } from '../scenario/expectations';
import { ScenarioError } from '../scenario/fault';
import type {
  Act,
  ApiCall,
  Mute,
  ProfileInScenario,
  Scenario,
  ScenarioEvent,
  SettingsSource,
  Trace,
} from '../scenario/scenario';
import { samplesOf } from '../scenario/traffic';
import { AwsError, NotRehearsed } from '../service';
import { profileId, profileMetric } from '../services/bedrock';
import { digest } from '../services/derived-ids';
import type { QuotaAnswer } from '../services/service-quotas';
import { Agenda } from './agenda';
import { DeployedStacks } from './deployed-stacks';
import { limitingQuotas } from './limiting-quotas';
import { LocalAws } from './local-aws';
import type { LocalRegion } from './local-region';
import { PlayedModels } from './played-models';
import { quotaSetting } from './quota-setting';
import { reportOf, type TimeSpan } from './report-of';
import { resourceHandlers } from './resource-handlers';

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

/** So often, in virtual time, whoever waits is told how far the play is. */
const PROGRESS_MS = 6 * HOUR_MS;

export interface PlayOptions {
  /** Changes what was synthesised before it is deployed, to see what a change would do. */
  readonly alterStack?: (stack: Stack) => Stack;
  /** Ends the play at the first refusal, for whoever asks nothing else. */
  readonly endsAtDenial?: boolean;
  /** Told what is being done, for people who wait. */
  readonly onProgress?: (doing: string) => void;
  /** Looks at what the report does not tell, when the scenario has been played. */
  readonly inspect?: (aws: LocalAws) => void;
}

/**
 * Deploys the application an hour before the scenario starts, plays the scenario on the local AWS, and reports.
 * Rejects with NotRehearsed for what the local AWS does not know, and with the product's error for settings it refuses.
 */
export async function playScenario(
  scenario: Scenario,
  product: Product,
  options: PlayOptions = {},
): Promise<Report> {
  const deployedAt = new Date(scenario.start.getTime() - HOUR_MS);
  const { onProgress = () => {} } = options;
  onProgress('synthesising the application');
  const deployments = await synthesizeAll(scenario, product);
  const models = new PlayedModels([...deployments.values()].flatMap(modelsOf));
  refuseUnknownModels(scenario, models.all);
  const aws = new LocalAws(scenario, models.all, new Agenda(deployedAt), product);
  await aws.start();
  try {
    const play = new Play(scenario, aws, models, product, deployments, options);
    play.fillPast();
    await play.deploy(FIRST);
    if (play.failures.length === 0) await play.run();
    options.inspect?.(aws);
    const facts = reportOf(scenario.name, {
      aws,
      product,
      models: models.alarmed,
      deployments: play.deployedIn,
    });
    const allFailures = [
      ...play.failures,
      ...facts.denied.map(denialSentence),
      ...product.breaches(aws.record.invocations),
      ...aws.record.checkedTexts.flatMap(({ failures }) => failures),
      ...checkExpectations(scenario, facts, product),
    ];
    const { scenario: name, ...rest } = facts;
    return { scenario: name, passed: allFailures.length === 0, failures: allFailures, ...rest };
  } finally {
    await aws.stop();
  }
}

/** The deployment before the scenario starts. */
const FIRST = 'first';

/** What is synthesised for the first deployment, and for each event that deploys. */
type Deployments = ReadonlyMap<typeof FIRST | Act, readonly SynthesizedProduct[]>;

/** All at once, so that a fault in settings for later shows before anything is played. */
async function synthesizeAll(scenario: Scenario, product: Product): Promise<Deployments> {
  const synthesize = async (sources: readonly SettingsSource[]) => {
    const synthesized: SynthesizedProduct[] = [];
    for (const settings of sources) synthesized.push(await product.synthesize(settings));
    return synthesized;
  };
  const first = scenario.settings.length > 0 ? scenario.settings : [product.defaultSettings];
  const deployments = new Map<typeof FIRST | Act, readonly SynthesizedProduct[]>();
  deployments.set(FIRST, await synthesize(first));
  for (const event of scenario.events)
    if (event.kind === 'deploy') deployments.set(event, await synthesize(event.settings));
  return deployments;
}

const modelsOf = (synthesized: readonly SynthesizedProduct[]): readonly MonitoredModel[] =>
  synthesized.flatMap(({ models }) => models);

/** Models of settings that stand in a file of their own are only known once it is read. */
function refuseUnknownModels(scenario: Scenario, models: readonly MonitoredModel[]): void {
  const faults = checkModelNames(
    scenario,
    models.map(({ name }) => name),
  );
  if (faults.length > 0) throw new ScenarioError(faults);
}

/** One scenario being played. */
class Play {
  /** What went wrong with stacks and events, one sentence each. */
  readonly failures: string[] = [];
  /** When something was being deployed. */
  readonly deployedIn: TimeSpan[] = [];
  private readonly stacks: DeployedStacks;
  private readonly series = new Map<MonitoredModel, ReadonlyMap<string, MetricSeries>>();
  private readonly onProgress: (doing: string) => void;
  private readonly alterStack: (stack: Stack) => Stack;
  private readonly endsAtDenial: boolean;

  constructor(
    private readonly scenario: Scenario,
    private readonly aws: LocalAws,
    private readonly models: PlayedModels,
    private readonly product: Product,
    private readonly deployments: Deployments,
    { onProgress = () => {}, alterStack = (stack) => stack, endsAtDenial = false }: PlayOptions,
  ) {
    this.endsAtDenial = endsAtDenial;
    this.onProgress = onProgress;
    this.alterStack = alterStack;
    this.stacks = new DeployedStacks(resourceHandlers(aws, product.functionLabel), (sentence) =>
      this.failures.push(sentence),
    );
  }

  /** Traffic that the scenario gives minute by minute, and the profiles, cases and requests that were there before. */
  fillPast(): void {
    for (const [name, profile] of Object.entries(this.scenario.inferenceProfiles)) {
      this.fillProfile(name, profile);
      if (profile.isThere) this.putProfile(name);
    }
    for (const [name, traffic] of Object.entries(this.scenario.models))
      for (const model of this.models.measuredOf(name))
        for (const sample of samplesOf(traffic, this.scenario.start)) this.put(model, sample);
    for (const { subject, count, createdAt } of this.scenario.cases)
      for (let copy = 0; copy < count; copy += 1)
        for (const support of new Set(this.models.all.map(({ accountId }) => this.aws.support(accountId))))
          support.putCase({ subject, createdAt });
    for (const { serviceQuotas } of this.playedRegions)
      for (const { quotaCode, desiredValue, status, requestedAt } of this.scenario.quotaRequests)
        serviceQuotas.putRequest(quotaCode, desiredValue, status, requestedAt);
  }

  /** Deploys what was synthesised for the beginning, or for an event. */
  async deploy(which: typeof FIRST | Act): Promise<void> {
    const synthesized = this.deployments.get(which) ?? [];
    const stacks = synthesized.flatMap(({ assemblyDirectory }) => readAssembly(assemblyDirectory));
    this.onProgress(`deploying ${stacks.length} stacks`);
    const from = this.aws.agenda.now;
    this.models.deploy(modelsOf(synthesized));
    await this.stacks.deploy(stacks.map(this.alterStack));
    this.deployedIn.push({ from, to: this.aws.agenda.now });
  }

  async run(): Promise<void> {
    const { agenda } = this.aws;
    const end = this.at(this.scenario.untilMs);
    // The deployment may have ended within a minute.
    const first = Math.ceil(agenda.now.getTime() / MINUTE_MS) * MINUTE_MS;
    for (let minute = first; minute <= end.getTime(); minute += MINUTE_MS)
      agenda.enter(new Date(minute), 'evaluation', '', () => {
        if (minute % PROGRESS_MS === 0) this.onProgress(`playing ${instantText(agenda.now)}`);
        this.aws.evaluateAlarms();
      });
    for (const [name, { trace }] of Object.entries(this.scenario.models))
      if (trace !== undefined)
        for (const model of this.models.measuredOf(name)) this.enterTrace(model, trace);
    this.scenario.events.forEach((event, index) => {
      agenda.enter(this.at(event.atMs), 'event', String(index).padStart(6, '0'), () => this.carryOut(event));
    });
    await agenda.playUntil(end, () => this.endsAtDenial && this.aws.access.denied().length > 0);
    await this.aws.finishInvocations();
  }

  private readonly at = (ms: number): Date => new Date(this.scenario.start.getTime() + ms);

  private regionOf({ accountId, region }: MonitoredModel): LocalRegion {
    return this.aws.region(accountId, region);
  }

  /** Every account and Region of the settings. */
  private get playedRegions(): readonly LocalRegion[] {
    return [...new Set(this.models.all.map((model) => this.regionOf(model)))];
  }

  private putProfile(name: string): void {
    const profile = this.scenario.inferenceProfiles[name];
    if (profile === undefined) return;
    const { copyFrom, id = profileId(name) } = profile;
    for (const { bedrock } of this.playedRegions)
      bedrock.putApplicationProfile({ name, id, copyFrom }, this.aws.agenda.now);
  }

  private fillProfile(name: string, profile: ProfileInScenario): void {
    const { id = profileId(name) } = profile;
    for (const { metrics } of this.playedRegions) {
      const known = new Map<string, MetricSeries>();
      for (const { metric, minute, value } of samplesOf(profile, this.scenario.start)) {
        const series = known.get(metric) ?? metrics.series(profileMetric(id, metric));
        known.set(metric, series);
        series.put(minute, value);
      }
    }
  }

  private put(model: MonitoredModel, { metric, minute, value }: MetricSample): void {
    this.seriesOf(model, metric).put(minute, value);
  }

  /** Looked up once: a history has hundreds of thousands of samples. */
  private seriesOf(model: MonitoredModel, name: string): MetricSeries {
    const known = this.series.get(model)?.get(name);
    if (known !== undefined) return known;
    const { metricNamespace: namespace, metricDimensions: dimensions } = model;
    const series = this.regionOf(model).metrics.series({ namespace, name, dimensions });
    this.series.set(model, new Map(this.series.get(model)).set(name, series));
    return series;
  }

  /** The simulated Bedrock looks at the quotas at the beginning of each minute. */
  private enterTrace(model: MonitoredModel, trace: Trace): void {
    for (const [minute, requests] of groupByMinute(trace.requests))
      this.aws.agenda.enter(new Date(minute * MINUTE_MS), 'event', model.name, () => {
        const quotas = { rpm: this.quota(model, 'RPM'), tpm: this.quota(model, 'TPM') };
        for (const sample of admitMinute(minute, requests, quotas, trace)) this.put(model, sample);
      });
  }

  private quota(model: MonitoredModel, quota: 'RPM' | 'TPM'): number | null {
    const region = this.regionOf(model);
    const quotaCodes = this.models.quotaCodesOf(model);
    const code = limitingQuotas({ ...model, quotaCodes }, region, this.product)[quota];
    const known = code === null ? undefined : region.serviceQuotas.quota(code);
    return known?.value ?? known?.default ?? null;
  }

  /** What AWS refuses is a failure of the scenario: whoever wrote it expected it to work. */
  private async carryOut(event: ScenarioEvent): Promise<void> {
    try {
      await this.act(event);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.failures.push(
        `${this.scenario.file}:${event.line}: AWS refused this event (${error.code}: ${error.message})`,
      );
    }
  }

  private async act(act: Act): Promise<void> {
    switch (act.kind) {
      case 'note':
        return;
      case 'deploy':
        await this.deploy(act);
        this.aws.pollers.wake();
        return;
      case 'remove':
        return this.remove(act.model);
      case 'removeStack': {
        const { stack: name, force } = act;
        return this.stacks.delete(`Stack with id ${name}`, ({ stack }) => stack.stackName === name, force);
      }
      case 'makeProfile':
        this.putProfile(act.profile);
        return;
      case 'setQuota':
        for (const { serviceQuotas } of this.aws.allRegions())
          for (const [code, quota] of Object.entries(act.quotas))
            serviceQuotas.setQuota(code, quotaSetting(code, quota, this.models.all));
        return;
      case 'answerQuotaRequest':
        for (const [code, answer] of Object.entries(act.answers)) this.answer(code, answer);
        return;
      case 'resolveCases':
        for (const support of new Set(this.aws.allRegions().map((region) => region.support)))
          if (act.displayId === 'all') support.resolveAll(this.aws.agenda.now);
          else support.resolve(act.displayId);
        return;
      case 'setAlarm':
        for (const model of this.models.alarmedOf(act.model)) this.setAlarm(model, act.alarm, act.state);
        return;
      case 'call':
        for (const region of this.aws.allRegions()) this.call(region, act);
        return;
      case 'mute':
        for (const model of this.models.alarmedOf(act.model)) this.mute(model, act);
    }
  }

  /** Wherever a request for the quota is open. Throws AwsError where none is anywhere. */
  private answer(code: string, answer: QuotaAnswer): void {
    const asked = this.aws
      .allRegions()
      .filter(({ serviceQuotas }) => serviceQuotas.openRequest(code) !== undefined);
    if (asked.length === 0) throw new AwsError(NO_SUCH_RESOURCE, `No request for ${code} is open.`);
    for (const { serviceQuotas } of asked) serviceQuotas.answerRequest(code, answer);
  }

  /** Deletes the stacks that hold the model's alarms. */
  private remove(modelName: string): Promise<void> {
    const alarms = this.models.alarmedOf(modelName).flatMap((model) => Object.values(model.alarms));
    return this.stacks.delete(`The stack of ${modelName}`, ({ resources }) =>
      resources.some(({ ref }) => alarms.includes(ref)),
    );
  }

  private setAlarm(
    model: MonitoredModel,
    alarm: string,
    state: Extract<Act, { kind: 'setAlarm' }>['state'],
  ): void {
    const region = this.regionOf(model);
    const name = model.alarms[alarm] ?? alarm;
    if (state === 'AUTO') region.cloudWatch.unpin(name);
    else this.aws.carryOutTransitions(region.cloudWatch.pin(name, state, this.aws.agenda.now), region);
  }

  private mute(model: MonitoredModel, { alarm, forMs }: Mute): void {
    const { now } = this.aws.agenda;
    const targets = alarm === undefined ? Object.values(model.alarms) : [model.alarms[alarm] ?? alarm];
    const input = {
      // Models of one name may stand in one Region.
      Name: `mute-${digest(now.toISOString(), ...targets).slice(0, 12)}`,
      Rule: {
        Schedule: {
          Expression: `at(${now.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)})`,
          Duration: `PT${forMs / MINUTE_MS}M`,
        },
      },
      MuteTargets: { AlarmNames: targets },
    };
    this.call(this.regionOf(model), {
      kind: 'call',
      service: 'cloudwatch',
      operation: 'PutAlarmMuteRule',
      input,
    });
  }

  /** What a person does, who may do everything. */
  private call(region: LocalRegion, { service, operation, input }: ApiCall): void {
    const called = region.serviceNamed(service)?.operations[operation];
    if (called === undefined) throw new NotRehearsed(`the operation ${service}.${operation}`);
    called.run(input, { now: this.aws.agenda.now, ...region.place });
    this.aws.pollers.wake();
  }
}

/** Whatever a scenario expects, nothing the product needs may be refused. */
function denialSentence(denial: Denial): string {
  const who = 'function' in denial ? denial.function : denial.principal;
  return `${denial.at}: ${who} was denied ${denial.action} on ${denial.resource}`;
}
