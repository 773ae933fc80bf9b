import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionName, functionName } from '../lambda/contract/names';
import { acknowledgeWildcard } from './access/acknowledge';
import type { FunctionPolicy } from './access/function-policies';

/**
 * Of functions on which somebody waits. Longer than any call of theirs with its attempts; a sixth of the queue's
 * visibility timeout.
 */
export const FUNCTION_TIMEOUT = Duration.seconds(60);

/**
 * Where the SDK looks for credentials when the environment has none. A function's environment always has them, so these
 * are never loaded; a bundle with them is up to a third larger, and starts that much later.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
const UNUSED_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
] as const;

const LAMBDA_FOLDER = join(__dirname, '..', 'lambda');

export interface OpsFunctionProps {
  readonly customer: string;
  /** The folder under `lambda/` with its handler, and the last part of the deployed name. */
  readonly name: FunctionName;
  readonly description: string;
  /** What the function may do, besides writing its log. */
  readonly policy: FunctionPolicy;
  readonly environment?: Readonly<Record<string, string>>;
  /** `FUNCTION_TIMEOUT` if left out. */
  readonly timeout?: Duration;
}

/** A bundled Node.js function with a role of its own and a log group that the role cannot make again. */
export class OpsFunction extends NodejsFunction {
  constructor(
    scope: Construct,
    id: string,
    { customer, name, policy, environment, description, timeout = FUNCTION_TIMEOUT }: OpsFunctionProps,
  ) {
    const deployedName = functionName(customer, name);
    const parts = new Construct(scope, `${id}Access`);
    const logGroup = new LogGroup(parts, 'Log', {
      logGroupName: `/aws/lambda/${deployedName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(parts, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${deployedName} may do`,
      inlinePolicies: {
        [name]: new PolicyDocument({ statements: [...policy.statements, writeLog(logGroup)] }),
      },
    });
    for (const { resource, reason } of policy.wildcards) acknowledgeWildcard(role, resource, reason);
    super(scope, id, {
      functionName: deployedName,
      description,
      entry: join(LAMBDA_FOLDER, name, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout,
      logGroup,
      role,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      bundling: {
        minify: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.DEFAULT,
        sourcesContent: false,
        format: OutputFormat.CJS,
        logLevel: LogLevel.WARNING,
        target: 'node24',
        mainFields: ['module', 'main'],
        // The SDK is bundled, so that what was tried is what runs, whatever the runtime ships.
        externalModules: [...UNUSED_CREDENTIALS],
      },
    });
  }
}

const writeLog = (logGroup: LogGroup): PolicyStatement =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
