import { LEASE_SECONDS, parseNoticeItem } from '../contract/ledger';
import { expiryFrom, later } from './ledger-expressions';
import { TAKE_LEASE, updateItem } from './ledger-table';

/**
 * Longer than a message may lie in the dead-letter queue before somebody sends it back, and twice as long as the most days
 * between two runs of the alarm updater, which finds a drift again at each.
 */
export const NOTICE_KEPT_DAYS = 60;

/** `busy`: another run is at it. `isAfterUnfinishedRun`: one ended without saying whether the e-mail went out. */
export type NoticeLease = 'told' | 'busy' | { readonly isAfterUnfinishedRun: boolean };

/** Sees to it that what is told in an e-mail of its own is told once, however often its message comes. */
export class NoticeLedger {
  constructor(private readonly TableName: string) {}

  /** Takes the e-mail for one run. `by`: the message's id. */
  async take(key: string, by: string, now: Date): Promise<NoticeLease> {
    const until = later(now, LEASE_SECONDS);
    const { isDone, item } = await this.update(key, now, {
      UpdateExpression: 'SET leaseUntil = :until, leaseBy = :by, expiresAt = :expiresAt',
      ConditionExpression: `attribute_not_exists(toldAt) AND (${TAKE_LEASE})`,
      ExpressionAttributeValues: {
        ':by': by,
        ':now': now.toISOString(),
        ':until': until.toISOString(),
      },
      ReturnValues: 'ALL_OLD',
    });
    const { leaseUntil, toldAt } = parseNoticeItem(item);
    if (!isDone) return toldAt === undefined ? 'busy' : 'told';
    // A try of this very write, which was done though its answer was lost, is no run before.
    return { isAfterUnfinishedRun: leaseUntil !== undefined && leaseUntil.getTime() !== until.getTime() };
  }

  /** Puts down that the e-mail is out. */
  async putTold(key: string, now: Date): Promise<void> {
    await this.update(key, now, {
      UpdateExpression: 'SET toldAt = :now, expiresAt = :expiresAt REMOVE leaseUntil, leaseBy',
      ExpressionAttributeValues: { ':now': now.toISOString() },
    });
  }

  /** What is still so is remembered for as long again. */
  async keep(key: string, now: Date): Promise<void> {
    await this.update(key, now, { UpdateExpression: 'SET expiresAt = :expiresAt' });
  }

  /** Gives back what was not told. `isUnfinished`: the next run is to know that a run before may have told it. */
  async giveBack(key: string, by: string, now: Date, isUnfinished: boolean): Promise<void> {
    await this.update(key, now, {
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
    key: string,
    now: Date,
    { ExpressionAttributeValues, ...input }: Parameters<typeof updateItem>[2],
  ) =>
    updateItem(this.TableName, key, {
      ...input,
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ':expiresAt': expiryFrom(now, NOTICE_KEPT_DAYS),
      },
    });
}
