import { AwsError } from '../../service';
import { digest } from '../derived-ids';
import { DetailedAwsError, invalid } from './errors';
import type { TransactItem } from './inputs';
import type { Table } from './table';
import { checkOf, commit, deleteOf, type Effect, effectOf, putOf, updateOf, type Write } from './write';

const TOKEN_MS = 10 * 60_000;

/**
 * The tokens of the transactions that succeeded, each known for 10 minutes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export class TransactionTokens {
  private readonly done = new Map<string, { readonly at: number; readonly content: string }>();

  /**
   * Whether the same transaction already succeeded under this token.
   *
   * @throws AwsError IdempotentParameterMismatchException when another one did
   */
  knows(token: string | undefined, content: unknown, now: Date): boolean {
    const earlier = token === undefined ? undefined : this.done.get(token);
    if (earlier === undefined || now.getTime() - earlier.at >= TOKEN_MS) return false;
    if (earlier.content === contentOf(content)) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }

  remember(token: string | undefined, content: unknown, now: Date): void {
    if (token !== undefined) this.done.set(token, { at: now.getTime(), content: contentOf(content) });
  }
}

/** @throws AwsError ValidationException: not exactly one action, or a fault in its expressions */
export function writeOf(action: TransactItem, tableOf: (name: string) => Table): Write {
  const { ConditionCheck, Delete, Put, Update } = action;
  if (Object.keys(action).length !== 1) throw notOneAction();
  if (Put !== undefined) return putOf(tableOf(Put.TableName), Put);
  if (Update !== undefined) return updateOf(tableOf(Update.TableName), Update);
  if (Delete !== undefined) return deleteOf(tableOf(Delete.TableName), Delete);
  if (ConditionCheck !== undefined) return checkOf(tableOf(ConditionCheck.TableName), ConditionCheck);
  throw notOneAction();
}

const notOneAction = () => invalid('TransactItems can only contain one of Check, Put, Update or Delete');

/**
 * Carries out all writes or none.
 *
 * @throws AwsError ValidationException: two of them on one item
 * @throws DetailedAwsError TransactionCanceledException with one reason for each write
 */
export function transact(writes: readonly Write[], now: Date): void {
  const items = writes.map(({ table, keyed }) => `${table.arn} ${table.keyText(keyed)}`);
  if (new Set(items).size < items.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
  const outcomes = writes.map((write) => outcomeOf(write, now));
  if (outcomes.some(({ effect }) => effect === undefined)) throw cancelled(outcomes);
  for (const { write, effect } of outcomes) if (effect !== undefined) commit(write, effect, now);
}

interface Outcome {
  readonly write: Write;
  /** Undefined when this write fails. */
  readonly effect?: Effect;
  readonly reason: Readonly<Record<string, unknown>> & { readonly Code: string };
}

function outcomeOf(write: Write, now: Date): Outcome {
  try {
    return { write, effect: effectOf(write, now), reason: { Code: 'None' } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const Code =
      error.code === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
    const members = error instanceof DetailedAwsError ? error.members : {};
    return { write, reason: { Code, Message: error.message, ...members } };
  }
}

function cancelled(outcomes: readonly Outcome[]): AwsError {
  const reasons = outcomes.map(({ reason }) => reason);
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new DetailedAwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

/** The same for the same content, whatever the order of its members. */
const contentOf = (content: unknown): string => digest(JSON.stringify(content, sorted));

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
