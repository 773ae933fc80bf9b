import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  PutCommand,
  paginateQuery,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  awaitingAttribute,
  caseAttribute,
  claimedAttribute,
  claimedByAttribute,
  closedIncidentsKey,
  GATHERING_SECONDS,
  KEPT_DAYS,
  LEASE_SECONDS,
  type LedgerCase,
  type LedgerIncident,
  type LedgerRecord,
  MODELS_KEY,
  parseLedgerItem,
  REPEAT_SECONDS,
  type Transition,
  untoldEntry,
} from '../contract/ledger';
import { READ } from './client-settings';

/** Writes may be repeated: each is conditional, or says the same twice. */
const dynamoDb = DynamoDBDocumentClient.from(new DynamoDBClient(READ), {
  marshallOptions: { removeUndefinedValues: true },
});

const SECOND_MS = 1000;
const DAY_SECONDS = 24 * 60 * 60;

const later = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * SECOND_MS);

/** What a run that holds the lease puts down. What is left out stays as it is. */
export interface Changes {
  /** These are untold no more. With it the gathering ends, so that whatever is claimed next begins a new one. */
  readonly told?: readonly Transition[];
  readonly incident?: Partial<
    Pick<
      LedgerIncident,
      | 'reference'
      | 'openedAt'
      | 'told'
      | 'tellings'
      | 'toldCases'
      | 'asked'
      | 'lastTold'
      | 'remindAt'
      | 'recoverAt'
      | 'mutedAt'
    >
  >;
  /** The telling whose case people were mailed: `caseMailOf`. */
  readonly caseMailed?: string;
  readonly okAt?: Date;
  /** By category. */
  readonly cases?: Readonly<Record<string, LedgerCase>>;
  /** By category; undefined: nothing is awaited any more. */
  readonly awaiting?: Readonly<Record<string, Date | undefined>>;
}

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
      ConditionExpression:
        'attribute_not_exists(leaseUntil) OR leaseUntil < :now OR (leaseBy = :by AND leaseUntil = :until)',
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

  /** What the ledger knows of every model that ever had an incident, page by page of up to 1 MB. */
  async models(): Promise<readonly LedgerRecord[]> {
    const records: LedgerRecord[] = [];
    const pages = paginateQuery(
      { client: dynamoDb },
      {
        TableName: this.TableName,
        KeyConditionExpression: 'pk = :models',
        ExpressionAttributeValues: { ':models': MODELS_KEY },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) records.push(...Items.map(parseLedgerItem));
    return records;
  }

  /** One conditional write on the model's item; where the condition does not hold, `record` says how things are. */
  private async update(
    model: string,
    now: Date,
    { ExpressionAttributeValues, ...input }: Partial<UpdateCommandInput>,
  ): Promise<{ readonly isDone: boolean; readonly record: LedgerRecord }> {
    try {
      const { Attributes = keyOf(model) } = await dynamoDb.send(
        new UpdateCommand({
          TableName: this.TableName,
          Key: keyOf(model),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...input,
          ExpressionAttributeValues: { ...ExpressionAttributeValues, ':expiresAt': expiryFrom(now) },
        }),
      );
      return { isDone: true, record: parseLedgerItem(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const item = error.Item === undefined ? keyOf(model) : unmarshall(error.Item);
      return { isDone: false, record: parseLedgerItem(item) };
    }
  }
}

/** Another run has taken the model over; whatever this one did is for that one to find. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(model: string) {
    super(`the lease of ${model} is another's by now`);
  }
}

const keyOf = (model: string) => ({ pk: MODELS_KEY, sk: model });

/** Seconds since 1970, as DynamoDB's time to live wants it. */
const expiryFrom = (now: Date): number =>
  Math.floor(later(now, KEPT_DAYS * DAY_SECONDS).getTime() / SECOND_MS);

/** Dates as ISO 8601; DynamoDB has none. */
function asStored<T extends Readonly<Record<string, unknown>>>(values: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, stored(value)]));
}

function stored(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Set || typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map(stored) : asStored({ ...value });
}

/** The attributes of a model's item that are about the open incident. */
const INCIDENT_ATTRIBUTES = [
  'reference',
  'openedAt',
  'untold',
  'tellAt',
  'tellBy',
  'recoverAt',
  'told',
  'tellings',
  'toldCases',
  'asked',
  'lastTold',
  'remindAt',
  'mutedAt',
] as const;

const LEASE_ATTRIBUTES = ['leaseUntil', 'leaseBy'];

/** `#a0`, `#a1` … for attribute names, some of which are reserved words or hold a dot. */
const aliased = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [`#a${index}`, name]));

const aliasesOf = (names: Readonly<Record<string, string>>, chosen: readonly string[]): string =>
  Object.entries(names)
    .filter(([, name]) => chosen.includes(name))
    .map(([alias]) => alias)
    .join(', ');

function settling(
  by: string,
  { told, incident = {}, okAt, cases = {}, awaiting = {}, caseMailed }: Changes,
  lease: { readonly leaseUntil?: Date | undefined; readonly leaseBy?: undefined },
) {
  const entries = (told ?? []).map(untoldEntry);
  const values: Readonly<Record<string, unknown>> = asStored({
    ...incident,
    ...(okAt === undefined ? {} : { okAt }),
    ...(caseMailed === undefined ? {} : { caseMailed }),
    ...lease,
    ...named(cases, caseAttribute),
    ...named(awaiting, awaitingAttribute),
  });
  const put = Object.keys(values).filter((name) => values[name] !== undefined);
  const removed = [
    ...Object.keys(values).filter((name) => values[name] === undefined),
    ...(told === undefined ? [] : ['tellAt', 'tellBy']),
  ];
  const names = aliased([...put, ...removed]);
  const set = Object.entries(names).filter(([, name]) => put.includes(name));
  return {
    UpdateExpression: [
      `SET ${['expiresAt = :expiresAt', ...set.map(([alias]) => `${alias} = :${alias.slice(1)}`)].join(', ')}`,
      ...(removed.length > 0 ? [`REMOVE ${aliasesOf(names, removed)}`] : []),
      ...(entries.length > 0 ? ['DELETE untold :told'] : []),
    ].join(' '),
    ConditionExpression: 'leaseBy = :by',
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ExpressionAttributeValues: {
      ':by': by,
      ...Object.fromEntries(set.map(([alias, name]) => [`:${alias.slice(1)}`, values[name]])),
      ...(entries.length > 0 ? { ':told': new Set(entries) } : {}),
    },
  };
}

const named = <T>(values: Readonly<Record<string, T>>, nameOf: (key: string) => string): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [nameOf(key), value]));

/** Nothing was claimed since the run looked: claims only ever add. */
function closing(by: string, { reference, untold }: LedgerIncident) {
  const names = aliased([...INCIDENT_ATTRIBUTES, ...LEASE_ATTRIBUTES]);
  return {
    UpdateExpression: `SET expiresAt = :expiresAt REMOVE ${Object.keys(names).join(', ')}`,
    ConditionExpression: `leaseBy = :by AND ${aliasesOf(names, ['reference'])} = :reference AND (attribute_not_exists(untold) OR size(untold) <= :known)`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: {
      ':by': by,
      ':reference': reference,
      ':known': untold.length,
    },
  };
}
