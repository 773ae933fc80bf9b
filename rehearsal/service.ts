/**
 * What every local AWS service looks like to the endpoint that receives the HTTP calls.
 * A service keeps its own state, knows AWS's own error names, and says for each operation what IAM is asked.
 */

/** One API call as it reached the endpoint, after the caller was recognised. */
export interface Call {
  /** The virtual instant of the call. */
  readonly now: Date;
  readonly accountId: string;
  readonly region: string;
}

/** One question to IAM: may the caller do `action` on `resource`? `resource` is an ARN, or `*` for actions that take no resource. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that the service fills in, for example `kms:ViaService`. */
  readonly context?: Readonly<Record<string, string>>;
  /** The service asks for itself, on the caller's behalf: a refusal is no denied call, and the caller is answered this. */
  readonly refusedAs?: AwsError;
}

export type Input = Readonly<Record<string, unknown>>;

export interface Operation {
  /** Everything IAM is asked before the call runs. */
  permissions(input: Input, call: Call): readonly Permission[];
  /** Runs the call and returns the output in the shape of the API; throws AwsError. */
  run(input: Input, call: Call): unknown;
}

export interface Service {
  /** The prefix of its IAM actions, for example `cloudwatch`. */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** An error as AWS answers it: `code` is the modelled error name, `status` the HTTP status. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** A template, scenario or call uses something that the local AWS does not know. Named, never ignored. */
export class NotRehearsed extends Error {
  override readonly name = 'NotRehearsed';
  constructor(what: string) {
    super(`the local AWS does not know ${what}`);
  }
}
