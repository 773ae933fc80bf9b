import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { MOST_PARAMETER_BYTES } from '../../aws/parameter-store';
import { LIVE_SETTINGS, modelConfigSchema, parseLiveSetting } from '../../lambda/contract/model-config';
import { thresholdRequestSchema } from '../../lambda/contract/threshold-resource';
import {
  appOf,
  FOUND_CODES,
  FOUND_VALUES,
  FOUNDATION,
  modelOf,
  type SynthesizedStack,
  settingsOf,
  synthesized,
} from './synthesized';

const settings = settingsOf({
  defaults: { tags: { team: 'sre', stage: 'prod' } },
  models: [
    modelOf({ tags: { stage: 'test' } }),
    modelOf({
      name: 'Odd',
      rpmQuotaCode: 'NA',
      rpmThresholdPercent: 61,
      tpmThresholdPercent: 73,
      rpmIncreasePercent: 0,
      tpmIncreasePercent: 41,
      notificationPreference: 'critical',
      automatedSupportCase: false,
      automatedQuotaRequest: false,
      quotaCeilingMultiple: 1.5,
      useCase: 'Line one\nline "two" with \\ and ü',
      errorThreshold: 11,
      latencyThresholdMs: 123456,
      alarmPeriodSeconds: 300,
      criticalEvaluationPeriods: 3,
      warningEvaluationPeriods: 4,
      latencyPeriodSeconds: 3600,
      latencyEvaluationPeriods: 1,
      anomalyPeriodSeconds: 60,
      anomalyEvaluationPeriods: 7,
      anomalyBandWidth: 2.5,
    }),
    modelOf({
      name: 'Found',
      rpmQuotaCode: undefined,
      tpmQuotaCode: undefined,
      acceptQuotaCodeMismatch: true,
    }),
    modelOf({
      // As long as everything may be.
      name: 'A-long-name-15c',
      modelId: `arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:application-inference-profile/${'a'.repeat(173)}`,
      useCase: '語'.repeat(1000),
      latencyThresholdMs: Number.MAX_SAFE_INTEGER,
      quotaCeilingMultiple: Number.MAX_VALUE,
      errorThreshold: Number.MAX_SAFE_INTEGER,
    }),
  ],
});
const stacks = synthesized(appOf(settings));

function stackOf(modelName: string): SynthesizedStack {
  const stack = stacks.get(`${FOUNDATION}-${modelName}`);
  if (stack === undefined) throw new Error(`no stack of ${modelName}`);
  return stack;
}
const nova = stackOf('Nova').template;

/** Parameter name to value. */
const parametersOf = (modelName: string): Record<string, string> =>
  Object.fromEntries(
    Object.values(stackOf(modelName).template.findResources('AWS::SSM::Parameter')).map(({ Properties }) => [
      String(Properties.Name),
      String(Properties.Value),
    ]),
  );

const descriptionsOf = (modelName: string): Record<string, string> =>
  Object.fromEntries(
    Object.values(stackOf(modelName).template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => [String(Properties.AlarmName).split('-')[2], String(Properties.AlarmDescription)],
    ),
  );

describe('the composite alarm', () => {
  const RAW_TOPIC = 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-raw-alarms';

  test('is ALARM while any of the ten is', () => {
    nova.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmName: 'Acme-Bedrock-QuotaHealth-Composite-Nova',
      AlarmRule: [
        'ALARM("Acme-Bedrock-ClientErrors-Critical-Nova")',
        'ALARM("Acme-Bedrock-ServerErrors-Critical-Nova")',
        'ALARM("Acme-Bedrock-Throttles-Critical-Nova")',
        'ALARM("Acme-Bedrock-HighInvocationRate-Warning-Nova")',
        'ALARM("Acme-Bedrock-HighTPMQuotaUsage-Warning-Nova")',
        'ALARM("Acme-Bedrock-HighLatency-Warning-Nova")',
        'ALARM("Acme-Bedrock-InvocationAnomaly-Warning-Nova")',
        'ALARM("Acme-Bedrock-InputTokenAnomaly-Warning-Nova")',
        'ALARM("Acme-Bedrock-OutputTokenAnomaly-Warning-Nova")',
        'ALARM("Acme-Bedrock-LatencyAnomaly-Warning-Nova")',
      ].join(' OR '),
    });
    nova.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 1);
  });

  test('is made after its children, since CloudWatch refuses a rule whose alarms do not exist', () => {
    const children = Object.keys(nova.findResources('AWS::CloudWatch::Alarm'));
    expect(children).toHaveLength(10);
    nova.hasResource('AWS::CloudWatch::CompositeAlarm', { DependsOn: children.toSorted() });
  });

  test('has usage alarms made after `config`, which the alarm updater needs when it hears of them', () => {
    const [config] = Object.keys(
      nova.findResources('AWS::SSM::Parameter', {
        Properties: { Name: '/Acme/bedrock/quota-monitoring/Nova/config' },
      }),
    );
    expect(config).toBeDefined();
    for (const name of ['HighInvocationRate', 'HighTPMQuotaUsage'])
      nova.hasResource('AWS::CloudWatch::Alarm', {
        Properties: { AlarmName: `Acme-Bedrock-${name}-Warning-Nova` },
        DependsOn: [config],
      });
  });

  test('alone tells the raw topic, of ALARM and of OK; its children tell nobody', () => {
    nova.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmActions: [RAW_TOPIC],
      OKActions: [RAW_TOPIC],
      InsufficientDataActions: Match.absent(),
      ActionsEnabled: Match.absent(),
      ActionsSuppressor: Match.absent(),
    });
    nova.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: Match.absent(),
      OKActions: Match.absent(),
      InsufficientDataActions: Match.absent(),
    });
  });
});

describe('the parameters', () => {
  const PATH = '/Acme/bedrock/quota-monitoring/Odd';

  test('are config and the live settings', () => {
    const { [`${PATH}/config`]: config, ...live } = parametersOf('Odd');
    expect(config).toBeDefined();
    expect(live).toEqual({
      [`${PATH}/notificationPreference`]: 'critical',
      [`${PATH}/rpmIncreasePercent`]: '0',
      [`${PATH}/tpmIncreasePercent`]: '41',
      [`${PATH}/automatedSupportCase`]: 'false',
      [`${PATH}/automatedQuotaRequest`]: 'false',
      [`${PATH}/useCase`]: 'Line one\nline "two" with \\ and ü',
    });
  });

  /** What the calculator answers, as the functions read it. */
  const FOUND = {
    rpmQuotaAtDeployment: Number(FOUND_VALUES.RpmQuotaValue),
    rpmAwsDefault: null,
    tpmQuotaAtDeployment: Number(FOUND_VALUES.TpmQuotaValue),
    tpmAwsDefault: Number(FOUND_VALUES.TpmAwsDefault),
  };

  test('config is what the functions read, and says what the settings say', () => {
    for (const { name, ...model } of settings.models) {
      const config = parametersOf(name)[`/Acme/bedrock/quota-monitoring/${name}/config`] ?? '';
      const codes = { rpmQuotaCode: FOUND_CODES.RPM, tpmQuotaCode: FOUND_CODES.TPM };
      const expected = Object.keys(modelConfigSchema.shape).map((key) => [
        key,
        { ...codes, ...FOUND, ...model, modelName: name }[key],
      ]);
      expect(modelConfigSchema.parse(JSON.parse(config))).toEqual(Object.fromEntries(expected));
      expect(Object.keys(JSON.parse(config)).toSorted()).toEqual(
        Object.keys(modelConfigSchema.shape).toSorted(),
      );
    }
  });

  test('each live setting reads back as the setting', () => {
    for (const model of settings.models) {
      const values = parametersOf(model.name);
      for (const key of LIVE_SETTINGS) {
        const text = values[`/Acme/bedrock/quota-monitoring/${model.name}/${key}`] ?? '';
        expect(parseLiveSetting(key, text)).toBe(model[key]);
      }
    }
  });

  test('fit a standard parameter of 4,096 bytes, however long the settings are', () => {
    const sizes = Object.values(parametersOf('A-long-name-15c')).map((value) => Buffer.byteLength(value));
    expect(Math.max(...sizes)).toBeGreaterThan(3500);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_PARAMETER_BYTES);
    nova.allResourcesProperties('AWS::SSM::Parameter', { Type: 'String', Tier: Match.absent() });
  });
});

describe('the threshold resource', () => {
  const CALCULATOR = 'arn:aws:lambda:us-east-1:111122223333:function:Acme-Bedrock-OpsAlert-quota-calculator';

  test('asks the calculator, which is found by its fixed name', () => {
    nova.hasResourceProperties('Custom::BedrockQuotaThresholds', {
      ServiceToken: CALCULATOR,
      ServiceTimeout: '1200',
      Customer: 'Acme',
      ModelName: 'Nova',
      ModelId: 'amazon.nova-pro-v1:0',
      RpmQuotaCode: 'L-AAAAAAAA',
      TpmQuotaCode: 'L-BBBBBBBB',
      AcceptQuotaCodeMismatch: 'false',
      RpmThresholdPercent: 80,
      TpmThresholdPercent: 80,
    });
  });

  test('has a property that a stack from before there were values of the quotas has not, so that it is asked anew', () => {
    for (const modelName of ['Nova', 'Odd', 'Found'])
      stackOf(modelName).template.hasResourceProperties('Custom::BedrockQuotaThresholds', {
        AnswerFormat: '2',
      });
  });

  test('is told which quota the model does not have', () => {
    stackOf('Odd').template.hasResourceProperties('Custom::BedrockQuotaThresholds', {
      ServiceToken: CALCULATOR,
      ModelName: 'Odd',
      RpmQuotaCode: 'NA',
      TpmQuotaCode: 'L-BBBBBBBB',
      RpmThresholdPercent: 61,
      TpmThresholdPercent: 73,
    });
  });

  test('is left to find the codes that are not given', () => {
    stackOf('Found').template.hasResourceProperties('Custom::BedrockQuotaThresholds', {
      ModelName: 'Found',
      RpmQuotaCode: Match.absent(),
      TpmQuotaCode: Match.absent(),
      AcceptQuotaCodeMismatch: 'true',
    });
  });

  test.each(['Nova', 'Odd', 'Found'])('%s asks what the calculator understands, and no more', (modelName) => {
    const found = Object.values(
      stackOf(modelName).template.findResources('Custom::BedrockQuotaThresholds'),
    ).map(({ Properties }) => Properties);
    expect(found).toHaveLength(1);
    const { ServiceToken, ServiceTimeout, QuotaAlarmsHash, AnswerFormat, ...asked } = found[0] ?? {};
    expect(() => thresholdRequestSchema.strict().parse(asked)).not.toThrow();
  });
});

describe('the hash of the quota alarms, a property of the threshold resource', () => {
  const QUOTA_ALARM = /HighInvocationRate|HighTPMQuotaUsage/;

  /** The hash of a model with `changes`, and what the template says of its quota alarms. */
  function hashed(changes: Readonly<Record<string, unknown>>) {
    const stack = synthesized(appOf(settingsOf({ models: [modelOf(changes)] }))).get(`${FOUNDATION}-Nova`);
    const resources = Object.values(stack?.template.toJSON().Resources ?? {}) as {
      Type: string;
      Properties: Record<string, unknown>;
    }[];
    const hash = resources.find(({ Type }) => Type === 'Custom::BedrockQuotaThresholds')?.Properties;
    const alarms = resources.filter(({ Properties }) => QUOTA_ALARM.test(String(Properties.AlarmName)));
    return { hash: hash?.QuotaAlarmsHash, alarms };
  }

  const before = hashed({});

  test('is a hash of two alarms, the same at every synthesis', () => {
    expect(before.alarms).toHaveLength(2);
    expect(before.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashed({}).hash).toBe(before.hash);
  });

  test.each([
    ['how often they look', { warningEvaluationPeriods: 6 }],
    ['what they watch', { modelId: 'amazon.nova-lite-v1:0' }],
    ['the description of the one on RPM', { rpmThresholdPercent: 81 }],
    ['the description of the one on TPM', { tpmThresholdPercent: 81 }],
    ['their tags', { tags: { team: 'sre' } }],
  ])('changes with %s: CloudFormation rewrites them', (_, changes) => {
    const after = hashed(changes);
    expect(after.alarms).not.toEqual(before.alarms);
    expect(after.hash).not.toBe(before.hash);
  });

  test.each([
    [{ latencyPeriodSeconds: 60 }],
    [{ errorThreshold: 9 }],
    [{ criticalEvaluationPeriods: 2, alarmPeriodSeconds: 300 }],
    [{ anomalyBandWidth: 3 }],
    [{ useCase: 'Something else' }],
    [{ automatedThresholdUpdate: false }],
    [{ rpmQuotaCode: 'L-CCCCCCCC' }],
    [{ tpmQuotaCode: 'NA' }],
    [{ rpmQuotaCode: undefined }],
  ])('stays with %j: CloudFormation leaves them alone', (changes) => {
    const after = hashed(changes);
    expect(after.alarms).toEqual(before.alarms);
    expect(after.hash).toBe(before.hash);
  });
});

describe('the descriptions of the alarms', () => {
  test('hold no number that is not a setting', () => {
    const numbers = Object.entries(descriptionsOf('Odd')).map(([name, text]) => [
      name,
      text.match(/\d[\d,.]*\d|\d/g),
    ]);
    expect(Object.fromEntries(numbers)).toEqual({
      ClientErrors: ['4', '11', '3', '300'],
      ServerErrors: ['5', '11', '3', '300'],
      Throttles: ['11', '3', '300'],
      HighInvocationRate: ['61', '4', '60'],
      HighTPMQuotaUsage: ['73', '4', '60'],
      HighLatency: ['123,456', '1', '3,600'],
      InvocationAnomaly: ['2.5', '7', '60'],
      InputTokenAnomaly: ['2.5', '7', '60'],
      OutputTokenAnomaly: ['2.5', '7', '60'],
      LatencyAnomaly: ['2.5', '7', '60'],
    });
  });

  test('say what the alarm watches and where the runbook is', () => {
    expect(descriptionsOf('Nova').Throttles).toBe(
      'Bedrock model Nova: throttled requests. InvocationThrottles (Sum) above 5 in 5 periods ' +
        'of 60 seconds in a row. Runbook: Throttles.',
    );
  });

  test.each(['Nova', 'Odd', 'Found'])(
    '%s: the two on a quota hold what the calculator has to say of that',
    (modelName) => {
      const remarks = Object.entries(descriptionsOf(modelName)).flatMap(([name, text]) =>
        [...text.matchAll(/<\w+Remark>/g)].map(([remark]) => [name, remark]),
      );
      expect(remarks).toEqual([
        ['HighInvocationRate', '<RpmRemark>'],
        ['HighTPMQuotaUsage', '<TpmRemark>'],
      ]);
    },
  );
});

describe('a model stack', () => {
  test('has at most 30 resources, and of these kinds only', () => {
    const types = Object.values(nova.toJSON().Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    expect(types.length).toBeLessThanOrEqual(30);
    expect(new Set(types)).toEqual(
      new Set([
        'AWS::SSM::Parameter',
        'Custom::BedrockQuotaThresholds',
        'AWS::CloudWatch::Alarm',
        'AWS::CloudWatch::CompositeAlarm',
      ]),
    );
  });
});
