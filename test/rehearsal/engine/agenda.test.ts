import { expect, test } from '@jest/globals';
import { Agenda, type Turn } from '../../../rehearsal/engine/agenda';

const START = new Date('2026-03-02T09:00:00Z');
const END = new Date('2026-03-02T09:01:00Z');

test('at one instant requests come after what is delivered and before invocations that end', async () => {
  const agenda = new Agenda(START);
  const turns: Turn[] = ['completion', 'request', 'delivery', 'evaluation', 'event'];
  const played: Turn[] = [];
  for (const turn of turns) agenda.enter(START, turn, '', () => void played.push(turn));
  await agenda.playUntil(END);
  expect(played).toEqual([...turns].reverse());
});

test('threads read the instant at which something happens', async () => {
  const agenda = new Agenda(START);
  const read: (number | undefined)[] = [agenda.clock[0]];
  agenda.enter(new Date('2026-03-02T09:00:30Z'), 'event', '', () => void read.push(agenda.clock[0]));
  await agenda.playUntil(END);
  expect([...read, agenda.clock[0]]).toEqual([
    START.getTime(),
    Date.parse('2026-03-02T09:00:30Z'),
    END.getTime(),
  ]);
});

test('after the end what has one turn is played out, with all that it leads to, and nothing else', async () => {
  const agenda = new Agenda(START);
  const played: string[] = [];
  const note = (what: string) => () => void played.push(`${what} ${agenda.now.toISOString().slice(14, -1)}`);
  agenda.enter(new Date('2026-03-02T09:02:00Z'), 'request', '', () => {
    note('first')();
    agenda.enter(new Date('2026-03-02T09:03:00Z'), 'request', '', note('second'));
    agenda.enter(new Date('2026-03-02T09:02:30Z'), 'delivery', '', note('never'));
  });
  await agenda.playUntil(END);
  expect(played).toEqual([]);
  await agenda.playOut('request');
  expect(played).toEqual(['first 02:00.000', 'second 03:00.000']);
});
