import type { CallSeen } from '../aws-view';
import { digest } from '../services/derived-ids';
import type { Caller } from './access';
import { type FromWorker, LambdaEnvironment } from './lambda-environment';
import type { LocalRegion } from './local-region';

export interface FunctionSettings {
  readonly name: string;
  /** As reports name it. */
  readonly label: string;
  readonly codeFolder: string;
  readonly handler: string;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A function as CloudFormation made it. Its environment starts with the first invocation and stays. */
export class DeployedFunction {
  readonly arn: string;
  /** By which the endpoint recognises its calls. */
  readonly accessKeyId: string;
  /** What the current invocation has called so far. */
  calls: CallSeen[] = [];
  private environment: LambdaEnvironment | undefined;

  constructor(
    readonly settings: FunctionSettings,
    readonly region: LocalRegion,
  ) {
    this.arn = `arn:aws:lambda:${region.region}:${region.accountId}:function:${settings.name}`;
    this.accessKeyId = `ASIA${digest(this.arn).slice(0, 16).toUpperCase()}`;
  }

  get caller(): Caller {
    const { roleArn, label } = this.settings;
    const policies = this.region.rolePolicies.get(roleArn) ?? [];
    return { kind: 'function', arn: this.arn, label, roleArn, policies };
  }

  /** What the runtime does in the name of the function's role. */
  logPermissions() {
    const { region, accountId } = this.region;
    const stream = `arn:aws:logs:${region}:${accountId}:log-group:${this.settings.logGroup}:log-stream:live`;
    return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ action, resource: stream }));
  }

  /** @param requestedAt when the event was first handed over; a retry keeps its request's id. */
  async invoke(event: unknown, now: Date, endpoint: string, requestedAt = now): Promise<FromWorker> {
    const { codeFolder, handler, name, memoryMb, timeoutSeconds } = this.settings;
    this.calls = [];
    this.environment ??= new LambdaEnvironment(
      { codeFolder, handler, startedAt: now.getTime() },
      this.variables(endpoint),
    );
    return this.environment.invoke({
      event,
      now: now.getTime(),
      context: {
        functionName: name,
        invokedFunctionArn: this.arn,
        awsRequestId: digest(this.arn, requestedAt.toISOString(), JSON.stringify(event)).slice(0, 32),
        memoryLimitInMB: String(memoryMb),
        timeoutMs: timeoutSeconds * 1000,
      },
    });
  }

  async stop(): Promise<void> {
    await this.environment?.stop();
  }

  /** What Lambda sets for every function, and the function's own. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
  private variables(endpoint: string): Readonly<Record<string, string>> {
    return {
      AWS_REGION: this.region.region,
      AWS_ACCESS_KEY_ID: this.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'rehearsed',
      AWS_LAMBDA_FUNCTION_NAME: this.settings.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.settings.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: this.settings.logGroup,
      AWS_ENDPOINT_URL: endpoint,
      TZ: ':UTC',
      ...this.settings.variables,
    };
  }
}
