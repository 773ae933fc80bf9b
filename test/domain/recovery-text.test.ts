import { describe, expect, test } from '@jest/globals';
import { MOST_SUBJECT_CHARACTERS } from '../../aws/sns';
import type { Closing, Recovery } from '../../lambda/domain/follow-up';
import { recoveryEmail } from '../../lambda/domain/recovery-text';
import { sectionOf, sectionsOf } from './prose';
import {
  alarm,
  askedRpm,
  askedTpm,
  closing,
  identity,
  investigation,
  longIdentity,
  quotaCase,
  recoveryOf,
} from './standings';

const sectionIn = (title: string, more: Partial<Recovery> = {}): string =>
  sectionOf(recoveryEmail(recoveryOf(more)).body.text, title);

describe('the recovery', () => {
  test('has its sections in order', () => {
    expect([...sectionsOf(recoveryEmail(recoveryOf()).body.text).keys()]).toEqual([
      'What happened',
      'What is left to do',
      'What was done',
      'Figures while it lasted',
      'Links',
    ]);
  });

  test('begins its subject with how bad it was, and keeps it short at the longest', () => {
    expect(recoveryEmail(recoveryOf()).subject).toBe('CRITICAL: Acme Bedrock G-Opus-4-6 - over');
    const alarms = [alarm('HighLatency', 'over')];
    expect(recoveryEmail(recoveryOf({ alarms })).subject).toMatch(/^WARNING: /);
    expect(recoveryEmail(recoveryOf({ incident: longIdentity })).subject.length).toBeLessThanOrEqual(
      MOST_SUBJECT_CHARACTERS,
    );
  });

  test('that may be a repeat says so in its first line, and only then', () => {
    const firstLine = (mayBeRepeat: boolean) =>
      recoveryEmail(recoveryOf({ mayBeRepeat })).body.text.split('\n')[0];
    expect(firstLine(true)).toBe('This e-mail may be a repeat: whether it went out before is not known.');
    expect(firstLine(false)).toBe('What happened');
  });

  test('says since when it is over, how long it lasted and which alarms it had', () => {
    const alarms = [alarm('Throttles', 'over'), alarm('HighLatency', 'over', 3)];
    expect(sectionIn('What happened', { alarms })).toBe(
      'The incident on G-Opus-4-6 (CRITICAL) has been over since 2026-03-02 11:20 UTC. It began at 2026-03-02 09:15 UTC and lasted 2 hours 5 minutes. ' +
        '- Throttles: went to ALARM at 2026-03-02 09:15 UTC; over now ' +
        '- HighLatency: went to ALARM 3 times, first at 2026-03-02 09:15 UTC; over now',
    );
  });

  test('of a short incident says that it lasted less than a minute', () => {
    const overAt = new Date('2026-03-02T09:15:50Z');
    expect(sectionIn('What happened', { overAt })).toContain('lasted less than a minute.');
  });

  test('claims since when, for how long and how bad', () => {
    const { claims } = recoveryEmail(recoveryOf()).body;
    const { compositeAlarmName } = identity;
    for (const claim of [
      { claim: 'recovered', compositeAlarmName, at: '2026-03-02T11:20:40.000Z' },
      { claim: 'incident', compositeAlarmName, since: '2026-03-02T09:15:20.000Z' },
      { claim: 'lasted', from: '2026-03-02T09:15:20.000Z', to: '2026-03-02T11:20:40.000Z', minutes: 125 },
      expect.objectContaining({ claim: 'severity', severity: 'CRITICAL' }),
    ])
      expect(claims).toContainEqual(claim);
  });
});

describe('what became of the closing communication', () => {
  const untold = 'AWS Support case 12345678901 was not told that it is over:';

  // biome-ignore format: a table reads by its columns.
  test.each<[Closing, string]>([
    [closing('added'), 'AWS Support case 12345678901 was told that it is over.'],
    [closing('was-there'), 'AWS Support case 12345678901 had been told already that it is over.'],
    [closing('off'), `${untold} closingCommunication, or automatedSupportCase, is false for this model.`],
    [closing('refused', 'ValidationException'), `${untold} AWS refused the addition (ValidationException).`],
    [closing('refused'), `${untold} AWS refused the addition.`],
    [closing('unclear', 'TimeoutError'), 'It is not clear whether AWS Support case 12345678901 was told that it is over: the addition ended in TimeoutError.'],
    [closing('unclear'), 'It is not clear whether AWS Support case 12345678901 was told that it is over: the addition was not answered in time.'],
    [closing('not-open'), `${untold} it is not open any more.`],
    [closing('unread', 'InternalServerError'), `${untold} it could not be read (InternalServerError).`],
  ])('%j is told and claimed', (one, sentence) => {
    const { text, claims } = recoveryEmail(recoveryOf({ closings: [one] })).body;
    expect(sectionOf(text, 'What was done')).toMatch(new RegExp(` - ${sentence.replace(/[.()]/g, '\\$&')}$`));
    expect(claims).toContainEqual({ claim: 'closing', displayId: '12345678901', is: one.kind });
  });

  test('is not spoken of where there was no case', () => {
    expect(sectionIn('What was done', { cases: [], asked: [], closings: [] })).toBe(
      '- No AWS Support case is known to tell of this incident.',
    );
  });
});

describe('what is left to do', () => {
  const which = 'AWS Support case 12345678901';
  const NOTHING = '- Nothing, as far as is known here.';

  // biome-ignore format: a table reads by its columns.
  test.each<[string, Partial<Recovery>, string]>([
    ['a request is not answered', {}, `- Look at ${which} and close it once the request is answered.`],
    ['a request cannot be judged', { asked: [askedRpm(undefined)] }, `- Look at ${which} and close it once the request is answered.`],
    ['a request was granted', { asked: [askedRpm(12_500)] }, `- Look at ${which} and close it, since the quota is what was requested.`],
    ['a request was answered, and not granted', { asked: [askedRpm(11_000, true)] }, `- Look at ${which} and close it unless you want to go on asking there, since AWS has answered the request.`],
    ['one of two was answered', { asked: [askedRpm(11_000, true), askedTpm(6_250_000)] }, `- Look at ${which} and close it once the request is answered.`],
    ['a case asked for no quota', { asked: [] }, `- Look at ${which} and close it once AWS has told the cause.`],
    ['an investigation goes on', { cases: [investigation('open')], closings: [] }, '- Look at AWS Support case 22345678901 and close it once AWS has told the cause.'],
    ['AWS refused the word', { closings: [closing('refused')] }, `- Tell ${which} that it is over and close it once the request is answered.`],
    ['the case could not be read for it', { closings: [closing('unread')] }, `- Tell ${which} that it is over and close it once the request is answered.`],
    ['it is not clear', { closings: [closing('unclear')] }, `- Look whether ${which} was told that it is over and close it once the request is answered.`],
    ['nobody wanted the word', { closings: [closing('off')] }, `- Look at ${which} and close it once the request is answered.`],
    ['the state is not known', { cases: [quotaCase('unread')] }, `- Look whether ${which} is open; if it is, close it once the request is answered.`],
    ['the case is resolved', { cases: [quotaCase('resolved')] }, NOTHING],
    ['the case is gone', { cases: [quotaCase('gone')] }, NOTHING],
    ['there is none', { cases: [], asked: [] }, NOTHING],
    ['Service Quotas was asked', { cases: [] }, '- Look in Service Quotas, by the links below, how far the request for more RPM is. If more is not needed any more and AWS has opened a case for it, close that one: that ends the request.'],
    ['what Service Quotas was asked is answered', { cases: [], asked: [askedRpm(10_000, true)] }, NOTHING],
    ['what Service Quotas was asked is granted', { cases: [], asked: [askedRpm(12_500)] }, NOTHING],
  ])('where %s', (_case, more, text) => {
    expect(sectionIn('What is left to do', more)).toBe(text);
  });
});

test('the highest usage is of the time until it was over', () => {
  const { claims } = recoveryEmail(recoveryOf({ highest: { RPM: undefined, TPM: undefined } })).body;
  expect(claims).toContainEqual(
    expect.objectContaining({ claim: 'noDataWithin', to: '2026-03-02T11:20:40.000Z' }),
  );
  expect(sectionIn('Figures while it lasted')).toBe(
    '- Highest RPM: 9,500 RPM (2026-03-02 10:02 UTC) - Highest TPM: 5,400,000 TPM (2026-03-02 10:02 UTC)',
  );
});
