import {
  MOST_SHARERS_LISTED,
  MOST_TWINS_LISTED,
  MOST_UNCLEAR_LISTED,
  type QuotaSharers,
} from '../contract/quota-sharers';
import type { Quota } from './alarm-catalogue';
import type { QuotaSharer } from './inference-profiles';

/** What is to be listed of a model's sharers. */
export interface SharersNow {
  readonly sharers: readonly QuotaSharer[];
  readonly unclear: readonly QuotaSharer[];
  readonly globalProfile: string | null;
  /** Undefined where it was not looked at: it stays as it was. */
  readonly twins: readonly string[] | undefined;
  /** The quotas whose usage alarms count the sharer's series. */
  readonly watchedBy: (sharer: QuotaSharer) => readonly Quota[];
  readonly isGone: (id: string) => boolean;
  readonly now: Date;
}

/** Usage is looked at over 14 days; a day more, so that none of these is left out. */
const KEPT_MS = 15 * 24 * 60 * 60 * 1000;

/**
 * What the parameter holds from now on; `before`: what it held. Of the sharers as many as fit: those that most alarms count
 * first, by id, and last those that are gone.
 */
export function listedSharers(now: SharersNow, before: QuotaSharers): QuotaSharers {
  const living = now.sharers
    .map(({ id, name }) => ({ id, name, watchedBy: [...now.watchedBy({ id, name })] }))
    .sort((one, other) => other.watchedBy.length - one.watchedBy.length || (one.id < other.id ? -1 : 1));
  const all = [...living, ...goneSharers(now, before)];
  const listed = {
    sharers: all.slice(0, MOST_SHARERS_LISTED),
    unlisted: Math.max(0, all.length - MOST_SHARERS_LISTED),
    unclear: now.unclear.slice(0, MOST_UNCLEAR_LISTED).map(({ id, name }) => ({ id, name })),
    globalProfile: now.globalProfile,
    twins: before.twins,
  };
  return withTwins(listed, now.twins);
}

/** `twins` undefined: they stay as they were. */
export const withTwins = (listed: QuotaSharers, twins: SharersNow['twins']): QuotaSharers =>
  twins === undefined ? listed : { ...listed, twins: [...twins].sort().slice(0, MOST_TWINS_LISTED) };

/** No alarm counts them any more, but what they used explains what a quota was used for. */
function goneSharers({ isGone, now }: SharersNow, { sharers }: QuotaSharers): QuotaSharers['sharers'] {
  return sharers
    .filter(({ id }) => isGone(id))
    .map(({ id, name, goneSince = now.toISOString() }) => ({ id, name, watchedBy: [], goneSince }))
    .filter(({ goneSince }) => now.getTime() - Date.parse(goneSince) < KEPT_MS);
}
