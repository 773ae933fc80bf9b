import type { QuotaSharers } from '../contract/quota-sharers';
import { unread } from './facts';
import type { Incident } from './incident';
import { figuresOfLastHour } from './last-hour';
import { readModelId } from './model-id';
import { fact, type Prose, plain } from './prose';
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
  const { sharers, unlisted } = all;
  if (sharers.length === 0) return [];
  const others = `${counted(sharers.length, sharers.every(isProfile) ? 'inference profile' : 'other')} ${SHARING[common]}`;
  const uncounted =
    unlisted === 0 ? '' : `; ${unlisted} more of their kind ${unlisted === 1 ? 'is' : 'are'} not counted`;
  return [
    fact(
      { claim: 'counted', sharers: sharers.map(({ id, name }) => ({ id, name })), unlisted },
      `Usage counted: ${model.modelName} and ${others}: ${namesOf(sharers, sharers)}${uncounted}`,
    ),
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

/** Names what the two usage alarms leave out; nothing where they count all. */
export function leftOutOfAlarms({ sharers: all }: Pick<Incident, 'sharers'>): readonly Prose[] {
  const sharers = all?.sharers ?? [];
  const out = sharers.filter(({ isWatched }) => !isWatched);
  if (out.length === 0) return [];
  return [
    fact(
      { claim: 'alarmsLeaveOut', ids: out.map(({ id }) => id) },
      `HighInvocationRate and HighTPMQuotaUsage do not count ${namesOf(out, sharers)} (an alarm has room for ten metrics).`,
    ),
  ];
}

/** Beside figures of the last hour, which count less than those of the usage do. */
export const lastHourIsOwn = (incident: Incident): readonly Prose<never>[] =>
  (incident.sharers?.sharers ?? []).length === 0 || figuresOfLastHour(incident).length === 0
    ? []
    : [plain(`Errors, throttled requests and latency are those of ${incident.model.modelName} alone.`)];

const NAMED_AT_MOST = 10;

/** `checkout, search and 3 more`. Nothing keeps people from giving two profiles one name: those are told by id too. */
function namesOf(some: readonly Sharer[], all: readonly Sharer[]): string {
  const nameOf = ({ id, name }: Sharer): string =>
    all.filter((other) => other.name === name).length > 1 ? `${name} (${id})` : name;
  const more = some.length - NAMED_AT_MOST;
  return listed([...some.slice(0, NAMED_AT_MOST).map(nameOf), ...(more > 0 ? [`${more} more`] : [])]);
}
