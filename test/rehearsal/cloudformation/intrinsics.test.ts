// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's Fn::Sub is written so.
import { describe, expect, test } from '@jest/globals';
import { resolve, type Scope } from '../../../rehearsal/cloudformation/intrinsics';
import { InvalidTemplate } from '../../../rehearsal/cloudformation/template';
import { NotRehearsed } from '../../../rehearsal/service';

const scope: Scope = {
  where: 'acme/Topic',
  stackName: 'acme',
  stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/acme/0',
  accountId: '111122223333',
  region: 'eu-west-1',
  parameters: new Map([
    ['Stage', 'prod'],
    ['BootstrapVersion', null],
  ]),
  mappings: { Sizes: { 'eu-west-1': { memory: 256, zones: ['a', 'b'] } } },
  ref: (logicalId) => `ref-of-${logicalId}`,
  getAtt: (logicalId, attribute) => (attribute === 'Port' ? 80 : `${attribute}-of-${logicalId}`),
};
const noValue = { Ref: 'AWS::NoValue' };

test.each<[string, unknown, unknown]>([
  ['a text', 'plain', 'plain'],
  ['numbers, booleans and null', [1, true, null], [1, true, null]],
  ['an object', { A: { B: [{ Ref: 'Topic' }] } }, { A: { B: ['ref-of-Topic'] } }],
  ['an IAM condition', { Condition: { Bool: { a: 'true' } } }, { Condition: { Bool: { a: 'true' } } }],
  ['Ref to a resource', { Ref: 'Topic' }, 'ref-of-Topic'],
  ['Ref to a parameter', { Ref: 'Stage' }, 'prod'],
  ['AWS::Region', { Ref: 'AWS::Region' }, 'eu-west-1'],
  ['AWS::AccountId', { Ref: 'AWS::AccountId' }, '111122223333'],
  ['AWS::Partition', { Ref: 'AWS::Partition' }, 'aws'],
  ['AWS::URLSuffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  ['AWS::StackName', { Ref: 'AWS::StackName' }, 'acme'],
  ['AWS::StackId', { Ref: 'AWS::StackId' }, scope.stackId],
  ['AWS::NoValue as a property', { A: 1, B: noValue }, { A: 1 }],
  ['AWS::NoValue in a list', [1, noValue, 2], [1, 2]],
  ['AWS::NoValue alone', noValue, undefined],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Topic', 'Arn'] }, 'Arn-of-Topic'],
  ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Topic.Arn' }, 'Arn-of-Topic'],
  [
    'Fn::GetAtt with a dot in the attribute',
    { 'Fn::GetAtt': 'Db.Endpoint.Address' },
    'Endpoint.Address-of-Db',
  ],
  ['Fn::GetAtt of a number', { 'Fn::GetAtt': ['Db', 'Port'] }, 80],
  ['Fn::Sub with names', { 'Fn::Sub': '${Stage}-${Topic}-${AWS::Region}' }, 'prod-ref-of-Topic-eu-west-1'],
  ['Fn::Sub with attributes', { 'Fn::Sub': '${Topic.Arn}:${Db.Port}' }, 'Arn-of-Topic:80'],
  ['Fn::Sub with a literal', { 'Fn::Sub': '${!Literal} $1 {x}' }, '${Literal} $1 {x}'],
  [
    'Fn::Sub with variables',
    { 'Fn::Sub': ['${Name}/${Topic}', { Name: { 'Fn::GetAtt': ['Queue', 'Name'] } }] },
    'Name-of-Queue/ref-of-Topic',
  ],
  ['Fn::Join', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':x', 1]] }, 'arn:aws:x1'],
  ['Fn::Join without AWS::NoValue', { 'Fn::Join': [',', ['a', noValue, 'b']] }, 'a,b'],
  ['Fn::Join of a split', { 'Fn::Join': ['+', { 'Fn::Split': ['-', 'a-b'] }] }, 'a+b'],
  ['Fn::Select', { 'Fn::Select': ['1', ['a', { Ref: 'Topic' }]] }, 'ref-of-Topic'],
  [
    'Fn::Select from a split',
    { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'AWS::StackId' }] }] },
    'stack/acme/0',
  ],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] }, 256],
  ['Fn::FindInMap of a list', { 'Fn::FindInMap': ['Sizes', 'eu-west-1', 'zones'] }, ['a', 'b']],
])('%s', (_, value, expected) => {
  expect(resolve(value, scope)).toEqual(expected);
});

describe('what CloudFormation would refuse is refused', () => {
  test.each<[string, unknown, string]>([
    ['a function with company', { Ref: 'Topic', Name: 'x' }, 'Ref must stand alone in its object'],
    ['an index out of range', { 'Fn::Select': [2, ['a']] }, 'Fn::Select cannot select index 2'],
    ['a join of an object', { 'Fn::Join': ['', [{ A: 1 }]] }, 'wrong argument of Fn::Join'],
    ['a join of no list', { 'Fn::Join': ['', 'a'] }, 'wrong argument of Fn::Join'],
    ['a join without delimiter', { 'Fn::Join': [['a']] }, 'wrong argument of Fn::Join'],
    ['a split of a list', { 'Fn::Split': ['-', ['a']] }, 'wrong argument of Fn::Split'],
    ['a variable without value', { 'Fn::Sub': ['${A}', { A: noValue }] }, 'wrong argument of Fn::Sub ${A}'],
    ['a Sub of a list', { 'Fn::Sub': ['${A}'] }, 'Fn::Sub needs a text'],
    [
      'a missing mapping',
      { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'memory'] },
      'no mapping Sizes, us-east-1, memory',
    ],
    ['a mapping of two keys', { 'Fn::FindInMap': ['Sizes', 'eu-west-1'] }, 'wrong argument of Fn::FindInMap'],
    ['a Ref to a list', { Ref: ['Topic'] }, 'wrong argument of Ref'],
  ])('%s', (_, value, message) => {
    expect(() => resolve(value, scope)).toThrow(InvalidTemplate);
    expect(() => resolve(value, scope)).toThrow(`acme/Topic: ${message}`);
  });
});

describe('what the local AWS does not know is named', () => {
  test.each<[unknown, string]>([
    [{ 'Fn::If': ['A', 1, 2] }, 'the intrinsic function Fn::If'],
    [{ 'Fn::ImportValue': 'a' }, 'the intrinsic function Fn::ImportValue'],
    [{ 'Fn::Base64': 'a' }, 'the intrinsic function Fn::Base64'],
    [{ Ref: 'AWS::NotificationARNs' }, 'the pseudo parameter AWS::NotificationARNs'],
    [{ Ref: 'BootstrapVersion' }, 'the value of parameter BootstrapVersion'],
    [{ 'Fn::GetAtt': ['Topic', { Ref: 'Stage' }] }, 'Fn::GetAtt ["Topic",{"Ref":"Stage"}]'],
    ['{{resolve:ssm:/a}}', 'the dynamic reference in "{{resolve:ssm:/a}}"'],
    [{ 'Fn::Join': ['', ['{{resolve', ':ssm:/a}}']] }, 'the dynamic reference in "{{resolve:ssm:/a}}"'],
  ])('%j', (value, message) => {
    expect(() => resolve(value, scope)).toThrow(NotRehearsed);
    expect(() => resolve(value, scope)).toThrow(`acme/Topic: ${message}`);
  });
});
