import { expect, test } from '@jest/globals';
import { readTemplate } from '../../../rehearsal/cloudformation/template';
import { NotRehearsed } from '../../../rehearsal/service';

test('reads resources, parameters, mappings and outputs', () => {
  const template = readTemplate(
    {
      Description: 'x',
      Parameters: {
        BootstrapVersion: {
          Type: 'AWS::SSM::Parameter::Value<String>',
          Default: '/cdk/version',
          Description: 'x',
        },
        Count: { Type: 'Number', Default: 3 },
      },
      Mappings: { A: { b: { c: 1 } } },
      Resources: {
        Topic: {
          Type: 'AWS::SNS::Topic',
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Metadata: { a: 1 },
        },
        Policy: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [] }, DependsOn: 'Topic' },
      },
      Outputs: { Arn: { Value: { Ref: 'Topic' }, Description: 'x' } },
    },
    'acme',
  );
  expect([...template.resources]).toEqual([
    [
      'Topic',
      {
        type: 'AWS::SNS::Topic',
        properties: {},
        dependsOn: [],
        deletionPolicy: 'Retain',
        updateReplacePolicy: 'Retain',
      },
    ],
    [
      'Policy',
      {
        type: 'AWS::SNS::TopicPolicy',
        properties: { Topics: [] },
        dependsOn: ['Topic'],
        deletionPolicy: 'Delete',
        updateReplacePolicy: 'Delete',
      },
    ],
  ]);
  expect([...template.parameters]).toEqual([
    ['BootstrapVersion', null],
    ['Count', '3'],
  ]);
  expect(template.mappings).toEqual({ A: { b: { c: 1 } } });
  expect([...template.outputs]).toEqual([['Arn', { Ref: 'Topic' }]]);
});

const topic = { Type: 'AWS::SNS::Topic' };

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['Conditions', { Conditions: {} }, 'acme: Unrecognized key: "Conditions"'],
  ['Rules', { Rules: {} }, 'acme: Unrecognized key: "Rules"'],
  ['Transform', { Transform: 'x' }, 'acme: Unrecognized key: "Transform"'],
  [
    'a condition of a resource',
    { Resources: { T: { ...topic, Condition: 'A' } } },
    'acme/T: Unrecognized key: "Condition"',
  ],
  [
    'a creation policy',
    { Resources: { T: { ...topic, CreationPolicy: {} } } },
    'acme/T: Unrecognized key: "CreationPolicy"',
  ],
  [
    'a snapshot on deletion',
    { Resources: { T: { ...topic, DeletionPolicy: 'Snapshot' } } },
    'acme/T: DeletionPolicy',
  ],
  ['a resource without a type', { Resources: { T: {} } }, 'acme/T: Type'],
  [
    'an export',
    { Outputs: { O: { Value: 1, Export: { Name: 'x' } } } },
    'acme/O: Unrecognized key: "Export"',
  ],
  [
    'a parameter without default',
    { Parameters: { P: { Type: 'String' } } },
    'acme/P: a parameter without a default',
  ],
  [
    'a parameter of a list',
    { Parameters: { P: { Type: 'CommaDelimitedList', Default: 'a' } } },
    'acme/P: parameters of type',
  ],
  [
    'a bounded parameter',
    { Parameters: { P: { Type: 'String', Default: 'a', AllowedValues: ['a'] } } },
    '"AllowedValues"',
  ],
])('names %s', (_, section, message) => {
  const reading = (): unknown => readTemplate({ Resources: { T: topic }, ...section }, 'acme');
  expect(reading).toThrow(NotRehearsed);
  expect(reading).toThrow(message);
});
