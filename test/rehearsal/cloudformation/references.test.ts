// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's Fn::Sub is written so.
import { describe, expect, test } from '@jest/globals';
import { CircularDependency, inDependencyOrder } from '../../../rehearsal/cloudformation/dependency-order';
import { creationOrder } from '../../../rehearsal/cloudformation/references';
import { InvalidTemplate } from '../../../rehearsal/cloudformation/template';
import { stackOf } from './stack-of';

const b = { Type: 'T' };

/** The order of the resources A, B and C, where A comes first in the template. */
function orderOf(a: Readonly<Record<string, unknown>>): string[] {
  const { template } = stackOf({
    Parameters: { Stage: { Type: 'String', Default: 'prod' } },
    Resources: { A: { Type: 'T', ...a }, C: b, B: b },
  });
  return creationOrder(template, 'acme');
}

describe('a resource comes after what it depends on', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['DependsOn a name', { DependsOn: 'B' }],
    ['DependsOn a list', { DependsOn: ['B'] }],
    ['Ref', { Properties: { X: [{ Y: { Ref: 'B' } }] } }],
    ['Fn::GetAtt', { Properties: { X: { 'Fn::GetAtt': ['B', 'Arn'] } } }],
    ['Fn::GetAtt as a text', { Properties: { X: { 'Fn::GetAtt': 'B.Arn' } } }],
    ['Fn::Sub', { Properties: { X: { 'Fn::Sub': '${!C}${B}' } } }],
    ['Fn::Sub of an attribute', { Properties: { X: { 'Fn::Sub': '${B.Arn}' } } }],
    ['a variable of Fn::Sub', { Properties: { X: { 'Fn::Sub': ['${C}', { C: { Ref: 'B' } }] } } }],
    ['Fn::Join', { Properties: { X: { 'Fn::Join': ['', ['a', { Ref: 'B' }]] } } }],
  ])('%s', (_, a) => {
    expect(orderOf(a)).toEqual(['B', 'A', 'C']);
  });
});

test('otherwise the order is the template’s; parameters and pseudo parameters are no resources', () => {
  const properties = {
    X: [{ Ref: 'Stage' }, { Ref: 'AWS::Region' }, { 'Fn::Sub': '${AWS::Region}${Stage}' }],
  };
  expect(orderOf({ Properties: properties })).toEqual(['A', 'C', 'B']);
});

test('a reference to nothing is refused', () => {
  expect(() => orderOf({ DependsOn: 'Gone', Properties: { X: { Ref: 'Lost' } } })).toThrow(
    new InvalidTemplate('acme/A: Unresolved resource dependencies [Gone, Lost]'),
  );
});

test('a cycle is refused with its members in order', () => {
  const dependencies: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['d'], d: ['b'] };
  const sorting = (): unknown =>
    inDependencyOrder('stacks', ['a', 'b', 'c', 'd'], (name) => dependencies[name] ?? []);
  expect(sorting).toThrow(new CircularDependency('stacks', ['b', 'c', 'd', 'b']));
  expect(sorting).toThrow('Circular dependency between stacks: b → c → d → b');
});

test('a resource that refers to itself is a cycle', () => {
  expect(() => orderOf({ Properties: { X: { Ref: 'A' } } })).toThrow('between resources of acme: A → A');
});
