import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MOST_PARAMETER_BYTES } from '../../aws/parameter-store';
import {
  MOST_SHARERS_LISTED,
  MOST_UNCLEAR_LISTED,
  NO_SHARERS,
  parseQuotaSharers,
  type QuotaSharers,
} from '../../lambda/contract/quota-sharers';
import { listedSharers, type SharersNow } from '../../lambda/domain/listed-sharers';

const NOW = new Date('2026-03-03T08:00:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;

const sharer = (id: string) => ({ id, name: `profile ${id}` });
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => sharer(`p${String(index).padStart(2, '0')}`));
const listedNow = (now: Partial<SharersNow>, before: QuotaSharers = NO_SHARERS): QuotaSharers =>
  listedSharers(
    {
      sharers: [],
      unclear: [],
      globalProfile: null,
      twins: [],
      watchedBy: () => ['RPM', 'TPM'],
      isGone: (id) => id.startsWith('gone'),
      now: NOW,
      ...now,
    },
    before,
  );
const holding = (...sharers: QuotaSharers['sharers']): QuotaSharers => ({ ...NO_SHARERS, sharers });

test('those that most alarms count come first, then by id, and it is said how many more there are', () => {
  const listed = listedNow({
    sharers: numbered(23),
    watchedBy: ({ id }) => (id === 'p21' ? ['TPM'] : id === 'p22' ? ['RPM', 'TPM'] : []),
  });
  expect(listed.sharers.slice(0, 3)).toEqual([
    { ...sharer('p22'), watchedBy: ['RPM', 'TPM'] },
    { ...sharer('p21'), watchedBy: ['TPM'] },
    { ...sharer('p00'), watchedBy: [] },
  ]);
  expect(listed.sharers).toHaveLength(MOST_SHARERS_LISTED);
  expect(listed.unlisted).toBe(3);
});

describe('a profile that was deleted', () => {
  const GONE = { ...sharer('gone01'), watchedBy: [] };
  const before = holding({ ...GONE, watchedBy: ['RPM', 'TPM'] });

  test('stays, counted by no alarm, after all that are there', () => {
    expect(listedNow({ sharers: [sharer('z')] }, before).sharers).toEqual([
      { ...sharer('z'), watchedBy: ['RPM', 'TPM'] },
      { ...GONE, goneSince: NOW.toISOString() },
    ]);
  });

  test('keeps the time when that was first seen', () => {
    const later = new Date(NOW.getTime() + DAY_MS);
    const after = listedNow({ now: later }, listedNow({}, before));
    expect(after.sharers).toEqual([{ ...GONE, goneSince: NOW.toISOString() }]);
  });

  test.each([
    [15 * DAY_MS - 1, 1],
    [15 * DAY_MS, 0],
  ])('after %d milliseconds: %d is left', (age, count) => {
    const goneSince = new Date(NOW.getTime() - age).toISOString();
    expect(listedNow({}, holding({ ...GONE, goneSince })).sharers).toHaveLength(count);
  });

  test('is none where it shares the quotas no more, but is there', () => {
    expect(listedNow({}, holding({ ...sharer('there'), watchedBy: ['TPM'] })).sharers).toEqual([]);
  });

  test('is not deleted where it is there again', () => {
    const missed = holding({ ...sharer('back'), watchedBy: [], goneSince: NOW.toISOString() });
    expect(listedNow({ sharers: [sharer('back')] }, missed).sharers).toEqual([
      { ...sharer('back'), watchedBy: ['RPM', 'TPM'] },
    ]);
  });

  test('gives way to those that are there', () => {
    const listed = listedNow({ sharers: numbered(MOST_SHARERS_LISTED) }, before);
    expect(listed.sharers.map(({ id }) => id)).not.toContain('gone01');
    expect(listed.unlisted).toBe(1);
  });
});

test('of what is unclear the first are listed', () => {
  expect(listedNow({ unclear: numbered(9) }).unclear).toEqual(numbered(MOST_UNCLEAR_LISTED));
});

describe('whatever there is', () => {
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateInferenceProfile.html
  const named = (prefix: string) =>
    fc
      .record({
        id: fc.stringMatching(/^[a-z0-9]{12}$/).map((id) => prefix + id.slice(prefix.length)),
        name: fc.stringMatching(/^[0-9a-zA-Z _-]{1,64}$/),
      })
      .map(({ id, name }) => ({ id, name: name.padEnd(64, 'n') }));
  const many = (prefix: string) => fc.uniqueArray(named(prefix), { maxLength: 40, selector: ({ id }) => id });
  const situations = fc
    .record({
      sharers: many(''),
      gone: many('gone'),
      unclear: many('u'),
      longId: fc.stringMatching(/^us\.[a-z0-9.-]{60,120}$/),
      watched: fc.constantFrom<readonly ('RPM' | 'TPM')[]>([], ['TPM'], ['RPM', 'TPM']),
    })
    .map(({ sharers, gone, unclear, longId, watched }) => ({
      now: {
        // Where the model is an application profile, what that was copied from is one of them.
        sharers: [{ id: longId, name: longId }, ...sharers],
        unclear,
        globalProfile: longId.replace('us.', 'global.'),
        watchedBy: () => watched,
      },
      before: holding(...gone.map((one) => ({ ...one, watchedBy: [] }))),
    }));

  test('it fits a standard parameter, and is read as it was written', () => {
    fc.assert(
      fc.property(situations, ({ now, before }) => {
        const listed = listedNow(now, before);
        const text = JSON.stringify(listed);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_PARAMETER_BYTES);
        expect(parseQuotaSharers(text)).toEqual(listed);
      }),
    );
  });

  test('the largest fits a standard parameter', () => {
    const largest = (prefix: string, index: number) => ({
      id: `${prefix}${String(index).padStart(11, '0')}`,
      name: 'n'.repeat(64),
    });
    const all = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => largest(prefix, index));
    const longId = `us.${'m'.repeat(137)}`;
    const listed = listedNow(
      {
        sharers: [{ id: longId, name: longId }],
        unclear: all('u', 1_000),
        globalProfile: `global.${'m'.repeat(133)}`,
        twins: Array.from({ length: 100 }, (_, index) => `${'m'.repeat(12)}${index + 100}`),
        isGone: (id) => id.startsWith('g'),
      },
      holding(...all('g', 1_000).map((one) => ({ ...one, watchedBy: [] }))),
    );
    expect(listed.sharers.filter(({ goneSince }) => goneSince !== undefined)).toHaveLength(
      MOST_SHARERS_LISTED - 1,
    );
    expect(Buffer.byteLength(JSON.stringify(listed))).toBeLessThanOrEqual(MOST_PARAMETER_BYTES);
  });

  test('as many twins as fit, in their order, and what is not looked at stays', () => {
    const twins = ['F', 'B', 'E', 'A', 'D', 'C'];
    const listed = listedNow({ twins });
    expect(listed.twins).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(listedNow({ twins: undefined }, listed).twins).toEqual(listed.twins);
    expect(listedNow({ twins: [] }, listed).twins).toEqual([]);
  });

  test('a second time lists the same', () => {
    fc.assert(
      fc.property(situations, ({ now, before }) => {
        const listed = listedNow(now, before);
        const again = listedNow(now, listed);
        expect(again.sharers).toEqual(listed.sharers);
      }),
    );
  });
});
