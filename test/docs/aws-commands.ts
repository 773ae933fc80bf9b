import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as serviceQuotas from '@aws-sdk/client-service-quotas';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as support from '@aws-sdk/client-support';
import * as z from 'zod';

/** What the AWS CLI takes for one of its commands, each option with its two hyphens. */
interface CliCommand {
  readonly options: readonly string[];
  readonly required: readonly string[];
  /** How many words may stand before the options. */
  readonly arguments: number;
}

/** The SDK's clients, by the service's name in the AWS CLI: both are made from the same models of AWS. */
const CLIENTS: Readonly<Record<string, object>> = {
  cloudwatch,
  dynamodb,
  secretsmanager,
  'service-quotas': serviceQuotas,
  sns,
  sqs,
  ssm,
  support,
};

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-pagination.html */
const PAGING = ['--max-items', '--page-size', '--starting-token'];

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html */
const GLOBAL = [
  '--cli-binary-format',
  '--no-cli-pager',
  '--no-paginate',
  '--output',
  '--profile',
  '--query',
  '--region',
];

/** Commands that no installed client knows, or not by these options, as their pages of the AWS CLI reference have them. */
const REFERENCE: Readonly<Record<string, CliCommand>> = {
  // https://docs.aws.amazon.com/cli/latest/reference/cloudformation/delete-stack.html
  'cloudformation delete-stack': {
    options: ['--stack-name', '--retain-resources', '--role-arn', '--deletion-mode'],
    required: ['--stack-name'],
    arguments: 0,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/cloudformation/update-termination-protection.html
  'cloudformation update-termination-protection': {
    options: ['--enable-termination-protection', '--no-enable-termination-protection', '--stack-name'],
    required: ['--stack-name'],
    arguments: 0,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/cloudtrail/lookup-events.html
  'cloudtrail lookup-events': {
    options: ['--lookup-attributes', '--start-time', '--end-time', '--event-category', ...PAGING],
    required: [],
    arguments: 0,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/dynamodb/wait/table-exists.html
  'dynamodb wait': { options: ['--table-name'], required: ['--table-name'], arguments: 1 },
  // https://docs.aws.amazon.com/cli/latest/reference/events/describe-rule.html
  'events describe-rule': { options: ['--name', '--event-bus-name'], required: ['--name'], arguments: 0 },
  // https://docs.aws.amazon.com/cli/latest/reference/events/enable-rule.html
  'events enable-rule': { options: ['--name', '--event-bus-name'], required: ['--name'], arguments: 0 },
  // https://docs.aws.amazon.com/cli/latest/reference/events/list-targets-by-rule.html
  'events list-targets-by-rule': {
    options: ['--rule', '--event-bus-name', '--next-token', '--limit', ...PAGING],
    required: ['--rule'],
    arguments: 0,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/health/describe-events.html
  'health describe-events': { options: ['--filter', '--locale', ...PAGING], required: [], arguments: 0 },
  // https://docs.aws.amazon.com/cli/latest/reference/iam/create-service-linked-role.html
  'iam create-service-linked-role': {
    options: ['--aws-service-name', '--description', '--custom-suffix'],
    required: ['--aws-service-name'],
    arguments: 0,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/iam/get-role.html
  'iam get-role': { options: ['--role-name'], required: ['--role-name'], arguments: 0 },
  // https://docs.aws.amazon.com/cli/latest/reference/kms/get-key-policy.html
  'kms get-key-policy': { options: ['--key-id', '--policy-name'], required: ['--key-id'], arguments: 0 },
  // https://docs.aws.amazon.com/cli/latest/reference/lambda/get-function-configuration.html
  'lambda get-function-configuration': {
    options: ['--function-name', '--qualifier'],
    required: ['--function-name'],
    arguments: 0,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/lambda/get-policy.html
  'lambda get-policy': {
    options: ['--function-name', '--qualifier'],
    required: ['--function-name'],
    arguments: 0,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/lambda/invoke.html
  'lambda invoke': {
    options: ['--function-name', '--invocation-type', '--log-type', '--payload', '--qualifier'],
    required: ['--function-name'],
    arguments: 1,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html
  'logs tail': {
    options: [
      '--since',
      '--follow',
      '--format',
      '--filter-pattern',
      '--log-stream-names',
      '--log-stream-name-prefix',
    ],
    required: [],
    arguments: 1,
  },
  // https://docs.aws.amazon.com/cli/latest/reference/sns/subscribe.html
  'sns subscribe': {
    options: ['--topic-arn', '--protocol', '--notification-endpoint', '--attributes'],
    required: ['--topic-arn', '--protocol'],
    arguments: 0,
  },
};

/** An operation as the SDK's clients carry it, with its input as far as it matters here. */
const commandSchema = z.object({
  schema: z
    .array(z.unknown())
    .transform((operation) => (typeof operation[4] === 'function' ? operation[4]() : operation[4]))
    .pipe(
      z.tuple(
        [
          z.literal(3),
          z.string(),
          z.string(),
          z.unknown(),
          z.array(z.string()),
          z.array(z.unknown()),
          z.int().default(0),
        ],
        z.unknown(),
      ),
    )
    .transform(([, , , , members, types, required]) => ({ members, types, required })),
});

/** The SDK's code for a member that is true or false. */
const BOOLEAN = 2;

/** `GetAWSDefaultServiceQuota` is `get-aws-default-service-quota` for the CLI. */
const kebabCase = (name: string): string =>
  name
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();

function fromClient(client: object, operation: string): CliCommand | undefined {
  const name = Object.keys(client).find(
    (exported) =>
      exported.endsWith('Command') && kebabCase(exported.slice(0, -'Command'.length)) === operation,
  );
  if (name === undefined) return undefined;
  const command: unknown = Reflect.get(client, name);
  if (typeof command !== 'function') throw new Error(`${name} is no class`);
  const { members, types, required } = commandSchema.parse(Reflect.construct(command, [{}])).schema;
  const isPaged = `paginate${name.slice(0, -'Command'.length)}` in client;
  return {
    options: [
      ...members.map((member) => `--${kebabCase(member)}`),
      ...members.filter((_, index) => types[index] === BOOLEAN).map((member) => `--no-${kebabCase(member)}`),
      ...(isPaged ? PAGING : []),
    ],
    required: members.slice(0, required).map((member) => `--${kebabCase(member)}`),
    arguments: 0,
  };
}

function cliCommand(service: string, operation: string): CliCommand | undefined {
  const client = CLIENTS[service];
  return REFERENCE[`${service} ${operation}`] ?? (client && fromClient(client, operation));
}

/**
 * What the AWS CLI would not understand of `aws SERVICE OPERATION ...`, without the word `aws`. `isWhole`: all that is
 * required must be there too.
 */
export function faultsOfAws(
  [service = '', operation = '', ...words]: readonly string[],
  isWhole: boolean,
): readonly string[] {
  const command = cliCommand(service, operation);
  if (command === undefined) return [`no operation aws ${service} ${operation}`];
  const firstOption = words.findIndex((word) => word.startsWith('--'));
  const stray = words.slice(command.arguments, firstOption < 0 ? words.length : firstOption);
  const options = words.filter((word) => word.startsWith('--'));
  const missing = isWhole ? command.required.filter((option) => !options.includes(option)) : [];
  return [
    ...stray.map((word) => `${word} is no option of aws ${service} ${operation}`),
    ...options
      .filter((option) => !command.options.includes(option) && !GLOBAL.includes(option))
      .map((option) => `no option ${option} of aws ${service} ${operation}`),
    ...missing.map((option) => `aws ${service} ${operation} lacks ${option}`),
  ];
}
