import { PutCommand, paginateQuery, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import {
  caseAttribute,
  claimedAttribute,
  claimedByAttribute,
  closedIncidentsKey,
  GATHERING_SECONDS,
  LEASE_SECONDS,
  type LedgerCase,
  type LedgerRecord,
  type LedgerState,
  MODELS_KEY,
  newCasesKey,
  parseLedgerItem,
  parseLedgerItems,
  REPEAT_SECONDS,
  requestAttribute,
  type Transition,
  untoldEntry,
} from '../contract/ledger';
import { asStored, type Changes, closing, expiryFrom, later, settling } from './ledger-expressions';
import { dynamoDb, TAKE_LEASE, updateItem } from './ledger-table';

export type { Changes } from './ledger-expressions';

/** The slots of a day's new cases are of no more use then. */
const SLOTS_KEPT_DAYS = 2;

/** A lease that was taken: what the ledger knew then, and whether the run before ended without giving its lease back. */
export interface Lease {
  readonly record: LedgerRecord;
  readonly isAfterUnfinishedRun: boolean;
}

/**
 * The incident ledger. What is open is written by conditional updates of the model's one item, so that whoever comes second
 * finds out; a closed incident is put down as an item of its own:
 *
 *     composite's message    child's event        delayed message      the item
 *     (SNS)                  (EventBridge)        (30 s later)
 *     ───────────────────    ─────────────────    ─────────────────    ─────────────────────────────────────
 *     claim Throttles 9:06 ────────────────────────────────────────→   new: untold = {Throttles 9:06},
 *       └ first untold: sends the delayed message                      tellAt = 9:06:30, reference made
 *                            claim Throttles 9:06 ─────────────────→   refused: not 60 s after the last claim
 *                            claim HighLatency 9:06 ───────────────→   new: untold = {Throttles…, HighLatency…}
 *                                                 take lease ───────→  leaseUntil = 9:09:30, by this message
 *                                                 (its copy: take ──→  refused: a lease runs)
 *                                                 case, e-mail
 *                            claim ServerErrors 9:06:40 ───────────→   new: untold = {all three}; tellAt stays
 *                                                 settle ───────────→  the two told are taken out, lease and
 *                                                   └ one is left: sends the next delayed message   tellAt go
 *
 * A run that dies leaves its lease behind. The lease ends before SQS hands the message out again, so the next run takes it,
 * finds untold what was untold, and knows that something may have gone out already.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export class IncidentLedger {
  constructor(private readonly TableName: string) {}

  /**
   * Claims a transition for the message `by`, and opens an incident with `reference` where none is open. Answers with the
   * record as it then is; whether the claim was new shows in it: `untold` holds the transition, claimed by `by`.
   */
  async claim(
    model: string,
    transition: Transition,
    { by, now, reference }: { readonly by: string; readonly now: Date; readonly reference: string },
  ): Promise<LedgerRecord> {
    const { record } = await this.update(model, now, {
      UpdateExpression:
        'SET #claimed = :at, #claimedBy = :by, #reference = if_not_exists(#reference, :reference), ' +
        'openedAt = if_not_exists(openedAt, :at), tellAt = if_not_exists(tellAt, :tellAt), ' +
        'tellBy = if_not_exists(tellBy, :by), expiresAt = :expiresAt ADD untold :untold',
      ConditionExpression: 'attribute_not_exists(#claimed) OR #claimed < :repeatUntil',
      ExpressionAttributeNames: {
        '#claimed': claimedAttribute(transition.alarm),
        '#claimedBy': claimedByAttribute(transition.alarm),
        '#reference': 'reference',
      },
      ExpressionAttributeValues: {
        ':at': transition.at.toISOString(),
        ':by': by,
        ':reference': reference,
        ':repeatUntil': later(transition.at, -REPEAT_SECONDS).toISOString(),
        ':tellAt': later(now, GATHERING_SECONDS).toISOString(),
        ':untold': new Set([untoldEntry(transition)]),
      },
    });
    return record;
  }

  /** Puts down that the composite went to OK at `okAt`, unless it did so later; answers with the record as it then is. */
  async putOk(model: string, okAt: Date, recoverAt: Date, now: Date): Promise<LedgerRecord> {
    const { record } = await this.update(model, now, {
      UpdateExpression: 'SET okAt = :okAt, recoverAt = :recoverAt, expiresAt = :expiresAt',
      ConditionExpression: 'attribute_not_exists(okAt) OR okAt < :okAt',
      ExpressionAttributeValues: { ':okAt': okAt.toISOString(), ':recoverAt': recoverAt.toISOString() },
    });
    return record;
  }

  /**
   * Takes the model for one run; undefined where another run has it, also when that is of a copy of the same message: SQS may
   * hand one out twice. A message that comes again after its run died finds the lease at its end.
   */
  async takeLease(model: string, by: string, now: Date): Promise<Lease | undefined> {
    const until = later(now, LEASE_SECONDS);
    const { isDone, record } = await this.update(model, now, {
      UpdateExpression: 'SET leaseUntil = :until, leaseBy = :by, expiresAt = :expiresAt',
      ConditionExpression: TAKE_LEASE,
      ExpressionAttributeValues: {
        ':by': by,
        ':now': now.toISOString(),
        ':until': until.toISOString(),
      },
      ReturnValues: 'ALL_OLD',
    });
    if (!isDone) return undefined;
    // A try of this very write, which was done though its answer was lost, is no run before.
    const isOwn = record.lease?.until.getTime() === until.getTime();
    return { record, isAfterUnfinishedRun: record.lease !== undefined && !isOwn };
  }

  /**
   * Puts down what a run has done, and gives its lease back; answers with the record as it then is. Throws where the lease
   * is another's by now. Where nobody has it, a try of this very write was done though its answer was lost.
   */
  async settle(model: string, by: string, now: Date, changes: Changes = {}): Promise<LedgerRecord> {
    const { isDone, record } = await this.update(
      model,
      now,
      settling(by, changes, { leaseUntil: undefined, leaseBy: undefined }),
    );
    if (!isDone && record.lease !== undefined) throw new LeaseLost(model);
    return record;
  }

  /**
   * As `settle`, for a run that took over from an unfinished one and has not told what that one may have: its lease stays
   * as one that has ended, so that the next run knows as well.
   */
  async handOn(model: string, by: string, now: Date, changes: Changes = {}): Promise<LedgerRecord> {
    const { isDone, record } = await this.update(
      model,
      now,
      settling(by, changes, { leaseUntil: later(now, -1) }),
    );
    if (!isDone) throw new LeaseLost(model);
    return record;
  }

  /** Puts down what a run has done so far, and keeps its lease. Throws where the lease is another's by now. */
  async putDown(model: string, by: string, now: Date, changes: Changes): Promise<void> {
    const { isDone } = await this.update(model, now, settling(by, changes, {}));
    if (!isDone) throw new LeaseLost(model);
  }

  /**
   * Closes the incident and gives the lease back: what is known of it is kept as an item of its own, and the model has no
   * incident. Answers undefined; where something was claimed meanwhile, or the lease is another's, the incident goes on, and
   * the answer is the record as it is.
   */
  async close(
    { model, incident }: LedgerRecord,
    by: string,
    now: Date,
    closed: Readonly<Record<string, unknown>>,
  ): Promise<LedgerRecord | undefined> {
    if (incident === undefined) throw new Error(`${model} has no incident to close`);
    const item = {
      pk: closedIncidentsKey(model),
      sk: incident.openedAt.toISOString(),
      ...asStored(closed),
      expiresAt: expiryFrom(now),
    };
    // First, so that nothing is lost if the run dies; should the incident go on, its end writes the item again.
    await dynamoDb.send(new PutCommand({ TableName: this.TableName, Item: item }));
    const { isDone, record } = await this.update(model, now, closing(by, incident));
    // Where there is none by now, a try of this very write was done though its answer was lost.
    return isDone || record.incident === undefined ? undefined : record;
  }

  /** Forgets a case, unless another one of the category is known by now. */
  async forgetCase(model: string, category: string, caseId: string, now: Date): Promise<void> {
    await this.update(model, now, {
      UpdateExpression: 'SET expiresAt = :expiresAt REMOVE #case',
      ConditionExpression: '#case.caseId = :caseId',
      ExpressionAttributeNames: { '#case': caseAttribute(category) },
      ExpressionAttributeValues: { ':caseId': caseId },
    });
  }

  /** Forgets a quota request. */
  async forgetRequest(model: string, id: string, now: Date): Promise<void> {
    await this.update(model, now, {
      UpdateExpression: 'SET expiresAt = :expiresAt REMOVE #request',
      ConditionExpression: 'attribute_exists(#request)',
      ExpressionAttributeNames: { '#request': requestAttribute(id) },
    });
  }

  /** Puts down that what is untold of a model is told in a digest; nothing where it has been told by now. */
  async markStorm(model: string, now: Date): Promise<void> {
    await this.update(model, now, {
      UpdateExpression: 'SET expiresAt = :expiresAt, isInStorm = :true',
      ConditionExpression: 'attribute_exists(tellAt)',
      ExpressionAttributeValues: { ':true': true },
    });
  }

  /**
   * Lets a telling's case that was opened for several models be known to another of them, where that incident is still
   * open. Written without the model's lease: `sharedCase` no run writes, and of two cases of a category either will do.
   */
  async shareCase(
    { model, reference }: { readonly model: string; readonly reference: string },
    category: string,
    shared: LedgerCase,
    now: Date,
  ): Promise<void> {
    const { caseId, displayId } = shared;
    await this.update(model, now, {
      UpdateExpression: 'SET expiresAt = :expiresAt, #case = :case, sharedCase = :shared',
      ConditionExpression: '#reference = :reference',
      ExpressionAttributeNames: { '#case': caseAttribute(category), '#reference': 'reference' },
      ExpressionAttributeValues: {
        ':case': asStored(shared),
        ':shared': { category, caseId, displayId, isShared: true },
        ':reference': reference,
      },
    });
  }

  /**
   * Reserves one of the day's new cases for `telling` (`caseMailOf`), which keeps it whatever becomes of the case; answers
   * whether there was one left. A day is one of UTC.
   */
  async reserveCase(telling: string, mostPerDay: number, now: Date): Promise<boolean> {
    if (mostPerDay === 0) return false;
    const most = Math.min(mostPerDay, Number.MAX_SAFE_INTEGER);
    const { isDone } = await updateItem(this.TableName, newCasesKey(now), {
      UpdateExpression: 'SET expiresAt = :expiresAt ADD tellings :tellings',
      ConditionExpression:
        'attribute_not_exists(tellings) OR size(tellings) < :most OR contains(tellings, :telling)',
      ExpressionAttributeValues: {
        ':tellings': new Set([telling]),
        ':telling': telling,
        ':most': most,
        ':expiresAt': expiryFrom(now, SLOTS_KEPT_DAYS),
      },
    });
    return isDone;
  }

  /** All that is open, page by page of up to 1 MB: every model that ever had an incident, and what was handed over. */
  async read(): Promise<LedgerState> {
    const items: Record<string, unknown>[] = [];
    const pages = paginateQuery(
      { client: dynamoDb },
      {
        TableName: this.TableName,
        KeyConditionExpression: 'pk = :models',
        ExpressionAttributeValues: { ':models': MODELS_KEY },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) items.push(...Items);
    return parseLedgerItems(items);
  }

  /** One conditional write on the model's item; where the condition does not hold, `record` says how things are. */
  private async update(
    model: string,
    now: Date,
    { ExpressionAttributeValues, ...input }: Partial<UpdateCommandInput>,
  ): Promise<{ readonly isDone: boolean; readonly record: LedgerRecord }> {
    const { isDone, item } = await updateItem(this.TableName, model, {
      ...input,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':expiresAt': expiryFrom(now) },
    });
    return { isDone, record: parseLedgerItem(item) };
  }
}

/** Another run has taken the model over; whatever this one did is for that one to find. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(model: string) {
    super(`the lease of ${model} is another's by now`);
  }
}
