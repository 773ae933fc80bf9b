import { describe, expect, test } from '@jest/globals';
import { renderText } from '../../../rehearsal/reporting/text-report';
import { FAILURES, reportOf, SCENARIO } from './reported-story';

const ASSUMPTIONS = {
  assumptions: ['The anomaly band is an approximation.', 'The evaluation range is N + 2 periods.'],
};

/** The lines of one section, without its heading. */
function section(text: string, title: string): string[] {
  const [, ...lines] = text.split('\n').slice(text.split('\n').indexOf(title) + 1);
  const next = lines.findIndex((line) => /^-+$/.test(line));
  const end = next < 0 ? lines.findIndex((line) => line.startsWith('Dead letters')) : next - 1;
  return lines.slice(0, end).join('\n').trimEnd().split('\n');
}

describe('as text', () => {
  const text = renderText(reportOf(FAILURES), SCENARIO, ASSUMPTIONS);

  test('begins with what was played', () => {
    expect(text.split('\n').slice(0, 2)).toEqual([
      'Throttling under sustained load',
      '2026-03-02T23:30:00Z, 2h played',
    ]);
  });

  test('tells what happened in its order, what anybody did included', () => {
    expect(section(text, 'Timeline')).toEqual([
      '2026-03-02',
      '  22:30     -1h       threshold TPM of Nova: 5,000,000',
      '  23:35     +5m       event     Throttles of Nova is set to ALARM',
      '  23:35     +5m       alarm     Throttles of Nova: OK → ALARM',
      '  23:35     +5m       denied    cloudwatch.amazonaws.com: sns:Publish on arn:raw',
      '  23:35     +5m       incident  opened for Nova: CRITICAL, high_usage, Throttles',
      '  23:35:01  +5m1s     error     notification-processor failed',
      '  23:35:02  +5m2s     denied    notification-processor: sns:Publish on',
      '                                arn:aws:sns:us-east-1:111122223333:formatted',
      '  23:35:11  +5m11s    quota     L-3DCCFAA4 asked for 7,812,500',
      '  23:35:31  +5m31s    quota     L-3DCCFAA4 asked for 7,812,500: CASE_OPENED',
      '  23:35:33  +5m33s    e-mail    [CRITICAL] Acme Nova Quota Request',
      '  23:36:02  +6m2s     case      170000000000001 opened: Acme - Bedrock Ops Alert',
      '                                - Nova - Quota Request - us-east-1',
      '  23:37:02  +7m2s     case      170000000000001: AWS writes',
      '  23:38     +8m       case      170000000000001: the customer writes',
      '2026-03-03',
      '  00:20     +50m      event     Throttles of Nova follows its metric again',
      '  00:20     +50m      alarm     Throttles of Nova: ALARM → OK',
      '  00:25     +55m      event     L-3DCCFAA4 becomes 7,812,500, L-3DD46812 has',
      '                                only its default of 200',
      '  00:25     +55m      event     AWS answers the request for L-3DCCFAA4:',
      '                                APPROVED, 7,000,000 from now on; AWS answers the',
      '                                request for L-3DD46812: DENIED',
      '  00:26     +56m      event     all cases are resolved',
      '  00:27     +57m      event     case 7 is resolved',
      '  00:28     +58m      event     Nova is removed',
      '  00:29     +59m      event     cloudwatch.PutMetricAlarm is called',
      '  00:30     +1h       incident  closed for Nova',
      '  00:31     +1h1m     event     the stack Foundation is removed',
      '  00:32     +1h2m     event     deployment of other settings',
      '  00:33     +1h3m     event     the inference profile Orders is made',
    ]);
  });

  test('has each e-mail in full, its lines as they are', () => {
    expect(section(text, 'E-mails')).toEqual([
      '+5m33s (2026-03-02T23:35:33Z)',
      'To: sre@acme.example, on-call@acme.example',
      'Subject: [CRITICAL] Acme Nova Quota Request',
      '',
      '  Nova is being throttled.',
      '',
      `  ${'A line longer than 80 columns stays as it is. '.repeat(3).trimEnd()}`,
    ]);
  });

  test('has each case in full', () => {
    expect(section(text, 'Cases')).toEqual([
      'Case 170000000000001 of +6m2s (2026-03-02T23:36:02Z), status pending-customer-action',
      'via service-quotas, Nova, Quota Request',
      'Subject: Acme - Bedrock Ops Alert - Nova - Quota Request - us-east-1',
      '',
      'Customer, +6m2s (2026-03-02T23:36:02Z):',
      '  Please raise.',
      '',
      '  Thank you.',
      '',
      'AWS, +7m2s (2026-03-02T23:37:02Z):',
      '  What is your peak?',
      '',
      'Customer, +8m (2026-03-02T23:38:00Z):',
      '  9,500 RPM',
      '',
      'Case 42 of -29d13h30m (2026-02-01T10:00:00Z), status opened',
      'via support',
      'Subject: An older case',
    ]);
  });

  test('says of every expectation whether it held, and what else did not', () => {
    expect(section(text, 'Expectations')).toEqual([
      '✗ alarm-updater made 16 requests; 15 are allowed',
      '✓ Throttles of Nova should go to ALARM between +4m (2026-03-02T23:34:00Z) and',
      '  +17m (2026-03-02T23:47:00Z).',
      '✓ ServerErrors should never go to ALARM.',
      '✗ 2 CRITICAL e-mails should be sent, but there was 1; sent in that time:',
      '  "[CRITICAL] Acme Nova Quota Request" at +5m33s (2026-03-02T23:35:33Z).',
    ]);
  });

  test('says what was approximated, refused, left over and not used, and the verdict last', () => {
    expect(section(text, 'Approximated')).toEqual([
      '- The anomaly band is an approximation.',
      '- The evaluation range is N + 2 periods.',
    ]);
    expect(section(text, 'Denied')).toEqual([
      '- 2026-03-02T23:35:02Z notification-processor: sns:Publish on',
      '  arn:aws:sns:us-east-1:111122223333:formatted',
      '- 2026-03-02T23:35:00Z cloudwatch.amazonaws.com: sns:Publish on arn:raw',
    ]);
    expect(section(text, 'Permissions that this scenario did not use')).toEqual([
      '- notification-processor: ssm:GetParameter on *',
      '- alarm-updater: kms:Decrypt on *',
    ]);
    expect(section(text, 'Invocations')).toEqual([
      'alarm-updater: 1 (failed: 0; requests to AWS: 1)',
      'notification-processor: 2 (failed: 1; requests to AWS: 3)',
    ]);
    expect(text.split('\n').slice(-4)).toEqual([
      'Dead letters: 3',
      'Claims: 57 in 4 texts were held against AWS, all true.',
      '',
      'Failed: 2 things did not hold.',
    ]);
  });

  test('says how many claims did not hold', () => {
    const report = reportOf([], { claims: { texts: 2, checked: 57, failed: 3 } });
    expect(renderText(report, SCENARIO, ASSUMPTIONS)).toContain(
      'Claims: 57 in 2 texts were held against AWS, 3 missing or untrue.',
    );
  });

  test('has no colour', () => {
    expect(text).not.toContain('\u001b');
  });

  test('of a quiet scenario says none', () => {
    const quiet = { ...SCENARIO, events: [], expect: [] };
    const report = reportOf([], {
      alarms: [],
      incidents: [],
      cases: [],
      quotaRequests: [],
      emails: [],
      thresholds: [],
    });
    const text = renderText({ ...report, invocations: [], denied: [] }, quiet, ASSUMPTIONS);
    for (const title of ['Timeline', 'E-mails', 'Cases', 'Invocations', 'Expectations', 'Denied']) {
      expect([title, ...section(text, title)]).toEqual([title, 'none']);
    }
    expect(text.endsWith('\nPassed.')).toBe(true);
  });
});
