import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { MODELS_KEY } from '../contract/ledger';
import { READ } from './client-settings';

/** Writes may be repeated: each is conditional, or says the same twice. */
export const dynamoDb = DynamoDBDocumentClient.from(new DynamoDBClient(READ), {
  marshallOptions: { removeUndefinedValues: true },
});

/** Nobody has the lease, or it has ended, or a try of this very write took it though its answer was lost. */
export const TAKE_LEASE =
  'attribute_not_exists(leaseUntil) OR leaseUntil < :now OR (leaseBy = :by AND leaseUntil = :until)';

/**
 * One conditional write on an item of what is open; where the condition does not hold, `item` is as it is.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export async function updateItem(
  TableName: string,
  sk: string,
  input: Partial<UpdateCommandInput>,
): Promise<{ readonly isDone: boolean; readonly item: Record<string, unknown> }> {
  const Key = { pk: MODELS_KEY, sk };
  try {
    const { Attributes: item = Key } = await dynamoDb.send(
      new UpdateCommand({
        TableName,
        Key,
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...input,
      }),
    );
    return { isDone: true, item };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { isDone: false, item: error.Item === undefined ? Key : unmarshall(error.Item) };
  }
}
