import { describe, expect, test } from '@jest/globals';
import { ALARM_NAMES } from '../../lambda/domain/alarm-catalogue';
import { holdsLine, incidentReferenceLine } from '../../lambda/domain/case-identity';
import { closingCommunication, sharedClosingCommunication } from '../../lambda/domain/closing-text';
import { alreadyHolds } from '../../lambda/domain/flapping';
import type { Recovery } from '../../lambda/domain/follow-up';
import { modelName, referenceOfModel } from './digests';
import { triggeredAlarms } from './incidents';
import { flowing, sectionOf, sectionsOf } from './prose';
import { readsWell } from './reading';
import { alarm, askedRpm, askedTpm, longIdentity, recoveryOf } from './standings';

const closingOf = (more: Partial<Recovery> = {}) => closingCommunication(recoveryOf(more));
const wanted = (more: Partial<Recovery>): string => sectionOf(closingOf(more).text, 'What we still ask for');

describe('the closing communication', () => {
  test('begins with what matters, and says of whom it is', () => {
    const { text } = closingOf();
    expect(flowing(text.split('\n\n')[0] ?? '')).toBe(
      'The incident that this case was told of is over: no alarm of the model has been in ALARM since 2026-03-02 11:20 UTC.',
    );
    expect(text.split('\n\n')[1]?.split('\n')).toEqual([
      'Customer: Acme',
      'Model: G-Opus-4-6',
      'Model id: global.anthropic.claude-opus-4-6-v1',
      'Region: us-east-1',
      'Composite alarm: Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
      'Incident reference: 3f9a27c1e5b0, over',
    ]);
    expect([...sectionsOf(text).keys()]).toEqual(['', 'What happened', 'What we still ask for']);
  });

  test('is found again as the word that it is over, and as no account of the incident', () => {
    const { text } = closingOf();
    expect(holdsLine(text, incidentReferenceLine('3f9a27c1e5b0', 'over'))).toBe(true);
    expect(holdsLine(text, incidentReferenceLine('3f9a27c1e5b0', 1))).toBe(false);
    expect(
      alreadyHolds(
        [closingOf({ alarms: [alarm('HighLatency', 'over')] }).text],
        triggeredAlarms(['HighLatency']),
      ),
    ).toBe(false);
  });

  test('tells how long it lasted and which alarms it had', () => {
    expect(sectionOf(closingOf({ alarms: [alarm('ServerErrors', 'over', 2)] }).text, 'What happened')).toBe(
      'It began at 2026-03-02 09:15 UTC and lasted 2 hours 5 minutes. The alarms: ' +
        '- Acme-Bedrock-ServerErrors-Critical-G-Opus-4-6: went to ALARM 2 times, first at 2026-03-02 09:15 UTC; over now',
    );
  });

  // biome-ignore format: a table reads by its columns.
  test.each<[string, Recovery['asked'], string]>([
    ['a request is not answered', [askedRpm(10_000)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current 10,000 RPM The request for RPM stands, although the alarms are over: please raise it as requested.'],
    ['one of two is granted', [askedRpm(12_500), askedTpm(6_250_000)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current 12,500 RPM - TPM (L-0AD9BC40): requested 7,812,500 TPM, when it was 6,250,000 TPM; current 6,250,000 TPM The request for TPM stands, although the alarms are over: please raise it as requested.'],
    ['two are not known', [askedRpm(undefined), askedTpm(undefined)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current not known - TPM (L-0AD9BC40): requested 7,812,500 TPM, when it was 6,250,000 TPM; current not known The requests for RPM and TPM stand, although the alarms are over: please raise them as requested.'],
    ['all is granted', [askedRpm(12_500)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current 12,500 RPM The quota has been raised as requested: please close this case.'],
    ['a request is answered', [askedRpm(10_000, true)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current 10,000 RPM The request for RPM has been answered: we ask for no more of it here.'],
    ['two are answered, by half and not at all', [askedRpm(11_000, true), askedTpm(undefined, true)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current 11,000 RPM - TPM (L-0AD9BC40): requested 7,812,500 TPM, when it was 6,250,000 TPM; current not known The requests for RPM and TPM have been answered: we ask for no more of them here.'],
    ['one is answered, and one is not', [askedRpm(10_000, true), askedTpm(6_250_000)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current 10,000 RPM - TPM (L-0AD9BC40): requested 7,812,500 TPM, when it was 6,250,000 TPM; current 6,250,000 TPM The request for RPM has been answered: we ask for no more of it here. The request for TPM stands, although the alarms are over: please raise it as requested.'],
    ['an answered one is granted', [askedRpm(12_500, true)], '- RPM (L-A52F3C5A): requested 12,500 RPM, when it was 10,000 RPM; current 12,500 RPM The quota has been raised as requested: please close this case.'],
    ['none was asked for', [], 'Please still tell us the root cause, or close this case if nothing is left to find.'],
  ])('where %s says what stays wanted, and that nothing else is', (_case, asked, text) => {
    expect(wanted({ asked })).toBe(`${text} Nothing else is needed from you.`);
  });

  test('fits AWS Support at the longest', () => {
    const alarms = ALARM_NAMES.map((name) => alarm(name, 'over', 1_000, longIdentity));
    const asked = [askedRpm(undefined), askedTpm(undefined)];
    expect(closingOf({ incident: longIdentity, alarms, asked }).text.length).toBeLessThan(8_000);
  });
});

describe('the closing communication of a case for several models', () => {
  const over = (count: number, othersMayGoOn = true) =>
    sharedClosingCommunication({
      customer: 'Acme',
      region: 'us-east-1',
      accountId: '111122223333',
      models: Array.from({ length: count }, (_, index) => ({
        model: modelName(index),
        reference: referenceOfModel(index),
        overAt: new Date(Date.parse('2026-03-02T09:40:10Z') + Math.floor(index / 2) * 60_000),
      })),
      othersMayGoOn,
    });

  test('says which are over, since when, and that others may go on', () => {
    const { text } = over(3);
    expect(flowing(text.split('\n\n')[0] ?? '')).toBe(
      'The incidents of 3 models that this case was told of are over. Those of other models of this case may go on.',
    );
    expect(sectionOf(text, 'What happened')).toBe(
      'No alarm of these models was in ALARM any more. - from 2026-03-02 09:40 UTC on: M-001 and M-002 - from 2026-03-02 09:41 UTC on: M-003',
    );
    expect(sectionOf(text, 'What we still ask for')).toMatch(/^Please go on looking for the root cause\./);
  });

  test('says that all is over where it is', () => {
    const { text } = over(1, false);
    expect(flowing(text)).toMatch(
      /^The incident of 1 model that this case was told of is over\. No other model of this case is known to be in alarm\./,
    );
    expect(sectionOf(text, 'What we still ask for')).toContain('close this case');
  });

  test('claims of each model when it ended', () => {
    expect(over(3).about[2]).toEqual({
      model: 'M-003',
      reference: referenceOfModel(2),
      claims: [
        {
          claim: 'quiet',
          compositeAlarmName: 'Acme-Bedrock-QuotaHealth-Composite-M-003',
          from: '2026-03-02T09:41:10.000Z',
          to: '2026-03-02T09:41:10.000Z',
        },
      ],
    });
  });

  test.each([1, 2, 60, 100])(
    'of %i models holds a line for each, reads well and fits AWS Support',
    (count) => {
      const { text, about } = over(count);
      for (const { reference } of about)
        expect(holdsLine(text, incidentReferenceLine(reference, 'over'))).toBe(true);
      expect(text.length).toBeLessThanOrEqual(8_000);
      readsWell({ text, claims: about.flatMap(({ claims }) => claims) }, 'Acme');
    },
  );
});
