import { describe, expect, test } from '@jest/globals';
import { MOST_SUBJECT_CHARACTERS } from '../../aws/sns';
import type { Unmonitored } from '../../lambda/domain/follow-up';
import { unmonitoredEmail } from '../../lambda/domain/unmonitored-text';
import { sectionOf, sectionsOf } from './prose';
import { longIdentity, unmonitoredOf } from './standings';

const sectionIn = (title: string, more: Partial<Unmonitored> = {}): string =>
  sectionOf(unmonitoredEmail(unmonitoredOf(more)).body.text, title);

describe('the e-mail about a model that nobody watches any more', () => {
  test('begins its subject with how bad it was, and keeps it short at the longest', () => {
    expect(unmonitoredEmail(unmonitoredOf()).subject).toBe(
      'CRITICAL: Acme Bedrock G-Opus-4-6 - no longer monitored',
    );
    const { customer, model } = longIdentity;
    expect(
      unmonitoredEmail(unmonitoredOf({ customer, modelName: model.modelName })).subject.length,
    ).toBeLessThanOrEqual(MOST_SUBJECT_CHARACTERS);
  });

  test('says that the alarms are gone, and claims it of each', () => {
    expect(sectionIn('What happened')).toBe(
      'The alarms of G-Opus-4-6 do not exist any more, so nobody watches this model. An incident of it (CRITICAL), which began at 2026-03-02 09:15 UTC, was open when they went; whether it is over is not known. ' +
        '- Acme-Bedrock-Throttles-Critical-G-Opus-4-6 is gone',
    );
    expect(unmonitoredEmail(unmonitoredOf()).body.claims).toContainEqual({
      claim: 'noAlarm',
      alarmName: 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6',
    });
  });

  test('hands the cases over to people', () => {
    expect(sectionIn('What to do now')).toBe(
      '- AWS Support case 12345678901 stays as it is: close it, or follow it by hand. ' +
        '- If G-Opus-4-6 is still in use, deploy its stack again: until then no alarm of it goes off.',
    );
    expect(sectionIn('Links')).toContain('displayId=12345678901');
    expect(sectionIn('What was done')).toMatch(/^The incident was closed in the incident ledger/);
  });

  test('speaks of no case where there is none', () => {
    const { text } = unmonitoredEmail(unmonitoredOf({ cases: [] })).body;
    expect([...sectionsOf(text).keys()]).toEqual(['What happened', 'What to do now', 'What was done']);
    expect(text).not.toContain('stays as it is');
  });

  test('that may be a repeat says so in its first line, and only then', () => {
    const firstLine = (mayBeRepeat: boolean) =>
      unmonitoredEmail(unmonitoredOf({ mayBeRepeat })).body.text.split('\n')[0];
    expect(firstLine(true)).toBe('This e-mail may be a repeat: whether it went out before is not known.');
    expect(firstLine(false)).toBe('What happened');
  });

  test('without any alarm by name claims no severity', () => {
    const { claims } = unmonitoredEmail(unmonitoredOf({ alarmNames: [] })).body;
    expect(claims).toEqual([]);
  });
});
