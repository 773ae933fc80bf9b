import { describe, expect, test } from '@jest/globals';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import { newCaseBody } from '../../lambda/domain/case-text';
import { alreadyHolds } from '../../lambda/domain/flapping';
import { everyAlarm, incidentOf, triggeredAlarms } from './incidents';

const bodyAbout = (...alarms: AlarmName[]): string => newCaseBody(incidentOf({ alarms })).text;

describe('a case that tells of all ten alarms', () => {
  test.each<[AlarmName, boolean]>([
    ['ClientErrors', false],
    ['ServerErrors', false],
    ['Throttles', false],
    ['HighInvocationRate', false],
    ['HighTPMQuotaUsage', false],
    ['HighLatency', true],
    ['InvocationAnomaly', true],
    ['InputTokenAnomaly', true],
    ['OutputTokenAnomaly', true],
    ['LatencyAnomaly', true],
  ])('and %s again: there is nothing to add is %p', (alarm, nothingToAdd) => {
    expect(alreadyHolds([bodyAbout(...everyAlarm)], triggeredAlarms([alarm]))).toBe(nothingToAdd);
  });
});

describe('two flapping alarms', () => {
  const both = triggeredAlarms(['HighLatency', 'LatencyAnomaly']);

  test.each<[string, readonly string[], boolean]>([
    ['told in one communication', [bodyAbout('HighLatency', 'LatencyAnomaly')], true],
    ['told in two', [bodyAbout('HighLatency'), 'Hello.', bodyAbout('LatencyAnomaly')], true],
    ['of which only one is told', [bodyAbout('HighLatency')], false],
    ['of which a person writes', ['HighLatency and LatencyAnomaly: could you say more?'], false],
    ['in a case without communications', [], false],
  ])('%s', (_case, communications, nothingToAdd) => {
    expect(alreadyHolds(communications, both)).toBe(nothingToAdd);
  });

  test('are told again together with one that does not flap', () => {
    const alarms = ['Throttles', 'HighLatency'] as const;
    expect(alreadyHolds([bodyAbout(...alarms)], triggeredAlarms(alarms))).toBe(false);
  });

  test.each([
    ['whose name goes on', { customer: 'Acme', modelName: 'G-Opus-4-6-B' }],
    ['of a customer whose name ends alike', { customer: 'BigAcme' }],
  ])('are not held by a case about a model %s', (_case, other) => {
    const body = newCaseBody(
      incidentOf({
        alarms: ['HighLatency'],
        customer: other.customer,
        model: { modelName: 'G-Opus-4-6', ...other },
      }),
    );
    expect(alreadyHolds([body.text], triggeredAlarms(['HighLatency']))).toBe(false);
  });
});
