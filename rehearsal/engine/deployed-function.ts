import { digest } from '../services/derived-ids';
import type { Caller } from './access';
import { EnvironmentPool } from './environment-pool';
import { type InvokeMessage, LambdaEnvironment } from './lambda-environment';
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

/** What the machines of Lambda give an environment that starts. */
export interface LambdaHost {
  /** Where the functions find AWS. */
  readonly url: string;
  /** The virtual time in milliseconds. */
  readonly clock: Float64Array;
  /** One that no other environment has; in each play a function is given the same ones in the same order. */
  newAccessKeyId(functionArn: string): string;
}

/** A function as CloudFormation made it. */
export class DeployedFunction {
  readonly arn: string;
  readonly environments: EnvironmentPool;

  constructor(
    readonly settings: FunctionSettings,
    readonly region: LocalRegion,
    private readonly host: LambdaHost,
  ) {
    this.arn = `arn:aws:lambda:${region.region}:${region.accountId}:function:${settings.name}`;
    this.environments = new EnvironmentPool(() => this.startEnvironment());
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
  messageOf(event: unknown, requestedAt: Date): InvokeMessage {
    const { name, memoryMb, timeoutSeconds } = this.settings;
    const context = {
      functionName: name,
      invokedFunctionArn: this.arn,
      awsRequestId: digest(this.arn, requestedAt.toISOString(), JSON.stringify(event)).slice(0, 32),
      memoryLimitInMB: String(memoryMb),
      timeoutMs: timeoutSeconds * 1000,
    };
    return { kind: 'invoke', event, context };
  }

  private startEnvironment(): LambdaEnvironment {
    const { codeFolder: folder, handler } = this.settings;
    const code = { folder, handler, variables: this.variables() };
    return new LambdaEnvironment(this.host.newAccessKeyId(this.arn), code, this.host.clock);
  }

  /** What Lambda sets for every function, and the function's own. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
  private variables(): Readonly<Record<string, string>> {
    return {
      AWS_REGION: this.region.region,
      AWS_SECRET_ACCESS_KEY: 'rehearsed',
      AWS_LAMBDA_FUNCTION_NAME: this.settings.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.settings.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: this.settings.logGroup,
      AWS_ENDPOINT_URL: this.host.url,
      TZ: ':UTC',
      ...this.settings.variables,
    };
  }
}
