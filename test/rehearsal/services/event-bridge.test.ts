import { describe, expect, test } from '@jest/globals';
import { AwsError, NotRehearsed } from '../../../rehearsal/service';
import { EventBridge } from '../../../rehearsal/services/event-bridge';
import { readEventPattern } from '../../../rehearsal/services/event-pattern';
import { rateMs } from '../../../rehearsal/services/schedule-expression';
import { place } from './calls';

describe('a rate', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(7 days)', 604_800_000],
  ])('%s', (expression, ms) => {
    expect(rateMs(expression)).toBe(ms);
  });

  test.each(['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'rate(30 seconds)', 'every day'])(
    '%s is refused',
    (expression) => {
      expect(() => rateMs(expression)).toThrow(AwsError);
    },
  );

  test('is all of schedules that is played', () => {
    expect(() => rateMs('cron(0 8 * * ? *)')).toThrow(NotRehearsed);
  });
});

describe('an event pattern', () => {
  const event = {
    source: 'aws.cloudwatch',
    resources: ['arn:a', 'arn:b'],
    detail: { alarmName: 'acme-a', state: { value: 'ALARM' } },
  };

  test.each([
    [true, { source: ['aws.cloudwatch'] }],
    [true, { source: ['aws.support', 'aws.cloudwatch'] }],
    [true, { resources: ['arn:b'] }],
    [true, { detail: { alarmName: [{ prefix: 'acme-' }], state: { value: ['ALARM'] } } }],
    [false, { source: ['aws'] }],
    [false, { detail: { alarmName: [{ prefix: 'cme-' }] } }],
    [false, { detail: { alarmName: ['acme-a'], state: { value: ['OK'] } } }],
    [false, { detail: { reason: ['x'] } }],
    [false, { detail: { alarmName: { first: ['a'] } } }],
  ])('%s: %j', (matches, pattern) => {
    expect(readEventPattern(pattern)(event)).toBe(matches);
  });

  test.each([
    [NotRehearsed, { detail: { alarmName: [{ suffix: 'a' }] } }],
    [NotRehearsed, { detail: { alarmName: [{ 'anything-but': ['a'] }] } }],
    [NotRehearsed, { $or: [{ source: ['a'] }] }],
    [AwsError, { source: 'aws.cloudwatch' }],
    [AwsError, {}],
  ])('%p: %j', (error, pattern) => {
    expect(() => readEventPattern(pattern)).toThrow(error);
  });
});

test('a rule has a pattern or a schedule', () => {
  const put = () =>
    new EventBridge(place).putRule(
      { name: 'r', isEnabled: true, targets: [] },
      new Date('2026-03-02T09:00:00Z'),
    );
  expect(put).toThrow('Parameter(s) EventPattern or ScheduleExpression must be specified.');
});
