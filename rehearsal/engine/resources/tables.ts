import * as z from 'zod';
import type { PhysicalResource, ResourceHandlers } from '../../cloudformation/stack-resources';
import type { LocalAws } from '../local-aws';
import { boolean, handler, type Target, tags } from './handler';

/** Tables on demand, without indexes and streams. */
export const tableResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::DynamoDB::Table': handler(aws, {
    schema: tableSchema,
    name: 'TableName',
    // A change of these makes another table, and the items of the old one are lost.
    fixed: ['KeySchema', 'AttributeDefinitions'],
    exists: (name, { region }) => region.dynamoDb.has(name),
    create: putTable,
    update: putTable,
    remove: ({ ref }, { region }) => region.dynamoDb.deleteTable(ref),
  }),
});

const tableSchema = z.strictObject({
  TableName: z.string(),
  KeySchema: z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N']) }),
  ),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: boolean }).optional(),
  PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: boolean }).optional(),
  // Whoever may delete the stack may delete the table: the protection is not played.
  DeletionProtectionEnabled: boolean.optional(),
  Tags: tags,
});

function putTable(properties: z.output<typeof tableSchema>, { region }: Target): PhysicalResource {
  const { TableName, TimeToLiveSpecification: expiry } = properties;
  const arn = region.dynamoDb.putTable({
    name: TableName,
    keySchema: properties.KeySchema.map(({ AttributeName, KeyType }) => ({
      attributeName: AttributeName,
      keyType: KeyType,
    })),
    attributeDefinitions: properties.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
      attributeName: AttributeName,
      attributeType: AttributeType,
    })),
    ...(expiry?.Enabled ? { ttlAttribute: expiry.AttributeName } : {}),
    pointInTimeRecovery: properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
  });
  return { ref: TableName, attributes: { Arn: arn } };
}
