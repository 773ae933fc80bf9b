import { digest } from './derived-ids';

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

export interface PageRequest<T> {
  /** Everything there is, in the order of the listing. */
  readonly all: readonly T[];
  /** What identifies an item: a page begins after the last one shown, even if that no longer matches. */
  readonly keyOf: (item: T) => string;
  readonly matches?: (item: T) => boolean;
  readonly size: number;
  readonly nextToken?: string | undefined;
  /** What a token is bound to: the operation and its other inputs. */
  readonly scope: string;
  /** The service's own error for a token that was not given out for this listing. */
  readonly invalidToken: () => Error;
}

/** One page of a listing. */
export function page<T>(request: PageRequest<T>): Page<T> {
  const { all, keyOf, matches = () => true, size } = request;
  const rest = all.slice(firstIndex(request)).filter(matches);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (rest.length <= size || last === undefined) return { items };
  return { items, nextToken: tokenAfter(keyOf(last), request.scope) };
}

/** The token of the page that begins after the item with this key. */
export function tokenAfter(key: string, scope: string): string {
  return Buffer.from(JSON.stringify([digest(scope).slice(0, 16), key])).toString('base64url');
}

function firstIndex<T>(request: PageRequest<T>): number {
  const { all, keyOf, nextToken, scope, invalidToken } = request;
  if (nextToken === undefined) return 0;
  const index = all.findIndex((item) => tokenAfter(keyOf(item), scope) === nextToken);
  if (index < 0) throw invalidToken();
  return index + 1;
}
