import { LEASE_SECONDS, noCapacityKey, parseNoCapacityItem } from '../contract/ledger';
import type { NoCapacity } from '../contract/no-capacity';
import { expiryFrom, later } from './ledger-expressions';
import { TAKE_LEASE, updateItem } from './ledger-table';

/** Longer than a message may lie in the dead-letter queue before somebody sends it back. */
const KEPT_DAYS = 30;

/** `busy`: another run is at it. `isAfterUnfinishedRun`: one ended without saying whether the e-mail went out. */
export type NoCapacityLease = 'told' | 'busy' | { readonly isAfterUnfinishedRun: boolean };

/** Sees to it that a deployment's finding a quota of 0 is told once, however often its message comes. */
export class NoCapacityLedger {
  constructor(private readonly TableName: string) {}

  /** Takes the e-mail for one run. `by`: the message's id. */
  async take(about: NoCapacity, by: string, now: Date): Promise<NoCapacityLease> {
    const until = later(now, LEASE_SECONDS);
    const { isDone, item } = await this.update(about, now, {
      UpdateExpression: 'SET leaseUntil = :until, leaseBy = :by, expiresAt = :expiresAt',
      ConditionExpression: `attribute_not_exists(toldAt) AND (${TAKE_LEASE})`,
      ExpressionAttributeValues: {
        ':by': by,
        ':now': now.toISOString(),
        ':until': until.toISOString(),
      },
      ReturnValues: 'ALL_OLD',
    });
    const { leaseUntil, toldAt } = parseNoCapacityItem(item);
    if (!isDone) return toldAt === undefined ? 'busy' : 'told';
    // A try of this very write, which was done though its answer was lost, is no run before.
    return { isAfterUnfinishedRun: leaseUntil !== undefined && leaseUntil.getTime() !== until.getTime() };
  }

  /** Puts down that the e-mail is out. */
  async putTold(about: NoCapacity, now: Date): Promise<void> {
    await this.update(about, now, {
      UpdateExpression: 'SET toldAt = :now, expiresAt = :expiresAt REMOVE leaseUntil, leaseBy',
      ExpressionAttributeValues: { ':now': now.toISOString() },
    });
  }

  /** Gives back what was not told. `isUnfinished`: the next run is to know that a run before may have told it. */
  async giveBack(about: NoCapacity, by: string, now: Date, isUnfinished: boolean): Promise<void> {
    await this.update(about, now, {
      UpdateExpression: isUnfinished
        ? 'SET leaseUntil = :ended, expiresAt = :expiresAt'
        : 'SET expiresAt = :expiresAt REMOVE leaseUntil, leaseBy',
      ConditionExpression: 'leaseBy = :by',
      ExpressionAttributeValues: {
        ':by': by,
        ...(isUnfinished ? { ':ended': later(now, -1).toISOString() } : {}),
      },
    });
  }

  private readonly update = (
    about: NoCapacity,
    now: Date,
    { ExpressionAttributeValues, ...input }: Parameters<typeof updateItem>[2],
  ) =>
    updateItem(this.TableName, noCapacityKey(about), {
      ...input,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':expiresAt': expiryFrom(now, KEPT_DAYS) },
    });
}
