import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { MOST_WRITES } from '../../aws/dynamodb';
import type { CasePart, DigestKind, Handed } from '../contract/handed';
import { digestKey, handedKey, LEASE_SECONDS, MODELS_KEY, parseDigestItem } from '../contract/ledger';
import { asStored, expiryFrom, later } from './ledger-expressions';
import { dynamoDb, TAKE_LEASE, updateItem } from './ledger-table';

/** By then a part was told, or the reconciler has seen to it many times. */
const PARTS_KEPT_DAYS = 2;

/** So long after its time a message has been seen. */
const LATE_SECONDS = 60;

/**
 * What the runs of many models hand over to one e-mail:
 *
 *     looks at models A to G          the digest's item              look at the digest (30 s later)
 *     ──────────────────────          ─────────────────              ───────────────────────────────
 *     A: hands over its part,
 *        asks for the digest ──────→  sendAt, sendBy = A's message
 *        └ is the first: sends the delayed message
 *     B: hands over its part,
 *        asks for the digest ──────→  there already
 *                                     lease, sendAt goes      ←────  take
 *                                                                    reads all parts, sends the e-mail
 *     G: hands over its part,
 *        asks for the digest ──────→  sendAt, sendBy = G's message:
 *        └ is the first: sends the next delayed message              puts away what it told, gives back
 *
 * A part is there until it was told: whoever dies leaves it for the next run, which tells it as a possible repeat.
 */
export class DigestLedger {
  constructor(private readonly TableName: string) {}

  /** Puts parts down; the same part twice is one. */
  async handOver(parts: readonly Handed[], now: Date): Promise<void> {
    await this.writeAll(
      parts.map((part) => ({ Put: { TableName: this.TableName, Item: this.itemOf(part, now) } })),
    );
  }

  /** Puts down that a case is being tried, unless what became of it is there already. */
  async expectCase(part: CasePart, now: Date): Promise<void> {
    try {
      await dynamoDb.send(
        new PutCommand({
          TableName: this.TableName,
          Item: this.itemOf(part, now),
          ConditionExpression: 'attribute_not_exists(sk)',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Asks for the digest to be sent at `sendAt`; answers whether `by`, the id of a message, is the one that sees to it. */
  async ask(kind: DigestKind, by: string, sendAt: Date, now: Date): Promise<boolean> {
    const { item } = await updateItem(this.TableName, digestKey(kind), {
      UpdateExpression: 'SET sendAt = :sendAt, sendBy = :by, expiresAt = :expiresAt',
      // Where it should have been sent by now, its message was lost.
      ConditionExpression: 'attribute_not_exists(sendAt) OR sendAt < :late',
      ExpressionAttributeValues: {
        ':late': later(now, -LATE_SECONDS).toISOString(),
        ':sendAt': sendAt.toISOString(),
        ':by': by,
        ':expiresAt': expiryFrom(now),
      },
    });
    return parseDigestItem(item).sendBy === by;
  }

  /**
   * Takes the digest for one run; undefined where another run has it. Whoever hands over from now on asks anew.
   * `isAfterUnfinishedRun`: the run before ended without a word, so its e-mail may have gone out.
   */
  async take(
    kind: DigestKind,
    by: string,
    now: Date,
  ): Promise<{ readonly isAfterUnfinishedRun: boolean } | undefined> {
    const until = later(now, LEASE_SECONDS);
    const { isDone, item } = await updateItem(this.TableName, digestKey(kind), {
      UpdateExpression:
        'SET leaseUntil = :until, leaseBy = :by, expiresAt = :expiresAt REMOVE sendAt, sendBy',
      ConditionExpression: TAKE_LEASE,
      ExpressionAttributeValues: {
        ':by': by,
        ':now': now.toISOString(),
        ':until': until.toISOString(),
        ':expiresAt': expiryFrom(now),
      },
      ReturnValues: 'ALL_OLD',
    });
    if (!isDone) return undefined;
    const { leaseUntil } = parseDigestItem(item);
    const isOwn = leaseUntil?.getTime() === until.getTime();
    return { isAfterUnfinishedRun: leaseUntil !== undefined && !isOwn };
  }

  /** Gives the digest back. `isUnfinished`: the next run is to know that the e-mail may have gone out. */
  async giveBack(kind: DigestKind, by: string, now: Date, { isUnfinished = false } = {}): Promise<void> {
    await updateItem(this.TableName, digestKey(kind), {
      UpdateExpression: isUnfinished
        ? 'SET leaseUntil = :ended, expiresAt = :expiresAt'
        : 'SET expiresAt = :expiresAt REMOVE leaseUntil, leaseBy',
      ConditionExpression: 'leaseBy = :by',
      ExpressionAttributeValues: {
        ':by': by,
        ':expiresAt': expiryFrom(now),
        ...(isUnfinished ? { ':ended': later(now, -1).toISOString() } : {}),
      },
    });
  }

  /** Puts down that parts were told: they are waited for no more, and DynamoDB deletes them in its own time. */
  async putAway(parts: readonly Handed[], now: Date): Promise<void> {
    await this.writeAll(
      parts.map((part) => ({
        Update: {
          TableName: this.TableName,
          Key: { pk: MODELS_KEY, sk: handedKey(part) },
          UpdateExpression: 'SET toldAt = :now, expiresAt = :expiresAt',
          ExpressionAttributeValues: {
            ':now': now.toISOString(),
            ':expiresAt': expiryFrom(now, PARTS_KEPT_DAYS),
          },
        },
      })),
    );
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
  private async writeAll(writes: NonNullable<TransactWriteCommandInput['TransactItems']>): Promise<void> {
    for (let first = 0; first < writes.length; first += MOST_WRITES)
      await dynamoDb.send(
        new TransactWriteCommand({ TransactItems: writes.slice(first, first + MOST_WRITES) }),
      );
  }

  private readonly itemOf = (part: Handed, now: Date) => ({
    pk: MODELS_KEY,
    sk: handedKey(part),
    ...asStored(part),
    expiresAt: expiryFrom(now, PARTS_KEPT_DAYS),
  });
}
