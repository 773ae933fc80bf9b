import { beforeAll, describe, expect, test } from '@jest/globals';
import { type FaultCase, kindsOf, pick, titleOf } from './fault-case';
import type { Path } from './paths';
import { REGRESSIONS } from './regressions';
import { casesOf, verdictOn } from './suite';

/** Each day other calls fail, in other ways. The same again: `FAULT_SEED=20260302 npx jest test/faults`. */
export const SEED = process.env.FAULT_SEED ?? new Date().toISOString().slice(0, 10).replaceAll('-', '');

/** Tests that some kinds of fault do no harm on each path, on one call each; and what ever did harm. The seed chooses. */
export function testPaths(paths: readonly Path[]): void {
  describe.each(paths)('$name', ({ name }) => {
    let cases: readonly FaultCase[];

    beforeAll(async () => {
      cases = await casesOf(name);
    });

    test.each(kindsOf(name, SEED))(
      `a call that FAULT_SEED=${SEED} chooses: $name`,
      async ({ name: kind }) => {
        const ofKind = cases.filter((one) => one.kind === kind);
        await expectNoHarm(pick(ofKind, SEED, name, kind));
      },
    );

    for (const fault of REGRESSIONS.filter(({ path }) => path === name))
      test(titleOf(fault), async () => {
        // Where the path has changed, its calls have other numbers.
        expect(cases).toContainEqual(fault);
        await expectNoHarm(fault);
      });
  });
}

/** With its title, so that who reads of a failure can play it again. */
async function expectNoHarm(fault: FaultCase): Promise<void> {
  const { wrongs } = await verdictOn(fault);
  expect({ fault: titleOf(fault), wrongs }).toEqual({ fault: titleOf(fault), wrongs: [] });
}
