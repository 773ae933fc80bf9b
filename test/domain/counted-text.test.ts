import { describe, expect, test } from '@jest/globals';
import type { QuotaSharers } from '../../lambda/contract/quota-sharers';
import { newCaseBody } from '../../lambda/domain/case-text';
import { lastHourIsOwn, leftOutOfAlarms, whoseUsage } from '../../lambda/domain/counted-text';
import { incidentEmail } from '../../lambda/domain/email-text';
import type { Incident } from '../../lambda/domain/incident';
import { recoveryEmail } from '../../lambda/domain/recovery-text';
import { reminderEmail } from '../../lambda/domain/reminder-text';
import { hourOf, incidentOf, incidents, opus, outcomes, peaksOf, sharersOf } from './incidents';
import { flowing, sectionOf } from './prose';
import { recoveryOf, reminderOf } from './standings';

const counted = (sharers: QuotaSharers | undefined, common: 'quotas' | 'model' = 'quotas') =>
  whoseUsage({ model: opus, sharers }, common).map(({ text }) => text);

const few = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `p${index}`);

describe('whose usage is counted', () => {
  test.each<[string, QuotaSharers | undefined, readonly string[]]>([
    ['nothing is said of a model alone', sharersOf([]), []],
    ['one', sharersOf(['checkout']), ['G-Opus-4-6 and 1 inference profile sharing its quotas: checkout']],
    [
      'three',
      sharersOf(['checkout', 'search', 'support']),
      ['G-Opus-4-6 and 3 inference profiles sharing its quotas: checkout, search and support'],
    ],
    [
      'ten by name',
      sharersOf(few(10)),
      ['G-Opus-4-6 and 10 inference profiles sharing its quotas: p0, p1, p2, p3, p4, p5, p6, p7, p8 and p9'],
    ],
    [
      'of more than ten the first ten',
      sharersOf(few(12)),
      [
        'G-Opus-4-6 and 12 inference profiles sharing its quotas: p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 2 more',
      ],
    ],
    [
      'of one name by id as well',
      sharersOf(['checkout', 'search', 'checkout']),
      [
        'G-Opus-4-6 and 3 inference profiles sharing its quotas: checkout (abcdefghijaa), search and checkout (abcdefghijac)',
      ],
    ],
    [
      'those that are not',
      sharersOf(['checkout'], { unlisted: 7 }),
      [
        'G-Opus-4-6 and 1 inference profile sharing its quotas: checkout; 7 more of their kind are not counted',
      ],
    ],
    [
      'what an application profile was copied from, which may be no profile',
      {
        sharers: [{ id: 'anthropic.claude-opus-4-6-v1', name: 'Claude Opus 4.6', isWatched: true }],
        unlisted: 0,
        globalProfile: null,
      },
      ['G-Opus-4-6 and 1 other sharing its quotas: Claude Opus 4.6'],
    ],
    [
      'not known',
      undefined,
      ["only the model's own; which application profiles share its quotas could not be read"],
    ],
  ])('%s', (_case, sharers, words) => {
    expect(counted(sharers)).toEqual(words.map((one) => `Usage counted: ${one}`));
  });

  test('is told without a word of quotas where no quota is involved', () => {
    const told = [...counted(sharersOf(['checkout']), 'model'), ...counted(undefined, 'model')];
    expect(told).toHaveLength(2);
    for (const text of told) expect(text).not.toMatch(/quota/i);
  });

  test('is claimed by id and name, all of them', () => {
    const sharers = sharersOf(few(12), { unlisted: 3 });
    expect(whoseUsage({ model: opus, sharers })[0]?.claims).toEqual([
      { claim: 'counted', sharers: sharers.sharers.map(({ id, name }) => ({ id, name })), unlisted: 3 },
    ]);
  });
});

describe('what the usage alarms leave out', () => {
  test('is told by name', () => {
    expect(leftOutOfAlarms({ sharers: sharersOf(['checkout', 'search'], { watched: 1 }) })).toEqual([
      {
        text: 'HighInvocationRate and HighTPMQuotaUsage do not count search (an alarm has room for ten metrics).',
        claims: [{ claim: 'alarmsLeaveOut', ids: ['abcdefghijab'] }],
      },
    ]);
  });

  test.each([
    ['counts all', sharersOf(['checkout'])],
    ['shares with none', sharersOf([])],
    ['is not known', undefined],
  ])('is nothing where it %s', (_case, sharers) => {
    expect(leftOutOfAlarms({ sharers })).toEqual([]);
  });
});

describe('figures of the last hour', () => {
  const sharers = sharersOf(['checkout']);
  test.each<[string, Incident, number]>([
    ['beside shared usage', incidentOf({ alarms: ['Throttles'], sharers }), 1],
    ['of a model alone', incidentOf({ alarms: ['Throttles'] }), 0],
    ['that are not told', incidentOf({ alarms: ['HighTPMQuotaUsage'], sharers }), 0],
  ])("%s are said to be the model's own, or not: %#", (_case, incident, count) => {
    expect(lastHourIsOwn(incident)).toHaveLength(count);
  });
});

describe('the texts', () => {
  const COUNTED =
    'Usage counted: G-Opus-4-6 and 2 inference profiles sharing its quotas: checkout and search';
  const sharers = sharersOf(['checkout', 'search'], { watched: 1 });
  const shared = incidentOf({
    alarms: ['Throttles'],
    usage: peaksOf(9_500, 3_000_000),
    lastHour: hourOf({ throttles: [40] }),
    sharers,
  });

  test('of an e-mail say it among the figures', () => {
    const { text } = incidentEmail(shared, outcomes.opened, { nobodyOnCc: false }).body;
    expect(sectionOf(text, 'Figures')).toContain(
      `- ${COUNTED} - HighInvocationRate and HighTPMQuotaUsage do not count search (an alarm has room for ten metrics). - Errors, throttled requests and latency are those of G-Opus-4-6 alone.`,
    );
  });

  test('of a case say it once, above all else', () => {
    const { text } = newCaseBody(shared);
    expect(sectionOf(text, '')).toContain(COUNTED);
    expect(flowing(text).split('Usage counted')).toHaveLength(2);
    expect(sectionOf(text, 'Justification')).toContain('latency are those of G-Opus-4-6 alone.');
  });

  test('that follow say it beside the highest usage', () => {
    for (const { body } of [reminderEmail(reminderOf({ sharers })), recoveryEmail(recoveryOf({ sharers }))])
      expect(flowing(body.text)).toContain(COUNTED);
    for (const { body } of [reminderEmail(reminderOf()), recoveryEmail(recoveryOf())])
      expect(body.text).not.toContain('Usage counted');
  });

  test('say nothing of it where there is nothing to say', () => {
    const { text } = incidentEmail(incidents.throttled, outcomes.opened, { nobodyOnCc: false }).body;
    expect(text + newCaseBody(incidents.throttled).text).not.toMatch(/Usage counted|do not count|alone/);
  });
});
