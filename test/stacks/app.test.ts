import { describe, expect, test } from '@jest/globals';
import { appOf, FOUNDATION, modelOf, settingsOf, synthesized } from './synthesized';

/** CloudFormation knows no tags of these. */
const WITHOUT_TAGS: readonly string[] = [
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Lambda::Permission',
  'Custom::BedrockQuotaThresholds',
];

const onePlace = synthesized(
  appOf(
    settingsOf({
      defaults: { tags: { team: 'sre', stage: 'prod' } },
      models: [modelOf({ tags: { stage: 'test', owner: 'nova' } }), modelOf({ name: 'Lite' })],
    }),
  ),
);

const manyPlaces = synthesized(
  appOf(
    settingsOf({
      defaults: { region: 'us-east-1' },
      models: [
        modelOf(),
        modelOf({ name: 'Lite' }),
        modelOf({ name: 'West', region: 'eu-west-1' }),
        modelOf({ name: 'Other', region: 'eu-west-1', account: '444455556666' }),
      ],
    }),
  ),
);

/** What a stack's template says of `Tags`, by type: a map for a parameter, a list elsewhere. */
function tagsOf(stackId: string): [type: string, tags: unknown][] {
  const { Resources } = onePlace.get(stackId)?.template.toJSON() ?? {};
  return Object.values<{ Type: string; Properties: { Tags?: unknown } }>(Resources).map(
    ({ Type, Properties: { Tags } }) => [
      Type,
      Array.isArray(Tags) ? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) : Tags,
    ],
  );
}

describe('tags', () => {
  test.each([
    ['what the models share', FOUNDATION, { team: 'sre', stage: 'prod' }],
    ['a model with tags of its own', `${FOUNDATION}-Nova`, { team: 'sre', stage: 'test', owner: 'nova' }],
    ['a model without', `${FOUNDATION}-Lite`, { team: 'sre', stage: 'prod' }],
  ])('are on every resource that can have them: %s', (_, stackId, expected) => {
    const tags = tagsOf(stackId);
    expect(tags.length).toBeGreaterThan(10);
    for (const [type, found] of tags) {
      expect([type, found]).toEqual([type, WITHOUT_TAGS.includes(type) ? undefined : expected]);
    }
  });
});

describe('the stacks of one place', () => {
  test('are a foundation and one for each model, which goes after it', () => {
    expect([...onePlace].map(([id, stack]) => [id, stack.stackName, stack.dependencies])).toEqual([
      [FOUNDATION, FOUNDATION, []],
      [`${FOUNDATION}-Lite`, `${FOUNDATION}-Lite`, [FOUNDATION]],
      [`${FOUNDATION}-Nova`, `${FOUNDATION}-Nova`, [FOUNDATION]],
    ]);
  });

  test('go wherever the CLI points when the settings name no Region', () => {
    expect([...onePlace.values()].map(({ environment }) => environment)).toEqual(
      Array(3).fill('aws://unknown-account/unknown-region'),
    );
    for (const { text } of onePlace.values()) expect(text).not.toContain('us-east-1');
  });

  test('protect the foundation, on which all models rest, and no model', () => {
    expect([...onePlace].map(([id, stack]) => [id, stack.terminationProtection])).toEqual([
      [FOUNDATION, true],
      [`${FOUNDATION}-Lite`, false],
      [`${FOUNDATION}-Nova`, false],
    ]);
  });
});

describe('several Regions and accounts', () => {
  test('have a foundation each, of the same name, and their models after it', () => {
    const rows = [...manyPlaces].map(([id, { stackName, environment, dependencies }]) => [
      id,
      [stackName, environment, ...dependencies],
    ]);
    const east = 'Acme-Bedrock-OpsAlert-us-east-1';
    const west = 'Acme-Bedrock-OpsAlert-eu-west-1';
    const other = 'Acme-Bedrock-OpsAlert-eu-west-1-444455556666';
    expect(Object.fromEntries(rows)).toEqual({
      [east]: [FOUNDATION, 'aws://unknown-account/us-east-1'],
      [west]: [FOUNDATION, 'aws://unknown-account/eu-west-1'],
      [other]: [FOUNDATION, 'aws://444455556666/eu-west-1'],
      'Acme-Bedrock-OpsAlert-Nova-us-east-1': [`${FOUNDATION}-Nova`, 'aws://unknown-account/us-east-1', east],
      'Acme-Bedrock-OpsAlert-Lite-us-east-1': [`${FOUNDATION}-Lite`, 'aws://unknown-account/us-east-1', east],
      'Acme-Bedrock-OpsAlert-West-eu-west-1': [`${FOUNDATION}-West`, 'aws://unknown-account/eu-west-1', west],
      'Acme-Bedrock-OpsAlert-Other-eu-west-1-444455556666': [
        `${FOUNDATION}-Other`,
        'aws://444455556666/eu-west-1',
        other,
      ],
    });
  });

  test('and each model alarm tells the raw topic of its own place', () => {
    const topicOf = (stackId: string): unknown =>
      Object.values(
        manyPlaces.get(stackId)?.template.findResources('AWS::CloudWatch::CompositeAlarm') ?? {},
      ).map(({ Properties }) => Properties.AlarmActions);
    expect(topicOf('Acme-Bedrock-OpsAlert-Other-eu-west-1-444455556666')).toEqual([
      ['arn:aws:sns:eu-west-1:444455556666:Acme-Bedrock-OpsAlert-raw-alarms'],
    ]);
    expect(topicOf('Acme-Bedrock-OpsAlert-Nova-us-east-1')).toEqual([
      ['arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-raw-alarms'],
    ]);
  });
});

describe('no stack holds another by an export', () => {
  test.each([...onePlace, ...manyPlaces].map(([id, stack]) => [id, stack] as const))('%s', (_, stack) => {
    expect(stack.template.findOutputs('*')).toEqual({});
    expect(stack.text).not.toContain('Fn::ImportValue');
    expect(stack.text).not.toContain('Fn::GetStackOutput');
  });
});

describe('two customers', () => {
  /** Everything that a template names for itself: names are unique in an account and Region. */
  const namesOf = (customer: string): string[] =>
    [...synthesized(appOf(settingsOf({ customer }))).values()].flatMap(({ stackName, text }) => [
      stackName,
      ...[...text.matchAll(/"(?:\w*Name)":"([^"]+)"/g)].map(([, name]) => name ?? ''),
    ]);

  test('in one account and Region have no name in common', () => {
    const acme = new Set(namesOf('Acme').filter((name) => name.includes('Acme')));
    expect(acme.size).toBeGreaterThan(20);
    expect(namesOf('Acme2').filter((name) => acme.has(name))).toEqual([]);
  });
});
