import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
import { checkExpectations } from '../../rehearsal/scenario/expectations';
import { parseScenario } from '../../rehearsal/scenario/parse-scenario';
import { renderJson, renderText } from '../../rehearsal/text-report';

const SCENARIO = parseScenario(
  `name: Throttling under sustained load
start: 2026-03-02T23:30:00Z
until: 2h
events:
  - {at: 5m, setAlarm: {model: Nova, alarm: Throttles, state: ALARM}}
  - {at: 50m, setAlarm: {model: Nova, alarm: Throttles, state: AUTO}}
  - {at: 55m, setQuota: {L-3DCCFAA4: 7812500, L-3DD46812: {default: 200}}}
  - {at: 56m, resolveCases: all}
  - {at: 57m, resolveCases: '7'}
  - {at: 58m, remove: {model: Nova}}
  - {at: 59m, call: cloudwatch.PutMetricAlarm}
expect:
  - {alarm: Throttles, model: Nova, state: ALARM, between: [4m, 17m]}
  - {never: ServerErrors}
  - {emails: 2, severity: CRITICAL}
`,
  'story.yaml',
  { alarmNames: ['Throttles', 'ServerErrors'], metrics: {} },
);

const FACTS: Omit<Report, 'passed' | 'failures'> = {
  scenario: SCENARIO.name,
  alarms: [
    {
      at: '2026-03-03T00:20:00Z',
      model: 'Nova',
      alarm: 'Throttles',
      name: 'A-Throttles-Nova',
      from: 'ALARM',
      to: 'OK',
    },
    {
      at: '2026-03-02T23:35:00Z',
      model: 'Nova',
      alarm: 'Throttles',
      name: 'A-Throttles-Nova',
      from: 'OK',
      to: 'ALARM',
    },
  ],
  incidents: [
    {
      id: 'inc-1',
      model: 'Nova',
      openedAt: '2026-03-02T23:35:00Z',
      closedAt: '2026-03-03T00:30:00Z',
      alarms: ['Throttles'],
      scenario: 'high_usage',
      severity: 'CRITICAL',
    },
  ],
  cases: [
    {
      displayId: '170000000000001',
      openedAt: '2026-03-02T23:36:02Z',
      via: 'service-quotas',
      model: 'Nova',
      category: 'Quota Request',
      subject: 'Acme - Bedrock Ops Alert - Nova - Quota Request - us-east-1',
      status: 'pending-customer-action',
      communications: [
        { at: '2026-03-02T23:36:02Z', by: 'us', body: 'Please raise.\n\nThank you.\n' },
        { at: '2026-03-02T23:37:02Z', by: 'aws', body: 'What is your peak?' },
        { at: '2026-03-02T23:38:00Z', by: 'us', body: '9,500 RPM' },
      ],
    },
    {
      displayId: '42',
      openedAt: '2026-02-01T10:00:00Z',
      via: 'support',
      model: null,
      category: null,
      subject: 'An older case',
      status: 'opened',
      communications: [],
    },
  ],
  quotaRequests: [
    { at: '2026-03-02T23:35:31Z', quotaCode: 'L-3DCCFAA4', desiredValue: 7_812_500, status: 'CASE_OPENED' },
  ],
  emails: [
    {
      at: '2026-03-02T23:35:33Z',
      to: ['sre@acme.example', 'on-call@acme.example'],
      subject: '[CRITICAL] Acme Nova Quota Request',
      body: `Nova is being throttled.\n\n${'A line longer than 80 columns stays as it is. '.repeat(3)}\n`,
    },
  ],
  thresholds: [{ at: '2026-03-02T22:30:00Z', model: 'Nova', quota: 'TPM', value: 5_000_000 }],
  invocations: [
    {
      at: '2026-03-02T23:35:31Z',
      function: 'notification-processor',
      ms: 41.2,
      calls: { 'sns:Publish': 1, 'cloudwatch:DescribeAlarms': 2 },
      outcome: 'ok',
    },
    { at: '2026-03-02T23:35:01Z', function: 'notification-processor', ms: 12, calls: {}, outcome: 'error' },
    {
      at: '2026-03-03T01:00:00Z',
      function: 'alarm-updater',
      ms: 7,
      calls: { 'ssm:GetParameter': 1 },
      outcome: 'ok',
    },
  ],
  denied: [
    {
      at: '2026-03-02T23:35:02Z',
      function: 'notification-processor',
      action: 'sns:Publish',
      resource: 'arn:aws:sns:us-east-1:111122223333:formatted',
    },
    {
      at: '2026-03-02T23:35:00Z',
      principal: 'cloudwatch.amazonaws.com',
      action: 'sns:Publish',
      resource: 'arn:raw',
    },
  ],
  unusedPermissions: ['notification-processor: ssm:GetParameter on *', 'alarm-updater: kms:Decrypt on *'],
  deadLetters: 3,
};

const EMAILS = { severityOfEmail: (subject: string) => /^\[(\w+)\]/.exec(subject)?.[1] };
const FAILURES = [
  ...checkExpectations(SCENARIO, FACTS, EMAILS),
  'alarm-updater made 16 requests; 15 are allowed',
];

function reportOf(failures: readonly string[], changes: Partial<Report> = {}): Report {
  const { scenario, ...rest } = FACTS;
  return { scenario, passed: failures.length === 0, failures, ...rest, ...changes };
}

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
      '  23:35:31  +5m31s    quota     L-3DCCFAA4 requested at 7,812,500: CASE_OPENED',
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
      '  00:26     +56m      event     all cases are resolved',
      '  00:27     +57m      event     case 7 is resolved',
      '  00:28     +58m      event     Nova is removed',
      '  00:29     +59m      event     cloudwatch.PutMetricAlarm is called',
      '  00:30     +1h       incident  closed for Nova',
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
      '✓ Throttles of Nova should go to ALARM between +4m (2026-03-02T23:34:00Z) and',
      '  +17m (2026-03-02T23:47:00Z).',
      '✓ ServerErrors should never go to ALARM.',
      '✗ 2 CRITICAL e-mails should be sent, but there was 1; sent in that time:',
      '  "[CRITICAL] Acme Nova Quota Request" at +5m33s (2026-03-02T23:35:33Z).',
      '✗ alarm-updater made 16 requests; 15 are allowed',
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
    expect(section(text, 'Unused permissions')).toEqual([
      '- notification-processor: ssm:GetParameter on *',
      '- alarm-updater: kms:Decrypt on *',
    ]);
    expect(section(text, 'Invocations')).toEqual([
      'alarm-updater: 1 (failed: 0; requests to AWS: 1)',
      'notification-processor: 2 (failed: 1; requests to AWS: 3)',
    ]);
    expect(text.split('\n').slice(-3)).toEqual(['Dead letters: 3', '', 'Failed: 2 things did not hold.']);
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

describe('as JSON', () => {
  const KEYS = {
    report:
      'scenario passed failures alarms incidents cases quotaRequests emails thresholds invocations denied unusedPermissions deadLetters',
    alarms: 'at model alarm name from to',
    incidents: 'id model openedAt closedAt alarms scenario severity',
    cases: 'displayId openedAt via model category subject status communications',
    quotaRequests: 'at quotaCode desiredValue status',
    emails: 'at to subject body',
    thresholds: 'at model quota value',
    invocations: 'at function ms calls outcome',
  };

  test('is one line that holds the whole report', () => {
    const json = renderJson(reportOf(FAILURES));
    expect(json).not.toContain('\n');
    const read = JSON.parse(json);
    expect(read.failures).toEqual(FAILURES);
    expect(read.cases[1]).toEqual(FACTS.cases[0]);
    expect(read.alarms.map(({ to }: { to: string }) => to)).toEqual(['ALARM', 'OK']);
    expect(read.emails[0].to).toEqual(['on-call@acme.example', 'sre@acme.example']);
    expect(read.unusedPermissions).toEqual([...FACTS.unusedPermissions].reverse());
    expect(read.deadLetters).toBe(3);
  });

  test('has its keys in the documented order, whatever order they came in', () => {
    const read = JSON.parse(renderJson(shuffled(reportOf(FAILURES))));
    expect(Object.keys(read).join(' ')).toBe(KEYS.report);
    const { report: _, ...lists } = KEYS;
    for (const [list, keys] of Object.entries(lists)) {
      expect([list, Object.keys(read[list][0]).join(' ')]).toEqual([list, keys]);
    }
    expect(Object.keys(read.cases[1].communications[0])).toEqual(['at', 'by', 'body']);
    expect(Object.keys(read.invocations[1].calls)).toEqual(['cloudwatch:DescribeAlarms', 'sns:Publish']);
    expect(read.denied.map((denial: object) => Object.keys(denial).join(' '))).toEqual([
      'at principal action resource',
      'at function action resource',
    ]);
  });

  test('is the same for lists in any order, and for other milliseconds but for these', () => {
    const other = shuffled(reportOf(FAILURES));
    expect(renderJson(other)).toBe(renderJson(reportOf(FAILURES)));
    const [first, ...rest] = FACTS.invocations;
    if (first === undefined) throw new Error('no invocation');
    const twin = { ...first, outcome: 'error' as const };
    const run = (ms: number, twinMs: number) =>
      renderJson(reportOf([], { invocations: [{ ...first, ms }, { ...twin, ms: twinMs }, ...rest] }));
    expect(run(1, 2)).not.toBe(run(2, 1));
    expect(run(1, 2).replace(/"ms":\d+/g, '')).toBe(run(2, 1).replace(/"ms":\d+/g, ''));
  });
});

/** The same report with its lists and keys in another order. */
function shuffled(report: Report): Report {
  const turned: Report = {
    ...report,
    alarms: report.alarms.map(turnKeys).reverse(),
    incidents: report.incidents.map(turnKeys).reverse(),
    cases: report.cases
      .map((one) => turnKeys({ ...one, communications: one.communications.map(turnKeys) }))
      .reverse(),
    quotaRequests: report.quotaRequests.map(turnKeys),
    emails: report.emails.map((email) => turnKeys({ ...email, to: email.to.toReversed() })),
    thresholds: report.thresholds.map(turnKeys),
    invocations: report.invocations.map((one) => turnKeys({ ...one, calls: turnKeys(one.calls) })).reverse(),
    denied: report.denied.map(turnKeys).reverse(),
    unusedPermissions: report.unusedPermissions.toReversed(),
  };
  return turnKeys(turned);
}

function turnKeys<T extends object>(value: T): T {
  const turned: T = { ...value };
  for (const key of Object.keys(value).reverse()) {
    const own = Reflect.get(turned, key);
    Reflect.deleteProperty(turned, key);
    Reflect.set(turned, key, own);
  }
  return turned;
}
