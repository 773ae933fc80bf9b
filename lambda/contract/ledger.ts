import * as z from 'zod';
import { type DigestKind, type Handed, parseHanded } from './handed';
import type { NoCapacity } from './no-capacity';
import type { QuotaAnswer } from './quota-answer';
import type { ThresholdDrift } from './threshold-drift';

/**
 * The incident ledger: one item per model, which holds the model's incident while one is open and, besides, what must be
 * remembered from one incident to the next. Closed incidents are kept as items of their own. docs/ledger.md explains each
 * attribute to a person who reads the table.
 *
 * Who writes what, so that writers never undo each other:
 *
 * - a claim adds to `untold` and sets its alarm's `claimed.…`; the first one sets what an incident and a telling begin with;
 * - the composite's OK sets `okAt` and `recoverAt`, as does a run where that OK was not heard;
 * - the reconciler removes a `case.…` that is resolved or gone;
 * - whoever sees that many models go off together sets `isInStorm` of each;
 * - who told the answer to a quota request removes its `request.…`;
 * - who opened a case for several models sets `sharedCase` of the others, and their `case.…`;
 * - everything else is written by the one run that holds the lease.
 */

/** Longer than the function that holds it may run, shorter than the time after which SQS hands its message out again. */
export const LEASE_SECONDS = 180;

/** Alarms that start within this time of each other are told together. */
export const GATHERING_SECONDS = 30;

/**
 * A transition that is no later than this after the last one claimed of the same alarm is a repeat: SNS, EventBridge and
 * DescribeAlarms need not agree to the millisecond, and an alarm cannot go off twice within a minute.
 */
export const REPEAT_SECONDS = 60;

/** What the ledger remembers is forgotten then, by DynamoDB's time to live. */
export const KEPT_DAYS = 400;

/**
 * Every model's current item has this partition key, so that all are read with one query; and whatever concerns several
 * models, whose sort keys hold a `#`, which no model's name does.
 */
export const MODELS_KEY = 'models';

const HANDED = 'handed#';
const DIGEST = 'digest#';
const NEW_CASES = 'cases#';
const NO_CAPACITY = 'no-capacity#';
const DRIFT = 'drift#';
const QUOTA_ANSWER = 'quota-answer#';

/** The sort key of a part of a digest: of one telling, reminder or recovery of a model there is one. */
export const handedKey = (part: Handed): string =>
  [`${HANDED}${part.kind}`, part.model, part.reference, tellingOf(part)].join('#');

function tellingOf(part: Handed): string {
  switch (part.kind) {
    case 'telling':
    case 'case':
      return String(part.telling);
    case 'reminder':
      return part.dueAt.toISOString();
    case 'recovery':
      return 'over';
  }
}

/** The sort key of what coordinates those who send a digest. */
export const digestKey = (kind: DigestKind): string => `${DIGEST}${kind}`;

/** The sort key of the new cases of a day of UTC. */
export const newCasesKey = (now: Date): string =>
  `${NEW_CASES}${now.toISOString().slice(0, 'yyyy-mm-dd'.length)}`;

/** The sort key of the e-mail that one deployment's finding a quota of 0 makes. */
export const noCapacityKey = ({ model, requestId }: Pick<NoCapacity, 'model' | 'requestId'>): string =>
  `${NO_CAPACITY}${model}#${requestId}`;

/** The sort key of the e-mail that one drift of a usage alarm makes; `limits`: what tells it from another drift. */
export const driftKey = ({ model, quota }: ThresholdDrift, limits: readonly string[]): string =>
  [`${DRIFT}${model}`, quota, ...limits].join('#');

/** The sort key of the e-mail that tells the answer to one quota request. */
export const quotaAnswerKey = ({ id }: Pick<QuotaAnswer, 'id'>): string => `${QUOTA_ANSWER}${id}`;

/** The partition key of a model's closed incidents; their sort key is when they began. */
export const closedIncidentsKey = (model: string): string => `closed#${model}`;

/** The attributes that are there once per alarm, or once per case category. */
export const claimedAttribute = (alarm: string): string => `claimed.${alarm}`;
export const claimedByAttribute = (alarm: string): string => `claimedBy.${alarm}`;
export const caseAttribute = (category: string): string => `case.${category}`;
export const awaitingAttribute = (category: string): string => `awaiting.${category}`;
/** One per request, by its id. */
export const requestAttribute = (id: string): string => `request.${id}`;

/** Which telling of which incident a mail about a case is of. */
export const caseMailOf = ({
  reference,
  telling,
}: {
  readonly reference: string;
  readonly telling: number;
}): string => `${reference} ${telling}`;

/** An element of `untold`. */
export const untoldEntry = ({ alarm, at }: Transition): string => `${alarm} ${at.toISOString()}`;

/** A child's change to ALARM. */
export interface Transition {
  /** The alarm's name in the catalogue. */
  readonly alarm: string;
  readonly at: Date;
}

const instant = z.iso.datetime().transform((text) => new Date(text));

const transition = z.string().transform((entry): Transition => {
  const [alarm = '', at] = entry.split(' ');
  return { alarm, at: instant.parse(at) };
});

const ledgerCase = z.object({
  caseId: z.string(),
  displayId: z.string().optional(),
  at: instant,
  /** The codes of the quotas that it asks AWS to raise; unknown of a case of an earlier version. */
  asks: z.array(z.string()).optional(),
  /** AWS opened it for a quota request. */
  isOfRequest: z.literal(true).optional(),
});

/** A case of ours, or one that AWS opened for a quota request, and when a run opened or found it; its number may not be known yet. */
export type LedgerCase = Readonly<z.infer<typeof ledgerCase>>;

/**
 * `isShared`: it tells of other models as well. `asks`: the codes of the quotas that it asks AWS to raise, in this incident;
 * unknown of a case of an earlier version.
 */
const toldCase = z.object({
  category: z.string(),
  caseId: z.string(),
  displayId: z.string().optional(),
  isShared: z.literal(true).optional(),
  asks: z.array(z.string()).optional(),
});

export type ToldCase = Readonly<z.infer<typeof toldCase>>;

const ledgerRequest = z.object({
  code: z.string(),
  quota: z.enum(['RPM', 'TPM']),
  desired: z.number(),
  at: instant,
  was: z.number().optional(),
  threshold: z.number().optional(),
});

/**
 * A request to raise a quota whose answer is still to be told: `at` it was made, by whomever in the account; quota and alarm
 * threshold were `was` and `threshold` when a run made or found it.
 */
export type LedgerRequest = Readonly<z.infer<typeof ledgerRequest>>;

const toldAlarm = z.object({ since: instant, last: instant, times: z.int() });

/** An alarm that was told in the open incident: its first and its last change to ALARM, and how many there were. */
export type ToldAlarm = Readonly<z.infer<typeof toldAlarm>>;

/** `request`: the id of the quota request that asks; undefined where a case of ours does. */
const askedQuota = z.object({
  request: z.string().optional(),
  quota: z.enum(['RPM', 'TPM']),
  code: z.string(),
  requested: z.number(),
  was: z.number(),
});

const lastTold = z.object({
  at: instant,
  inAlarm: z.array(z.string()),
  openCases: z.array(z.string()),
  quotas: z.record(z.string(), z.number()),
});

/** The attributes of a model's item that have one name. All but the keys may be missing. */
const itemSchema = z.looseObject({
  sk: z.string(),
  reference: z.string().optional(),
  openedAt: instant.optional(),
  untold: z.set(transition).optional(),
  tellAt: instant.optional(),
  tellBy: z.string().optional(),
  isInStorm: z.literal(true).optional(),
  okAt: instant.optional(),
  caseMailed: z.string().optional(),
  recoverAt: instant.optional(),
  leaseUntil: instant.optional(),
  leaseBy: z.string().optional(),
  told: z.record(z.string(), toldAlarm).optional(),
  tellings: z.int().optional(),
  toldCases: z.array(toldCase).optional(),
  sharedCase: toldCase.optional(),
  asked: z.array(askedQuota).optional(),
  lastTold: lastTold.optional(),
  remindAt: instant.optional(),
  mutedAt: instant.optional(),
});

/** What the ledger knows of a model. */
export interface LedgerRecord {
  readonly model: string;
  /** Undefined: no incident is open. */
  readonly incident: LedgerIncident | undefined;
  /** The last change to ALARM that was claimed, by alarm, and the message that it came with. */
  readonly claimed: Readonly<Record<string, Date>>;
  readonly claimedBy: Readonly<Record<string, string>>;
  /** When the composite last went from ALARM to OK. */
  readonly okAt: Date | undefined;
  /** The telling whose case people were mailed last: `caseMailOf`. */
  readonly caseMailed: string | undefined;
  /** By category: the newest case of ours that is known. */
  readonly cases: Readonly<Record<string, LedgerCase>>;
  /** By category: when AWS was asked to open a case and gave no clear answer. */
  readonly awaiting: Readonly<Record<string, Date>>;
  /** By the request's id: what asks for more of a quota, until its answer was told. */
  readonly requests: Readonly<Record<string, LedgerRequest>>;
  /** The run that is at work on the model, or that ended without saying so. */
  readonly lease: { readonly until: Date; readonly by: string } | undefined;
}

export interface LedgerIncident {
  readonly reference: string;
  /** The first transition that was claimed; the earliest of all may be a little earlier. */
  readonly openedAt: Date;
  /** Claimed, and not told yet. */
  readonly untold: readonly Transition[];
  /** When the gathering of what is untold ends, and whose message sends for the telling. */
  readonly tellAt: Date | undefined;
  readonly tellBy: string | undefined;
  /** So many models went off together that what is untold is told in a digest. */
  readonly isInStorm: boolean;
  /** When the incident is over, unless an alarm goes off before. */
  readonly recoverAt: Date | undefined;
  readonly told: Readonly<Record<string, ToldAlarm>>;
  /** How many times something of the incident was told as news. */
  readonly tellings: number;
  /** The cases that tell of the incident. */
  readonly toldCases: readonly ToldCase[];
  /** The quotas that its cases ask AWS to raise, and what they were then. */
  readonly asked: readonly Readonly<z.infer<typeof askedQuota>>[];
  readonly lastTold: Readonly<z.infer<typeof lastTold>> | undefined;
  readonly remindAt: Date | undefined;
  /** The last change to ALARM that was seen to be untold because it is muted. */
  readonly mutedAt: Date | undefined;
}

/** Throws when the item is none of a model. */
export function parseLedgerItem(item: Readonly<Record<string, unknown>>): LedgerRecord {
  const parsed = itemSchema.parse(item);
  const { leaseUntil, leaseBy } = parsed;
  return {
    model: parsed.sk,
    incident: incidentOf(parsed),
    claimed: attributesOf(item, claimedAttribute(''), instant),
    claimedBy: attributesOf(item, claimedByAttribute(''), z.string()),
    okAt: parsed.okAt,
    caseMailed: parsed.caseMailed,
    cases: attributesOf(item, caseAttribute(''), ledgerCase),
    awaiting: attributesOf(item, awaitingAttribute(''), instant),
    requests: attributesOf(item, requestAttribute(''), ledgerRequest),
    lease: leaseUntil === undefined || leaseBy === undefined ? undefined : { until: leaseUntil, by: leaseBy },
  };
}

function incidentOf({
  reference,
  openedAt,
  ...item
}: z.infer<typeof itemSchema>): LedgerIncident | undefined {
  if (reference === undefined || openedAt === undefined) return undefined;
  return {
    reference,
    openedAt,
    untold: [...(item.untold ?? [])],
    tellAt: item.tellAt,
    tellBy: item.tellBy,
    isInStorm: item.isInStorm ?? false,
    recoverAt: item.recoverAt,
    told: item.told ?? {},
    tellings: item.tellings ?? 0,
    toldCases: toldCasesOf(item),
    asked: item.asked ?? [],
    lastTold: item.lastTold,
    remindAt: item.remindAt,
    mutedAt: item.mutedAt,
  };
}

function toldCasesOf({
  toldCases = [],
  sharedCase,
}: Pick<z.infer<typeof itemSchema>, 'toldCases' | 'sharedCase'>): readonly ToldCase[] {
  if (sharedCase === undefined) return toldCases;
  return [...toldCases.filter(({ caseId }) => caseId !== sharedCase.caseId), sharedCase];
}

const digestItemSchema = z.looseObject({
  sendAt: instant.optional(),
  sendBy: z.string().optional(),
  leaseUntil: instant.optional(),
});

/** Throws when the item is none that coordinates a digest. */
export const parseDigestItem = (item: unknown): Readonly<z.infer<typeof digestItemSchema>> =>
  digestItemSchema.parse(item);

const noticeItemSchema = z.looseObject({
  leaseUntil: instant.optional(),
  toldAt: instant.optional(),
});

/** Throws when the item is none of a notice: an e-mail about no incident, of a quota of 0, a drift or an answer. */
export const parseNoticeItem = (item: unknown): Readonly<z.infer<typeof noticeItemSchema>> =>
  noticeItemSchema.parse(item);

const newCasesSchema = z.looseObject({ sk: z.string(), tellings: z.set(z.string()) });

/** All that is open. */
export interface LedgerState {
  readonly models: readonly LedgerRecord[];
  /** What waits for its digest to go out. */
  readonly handed: readonly Handed[];
  /** By sort key (`newCasesKey`): the tellings for which a new case was reserved that day. */
  readonly newCases: Readonly<Record<string, ReadonlySet<string>>>;
}

/** Throws when an item is none of the ledger's. */
export function parseLedgerItems(items: readonly Readonly<Record<string, unknown>>[]): LedgerState {
  const of = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix));
  return {
    models: items.filter(({ sk }) => !String(sk).includes('#')).map(parseLedgerItem),
    handed: of(HANDED)
      .filter(({ toldAt }) => toldAt === undefined)
      .map(parseHanded),
    newCases: Object.fromEntries(
      of(NEW_CASES).map((item) => {
        const { sk, tellings } = newCasesSchema.parse(item);
        return [sk, tellings];
      }),
    ),
  };
}

function attributesOf<T>(
  item: Readonly<Record<string, unknown>>,
  prefix: string,
  schema: z.ZodType<T>,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), schema.parse(value)]),
  );
}
