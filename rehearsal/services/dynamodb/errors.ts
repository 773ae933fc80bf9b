import { AwsError } from '../../service';

/** An error that carries more than its message: `Item` of a failed condition, `CancellationReasons` of a transaction. */
export class DetailedAwsError extends AwsError {
  constructor(
    code: string,
    message: string,
    /** What stands beside `__type` and `message` in the answer. */
    readonly members: Readonly<Record<string, unknown>>,
  ) {
    super(code, message);
  }
}

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

export const invalidParameter = (message: string): AwsError =>
  invalid(`One or more parameter values were invalid: ${message}`);
