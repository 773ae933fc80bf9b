import { describe, expect, test } from '@jest/globals';
import { NotRehearsed } from '../../../rehearsal/service';
import { ParameterStore } from '../../../rehearsal/services/parameter-store';
import { calling, errorOf, place } from './calls';

const nine = new Date('2026-03-02T09:00:00Z');

function storeWith(...names: readonly string[]) {
  const store = new ParameterStore(place);
  for (const name of names) store.put({ name, value: `value of ${name}` }, nine);
  return { store, ...calling(store.service, '2026-03-02T10:00:00Z') };
}

describe('PutParameter', () => {
  test('counts versions, equal values included, and logs each write', () => {
    const { store, run } = storeWith();
    expect(run('PutParameter', { Name: '/a/b', Value: '1', Type: 'String' })).toEqual({
      Version: 1,
      Tier: 'Standard',
    });
    expect(run('PutParameter', { Name: '/a/b', Value: '1', Overwrite: true })).toMatchObject({ Version: 2 });
    expect(store.writes).toEqual([
      { at: new Date('2026-03-02T10:00:00Z'), name: '/a/b', value: '1' },
      { at: new Date('2026-03-02T10:00:00Z'), name: '/a/b', value: '1' },
    ]);
  });

  test('lists the writes of one instant by name, whatever order they came in', () => {
    const { store } = storeWith('/c', '/a', '/b');
    expect(store.writes.map(({ name }) => name)).toEqual(['/a', '/b', '/c']);
  });

  test.each([
    [
      'an existing name without Overwrite',
      { Name: '/a', Value: '1', Type: 'String' },
      'ParameterAlreadyExists',
    ],
    ['a new one without a type', { Name: '/new', Value: '1' }, 'ValidationException'],
    ['an empty value', { Name: '/a', Value: '', Overwrite: true }, 'ValidationException'],
    ['4,097 bytes', { Name: '/a', Value: `${'é'.repeat(2048)}a`, Overwrite: true }, 'ValidationException'],
    ['a nested parameter', { Name: '/a', Value: '{{ssm:b}}', Overwrite: true }, 'ValidationException'],
    ['a path without its first slash', { Name: 'a/b', Value: '1', Type: 'String' }, 'ValidationException'],
    ['the prefix aws', { Name: '/awsome/b', Value: '1', Type: 'String' }, 'ValidationException'],
    ['the prefix SSM', { Name: 'SSMx', Value: '1', Type: 'String' }, 'ValidationException'],
    ['a space', { Name: '/a b', Value: '1', Type: 'String' }, 'ValidationException'],
    ['two slashes', { Name: '/a//b', Value: '1', Type: 'String' }, 'ValidationException'],
    [
      '16 levels',
      { Name: '/l'.repeat(16), Value: '1', Type: 'String' },
      'HierarchyLevelLimitExceededException',
    ],
    [
      'what its pattern does not allow',
      { Name: '/n', Value: 'x', Type: 'String', AllowedPattern: '^\\d+$' },
      'ParameterPatternMismatchException',
    ],
  ])('refuses %s', (_, input, code) => {
    const { run } = storeWith('/a');
    expect(errorOf(() => run('PutParameter', input))).toBe(`${code} 400`);
  });

  test.each([
    ['4,096 bytes', { Name: '/a', Value: 'é'.repeat(2048), Overwrite: true }],
    ['15 levels', { Name: '/l'.repeat(15), Value: '1', Type: 'String' }],
    ['aws further down', { Name: '/x/aws', Value: '1', Type: 'String' }],
  ])('takes %s', (_, input) => {
    expect(errorOf(() => storeWith('/a').run('PutParameter', input))).toBe('no error');
  });

  test('does not rehearse secure strings, nor keys that it does not know', () => {
    const { run } = storeWith();
    const secure = { Name: '/a', Value: '1', Type: 'SecureString' };
    expect(() => run('PutParameter', secure)).toThrow(new NotRehearsed('parameters of type SecureString'));
    expect(() => run('PutParameter', { ...secure, Tags: [] })).toThrow('the key Tags of ssm:PutParameter');
  });
});

describe('reading', () => {
  test('GetParameters tells what it found from what it did not', () => {
    const { run } = storeWith('/a/x', '/a/y');
    expect(run('GetParameters', { Names: ['/a/y', '/no', '/a/x'] })).toEqual({
      Parameters: [
        expect.objectContaining({ Name: '/a/x', Value: 'value of /a/x', Version: 1, LastModifiedDate: nine }),
        expect.objectContaining({ Name: '/a/y', ARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/a/y' }),
      ],
      InvalidParameters: ['/no'],
    });
  });

  test('GetParameters takes ten names, not eleven', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `/n${index}`);
    const { run } = storeWith();
    expect(errorOf(() => run('GetParameters', { Names: names(10) }))).toBe('no error');
    expect(() => run('GetParameters', { Names: names(11) })).toThrow(
      /^1 validation error detected: .* at 'names' .* length less than or equal to 10$/,
    );
  });

  test('GetParameter fails where there is none', () => {
    const { run } = storeWith('/a');
    expect(run('GetParameter', { Name: '/a' })).toMatchObject({ Parameter: { Value: 'value of /a' } });
    expect(errorOf(() => run('GetParameter', { Name: '/b' }))).toBe('ParameterNotFound 400');
  });

  test('GetParametersByPath pages by ten and goes deeper only when told', () => {
    const names = Array.from({ length: 23 }, (_, index) => `/p/${String(index).padStart(2, '0')}`);
    const { run } = storeWith(...names, '/p/deep/er', '/px');
    expect(pagesOf(run, { Path: '/p' })).toEqual([10, 10, 3]);
    expect(pagesOf(run, { Path: '/p/', Recursive: true })).toEqual([10, 10, 4]);
  });

  test("a token of another path is not this one's", () => {
    const { run } = storeWith(...Array.from({ length: 11 }, (_, index) => `/p/${index}`));
    const { NextToken } = asPage(run('GetParametersByPath', { Path: '/p' }));
    expect(errorOf(() => run('GetParametersByPath', { Path: '/q', NextToken }))).toBe('InvalidNextToken 400');
  });

  test('history keeps the 100 newest versions, the oldest first', () => {
    const { store, run } = storeWith();
    for (let version = 1; version <= 103; version += 1) store.put({ name: '/a', value: `${version}` }, nine);
    const first = asPage(run('GetParameterHistory', { Name: '/a' }));
    const second = asPage(run('GetParameterHistory', { Name: '/a', NextToken: first.NextToken }));
    expect([first.Parameters.length, second.Parameters.length]).toEqual([50, 50]);
    expect(first.Parameters[0]).toMatchObject({ Version: 4, Value: '4' });
    expect(second.Parameters[49]).toMatchObject({ Version: 103 });
    expect(second.NextToken).toBeUndefined();
  });
});

test('DeleteParameters tells what it deleted; DeleteParameter fails where there is none', () => {
  const { run } = storeWith('/a', '/b');
  expect(run('DeleteParameters', { Names: ['/b', '/no'] })).toEqual({
    DeletedParameters: ['/b'],
    InvalidParameters: ['/no'],
  });
  expect(run('DeleteParameter', { Name: '/a' })).toEqual({});
  expect(errorOf(() => run('DeleteParameter', { Name: '/a' }))).toBe('ParameterNotFound 400');
});

test('GetParametersByPath needs permission on the path, not on what it returns', () => {
  const { permissions } = storeWith('/a/b', '/a/c');
  expect(permissions('GetParametersByPath', { Path: '/a', Recursive: true })).toEqual([
    { action: 'ssm:GetParametersByPath', resource: 'arn:aws:ssm:us-east-1:111122223333:parameter/a' },
  ]);
});

test('one permission per name, with one slash', () => {
  const { permissions } = storeWith();
  expect(permissions('GetParameters', { Names: ['/a/b', 'c'] })).toEqual([
    { action: 'ssm:GetParameters', resource: 'arn:aws:ssm:us-east-1:111122223333:parameter/a/b' },
    { action: 'ssm:GetParameters', resource: 'arn:aws:ssm:us-east-1:111122223333:parameter/c' },
  ]);
});

type Run = (operation: string, input: Record<string, unknown>) => unknown;

function pagesOf(run: Run, input: Record<string, unknown>): readonly number[] {
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = asPage(run('GetParametersByPath', { ...input, NextToken }));
    sizes.push(page.Parameters.length);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return sizes;
}

function asPage(output: unknown): { Parameters: readonly unknown[]; NextToken?: string } {
  const { Parameters, NextToken } = Object(output);
  return { Parameters, NextToken };
}
