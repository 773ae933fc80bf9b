import * as z from 'zod';
import { MOST_PARAMETER_NAMES } from '../../aws/parameter-store';
import { AwsError, type Call, type Input, NotRehearsed, type Permission, type Service } from '../service';
import { parseInput } from './input';
import type { Place } from './kms';
import { type PageRequest, page } from './pages';
import { checkName, checkValue } from './parameter-rules';

/** A parameter as CloudFormation makes it: type String, standard tier. */
export interface ParameterSettings {
  readonly name: string;
  readonly value: string;
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
}

export interface ParameterVersion extends ParameterSettings {
  readonly version: number;
  readonly lastModified: Date;
}

/** One write, whoever made it, for the report. */
export interface ParameterWrite {
  readonly at: Date;
  readonly name: string;
  readonly value: string;
}

const name = z.string().min(1).max(2048);
const names = z.array(name).min(1).max(MOST_PARAMETER_NAMES);
const put = z.strictObject({
  Name: name,
  Value: z.string().min(1),
  Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
  Description: z.string().max(1024).optional(),
  Overwrite: z.boolean().optional(),
  AllowedPattern: z.string().max(1024).optional(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
  DataType: z.string().max(128).optional(),
});
const getOne = z.strictObject({ Name: name, WithDecryption: z.boolean().optional() });
const getMany = z.strictObject({ Names: names, WithDecryption: z.boolean().optional() });
const deleteOne = z.strictObject({ Name: name });
const deleteMany = z.strictObject({ Names: names });
const listing = { WithDecryption: z.boolean().optional(), NextToken: z.string().optional() };
const byPath = z.strictObject({
  ...listing,
  Path: name,
  Recursive: z.boolean().optional(),
  MaxResults: z.int().min(1).max(MOST_PARAMETER_NAMES).optional(),
});
const history = z.strictObject({ ...listing, Name: name, MaxResults: z.int().min(1).max(50).optional() });

/**
 * Systems Manager Parameter Store of one account and Region: standard parameters of type String.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export class ParameterStore {
  readonly #writes: ParameterWrite[] = [];
  /** By name, the oldest kept version first. */
  readonly #parameters = new Map<string, readonly ParameterVersion[]>();

  readonly service: Service = {
    name: 'ssm',
    operations: {
      PutParameter: {
        permissions: (input) => this.#on('PutParameter', [parse('PutParameter', put, input).Name]),
        run: (input, call) => this.#putParameter(input, call),
      },
      GetParameter: {
        permissions: (input) => this.#on('GetParameter', [parse('GetParameter', getOne, input).Name]),
        run: (input) => this.#getParameter(input),
      },
      GetParameters: {
        permissions: (input) => this.#on('GetParameters', parse('GetParameters', getMany, input).Names),
        run: (input) => this.#getParameters(input),
      },
      // Asked for the path alone: https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-retrieval-authorization.html
      GetParametersByPath: {
        permissions: (input) =>
          this.#on('GetParametersByPath', [parse('GetParametersByPath', byPath, input).Path]),
        run: (input) => this.#getParametersByPath(input),
      },
      GetParameterHistory: {
        permissions: (input) =>
          this.#on('GetParameterHistory', [parse('GetParameterHistory', history, input).Name]),
        run: (input) => this.#getParameterHistory(input),
      },
      DeleteParameter: {
        permissions: (input) =>
          this.#on('DeleteParameter', [parse('DeleteParameter', deleteOne, input).Name]),
        run: (input) => this.#deleteParameter(input),
      },
      DeleteParameters: {
        permissions: (input) =>
          this.#on('DeleteParameters', parse('DeleteParameters', deleteMany, input).Names),
        run: (input) => this.#deleteParameters(input),
      },
    },
  };

  constructor(private readonly place: Place) {}

  /**
   * Creates a parameter or writes its next version; equal values make a version too.
   *
   * @throws AwsError ValidationException, HierarchyLevelLimitExceededException, ParameterPatternMismatchException
   */
  put(settings: ParameterSettings, now: Date): ParameterVersion {
    checkName(settings.name);
    const before = this.parameter(settings.name);
    const allowedPattern = settings.allowedPattern ?? before?.allowedPattern;
    checkValue(settings.value, allowedPattern);
    const description = settings.description ?? before?.description;
    const version = {
      ...settings,
      description,
      allowedPattern,
      version: (before?.version ?? 0) + 1,
      lastModified: now,
    };
    const kept = [...(this.#parameters.get(settings.name) ?? []), version].slice(-100);
    this.#parameters.set(settings.name, kept);
    this.#writes.push({ at: now, name: settings.name, value: settings.value });
    return version;
  }

  /** Every write by time, at one instant by name, since parallel calls arrive in any order. */
  get writes(): readonly ParameterWrite[] {
    return [...this.#writes].sort((a, b) => a.at.getTime() - b.at.getTime() || compare(a.name, b.name));
  }

  /** The newest version. */
  parameter(parameterName: string): ParameterVersion | undefined {
    return this.#parameters.get(parameterName)?.at(-1);
  }

  /** The values of the versions that are kept, the newest last. */
  versions(parameterName: string): readonly string[] {
    return (this.#parameters.get(parameterName) ?? []).map(({ value }) => value);
  }

  /** Every parameter's newest version, by name. */
  parameters(): readonly ParameterVersion[] {
    const newest = [...this.#parameters.values()].flatMap((versions) => versions.slice(-1));
    return newest.sort((a, b) => compare(a.name, b.name));
  }

  /** Returns whether there was one. */
  delete(parameterName: string): boolean {
    return this.#parameters.delete(parameterName);
  }

  /** `parameter/name` for a plain name, `parameter/a/b` for a path. */
  arnOf(parameterName: string): string {
    const { region, accountId } = this.place;
    return `arn:aws:ssm:${region}:${accountId}:parameter/${parameterName.replace(/^\//, '')}`;
  }

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
  #on(operation: string, names: readonly string[]): readonly Permission[] {
    return names.map((each) => ({ action: `ssm:${operation}`, resource: this.arnOf(each) }));
  }

  #putParameter(input: Input, call: Call) {
    const parsed = parse('PutParameter', put, input);
    refuseWhatIsNotRehearsed(parsed);
    const existing = this.parameter(parsed.Name);
    if (existing !== undefined && parsed.Overwrite !== true) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    if (existing === undefined && parsed.Type === undefined) {
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    }
    const { Name, Value, Description: description, AllowedPattern: allowedPattern } = parsed;
    const { version } = this.put({ name: Name, value: Value, description, allowedPattern }, call.now);
    return { Version: version, Tier: 'Standard' };
  }

  #getParameter(input: Input) {
    const { Name } = parse('GetParameter', getOne, input);
    refuseSelector(Name);
    const found = this.parameter(Name);
    if (found === undefined) throw notFound(Name);
    return { Parameter: this.#shape(found) };
  }

  /** AWS promises no order; these come by name, so that nobody relies on the order asked. */
  #getParameters(input: Input) {
    const { Names } = parse('GetParameters', getMany, input);
    for (const each of Names) refuseSelector(each);
    const wanted = [...new Set(Names)].sort();
    const found = wanted.flatMap((each) => this.parameter(each) ?? []);
    return {
      Parameters: found.map((parameter) => this.#shape(parameter)),
      InvalidParameters: wanted.filter((each) => !this.#parameters.has(each)),
    };
  }

  #getParametersByPath(input: Input) {
    const parsed = parse('GetParametersByPath', byPath, input);
    if (!parsed.Path.startsWith('/')) {
      throw new AwsError('ValidationException', 'The parameter path must begin with a forward slash.');
    }
    const prefix = parsed.Path.endsWith('/') ? parsed.Path : `${parsed.Path}/`;
    const listed = ssmPage({
      all: this.parameters(),
      keyOf: (parameter) => parameter.name,
      matches: (parameter) => isUnder(parameter.name, prefix, parsed.Recursive ?? false),
      size: parsed.MaxResults ?? MOST_PARAMETER_NAMES,
      nextToken: parsed.NextToken,
      scope: `GetParametersByPath ${prefix} ${parsed.Recursive ?? false}`,
    });
    return { ...listed.token, Parameters: listed.items.map((parameter) => this.#shape(parameter)) };
  }

  #getParameterHistory(input: Input) {
    const parsed = parse('GetParameterHistory', history, input);
    refuseSelector(parsed.Name);
    const versions = this.#parameters.get(parsed.Name);
    if (versions === undefined) throw notFound(parsed.Name);
    const listed = ssmPage({
      all: versions,
      keyOf: ({ version }) => String(version),
      size: parsed.MaxResults ?? 50,
      nextToken: parsed.NextToken,
      scope: `GetParameterHistory ${parsed.Name}`,
    });
    return { ...listed.token, Parameters: listed.items.map(historyShape) };
  }

  #deleteParameter(input: Input) {
    const { Name } = parse('DeleteParameter', deleteOne, input);
    if (!this.delete(Name)) throw notFound(Name);
    return {};
  }

  #deleteParameters(input: Input) {
    const { Names } = parse('DeleteParameters', deleteMany, input);
    const wanted = [...new Set(Names)].sort();
    const deleted = wanted.filter((each) => this.delete(each));
    return {
      DeletedParameters: deleted,
      InvalidParameters: wanted.filter((each) => !deleted.includes(each)),
    };
  }

  #shape(parameter: ParameterVersion) {
    return {
      Name: parameter.name,
      Type: 'String',
      Value: parameter.value,
      Version: parameter.version,
      LastModifiedDate: parameter.lastModified,
      ARN: this.arnOf(parameter.name),
      DataType: 'text',
    };
  }
}

function historyShape(version: ParameterVersion) {
  const { description, allowedPattern } = version;
  return {
    Name: version.name,
    Type: 'String',
    Value: version.value,
    Version: version.version,
    LastModifiedDate: version.lastModified,
    Tier: 'Standard',
    DataType: 'text',
    Labels: [],
    Policies: [],
    ...(description === undefined ? {} : { Description: description }),
    ...(allowedPattern === undefined ? {} : { AllowedPattern: allowedPattern }),
  };
}

function parse<T>(operation: string, schema: z.ZodType<T>, input: Input): T {
  return parseInput(schema, input, `ssm:${operation}`);
}

function ssmPage<T>(request: Omit<PageRequest<T>, 'invalidToken'>) {
  const invalidToken = () => new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const { items, nextToken } = page({ ...request, invalidToken });
  return { items, token: nextToken === undefined ? {} : { NextToken: nextToken } };
}

function isUnder(parameterName: string, prefix: string, recursive: boolean): boolean {
  if (!parameterName.startsWith(prefix)) return false;
  return recursive || !parameterName.slice(prefix.length).includes('/');
}

function refuseSelector(parameterName: string): void {
  if (parameterName.includes(':')) {
    throw new NotRehearsed(`parameters by ARN, version or label (${parameterName})`);
  }
}

function refuseWhatIsNotRehearsed({ Type, Tier, DataType }: z.infer<typeof put>): void {
  if (Type !== undefined && Type !== 'String') throw new NotRehearsed(`parameters of type ${Type}`);
  if (Tier !== undefined && Tier !== 'Standard') throw new NotRehearsed(`parameters of tier ${Tier}`);
  if (DataType !== undefined && DataType !== 'text') {
    throw new NotRehearsed(`parameters of data type ${DataType}`);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function notFound(parameterName: string): AwsError {
  return new AwsError('ParameterNotFound', `Parameter ${parameterName} not found.`);
}
