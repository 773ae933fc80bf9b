import { describe, expect, test } from '@jest/globals';
import { play, regionOf, type SmallStack } from './small-application';

const table = (changes: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'incidents',
    KeySchema: [{ AttributeName: 'model', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'model', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...changes,
  },
});

const one = (resources: SmallStack['resources']): SmallStack => ({ name: 'one', resources });
const put = (at: string) => ({
  at,
  call: 'dynamodb.PutItem',
  with: { TableName: 'incidents', Item: { model: { S: 'Nova' }, expiresAt: { N: '1' } } },
});
const END = new Date('2026-03-02T12:00:00Z');

describe('a table of a stack', () => {
  test('keeps its items when it is deployed anew', async () => {
    const played = await play([one({ T: table() })], {
      events: [
        put('10m'),
        {
          at: '20m',
          deploy: {
            stacks: [
              one({ T: table({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }) }),
            ],
          },
        },
      ],
    });
    expect(played.report.failures).toEqual([]);
    expect(regionOf(played).dynamoDb.items('incidents', END)).toEqual([
      { model: { S: 'Nova' }, expiresAt: { N: '1' } },
    ]);
  });

  test('goes with its stack', async () => {
    const played = await play([one({ T: table() })], {
      events: [{ at: '20m', remove: { stack: 'one' } }],
    });
    expect(played.report.failures).toEqual([]);
    expect(regionOf(played).dynamoDb.has('incidents')).toBe(false);
  });

  test('cannot get another key under the same name', async () => {
    const otherKey = table({
      KeySchema: [{ AttributeName: 'begun', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'begun', AttributeType: 'S' }],
    });
    const { report } = await play([one({ T: table() })], {
      events: [{ at: '20m', deploy: { stacks: [one({ T: otherKey })] } }],
    });
    expect(report.failures).toHaveLength(1);
    expect(report.failures[0]).toContain('incidents');
  });
});
