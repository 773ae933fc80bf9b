import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { TemplateResource } from '../../rehearsal/cloudformation/template';
import {
  alarmGoesTo,
  at,
  MODEL,
  QUIET_HISTORY,
  RPM_CODE,
  SETTINGS,
  settingsWith,
  TPM_CODE,
} from '../rehearsals/rehearse';

/** The paths through the product on which every call is made to fail, one at a time. */
export interface Path {
  readonly name: string;
  /** In the shape of a scenario file. */
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly alterStack?: (stack: Stack) => Stack;
  /** The functions whose calls fail. */
  readonly functions: readonly string[];
  /**
   * Minutes from start: calls fail of invocations that begin within. Nothing runs where the window begins, so that its
   * calls can be counted. Without `from` it begins with the deployment, an hour before start.
   */
  readonly from?: number;
  readonly to: number;
}

const PROCESSOR = 'notification-processor';
const RECONCILER = 'reconciler';

/**
 * Each message comes once: a copy would do what the first could not, and hide what a fault has lost. That the same
 * happens however often messages come is shown elsewhere. A case shows in lists and to look-ups a minute late alike.
 */
const HARSH = {
  deliver: { duplicate: 1, reorder: '0s' },
  supportLag: { list: '1m', lookup: '1m' },
};

/** The reconciler runs at every fifth minute: what happens at minute 11 has two minutes to itself. */
const BEGINS = 11;
/** Five attempts of a message are six minutes apart; then comes the alarm on dead letters. */
const ENDS = 46;
/** The end is told at minute 56; where the fault keeps it from that, the reconciler has failed often enough for its alarm. */
const OVER = 75;

/** An alarm that goes off, and is over when whatever is tried again has been. */
const incident = (name: string, alarm: string, changes: Readonly<Record<string, unknown>> = {}): Path => ({
  name,
  scenario: {
    ...HARSH,
    events: [alarmGoesTo(BEGINS, alarm, 'ALARM'), alarmGoesTo(ENDS, alarm, 'OK')],
    until: `${OVER}m`,
    ...changes,
  },
  functions: [PROCESSOR],
  from: BEGINS - 1,
  to: BEGINS + 3,
});

const trafficOf = (Invocations: string, EstimatedTPMQuotaUsage: string) => ({
  models: { [MODEL]: { history: QUIET_HISTORY, series: { Invocations, EstimatedTPMQuotaUsage } } },
});

/** Above the threshold of 8,000 RPM, so that Service Quotas is asked for more. */
const BUSY = trafficOf('4000x5 9500x74', '2500000x80');
/** Above both thresholds, too short for the alarms on them. */
const BUSY_IN_BOTH = trafficOf('4000x5 9500x2 4000x72', '2500000x5 5500000x2 2500000x72');

/** Somebody asked for more before. */
const PENDING_REQUEST = {
  quotaCode: RPM_CODE,
  desiredValue: 15_000,
  status: 'CASE_OPENED',
  requestedAt: '2026-02-27T14:00:00Z',
};

const OPEN_CASE = {
  subject: `AcmeCorp - Bedrock Ops Alert - ${MODEL} - Quota Request - us-east-1`,
  createdAt: '2026-02-20T00:00:00Z',
};

type Change = (logicalId: string, resource: TemplateResource) => TemplateResource | undefined;

/** The stack with each resource changed, or left out. */
const altered =
  (change: Change) =>
  (stack: Stack): Stack => ({
    ...stack,
    template: {
      ...stack.template,
      resources: new Map(
        [...stack.template.resources].flatMap(([logicalId, resource]) => {
          const changed = change(logicalId, resource);
          return changed === undefined ? [] : [[logicalId, changed] as const];
        }),
      ),
    },
  });

const withProperties = (
  resource: TemplateResource,
  changes: Readonly<Record<string, unknown>>,
): TemplateResource => ({ ...resource, properties: { ...resource.properties, ...changes } });

/** The raw topic has no reader, and the rule of the children's events no target. */
const withoutMessages = altered((_, resource) => {
  const { type, properties } = resource;
  if (type === 'AWS::SNS::Subscription' && properties.Protocol === 'sqs') return undefined;
  if (type !== 'AWS::Events::Rule' || properties.EventPattern === undefined) return resource;
  return withProperties(resource, { Targets: [] });
});

/**
 * The alarm updater's schedule runs every 35 minutes, or 70, rather than daily or hourly: it then does so at minute 10, and
 * not again before the path is over, so that only what follows from that run puts right what fails in it.
 */
const updatedAtMinute10 = (logicalId: string, minutes: 35 | 70 = 35) =>
  altered((id, resource) =>
    resource.type === 'AWS::Events::Rule' && id.startsWith(logicalId)
      ? withProperties(resource, { ScheduleExpression: `rate(${minutes} minutes)` })
      : resource,
  );

/** What an alarm leads to. */
export const FIRST_ALARMS: readonly Path[] = [
  incident('RPM alarm', 'HighInvocationRate', BUSY),
  incident('undetermined', 'Throttles'),
  incident('investigation', 'ServerErrors'),
  incident('append', 'Throttles', { cases: [OPEN_CASE] }),
];

/** Where usage asks for more quota: Service Quotas is asked, and AWS's case is told why; or a case of ours asks. */
export const QUOTA_REQUESTS: readonly Path[] = [
  // Of two requests one may be tried for over an hour; then the details of the other follow.
  incident('both quotas', 'Throttles', { ...BUSY_IN_BOTH, until: '140m' }),
  incident('pending request', 'HighInvocationRate', {
    ...BUSY,
    quotaRequests: [PENDING_REQUEST],
    until: '140m',
  }),
  incident('not adjustable', 'HighInvocationRate', {
    ...BUSY,
    quotas: { [RPM_CODE]: { value: 10_000, adjustable: false }, [TPM_CODE]: 6_250_000 },
  }),
  {
    // The last try to add the details comes 78 minutes after the e-mail, the first after 150 seconds.
    ...incident('details', 'Throttles', { ...BUSY_IN_BOTH, until: '100m' }),
    from: BEGINS + 2,
    to: BEGINS + 8,
  },
];

/** What comes later in an incident. */
export const FURTHER_COURSE: readonly Path[] = [
  incident('second alarm', 'ServerErrors', {
    events: [
      alarmGoesTo(2, 'Throttles', 'ALARM'),
      alarmGoesTo(BEGINS, 'ServerErrors', 'ALARM'),
      alarmGoesTo(ENDS, 'Throttles', 'OK'),
      alarmGoesTo(ENDS, 'ServerErrors', 'OK'),
    ],
  }),
  {
    name: 'recovery',
    scenario: {
      ...HARSH,
      events: [alarmGoesTo(2, 'Throttles', 'ALARM'), alarmGoesTo(BEGINS, 'Throttles', 'OK')],
      until: `${OVER}m`,
    },
    functions: [PROCESSOR],
    from: BEGINS - 1,
    to: BEGINS + 12,
  },
  {
    name: 'reminder',
    scenario: {
      ...HARSH,
      settings: settingsWith({ reminderHours: 1 }),
      events: [alarmGoesTo(2, 'Throttles', 'ALARM'), alarmGoesTo(100, 'Throttles', 'OK')],
      until: '125m',
    },
    functions: [PROCESSOR, RECONCILER],
    from: 61,
    to: 69,
  },
];

/** More than five models: they are told in one e-mail. Those without a quota share a case, the last has its own. */
const MANY = Array.from({ length: 6 }, (_, index) => `Model-${index + 1}`);

const SETTINGS_OF_MANY = { ...SETTINGS, models: MANY.map((name) => ({ ...SETTINGS.models[0], name })) };

const allGoTo = (minutes: number, state: 'ALARM' | 'OK') =>
  MANY.map((model, index) =>
    at(minutes, { setAlarm: { model, alarm: index < 5 ? 'ServerErrors' : 'Throttles', state } }),
  );

/** Many models at once, from the first alarm to what became of the cases, and to the end of it. */
export const STORM: readonly Path[] = [
  {
    name: 'storm',
    scenario: {
      ...HARSH,
      settings: SETTINGS_OF_MANY,
      models: {},
      events: [...allGoTo(BEGINS, 'ALARM'), ...allGoTo(ENDS, 'OK')],
      // Five attempts to tell the end, and the alarm that none did.
      until: '92m',
    },
    functions: [PROCESSOR],
    from: BEGINS - 1,
    to: ENDS + 14,
  },
  {
    name: 'storm and a request',
    scenario: {
      ...HARSH,
      settings: SETTINGS_OF_MANY,
      models: { 'Model-6': BUSY_IN_BOTH.models[MODEL] },
      events: [...allGoTo(BEGINS, 'ALARM'), ...allGoTo(ENDS, 'OK')],
      until: '92m',
    },
    functions: [PROCESSOR],
    // What leads to the request, and to the details on AWS's case.
    from: BEGINS + 1,
    to: BEGINS + 8,
  },
];

const MODEL_ID = 'global.anthropic.claude-opus-4-6-v1';
const UPDATER = 'alarm-updater';
const CALCULATOR = 'quota-calculator';

/** Of its two runs again the last ends within five minutes, and the alarm on its errors follows within five more. */
const UPDATER_TOLD = 25;

/** A model of whose quotas nothing is given: it is invoked by an application profile, and its quotas are 0. */
const NOVA = {
  name: 'Nova',
  modelId: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/novateam0001',
};
const NOVA_TEAM = { copyFrom: 'us.amazon.nova-micro-v1:0', id: 'novateam0001' };
const NOTHING_APPLIED = { value: 0, default: 4_000_000 };

/** An application profile of the model, of which the alarm updater does not know yet. */
const MADE_LATER = { copyFrom: MODEL_ID, id: 'late00000001', from: '5m' };

/** As many as an alarm has room for; with one more the busiest are chosen. */
const TEAMS = Array.from({ length: 9 }, (_, index) => `Team ${index}`);

/** The alarm updater looks at minute 10, and not again: two minutes after AWS has answered a request of minute 2. */
const answer = (name: string, answered: Readonly<Record<string, unknown>>): Path => ({
  name,
  scenario: {
    ...HARSH,
    ...trafficOf('9500x2 4000x78', '2500000x80'),
    events: [
      alarmGoesTo(2, 'HighInvocationRate', 'ALARM'),
      alarmGoesTo(6, 'HighInvocationRate', 'OK'),
      at(8, { answerQuotaRequest: { [RPM_CODE]: answered } }),
    ],
    // Five attempts to tell it, and the alarm that none did.
    until: '55m',
  },
  alterStack: updatedAtMinute10('UpdatesSharersSchedule', 70),
  functions: [UPDATER, PROCESSOR],
  from: 9,
  to: 15,
});

/** How AWS answers a request. */
export const QUOTA_ANSWERS: readonly Path[] = [
  answer('answer approved', { status: 'APPROVED' }),
  answer('answer denied', { status: 'DENIED', reply: 'The usage does not call for it.' }),
];

/** The alarm on TPM as somebody writes it by hand. */
const ALARM_BY_HAND = {
  AlarmName: `AcmeCorp-Bedrock-HighTPMQuotaUsage-Warning-${MODEL}`,
  EvaluationPeriods: 5,
  DatapointsToAlarm: 5,
  TreatMissingData: 'notBreaching',
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 99_000_000,
  Metrics: [
    {
      Id: 'usage',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Bedrock',
          MetricName: 'EstimatedTPMQuotaUsage',
          Dimensions: [{ Name: 'ModelId', Value: MODEL_ID }],
        },
        Period: 60,
        Stat: 'Sum',
      },
      ReturnData: false,
    },
    { Id: 'countedusage', Expression: '1 * usage', ReturnData: true },
  ],
};

/** What finds quotas, and keeps the alarms on them at what quotas and inference profiles are. */
export const QUOTAS: readonly Path[] = [
  {
    name: 'custom resource',
    scenario: { ...HARSH, until: '5m' },
    functions: [CALCULATOR],
    to: 0,
  },
  {
    name: 'custom resource again',
    scenario: {
      ...HARSH,
      events: [
        at(3, { setQuota: { [RPM_CODE]: 12500 } }),
        at(6, { deploy: settingsWith({ rpmThresholdPercent: 90 }) }),
      ],
      until: '12m',
    },
    functions: [CALCULATOR],
    from: 4,
    to: 8,
  },
  {
    name: 'quotas of 0 found',
    scenario: {
      ...HARSH,
      quotas: {
        [RPM_CODE]: 10_000,
        [TPM_CODE]: 6_250_000,
        'L-3F110E0F': NOTHING_APPLIED,
        'L-DC7FF66C': NOTHING_APPLIED,
      },
      inferenceProfiles: { 'Nova team': NOVA_TEAM },
      events: [at(3, { deploy: { ...SETTINGS, models: [...SETTINGS.models, NOVA] } })],
      // The message is shown at minute 5, and tried five times.
      until: '45m',
    },
    functions: [CALCULATOR, PROCESSOR],
    from: 2,
    to: 9,
  },
  {
    name: 'updater',
    scenario: {
      ...HARSH,
      events: [at(5, { setQuota: { [RPM_CODE]: 12500 } })],
      until: `${UPDATER_TOLD}m`,
    },
    alterStack: updatedAtMinute10('UpdatesSchedule'),
    functions: [UPDATER],
    from: 9,
    to: 13,
  },
  {
    name: 'sharers',
    scenario: {
      ...HARSH,
      inferenceProfiles: {
        ...Object.fromEntries(TEAMS.map((team) => [team, { copyFrom: MODEL_ID }])),
        'The busiest': {
          ...MADE_LATER,
          history: { interval: '1h', Invocations: '100x47', EstimatedTPMQuotaUsage: '50000x47' },
        },
      },
      until: `${UPDATER_TOLD}m`,
    },
    alterStack: updatedAtMinute10('UpdatesSharersSchedule'),
    functions: [UPDATER],
    from: 9,
    to: 13,
  },
  {
    name: 'alarm changed',
    scenario: {
      ...HARSH,
      inferenceProfiles: { Late: MADE_LATER },
      // Threshold and sharers are other ones than those that are stored, so that the run has all to do.
      events: [
        at(5, { setQuota: { [TPM_CODE]: 10_000_000 } }),
        at(10, { call: 'cloudwatch.PutMetricAlarm', with: ALARM_BY_HAND }),
      ],
      until: `${UPDATER_TOLD}m`,
    },
    functions: [UPDATER],
    from: 9,
    to: 13,
  },
];

/** What finds an alarm of which nobody has heard. */
export const UNHEARD: readonly Path[] = [
  {
    name: 'reconciler',
    scenario: {
      ...HARSH,
      events: [alarmGoesTo(BEGINS, 'Throttles', 'ALARM'), alarmGoesTo(ENDS, 'Throttles', 'OK')],
      until: `${OVER}m`,
    },
    alterStack: withoutMessages,
    functions: [PROCESSOR, RECONCILER],
    from: 14,
    to: 24,
  },
];

export const PATHS: readonly Path[] = [
  ...FIRST_ALARMS,
  ...QUOTA_REQUESTS,
  ...FURTHER_COURSE,
  ...STORM,
  ...QUOTAS,
  ...QUOTA_ANSWERS,
  ...UNHEARD,
];

export function pathNamed(name: string): Path {
  const path = PATHS.find((one) => one.name === name);
  if (path === undefined)
    throw new Error(`no path is named ${name}: ${PATHS.map((one) => one.name).join(', ')}`);
  return path;
}
