import { describe, expect, test } from '@jest/globals';
import { isRefusal, isTimeout, isTransient } from '../../lambda/ports/failures';

const failure = (name: string, httpStatusCode?: number, more: object = {}): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode }, ...more });

describe('the same call may succeed later', () => {
  test.each([
    failure('ThrottlingException', 400),
    failure('TooManyRequestsException', 429),
    failure('InternalServerError', 500),
    failure('ServiceUnavailable', 503),
    failure('NotImplemented', 501),
    failure('TimeoutError'),
    failure('Error', undefined, { code: 'ECONNRESET' }),
    failure('Error', undefined, { code: 'ENOTFOUND' }),
  ])('after %s', (error) => {
    expect(isTransient(error)).toBe(true);
  });

  test.each([
    failure('AccessDeniedException', 400),
    failure('AccessDenied', 403),
    failure('ValidationException', 400),
    failure('CaseCreationLimitExceeded', 400),
    failure('SyntaxError', 200),
    failure('AbortError'),
    new TypeError('of our own making'),
    'no error at all',
  ])('but not after %s', (error) => {
    expect(isTransient(error)).toBe(false);
  });
});

test.each([
  [failure('ValidationException', 400), true],
  [failure('ThrottlingException', 400), true],
  [failure('Whatever', 499), true],
  [failure('InternalServerError', 500), false],
  [failure('SyntaxError', 200), false],
  [failure('TimeoutError'), false],
  [new Error('no answer'), false],
])('%s is a refusal: %p', (error, refusal) => {
  expect(isRefusal(error)).toBe(refusal);
});

test('only a call that was not answered in time timed out', () => {
  expect([failure('TimeoutError'), failure('AbortError')].map(isTimeout)).toEqual([true, false]);
});
