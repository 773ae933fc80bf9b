import { describe, expect, test } from '@jest/globals';
import { Agenda } from '../../../rehearsal/engine/agenda';
import { AsynchronousInvocations } from '../../../rehearsal/engine/asynchronous-invocations';
import type { DeployedFunction } from '../../../rehearsal/engine/deployed-function';
import type { HandlerEnd } from '../../../rehearsal/engine/lambda-environment';
import type { Run } from '../../../rehearsal/engine/overlapping-invocations';

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:updater';

/** A function that ends a second after it began, as `outcomeOf` has it for each event. */
function played(outcomeOf: (event: unknown) => HandlerEnd['outcome']) {
  const agenda = new Agenda(new Date('2026-03-02T08:00:00Z'));
  const begun: string[] = [];
  const begin = async (run: Run, onOver: (end: HandlerEnd) => void | Promise<void>): Promise<void> => {
    begun.push(`${run.event} at ${agenda.now.toISOString().slice(11, 19)}`);
    const over = new Date(agenda.now.getTime() + 1_000);
    const key = String(begun.length).padStart(4, '0');
    agenda.enter(over, 'completion', key, () => onOver({ outcome: outcomeOf(run.event) } as HandlerEnd));
  };
  const invocations = new AsynchronousInvocations(agenda, () => ({}) as DeployedFunction, begin);
  return { agenda, begun, invocations };
}

describe('what services hand a function without waiting', () => {
  test('ten run at once, and whoever waits runs as soon as there is room, in the order of asking', async () => {
    const { agenda, begun, invocations } = played(() => 'ok');
    for (let number = 1; number <= 12; number += 1) await invocations.invoke(ARN, number);
    expect(begun).toHaveLength(10);
    await agenda.playUntil(new Date('2026-03-02T08:00:05Z'));
    expect(begun.slice(10)).toEqual(['11 at 08:00:01', '12 at 08:00:01']);
  });

  test('what fails runs again after one minute and after two more, and no more', async () => {
    const { agenda, begun, invocations } = played(() => 'error');
    await invocations.invoke(ARN, 'event');
    await agenda.playUntil(new Date('2026-03-02T09:00:00Z'));
    expect(begun).toEqual(['event at 08:00:00', 'event at 08:01:01', 'event at 08:03:02']);
  });
});
