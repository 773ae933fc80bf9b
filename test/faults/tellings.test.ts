import { describe, expect, test } from '@jest/globals';
import { casesToldIn, illnessIn, saysMayBeRepeat, saysMayBeToldAgain, tellingsOf } from './tellings';

const email = (subject: string, ...lines: readonly string[]) => ({
  at: '2026-03-02T09:11:30Z',
  to: ['sre@acme.example'],
  subject,
  body: lines.join('\n'),
});

const ofNova = (topic: string, ...lines: readonly string[]) =>
  email(`CRITICAL: AcmeCorp Bedrock Nova - ${topic}`, ...lines);

const ofThree = (topic: string, ...lines: readonly string[]) =>
  email(`CRITICAL: AcmeCorp Bedrock 3 models - ${topic}`, ...lines);

describe('an e-mail tells', () => {
  test.each([
    [
      'of alarms',
      ofNova(
        'Quota Request',
        'CRITICAL on Nova, in alarm since 2026-03-02 09:11 UTC: requests fail.',
        '- Throttles: in ALARM',
        '- HighLatency: in ALARM',
      ),
      ['Throttles of Nova went off', 'HighLatency of Nova went off'],
    ],
    [
      'of alarms of a model without a configuration',
      ofNova(
        'alarm without configuration',
        '- Alarm: https://x/#alarm/AcmeCorp-Bedrock-Throttles-Critical-Nova',
      ),
      ['Throttles of Nova went off'],
    ],
    [
      'of quotas that are 0',
      ofNova(
        'quota is 0',
        '- RPM: Nova requests (L-3F110E0F) has the applied value 0 RPM; x',
        '- TPM: Nova tokens',
      ),
      ['the RPM quota of Nova is 0', 'the TPM quota of Nova is 0'],
    ],
    ['of an answer', ofNova('TPM quota raised in part'), ['the answer to the TPM request of Nova']],
    ['of an answer that is no', ofNova('RPM increase denied'), ['the answer to the RPM request of Nova']],
    [
      'of an answer that concerns many models',
      ofThree('RPM increase: case closed'),
      ['the answer to the RPM request of 3 models'],
    ],
    ['of an end', ofNova('over'), ['the incident of Nova is over']],
    ['that it goes on', ofNova('still in alarm'), ['the incident of Nova is still in alarm']],
    [
      'of alarms of many models, whose lines may be broken',
      ofThree(
        'Quota Request and Investigation Request',
        '- Throttles on 2 models: requests were refused',
        '- Nova: CRITICAL, Throttles and HighInvocationRate at 09:11 UTC; usage reached',
        '  an alarm threshold in 14 days, not that of HighLatency',
        '- Opus: WARNING, HighLatency at 09:11 UTC,',
        '  LatencyAnomaly at 09:12 UTC; no quota is involved',
      ),
      [
        'HighInvocationRate of Nova went off',
        'Throttles of Nova went off',
        'HighLatency of Opus went off',
        'LatencyAnomaly of Opus went off',
      ],
    ],
    [
      'of the one model that is left of many',
      email(
        'CRITICAL: AcmeCorp Bedrock 1 model - Quota Request',
        '- Nova: CRITICAL, Throttles at 09:11 UTC; x',
      ),
      ['Throttles of Nova went off'],
    ],
    [
      'of many ends',
      ofThree('over', '- Nova: CRITICAL, Throttles at 09:11 UTC; lasted 9 minutes', '- Opus: WARNING, x'),
      ['the incident of Nova is over', 'the incident of Opus is over'],
    ],
    [
      'nothing of a model where CloudWatch has sent it',
      email('ALARM: "AcmeCorp-OpsAlertHealth-DeadLetters" in x'),
      [],
    ],
  ])('%s', (_, told, tellings) => {
    expect([...tellingsOf(told)].sort()).toEqual([...tellings].sort());
  });
});

describe('an e-mail tells of a case', () => {
  test.each([
    ['AWS Support case 17 was opened (Quota Request).'],
    ['An AWS Support case was opened (Quota Request); AWS had not told its\nnumber when this was written.'],
    ['AWS Support case 17 was already open (Quota Request); the\nnew details were added to it.'],
    ['AWS Support case 17 is open (Quota Request) and already tells of the same alarms.'],
    ['AWS Support case 17 (Quota Request) holds the details of this incident.'],
  ])('%s', (sentence) => {
    expect(casesToldIn(ofNova('Quota Request', sentence))).toEqual(['Quota Request of Nova']);
  });

  test('that many models share', () => {
    const body = [
      '- AWS Support case 17 (Investigation Request) was opened for 2 models: Nova and',
      '  Opus.',
      '- An AWS Support case (Quota Request), its number not known when this was written, was opened for 1 model: Sonnet.',
      '- No case for 1 model, since AWS refused it: Haiku.',
    ];
    expect(casesToldIn(ofThree('cases', ...body))).toEqual([
      'Investigation Request of Nova',
      'Investigation Request of Opus',
      'Quota Request of Sonnet',
    ]);
  });

  test('but not where it says that there is none, or what became of one', () => {
    const none = 'No AWS Support case was opened or updated: AWS refused the request (Throttled).';
    expect(casesToldIn(ofNova('Quota Request', none))).toEqual([]);
    expect(casesToldIn(ofNova('over', '- AWS Support case 17 (Quota Request) is open.'))).toEqual([]);
  });
});

test('an e-mail says that it may be a repeat, or that it may be told again', () => {
  const repeat = ofNova('over', 'This e-mail may be a repeat: whether it went out before is not known.');
  const again = ofNova('over', 'The incident ledger could not be read: this may be told', 'more than once.');
  expect([repeat, again, ofNova('over')].map(saysMayBeRepeat)).toEqual([true, true, false]);
  expect([repeat, again, ofNova('over')].map(saysMayBeToldAgain)).toEqual([false, true, false]);
});

test('an e-mail of CloudWatch names what is ill', () => {
  const ill = email('INSUFFICIENT_DATA: "AcmeCorp-OpsAlertHealth-ReconcilerSilent" in US East (N. Virginia)');
  expect([ill, ofNova('over')].map(illnessIn)).toEqual(['ReconcilerSilent', undefined]);
});
