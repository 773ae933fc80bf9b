import {
  awaitingAttribute,
  caseAttribute,
  KEPT_DAYS,
  type LedgerCase,
  type LedgerIncident,
  type LedgerRequest,
  requestAttribute,
  type Transition,
  untoldEntry,
} from '../contract/ledger';

/** How what a run puts down is written as expressions of DynamoDB. */

const SECOND_MS = 1000;
const DAY_SECONDS = 24 * 60 * 60;

export const later = (instant: Date, seconds: number): Date =>
  new Date(instant.getTime() + seconds * SECOND_MS);

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
  > & { readonly sharedCase?: undefined };
  /** The telling whose case people were mailed: `caseMailOf`. */
  readonly caseMailed?: string;
  readonly okAt?: Date;
  /** By category. */
  readonly cases?: Readonly<Record<string, LedgerCase>>;
  /** By id. */
  readonly requests?: Readonly<Record<string, LedgerRequest>>;
  /** By category; undefined: nothing is awaited any more. */
  readonly awaiting?: Readonly<Record<string, Date | undefined>>;
}

/** Seconds since 1970, as DynamoDB's time to live wants it. */
export const expiryFrom = (now: Date, days = KEPT_DAYS): number =>
  Math.floor(later(now, days * DAY_SECONDS).getTime() / SECOND_MS);

/** Dates as ISO 8601; DynamoDB has none. */
export function asStored<T extends Readonly<Record<string, unknown>>>(values: T): Record<string, unknown> {
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
  'isInStorm',
  'recoverAt',
  'told',
  'tellings',
  'toldCases',
  'sharedCase',
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

export function settling(
  by: string,
  { told, incident = {}, okAt, cases = {}, requests = {}, awaiting = {}, caseMailed }: Changes,
  lease: { readonly leaseUntil?: Date | undefined; readonly leaseBy?: undefined },
) {
  const entries = (told ?? []).map(untoldEntry);
  const values: Readonly<Record<string, unknown>> = asStored({
    ...incident,
    ...(okAt === undefined ? {} : { okAt }),
    ...(caseMailed === undefined ? {} : { caseMailed }),
    ...lease,
    ...named(cases, caseAttribute),
    ...named(requests, requestAttribute),
    ...named(awaiting, awaitingAttribute),
  });
  const put = Object.keys(values).filter((name) => values[name] !== undefined);
  const removed = [
    ...Object.keys(values).filter((name) => values[name] === undefined),
    ...(told === undefined ? [] : ['tellAt', 'tellBy', 'isInStorm']),
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
export function closing(by: string, { reference, untold }: LedgerIncident) {
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
