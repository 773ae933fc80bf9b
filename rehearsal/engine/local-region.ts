import { CloudWatch, type ConfigurationChange, type Transition } from '../cloudwatch/cloudwatch';
import { cloudWatchService } from '../cloudwatch/cloudwatch-service';
import { MetricStore } from '../cloudwatch/metric-store';
import { type Policy, readResourcePolicy } from '../iam/policy';
import type { Service } from '../service';
import { Bedrock } from '../services/bedrock';
import { DynamoDb } from '../services/dynamodb/dynamodb';
import { EventBridge } from '../services/event-bridge';
import type { Place } from '../services/kms';
import { ParameterStore } from '../services/parameter-store';
import type { QuotaRequests } from '../services/quota-requests';
import { SecretsManager } from '../services/secrets-manager';
import { type QuotaSetting, ServiceQuotas } from '../services/service-quotas';
import { type Publication, Sns } from '../services/sns';
import { Sqs } from '../services/sqs';
import type { Support } from '../services/support';

export interface RegionOptions extends Place {
  readonly metricDelayMs: number;
  readonly quotas: Readonly<Record<string, QuotaSetting>>;
  /** Ids or ARNs of the models that are invoked here. */
  readonly modelIds: readonly string[];
  /** The one of the account. */
  readonly support: Support;
  /** Those of the account. */
  readonly quotaRequests: QuotaRequests;
  readonly onPublish: (publication: Publication, region: LocalRegion) => void;
  readonly onTransitions: (transitions: readonly Transition[], region: LocalRegion) => void;
  readonly onConfigurationChange: (change: ConfigurationChange, region: LocalRegion) => void;
  /** Told of each message that a function or a person puts into a queue. */
  readonly onSend: (queueArn: string) => void;
}

/** One statement of a function's resource policy. */
export interface FunctionPermission {
  readonly functionArn: string;
  readonly statement: Readonly<Record<string, unknown>>;
}

/** The services of one account in one Region, and the policies of what stands there. */
export class LocalRegion implements Place {
  readonly accountId: string;
  readonly region: string;
  readonly metrics = new MetricStore();
  readonly bedrock: Bedrock;
  readonly cloudWatch: CloudWatch;
  readonly parameterStore: ParameterStore;
  readonly secretsManager: SecretsManager;
  readonly serviceQuotas: ServiceQuotas;
  readonly dynamoDb: DynamoDb;
  readonly eventBridge: EventBridge;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly support: Support;
  /** Key policies by the key's ARN. */
  readonly keyPolicies = new Map<string, Policy>();
  /** Who may assume a role, by the role's ARN. */
  readonly trustPolicies = new Map<string, Policy>();
  /** Role policies by the role's ARN. */
  readonly rolePolicies = new Map<string, readonly Policy[]>();
  /** Statements of the functions' resource policies, by the name of the permission that each came with. */
  readonly functionPermissions = new Map<string, FunctionPermission>();
  /** The keys that aliases stand for. */
  readonly keyAliases = new Map<string, string>();
  readonly logGroups = new Set<string>();
  private readonly services: ReadonlyMap<string, Service>;
  /** Policies of resources as they were read last, by ARN: they are asked for at every call. */
  private readonly policiesRead = new Map<string, { readonly document: string; readonly policy: Policy }>();

  constructor(options: RegionOptions) {
    this.accountId = options.accountId;
    this.region = options.region;
    this.support = options.support;
    const { metricDelayMs } = options;
    this.cloudWatch = new CloudWatch({
      ...this.place,
      metrics: this.metrics,
      metricDelayMs,
      onConfigurationChange: (change) => options.onConfigurationChange(change, this),
    });
    this.bedrock = new Bedrock(this.place, options.modelIds);
    this.parameterStore = new ParameterStore(this.place);
    this.secretsManager = new SecretsManager(this.place);
    this.serviceQuotas = new ServiceQuotas(this.place, options.quotas, options.quotaRequests);
    this.dynamoDb = new DynamoDb(this.place);
    this.eventBridge = new EventBridge(this.place);
    this.sns = new Sns(this.place, (publication) => options.onPublish(publication, this));
    this.sqs = new Sqs(this.place, options.onSend);
    // By the name that a request's credentials are scoped to.
    this.services = new Map<string, Service>([
      [
        'monitoring',
        cloudWatchService(
          () => this.cloudWatch,
          (transitions) => options.onTransitions(transitions, this),
        ),
      ],
      ['bedrock', this.bedrock.service],
      ['dynamodb', this.dynamoDb.service],
      ['secretsmanager', this.secretsManager.service],
      ['servicequotas', this.serviceQuotas.service],
      ['sns', this.sns.service],
      ['sqs', this.sqs.service],
      ['ssm', this.parameterStore.service],
      ['support', this.support.service],
    ]);
  }

  get place(): Place {
    return { accountId: this.accountId, region: this.region };
  }

  service(scope: string): Service | undefined {
    return this.services.get(scope);
  }

  /** Every call that is played, as `service.Operation`. */
  operations(): readonly string[] {
    return [...this.services.values()]
      .flatMap(({ name, operations }) => Object.keys(operations).map((operation) => `${name}.${operation}`))
      .sort();
  }

  serviceNamed(name: string): Service | undefined {
    return [...this.services.values()].find((service) => service.name === name);
  }

  /** The policy of a topic, queue, function or key; undefined where there is none. */
  resourcePolicy(arn: string): Policy | undefined {
    const attached =
      this.sns.topics().find((topic) => topic.arn === arn)?.policy ??
      this.sqs.queues().find((queue) => queue.arn === arn)?.settings.policy;
    if (attached !== undefined) return this.readOnce(attached, arn);
    return this.keyPolicies.get(arn) ?? this.functionPolicy(arn);
  }

  private readOnce(policyDocument: unknown, arn: string): Policy {
    const document = JSON.stringify(policyDocument);
    const known = this.policiesRead.get(arn);
    if (known !== undefined && known.document === document) return known.policy;
    const policy = readResourcePolicy(policyDocument, arn);
    this.policiesRead.set(arn, { document, policy });
    return policy;
  }

  private functionPolicy(functionArn: string): Policy | undefined {
    const permissions = [...this.functionPermissions.values()];
    const own = permissions.filter((permission) => permission.functionArn === functionArn);
    if (own.length === 0) return undefined;
    return this.readOnce({ Statement: own.map(({ statement }) => statement) }, functionArn);
  }
}
