import { isDeepStrictEqual } from 'node:util';
import { MOST_ALARM_METRICS } from '../../aws/cloudwatch';
import { NO_SHARERS, type QuotaSharers } from '../contract/quota-sharers';
import type { Quota } from './alarm-catalogue';
import { unread } from './facts';
import type { Incident } from './incident';
import { figuresOfLastHour } from './last-hour';
import { readModelId } from './model-id';
import { fact, type Prose, plain } from './prose';
import { QUOTA_ALARMS } from './quota-alarms';
import { counted, listed } from './words';

/** Whose traffic the figures of a text count, where others draw on the model's quotas. */

type Sharer = QuotaSharers['sharers'][number];

/** `quotas`: told where quotas are told of; `model`: the same, for texts that are about no quota. */
type Common = 'quotas' | 'model';

/** `Usage counted: G-Opus-4-6 and 2 inference profiles sharing its quotas: checkout and search`, or nothing if none does. */
export function whoseUsage(
  { sharers: all, model }: Pick<Incident, 'sharers' | 'model'>,
  common: Common = 'quotas',
): readonly Prose[] {
  if (all === undefined) return [unread('sharers', undefined, `Usage counted: ${UNREAD[common]}`)];
  return [...countedWith(all, model.modelName, common), ...perhapsSharing(all, common)];
}

function countedWith({ sharers, unlisted }: QuotaSharers, own: string, common: Common): readonly Prose[] {
  if (sharers.length === 0) return [];
  const others = `${counted(sharers.length, sharers.every(isProfile) ? 'inference profile' : 'other')} ${SHARING[common]}`;
  const uncounted =
    unlisted === 0 ? '' : `; ${unlisted} more of their kind ${unlisted === 1 ? 'is' : 'are'} not counted`;
  const claimed = sharers.map((sharer) => ({
    id: sharer.id,
    name: sharer.name,
    ...(isDeleted(sharer) ? { isDeleted: true } : {}),
  }));
  return [
    fact(
      { claim: 'counted', sharers: claimed, unlisted },
      `Usage counted: ${own} and ${others}: ${namesOf(sharers, sharers)}${uncounted}`,
    ),
  ];
}

/** Those of which it cannot be told what they were copied from. */
function perhapsSharing({ unclear }: QuotaSharers, common: Common): readonly Prose[] {
  if (unclear.length === 0) return [];
  const names = namesOf(unclear, unclear);
  const they = unclear.length === 1 ? 'it is' : 'they are';
  const words = {
    quotas: `May share its quotas, but this cannot be told and ${they} not counted: ${names}`,
    model: `Of the same foundation model, but not counted: ${names}`,
  };
  return [
    fact({ claim: 'notCounted', profiles: unclear.map(({ id, name }) => ({ id, name })) }, words[common]),
  ];
}

/** An application profile has a short id; all others have a provider in theirs. */
const isProfile = ({ id }: Sharer): boolean =>
  !id.includes('.') || readModelId(id).kind !== 'foundation model';

const SHARING: Readonly<Record<Common, string>> = {
  quotas: 'sharing its quotas',
  model: 'of the same model',
};
const UNREAD: Readonly<Record<Common, string>> = {
  quotas: "only the model's own; which application profiles share its quotas could not be read",
  model: "only the model's own; which application profiles are of the same model could not be read",
};

/** Names what the usage alarms of the model's quotas leave out, each by itself where they differ; nothing where they count all. */
export function leftOutOfAlarms({
  sharers: all = NO_SHARERS,
  quotas,
}: Pick<Incident, 'sharers' | 'quotas'>): readonly Prose[] {
  const alarms = QUOTA_ALARMS.filter(({ limit }) => quotas[limit.quota] !== null);
  const leftOut = alarms.map(({ name, limit }) => ({
    name,
    quota: limit.quota,
    out: leftOutOf(limit.quota, all),
  }));
  const [first, ...others] = leftOut;
  if (first === undefined) return [];
  if (others.every(({ out }) => isDeepStrictEqual(out, first.out)))
    return doNotCount(leftOut, first.out, all);
  return leftOut.flatMap((one) => doNotCount([one], one.out, all));
}

/** Of those that are still there: what is deleted need not be watched. */
const leftOutOf = (quota: Quota, { sharers }: QuotaSharers): readonly Sharer[] =>
  sharers.filter((sharer) => !isDeleted(sharer) && !sharer.watchedBy.includes(quota));

function doNotCount(
  alarms: readonly { readonly name: string; readonly quota: Quota }[],
  out: readonly Sharer[],
  all: QuotaSharers,
): readonly Prose[] {
  if (out.length === 0) return [];
  const names = `${listed(alarms.map(({ name }) => name))} ${alarms.length === 1 ? 'does' : 'do'}`;
  const words = `${names} not count ${namesOf(out, all.sharers)}${hasTooMany(all) ? ROOM_FOR_TEN : ''}.`;
  const ids = out.map(({ id }) => id);
  return [{ text: words, claims: alarms.map(({ quota }) => ({ claim: 'alarmLeavesOut', quota, ids })) }];
}

const ROOM_FOR_TEN = ' (an alarm has room for ten metrics)';

/** One metric is the model's own; what else there may be is the owner's doing. */
const hasTooMany = ({ sharers, unlisted }: QuotaSharers): boolean =>
  sharers.filter((sharer) => !isDeleted(sharer)).length + unlisted > MOST_ALARM_METRICS - 1;

const isDeleted = ({ goneSince }: Sharer): boolean => goneSince !== undefined;

/** Beside figures of the last hour, which count less than those of the usage do. */
export const lastHourIsOwn = (incident: Incident): readonly Prose<never>[] =>
  (incident.sharers?.sharers ?? []).length === 0 || figuresOfLastHour(incident).length === 0
    ? []
    : [plain(`Errors, throttled requests and latency are those of ${incident.model.modelName} alone.`)];

const NAMED_AT_MOST = 10;

interface Named {
  readonly id: string;
  readonly name: string;
  readonly goneSince?: string | undefined;
}

/** `checkout, search (deleted) and 3 more`. Nothing keeps people from giving two profiles one name: those are told by id too. */
function namesOf(some: readonly Named[], all: readonly Named[]): string {
  const nameOf = ({ id, name, goneSince }: Named): string =>
    [
      name,
      ...(all.filter((other) => other.name === name).length > 1 ? [`(${id})`] : []),
      ...(goneSince === undefined ? [] : ['(deleted)']),
    ].join(' ');
  const more = some.length - NAMED_AT_MOST;
  return listed([...some.slice(0, NAMED_AT_MOST).map(nameOf), ...(more > 0 ? [`${more} more`] : [])]);
}
