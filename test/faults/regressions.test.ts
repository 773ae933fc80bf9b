import { test } from '@jest/globals';
import { expectNoHarm } from './chosen';
import { titleOf } from './fault-case';
import { REGRESSIONS } from './regressions';

test.each(REGRESSIONS.map((fault) => [titleOf(fault), fault] as const))('%s', async (_, fault) => {
  await expectNoHarm(fault);
});
