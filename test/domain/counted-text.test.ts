import { describe, expect, test } from '@jest/globals';
import { NO_SHARERS, type QuotaSharers } from '../../lambda/contract/quota-sharers';
import { newCaseBody } from '../../lambda/domain/case-text';
import { lastHourIsOwn, leftOutOfAlarms, whoseUsage } from '../../lambda/domain/counted-text';
import { incidentEmail } from '../../lambda/domain/email-text';
import type { Incident } from '../../lambda/domain/incident';
import { recoveryEmail } from '../../lambda/domain/recovery-text';
import { reminderEmail } from '../../lambda/domain/reminder-text';
import {
  hourOf,
  incidentOf,
  incidents,
  opus,
  outcomes,
  peaksOf,
  rpmQuota,
  sharersOf,
  tpmQuota,
} from './incidents';
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
      'those that were deleted too',
      sharersOf(['checkout', 'search', 'search'], { deleted: ['search'] }),
      [
        'G-Opus-4-6 and 3 inference profiles sharing its quotas: checkout, search (abcdefghijab) (deleted) and search (abcdefghijac) (deleted)',
      ],
    ],
    [
      'what an application profile was copied from, which may be no profile',
      {
        ...sharersOf([]),
        sharers: [{ id: 'anthropic.claude-opus-4-6-v1', name: 'Claude Opus 4.6', watchedBy: [] }],
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
    const told = [
      ...counted(sharersOf(['checkout'], { unclear: ['till'] }), 'model'),
      ...counted(undefined, 'model'),
    ];
    expect(told).toHaveLength(3);
    for (const text of told) expect(text).not.toMatch(/quota/i);
  });

  test('is claimed by id and name, all of them', () => {
    const sharers = sharersOf(few(12), { unlisted: 3 });
    expect(whoseUsage({ model: opus, sharers })[0]?.claims).toEqual([
      { claim: 'counted', sharers: sharers.sharers.map(({ id, name }) => ({ id, name })), unlisted: 3 },
    ]);
  });
});

test.each<[readonly string[], string]>([
  [['till'], 'May share its quotas, but this cannot be told and it is not counted: till'],
  [
    ['till', 'orders'],
    'May share its quotas, but this cannot be told and they are not counted: till and orders',
  ],
])('what shares the quotas perhaps (%j) is told as not counted', (unclear, words) => {
  const sharers = sharersOf([], { unclear });
  expect(whoseUsage({ model: opus, sharers })).toEqual([
    { text: words, claims: [{ claim: 'notCounted', profiles: sharers.unclear }] },
  ]);
});

describe('what the usage alarms leave out', () => {
  const BOTH = { RPM: rpmQuota(200, 160), TPM: tpmQuota(200_000, 160_000) };
  const ROOM = ' (an alarm has room for ten metrics)';
  const ten = few(10);
  /** Of ten the first is counted for RPM alone, the last for TPM alone. */
  const ranked: QuotaSharers = {
    ...sharersOf(ten),
    sharers: sharersOf(ten).sharers.map((sharer, index) => ({
      ...sharer,
      watchedBy: index === 0 ? ['RPM'] : index === 9 ? ['TPM'] : ['RPM', 'TPM'],
    })),
  };
  const told = (sharers: QuotaSharers | undefined, quotas: Incident['quotas'] = BOTH) =>
    leftOutOfAlarms({ sharers, quotas }).map(({ text }) => text);

  test.each<[string, readonly string[], QuotaSharers | undefined, Incident['quotas']]>([
    [
      'the same is told once',
      [`HighInvocationRate and HighTPMQuotaUsage do not count p9${ROOM}.`],
      sharersOf(ten, { watched: 9 }),
      BOTH,
    ],
    [
      'something else is told of each',
      [`HighInvocationRate does not count p9${ROOM}.`, `HighTPMQuotaUsage does not count p0${ROOM}.`],
      ranked,
      BOTH,
    ],
    [
      'nothing but one alarm',
      ['HighInvocationRate does not count p0.'],
      { ...NO_SHARERS, sharers: [{ id: 'a', name: 'p0', watchedBy: ['TPM'] }] },
      BOTH,
    ],
    [
      'where there is no RPM quota, of the other',
      [`HighTPMQuotaUsage does not count p0${ROOM}.`],
      ranked,
      { ...BOTH, RPM: null },
    ],
    ['where there is no quota, nothing', [], ranked, { RPM: null, TPM: null }],
    [
      'nine find room: why not, is not known',
      ['HighInvocationRate and HighTPMQuotaUsage do not count p8.'],
      sharersOf(few(9), { watched: 8 }),
      BOTH,
    ],
    [
      'those that are not listed take room',
      [`HighInvocationRate and HighTPMQuotaUsage do not count p8${ROOM}.`],
      sharersOf(few(9), { watched: 8, unlisted: 1 }),
      BOTH,
    ],
    [
      'the deleted take no room, and are no loss',
      ['HighInvocationRate and HighTPMQuotaUsage do not count p8.'],
      sharersOf(ten, { watched: 8, deleted: ['p9'] }),
      BOTH,
    ],
    ['all are counted', [], sharersOf(['checkout']), BOTH],
    ['nothing shares', [], sharersOf([]), BOTH],
    ['it is not known', [], undefined, BOTH],
  ])('%s: %j', (_case, words, sharers, quotas) => {
    expect(told(sharers, quotas)).toEqual(words);
  });

  test('is claimed of each alarm', () => {
    const sharers = sharersOf(['checkout', 'search'], { watched: 1 });
    const ids = ['abcdefghijab'];
    expect(leftOutOfAlarms({ sharers, quotas: BOTH }).flatMap(({ claims }) => claims)).toEqual([
      { claim: 'alarmLeavesOut', quota: 'RPM', ids },
      { claim: 'alarmLeavesOut', quota: 'TPM', ids },
    ]);
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
      `- ${COUNTED} - HighInvocationRate and HighTPMQuotaUsage do not count search. - Errors, throttled requests and latency are those of G-Opus-4-6 alone.`,
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
