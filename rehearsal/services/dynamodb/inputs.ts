import * as z from 'zod';
import { MOST_WRITES } from '../../../aws/dynamodb';
import { NotRehearsed } from '../../service';

const tableName = z
  .string()
  .min(1)
  .max(1024)
  .refine((name) => {
    if (name.startsWith('arn:')) throw new NotRehearsed('DynamoDB tables by ARN');
    return true;
  });
const attributes = z.record(z.string(), z.unknown());
const names = z.record(z.string(), z.string()).optional();
const text = z.string().optional();

const table = { TableName: tableName, ExpressionAttributeNames: names };
const written = {
  ...table,
  ConditionExpression: text,
  ExpressionAttributeValues: attributes.optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
};
const returned = {
  ReturnValues: z.enum(['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']).optional(),
};
const put = { ...written, Item: attributes };
const keyed = { ...written, Key: attributes };
const update = { ...keyed, UpdateExpression: text };

export const putItem = z.strictObject({ ...put, ...returned });
export const updateItem = z.strictObject({ ...update, ...returned });
export const deleteItem = z.strictObject({ ...keyed, ...returned });

const read = { ...table, ConsistentRead: z.boolean().optional(), ProjectionExpression: text };
export const getItem = z.strictObject({ ...read, Key: attributes });

const paged = {
  ...read,
  FilterExpression: text,
  ExpressionAttributeValues: attributes.optional(),
  ExclusiveStartKey: attributes.optional(),
  Limit: z.int().min(1).optional(),
  Select: z.enum(['ALL_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT']).optional(),
};
export const query = z.strictObject({
  ...paged,
  KeyConditionExpression: text,
  ScanIndexForward: z.boolean().optional(),
});
export const scan = z.strictObject(paged);

const check = { ...keyed, ConditionExpression: z.string() };
const transactItem = z.strictObject({
  Put: z.strictObject(put).optional(),
  Update: z.strictObject({ ...update, UpdateExpression: z.string() }).optional(),
  Delete: z.strictObject(keyed).optional(),
  ConditionCheck: z.strictObject(check).optional(),
});
export const transactWriteItems = z.strictObject({
  TransactItems: z.array(transactItem).min(1).max(MOST_WRITES),
  ClientRequestToken: z.string().min(1).max(36).optional(),
});

/** Of DescribeTable and DeleteTable. */
export const namedTable = z.strictObject({ TableName: tableName });

const keyAttribute = { AttributeName: z.string().min(1).max(255) };
export const createTable = z.strictObject({
  TableName: z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/),
  KeySchema: z
    .array(z.strictObject({ ...keyAttribute, KeyType: z.enum(['HASH', 'RANGE']) }))
    .min(1)
    .max(2),
  AttributeDefinitions: z.array(z.strictObject({ ...keyAttribute, AttributeType: z.enum(['S', 'N']) })),
  BillingMode: z.literal('PAY_PER_REQUEST'),
});

export type PutInput = z.output<z.ZodObject<typeof put>>;
export type KeyedInput = z.output<z.ZodObject<typeof keyed>>;
export type UpdateInput = z.output<z.ZodObject<typeof update>>;
export type PageInput = z.output<typeof scan>;
export type TransactItem = z.output<typeof transactItem>;
