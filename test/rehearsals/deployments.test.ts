import { describe, expect, test } from '@jest/globals';
import type { LocalAws } from '../../rehearsal/engine/local-aws';
import type { Report } from '../../rehearsal/report';
import {
  alarmGoesTo,
  at,
  emailText,
  MODEL,
  RPM_CODE,
  rehearseWell,
  SETTINGS,
  settingsWith,
  TPM_CODE,
} from './rehearse';

/** Every deployment of these scenarios is at this minute, in which the reconciler does not run. */
const MINUTE = 21;
const DEPLOYED = '2026-03-02T09:21:00Z';
const FOUNDATION = 'AcmeCorp-Bedrock-OpsAlert';

const [model] = SETTINGS.models;
const withNova = {
  ...SETTINGS,
  models: [
    ...SETTINGS.models,
    { ...model, name: 'Nova', modelId: 'amazon.nova-micro-v1:0', acceptQuotaCodeMismatch: true },
  ],
};

/** What the deployment at 09:21 has written. */
function touched() {
  const seen = { alarms: [] as string[], parameters: [] as string[] };
  const inspect = (aws: LocalAws): void => {
    for (const { cloudWatch, parameterStore } of aws.allRegions()) {
      const changed = [...cloudWatch.metricAlarms(), ...cloudWatch.compositeAlarms()].filter(
        ({ configurationUpdatedAt }) => configurationUpdatedAt.getTime() === Date.parse(DEPLOYED),
      );
      seen.alarms.push(...changed.map(({ configuration }) => configuration.alarmName));
      const writes = parameterStore.writes.filter(({ at: when }) => when.getTime() === Date.parse(DEPLOYED));
      seen.parameters.push(...writes.map(({ name }) => name));
    }
  };
  return { seen, inspect };
}

/** The functions that were called in the minute of the deployment; each message comes twice, within half a minute. */
const functionsCalled = ({ invocations }: Report): readonly string[] => [
  ...new Set(
    invocations
      .filter(({ at: when }) => when.slice(0, 16) === DEPLOYED.slice(0, 16))
      .map((invocation) => invocation.function),
  ),
];

const isOf = (name: string) => (thing: string) => thing.includes(name);

describe('a deployment', () => {
  test('that adds a model touches neither the foundation nor the other model', async () => {
    const { seen, inspect } = touched();
    const report = await rehearseWell(
      {
        name: 'A model more',
        events: [
          at(MINUTE, { deploy: withNova }),
          at(30, { setAlarm: { model: 'Nova', alarm: 'Throttles', state: 'ALARM' } }),
        ],
        expect: [{ emails: 1, severity: 'CRITICAL', between: ['30m', '32m'] }, { emails: 1 }],
      },
      { inspect },
    );
    expect(seen.alarms).toHaveLength(11);
    expect(seen.alarms.filter(isOf('-Nova'))).toHaveLength(11);
    expect(seen.parameters.filter((name) => !isOf('/Nova/')(name))).toEqual([]);
    expect(functionsCalled(report)).toEqual([
      'quota-calculator',
      // The usage alarms are new.
      'alarm-updater',
      'notification-processor',
    ]);
    expect(report.emails[0]?.subject).toBe('CRITICAL: AcmeCorp Bedrock Nova - Quota Request');
  });

  test('that changes one alarm of a model rewrites that one, and what the functions know of it', async () => {
    const { seen, inspect } = touched();
    const report = await rehearseWell(
      {
        name: 'A lower limit',
        events: [at(MINUTE, { deploy: settingsWith({ latencyThresholdMs: 60_000 }) })],
      },
      { inspect },
    );
    expect(seen.alarms).toEqual([`AcmeCorp-Bedrock-HighLatency-Warning-${MODEL}`]);
    expect(seen.parameters).toEqual([`/AcmeCorp/bedrock/quota-monitoring/${MODEL}/config`]);
    expect(functionsCalled(report)).toEqual([]);
  });

  test('of the foundation alone touches no model, and the next e-mail reaches whoever is new', async () => {
    const { seen, inspect } = touched();
    const report = await rehearseWell(
      {
        name: 'A stakeholder more',
        events: [
          at(MINUTE, { deploy: { ...SETTINGS, stakeholders: ['sre@acme.example', 'new@acme.example'] } }),
          alarmGoesTo(30, 'Throttles', 'ALARM'),
        ],
      },
      { inspect },
    );
    expect(seen).toEqual({ alarms: [], parameters: [] });
    expect(functionsCalled(report)).toEqual([]);
    expect(report.emails.map(({ to }) => to)).toEqual([['new@acme.example', 'sre@acme.example']]);
  });

  test('of the same settings touches nothing', async () => {
    const { seen, inspect } = touched();
    await rehearseWell({ name: 'Again', events: [at(MINUTE, { deploy: SETTINGS })] }, { inspect });
    expect(seen).toEqual({ alarms: [], parameters: [] });
  });

  test('while alarms burn neither ends the incident nor tells it again', async () => {
    const report = await rehearseWell({
      name: 'In the middle of an incident',
      events: [
        alarmGoesTo(10, 'Throttles', 'ALARM'),
        at(MINUTE, { deploy: settingsWith({ latencyThresholdMs: 60_000 }) }),
      ],
      expect: [{ emails: 1 }, { alarm: 'QuotaHealth', model: MODEL, state: 'ALARM', at: '40m' }],
    });
    expect(report.incidents.map(({ closedAt }) => closedAt)).toEqual([null]);
  });
});

/** All that stands in the account, by kind. */
const standing = (aws: LocalAws) =>
  aws.allRegions().map(({ cloudWatch, parameterStore, sns, sqs, secretsManager, eventBridge, ...rest }) => ({
    alarms: [...cloudWatch.metricAlarms(), ...cloudWatch.compositeAlarms()].length,
    parameters: parameterStore.parameters().map(({ name }) => name),
    topics: sns.topics().map(({ name }) => name),
    queues: sqs.queues().map(({ settings }) => settings.name),
    keys: [...rest.keyPolicies.keys()],
    roles: [...rest.rolePolicies.keys()],
    contacts: secretsManager.find(`${FOUNDATION}-contacts`),
    rules: RULES.filter((name) => eventBridge.rule(`${FOUNDATION}-${name}`) !== undefined),
    hasLedger: rest.dynamoDb.has(`${FOUNDATION}-incidents`),
  }));

const RULES = [
  'alarm-updates',
  'quota-sharers',
  'alarm-changes',
  'child-alarms',
  'reconcile',
  'health-checks',
];

const EMPTY = {
  alarms: 0,
  parameters: [],
  topics: [],
  queues: [],
  keys: [],
  roles: [],
  contacts: undefined,
  rules: [],
  hasLedger: false,
};

describe('a removal', () => {
  const removeModel = at(MINUTE, { remove: { model: MODEL } });
  const removeFoundation = at(MINUTE + 1, { remove: { stack: FOUNDATION, force: true } });

  test('of a model leaves the others as they are', async () => {
    let alarms: string[] = [];
    const report = await rehearseWell(
      {
        name: 'A model less',
        settings: withNova,
        events: [removeModel, at(30, { setAlarm: { model: 'Nova', alarm: 'ServerErrors', state: 'ALARM' } })],
        expect: [{ emails: 1 }],
      },
      {
        inspect: (aws) => {
          alarms = aws
            .allRegions()
            .flatMap(({ cloudWatch }) => cloudWatch.metricAlarms())
            .map(({ configuration }) => configuration.alarmName);
        },
      },
    );
    expect(alarms.filter(isOf(`-${MODEL}`))).toEqual([]);
    expect(alarms.filter(isOf('-Nova'))).toHaveLength(10);
    expect(report.deadLetters).toBe(0);
  });

  test('of a model whose incident is open closes it, and says so without the case that is resolved', async () => {
    const report = await rehearseWell({
      name: 'Away in the middle of an incident',
      events: [alarmGoesTo(10, 'Throttles', 'ALARM'), at(18, { resolveCases: 'all' }), removeModel],
      until: '40m',
      // The reconciler forgets the case at 09:20, and misses the model at 09:25.
      expect: [{ emails: 1, between: ['10m', '12m'] }, { emails: 1, between: ['25m', '26m'] }, { emails: 2 }],
    });
    expect(emailText(report, 1)).toContain(`The alarms of ${MODEL} do not exist any more`);
    expect(emailText(report, 1)).not.toContain('stays as it is');
    expect(report.incidents.map(({ closedAt }) => closedAt !== null)).toEqual([true]);
  });

  test('of all models and then the foundation leaves nothing', async () => {
    let left: unknown;
    await rehearseWell(
      { name: 'All is there', events: [], until: '1m' },
      {
        inspect: (aws) => {
          expect(standing(aws)).toMatchObject([{ rules: RULES, hasLedger: true }]);
        },
      },
    );
    await rehearseWell(
      { name: 'The way out', events: [removeModel, removeFoundation] },
      {
        inspect: (aws) => {
          left = standing(aws);
        },
      },
    );
    expect(left).toEqual([EMPTY]);
  });

  test('is no obstacle to the same names a minute later', async () => {
    const report = await rehearseWell({
      name: 'Away and back',
      quotas: { [RPM_CODE]: 10_000, [TPM_CODE]: 6_250_000 },
      events: [
        removeModel,
        removeFoundation,
        at(MINUTE + 2, { deploy: SETTINGS }),
        alarmGoesTo(40, 'Throttles', 'ALARM'),
      ],
      expect: [{ emails: 1, between: ['40m', '42m'] }, { emails: 1 }],
    });
    expect(report.thresholds.map(({ at: when, quota }) => `${when.slice(11, 16)} ${quota}`)).toEqual([
      '08:00 RPM',
      '08:00 TPM',
      '09:23 RPM',
      '09:23 TPM',
    ]);
  });
});
