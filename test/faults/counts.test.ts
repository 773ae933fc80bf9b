import { expect, test } from '@jest/globals';
import { endingsTable, type Judged, wrongsLine } from './counts';

const judged = (path: string, kind: string, verdict: Partial<Judged['verdict']>): Judged => ({
  fault: { path, call: 'sns.Publish', nth: 1, kind },
  verdict: { wrongs: [], ending: 'as without the fault', repeats: 0, ...verdict },
});

const ALL = [
  judged('alarm', 'denied', {}),
  judged('alarm', 'denied', { ending: 'all told, with repeats', repeats: 2 }),
  judged('alarm', '5xx once', {
    ending: 'wrong',
    wrongs: [
      { wrong: 'lost', what: 'one' },
      { wrong: 'lost', what: 'another' },
      { wrong: 'left open', what: 'G-Opus-4-6' },
    ],
  }),
  judged('updater', 'denied', {}),
];

test('how the cases of each path and kind ended', () => {
  expect(endingsTable(ALL).split('\n')).toEqual([
    'path     kind      cases  ended',
    'alarm    denied    2      1 as without the fault, 1 all told, with repeats',
    'alarm    5xx once  1      1 wrong',
    'updater  denied    1      1 as without the fault',
    'all      all       4      2 as without the fault, 1 all told, with repeats, 1 wrong',
  ]);
});

test('in how many cases there was each thing that must never be', () => {
  expect(wrongsLine(ALL)).toBe(
    '4 cases: 1 lost, 0 case missing, 0 case not told, 0 increase not asked for, 0 increase lost, 0 request not told, ' +
      '0 details missing, 0 details lost, 0 answer not awaited, 0 asked twice, 0 requested too soon, 0 duplicate case, 0 told a case twice, 0 untrue claim, 0 unannounced repeat, ' +
      '1 left open, 0 wrong threshold, 0 wrong sharers, 0 unreadable failure, 0 other failure; 2 e-mails were repeats',
  );
});
