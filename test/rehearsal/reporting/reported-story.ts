import type { Report } from '../../../rehearsal/report';
import { checkExpectations } from '../../../rehearsal/scenario/expectations';
import { parseScenario } from '../../../rehearsal/scenario/parse-scenario';
import { KNOWN } from '../scenario/known-names';

/** A story in which something of everything happens. */
export const SCENARIO = parseScenario(
  `name: Throttling under sustained load
start: 2026-03-02T23:30:00Z
until: 2h
events:
  - {at: 5m, setAlarm: {model: Nova, alarm: Throttles, state: ALARM}}
  - {at: 50m, setAlarm: {model: Nova, alarm: Throttles, state: AUTO}}
  - {at: 55m, setQuota: {L-3DCCFAA4: 7812500, L-3DD46812: {default: 200}}}
  - {at: 55m, answerQuotaRequest: {L-3DCCFAA4: {status: APPROVED, value: 7000000}, L-3DD46812: {status: DENIED}}}
  - {at: 56m, resolveCases: all}
  - {at: 57m, resolveCases: '7'}
  - {at: 58m, remove: {model: Nova}}
  - {at: 59m, call: cloudwatch.PutMetricAlarm}
  - {at: 61m, remove: {stack: Foundation, force: true}}
  - {at: 62m, deploy: {models: [{name: Nova}]}}
inferenceProfiles: {Orders: {copyFrom: amazon.nova-micro-v1:0, from: 63m}}
expect:
  - {alarm: Throttles, model: Nova, state: ALARM, between: [4m, 17m]}
  - {never: ServerErrors}
  - {emails: 2, severity: CRITICAL}
`,
  'story.yaml',
  KNOWN,
);

export const FACTS: Omit<Report, 'passed' | 'failures'> = {
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
    { at: '2026-03-02T23:35:11Z', quotaCode: 'L-3DCCFAA4', desiredValue: 7_812_500, status: 'PENDING' },
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
  claims: { texts: 4, checked: 57, failed: 0 },
  deadLetters: 3,
};

const EMAILS = { severityOfEmail: (subject: string) => /^\[(\w+)\]/.exec(subject)?.[1] };
/** One expectation that did not hold, and one breach that is of no expectation. */
export const FAILURES = [
  ...checkExpectations(SCENARIO, FACTS, EMAILS),
  'alarm-updater made 16 requests; 15 are allowed',
];

export function reportOf(failures: readonly string[], changes: Partial<Report> = {}): Report {
  const { scenario, ...rest } = FACTS;
  return { scenario, passed: failures.length === 0, failures, ...rest, ...changes };
}
