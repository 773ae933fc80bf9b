import { asError } from '../ports/failures';

/** What came of several things that were tried, of which some may have failed. */
export interface Tried<Result> {
  readonly done: readonly Result[];
  /** One sentence for each that failed. */
  readonly failures: readonly string[];
}

/** Tries one item after the other, since AWS takes few of these calls a second; what fails does not stop the rest. */
export async function oneByOne<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Tried<Result>> {
  const done: Result[] = [];
  const failures: string[] = [];
  for (const item of items) {
    try {
      done.push(await act(item));
    } catch (error) {
      failures.push(asError(error).message);
    }
  }
  return { done, failures };
}

/** Makes one sentence of what `action` throws: what could not be done, and why. */
export async function orSay<Result>(what: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const { name, message } = asError(error);
    throw new Error(`${what} (${name}: ${message}).`, { cause: error });
  }
}
