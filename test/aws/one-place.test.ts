import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { MOST_DATAPOINTS_ON_A_PAGE } from '../../aws/cloudwatch';
import { ANSWERS, NO_SUCH_RESOURCE, OPEN_STATUSES, REFUSALS } from '../../aws/service-quotas';
import { MOST_MESSAGE_BYTES } from '../../aws/sns';
import { MOST_COMMUNICATION_CHARACTERS, SEVERITY_CODES, SUPPORT_ERRORS } from '../../aws/support';
import { PROJECT } from '../docs/documents';

const filesOf = (folder: string): readonly (readonly [path: string, text: string])[] =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [join(folder, name), readFileSync(join(PROJECT, folder, name), 'utf8')] as const);

const FACTS = filesOf('aws');
const USERS = ['bench', 'bin', 'lambda', 'lib', 'rehearsal'].flatMap(filesOf);

/** The files beside aws/ that state something. */
const statedAgain = (states: (text: string) => boolean): readonly string[] =>
  USERS.filter(([, text]) => states(text)).map(([path]) => path);

const LITERAL = /(['"`])([\w-]+)\1/g;
const literalsOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(LITERAL), ([, , literal = '']) => literal);

/** Literals that follow one another, in a list or as a union of types. */
const listsOf = (text: string): readonly (readonly string[])[] =>
  Array.from(text.matchAll(/(['"`])[\w-]+\1(?:\s*[,|]\s*(['"`])[\w-]+\2)+/g), ([list]) => literalsOf(list));

const ERRORS = [...Object.values(REFUSALS), NO_SUCH_RESOURCE, ...Object.values(SUPPORT_ERRORS)];
const namesError = (error: string) => (text: string) => literalsOf(text).includes(error);

const LISTS: readonly (readonly string[])[] = [OPEN_STATUSES, ANSWERS, SEVERITY_CODES];
const hasList = (list: readonly string[]) => (text: string) =>
  listsOf(text).some((other) => list.every((one) => other.includes(one)));

/** Limits that can be told from other numbers; a comment may give an example with any. */
const LIMITS = [MOST_COMMUNICATION_CHARACTERS, MOST_DATAPOINTS_ON_A_PAGE, MOST_MESSAGE_BYTES];
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');
const numbersOf = (text: string): readonly number[] =>
  Array.from(withoutComments(text).matchAll(/\b\d[\d_,]*\b/g), ([number]) =>
    Number(number.replace(/[_,]/g, '')),
  );
const hasNumber = (limit: number) => (text: string) => numbersOf(text).includes(limit);

const EXPORTED = FACTS.flatMap(([, text]) =>
  Array.from(text.matchAll(/^export (?:const|type) (\w+)/gm), ([, name = '']) => name),
);
const declares = (name: string) => (text: string) =>
  new RegExp(`\\b(?:const|type|interface|enum) ${name}\\s*[=:{]`).test(text);

describe('what AWS documents is stated in aws/ alone', () => {
  test.each(ERRORS)('the error %s', (error) => {
    expect(statedAgain(namesError(error))).toEqual([]);
  });

  test.each(LISTS.map((list) => [list.join(', '), list] as const))('the list %s', (_, list) => {
    expect(statedAgain(hasList(list))).toEqual([]);
  });

  test.each(LIMITS)('the limit %d', (limit) => {
    expect(statedAgain(hasNumber(limit))).toEqual([]);
  });

  test('whatever has a name there', () => {
    expect(EXPORTED.length).toBeGreaterThan(20);
    expect(EXPORTED.map((name) => [name, statedAgain(declares(name))])).toEqual(
      EXPORTED.map((name) => [name, []]),
    );
  });
});

describe('a statement is recognised', () => {
  test.each([
    ['throw new AwsError("NoSuchResourceException")', namesError(NO_SUCH_RESOURCE), true],
    ['import { NoSuchResourceException } from', namesError(NO_SUCH_RESOURCE), false],
    ["z.enum(['CASE_OPENED', 'PENDING', 'DENIED'])", hasList(OPEN_STATUSES), true],
    ["type Open =\n  | 'PENDING'\n  | 'CASE_OPENED';", hasList(OPEN_STATUSES), true],
    ["status === 'PENDING' || status === 'APPROVED'", hasList(OPEN_STATUSES), false],
    ['text.slice(0, 8000)', hasNumber(MOST_COMMUNICATION_CHARACTERS), true],
    ['at most 8,000 characters', hasNumber(MOST_COMMUNICATION_CHARACTERS), true],
    ['18_000', hasNumber(MOST_COMMUNICATION_CHARACTERS), false],
    ['/** Of 10,000 RPM 80 % are 8,000. */', hasNumber(MOST_COMMUNICATION_CHARACTERS), false],
    ['const MOST_CC = 10;', declares('MOST_CC'), true],
    ['contacts.slice(0, MOST_CC)', declares('MOST_CC'), false],
    ['import { type QuotaRequestStatus } from', declares('QuotaRequestStatus'), false],
  ] as const)('%s', (text, states, isOne) => {
    expect(states(text)).toBe(isOne);
  });
});

test('each file of aws/ names the pages of AWS that it rests on', () => {
  const without = FACTS.filter(([, text]) => !text.includes('https://docs.aws.amazon.com/'));
  expect(without.map(([path]) => path)).toEqual([]);
});
