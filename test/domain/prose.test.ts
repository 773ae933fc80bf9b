import { describe, expect, test } from '@jest/globals';
import type { Claim } from '../../lambda/contract/claims';
import {
  enumerated,
  fact,
  fitted,
  item,
  joined,
  NOTHING,
  type Prose,
  plain,
  prose,
  section,
} from '../../lambda/domain/prose';

const noQuota = (quota: 'RPM' | 'TPM'): Claim => ({ claim: 'noQuota', quota });
const rpm = fact(noQuota('RPM'), 'no RPM');
const tpm = fact(noQuota('TPM'), 'no TPM');

describe('prose', () => {
  test.each<[string, Prose, string, readonly Claim[]]>([
    ['a fact', rpm, 'no RPM', [noQuota('RPM')]],
    ['plain words', plain('Look.'), 'Look.', []],
    ['nothing', NOTHING, '', []],
    [
      'a sentence',
      prose`It has ${rpm} (${'sadly'}), ${tpm}.`,
      'It has no RPM (sadly), no TPM.',
      [noQuota('RPM'), noQuota('TPM')],
    ],
    [
      'a sentence that a fact begins and ends',
      prose`${tpm}${rpm}`,
      'no TPMno RPM',
      [noQuota('TPM'), noQuota('RPM')],
    ],
    ['a sentence without facts', prose`Look.`, 'Look.', []],
    [
      'parts joined',
      joined([rpm, plain('so'), tpm], '; '),
      'no RPM; so; no TPM',
      [noQuota('RPM'), noQuota('TPM')],
    ],
    ['no parts joined', joined([], '; '), '', []],
    ['an item', item(rpm), '- no RPM', [noQuota('RPM')]],
  ])('%s keeps words and facts together', (_case, given, text, claims) => {
    expect(given).toEqual({ text, claims });
  });

  test.each([
    [[], ''],
    [['RPM'], 'RPM'],
    [['RPM', 'TPM'], 'RPM and TPM'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('%j is enumerated as "%s"', (items, text) => {
    expect(enumerated(items.map(plain))).toEqual(plain(text));
  });

  test('a list keeps the facts of its items', () => {
    expect(enumerated([rpm, plain('x'), tpm]).claims).toEqual([noQuota('RPM'), noQuota('TPM')]);
  });
});

test('what is fitted keeps its facts, its lines hanging by the indent', () => {
  const long = fact(noQuota('RPM'), `${'a'.repeat(40)} ${'b'.repeat(40)}`);
  expect(fitted(long, '  ')).toEqual({
    text: `${'a'.repeat(40)}\n  ${'b'.repeat(40)}`,
    claims: [noQuota('RPM')],
  });
  expect(fitted(long).text).toBe(`${'a'.repeat(40)}\n${'b'.repeat(40)}`);
});

test('a section is its underlined title and its paragraphs, items of a list hanging', () => {
  const words = (count: number): string => 'word '.repeat(count).trim();
  expect(
    section('Title', prose`Plain ${words(15)} ${rpm}.`, plain(`- Item ${words(15)}.`), item(tpm)),
  ).toEqual({
    text: [
      'Title',
      '-----',
      `Plain ${words(14)}`,
      'word no RPM.',
      `- Item ${words(13)}`,
      '  word word.',
      '- no TPM',
    ].join('\n'),
    claims: [noQuota('RPM'), noQuota('TPM')],
  });
});
