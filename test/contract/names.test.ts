import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as names from '../../lambda/contract/names';

describe('the names of alarms', () => {
  test('are those that people search for', () => {
    expect(names.childAlarmName('Acme', 'Throttles', 'Critical', 'G-Opus-4-6')).toBe(
      'Acme-Bedrock-Throttles-Critical-G-Opus-4-6',
    );
    expect(names.compositeAlarmName('Acme', 'G-Opus-4-6')).toBe(
      'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
    );
  });

  test('begin as their prefixes say, which no alarm of another kind or customer does', () => {
    const child = names.childAlarmPrefix('Acme', 'Throttles', 'Critical');
    const composite = names.compositeAlarmPrefix('Acme');
    const health = names.healthAlarmPrefix('Acme');
    expect([child, composite, health]).toEqual([
      'Acme-Bedrock-Throttles-Critical-',
      'Acme-Bedrock-QuotaHealth-Composite-',
      'Acme-OpsAlertHealth-',
    ]);
    const others = [
      names.childAlarmName('Acme-Bedrock', 'Throttles', 'Critical', 'x'),
      names.compositeAlarmName('Acme-Bedrock', 'x'),
    ];
    for (const prefix of [child, composite, health])
      for (const other of others) expect(other.startsWith(prefix)).toBe(false);
  });
});

describe('the model of a composite alarm', () => {
  test.each([
    ['Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6', 'G-Opus-4-6'],
    ['Acme-Bedrock-QuotaHealth-Composite-x', 'x'],
    ['BigAcme-Bedrock-QuotaHealth-Composite-G-Opus-4-6', undefined],
    ['Big-Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6', undefined],
    ['Acme-B-Bedrock-QuotaHealth-Composite-G-Opus-4-6', undefined],
    ['acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6', undefined],
    ['Acme-Bedrock-Throttles-Critical-G-Opus-4-6', undefined],
    ['Acme-Bedrock-HighLatency-Warning-QuotaHealth', undefined],
    ['Acme-OpsAlertHealth-dead-letters', undefined],
    ['CpuHigh', undefined],
    ['', undefined],
  ])('%s is %p', (alarmName, model) => {
    expect(names.modelOfCompositeAlarm('Acme', alarmName)).toBe(model);
  });

  test('is found again for each customer and model, and by no other customer', () => {
    const customer = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,9}$/);
    const model = fc.stringMatching(/^[A-Za-z0-9-]{1,15}$/);
    fc.assert(
      fc.property(customer, customer, model, (mine, other, modelName) => {
        const alarmName = names.compositeAlarmName(mine, modelName);
        expect(names.modelOfCompositeAlarm(mine, alarmName)).toBe(modelName);
        if (other !== mine) expect(names.modelOfCompositeAlarm(other, alarmName)).toBeUndefined();
      }),
    );
  });
});

describe('the alarm and model of a child', () => {
  const catalogue = [
    { name: 'Throttles', severity: 'Critical' },
    { name: 'HighLatency', severity: 'Warning' },
  ];

  test.each([
    ['Acme-Bedrock-Throttles-Critical-G-Opus-4-6', { alarm: 'Throttles', model: 'G-Opus-4-6' }],
    ['Acme-Bedrock-HighLatency-Warning-x', { alarm: 'HighLatency', model: 'x' }],
    ['Acme-Bedrock-HighLatency-Critical-x', undefined],
    ['Acme-Bedrock-Throttles-Critical-', undefined],
    ['Acme-Bedrock-Another-Critical-x', undefined],
    ['BigAcme-Bedrock-Throttles-Critical-x', undefined],
    ['Acme-Bedrock-QuotaHealth-Composite-x', undefined],
    ['CpuHigh', undefined],
  ])('%s is %j', (alarmName, child) => {
    expect(names.readChildAlarmName('Acme', alarmName, catalogue)).toEqual(child);
  });
});

describe('the parameters of a model', () => {
  test.each([
    ['config', '/Acme/bedrock/quota-monitoring/G-Opus-4-6/config'],
    ['useCase', '/Acme/bedrock/quota-monitoring/G-Opus-4-6/useCase'],
    [
      names.THRESHOLD_KEYS.rpm,
      '/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/rpm-threshold-calculated',
    ],
    [
      names.THRESHOLD_KEYS.tpm,
      '/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/tpm-threshold-calculated',
    ],
    [names.THRESHOLD_KEYS.lastUpdated, '/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/last-updated'],
  ])('%s stands at %s', (key, path) => {
    expect(names.parameterName('Acme', 'G-Opus-4-6', key)).toBe(path);
  });

  test('stand under the path of the customer', () => {
    expect(names.customerParameterPath('Acme')).toBe('/Acme/bedrock/quota-monitoring');
  });

  test.each([
    [
      '/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/rpm-threshold-calculated',
      { model: 'G-Opus-4-6', quota: 'RPM' },
    ],
    [
      '/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/tpm-threshold-calculated',
      { model: 'G-Opus-4-6', quota: 'TPM' },
    ],
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/last-updated', undefined],
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/rpm-threshold-calculated', undefined],
    ['/Acme/bedrock/quota-monitoring/thresholds/rpm-threshold-calculated', undefined],
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/config', undefined],
    ['/team/Acme/bedrock/quota-monitoring/x/thresholds/rpm-threshold-calculated', undefined],
    ['/Acme/bedrock/quota-monitoring/x/thresholds/rpm-threshold-calculated/old', undefined],
    ['', undefined],
  ])('%s holds the threshold of %j', (parameter, threshold) => {
    expect(names.readThresholdParameter(parameter)).toEqual(threshold);
  });
});

describe('the model of a parameter `config`', () => {
  test.each([
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/config', 'G-Opus-4-6'],
    ['/Acme/bedrock/quota-monitoring/config/config', 'config'],
    ['/Acme/bedrock/quota-monitoring/config', undefined],
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/useCase', undefined],
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/last-updated', undefined],
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/config', undefined],
    ['/Acme/bedrock/quota-monitoring/G-Opus-4-6/config/old', undefined],
  ])('%s is %p', (parameter, model) => {
    expect(names.modelOfConfigParameter('Acme', parameter)).toBe(model);
  });
});

describe('the names of what a customer deploys', () => {
  test.each([
    [names.foundationStackName('Acme'), 'Acme-Bedrock-OpsAlert'],
    [names.modelStackName('Acme', 'G-Opus-4-6'), 'Acme-Bedrock-OpsAlert-G-Opus-4-6'],
    [names.rawAlarmTopicName('Acme'), 'Acme-Bedrock-OpsAlert-raw-alarms'],
    [names.notificationTopicName('Acme'), 'Acme-Bedrock-OpsAlert-notifications'],
    [names.alarmQueueName('Acme'), 'Acme-Bedrock-OpsAlert-alarms'],
    [names.deadLetterQueueName('Acme'), 'Acme-Bedrock-OpsAlert-dead-letters'],
    [names.contactSecretName('Acme'), 'Acme-Bedrock-OpsAlert-contacts'],
    [names.functionName('Acme', 'quota-calculator'), 'Acme-Bedrock-OpsAlert-quota-calculator'],
    [names.functionName('Acme', 'notification-processor'), 'Acme-Bedrock-OpsAlert-notification-processor'],
    [names.functionName('Acme', 'alarm-updater'), 'Acme-Bedrock-OpsAlert-alarm-updater'],
    [names.updateScheduleName('Acme'), 'Acme-Bedrock-OpsAlert-alarm-updates'],
    [names.sharersScheduleName('Acme'), 'Acme-Bedrock-OpsAlert-quota-sharers'],
    [names.alarmChangeRuleName('Acme'), 'Acme-Bedrock-OpsAlert-alarm-changes'],
  ])('%s', (name, expected) => {
    expect(name).toBe(expected);
  });

  test.each([
    ['Acme-Bedrock-OpsAlert-notification-processor', 'notification-processor'],
    ['A-B-Bedrock-OpsAlert-quota-calculator', 'quota-calculator'],
    ['LogRetention-1a2b3c', 'LogRetention-1a2b3c'],
    ['Acme-Bedrock-OpsAlert', 'Acme-Bedrock-OpsAlert'],
  ])('the function %s is called %s', (deployed, label) => {
    expect(names.functionLabel(deployed)).toBe(label);
  });
});

describe('the longest names', () => {
  const CUSTOMER = 'Customer-X';
  const MODEL = 'ABCDEFGHIJKLMNO';

  /** Service, name, and what the service takes: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html */
  test.each<[string, string, number, RegExp]>([
    [
      'CloudWatch alarm',
      names.childAlarmName(CUSTOMER, 'OutputTokenAnomaly', 'Critical', MODEL),
      255,
      /^[\w-]+$/,
    ],
    ['CloudWatch alarm', names.compositeAlarmName(CUSTOMER, MODEL), 255, /^[\w-]+$/],
    ['SNS topic', names.rawAlarmTopicName(CUSTOMER), 256, /^[\w-]+$/],
    ['SNS topic', names.notificationTopicName(CUSTOMER), 256, /^[\w-]+$/],
    ['SQS queue', names.alarmQueueName(CUSTOMER), 80, /^[\w-]+$/],
    ['SQS queue', names.deadLetterQueueName(CUSTOMER), 80, /^[\w-]+$/],
    ['secret', names.contactSecretName(CUSTOMER), 512, /^[\w/+=.@-]+(?<!-.{6})$/],
    ['function', names.functionName(CUSTOMER, 'quota-calculator'), 64, /^[\w-]+$/],
    ['function', names.functionName(CUSTOMER, 'notification-processor'), 64, /^[\w-]+$/],
    ['function', names.functionName(CUSTOMER, 'alarm-updater'), 64, /^[\w-]+$/],
    ['rule', names.updateScheduleName(CUSTOMER), 64, /^[\w.-]+$/],
    ['rule', names.sharersScheduleName(CUSTOMER), 64, /^[\w.-]+$/],
    ['rule', names.alarmChangeRuleName(CUSTOMER), 64, /^[\w.-]+$/],
    ['stack', names.foundationStackName(CUSTOMER), 128, /^[A-Za-z][A-Za-z0-9-]*$/],
    ['stack', names.modelStackName(CUSTOMER, MODEL), 128, /^[A-Za-z][A-Za-z0-9-]*$/],
    [
      'parameter',
      names.parameterName(CUSTOMER, MODEL, names.THRESHOLD_KEYS.rpm),
      1_011,
      /^(?:\/[\w.-]+){1,15}$/,
    ],
  ])('%s %s is within %i characters', (_service, name, most, taken) => {
    expect(name.length).toBeLessThanOrEqual(most);
    expect(name).toMatch(taken);
  });
});
