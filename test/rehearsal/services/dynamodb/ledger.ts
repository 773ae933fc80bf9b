import { AwsError, NotRehearsed } from '../../../../rehearsal/service';
import {
  DetailedAwsError,
  DynamoDb,
  type DynamoDbOptions,
  type TableSettings,
} from '../../../../rehearsal/services/dynamodb/dynamodb';
import { calling, place } from '../calls';

export const LEDGER: TableSettings = {
  name: 'ledger',
  keySchema: [
    { attributeName: 'pk', keyType: 'HASH' },
    { attributeName: 'sk', keyType: 'RANGE' },
  ],
  attributeDefinitions: [
    { attributeName: 'pk', attributeType: 'S' },
    { attributeName: 'sk', attributeType: 'N' },
  ],
};

export const NOON = '2026-03-02T12:00:00Z';

/** The key of one incident. */
export const key = (pk = 'incident', sk = 1) => ({ pk: { S: pk }, sk: { N: String(sk) } });

type Members = Readonly<Record<string, unknown>>;

/** A DynamoDB with the table `ledger`, called on that table. */
export function ledger(changes: Partial<TableSettings> = {}, options: Partial<DynamoDbOptions> = {}) {
  const dynamoDb = new DynamoDb({ ...place, ...options });
  dynamoDb.putTable({ ...LEDGER, ...changes });
  const call = (operation: string, members: Members = {}, at = NOON) =>
    calling(dynamoDb.service, at).run(operation, { TableName: 'ledger', ...members });
  return {
    dynamoDb,
    call,
    transact: (actions: readonly Members[], at = NOON, token: Members = {}) =>
      calling(dynamoDb.service, at).run('TransactWriteItems', { TransactItems: actions, ...token }),
    put: (item: Members, members: Members = {}, at = NOON) =>
      call('PutItem', { Item: { ...key(), ...item }, ...members }, at),
    update: (UpdateExpression: string, members: Members = {}, at = NOON) =>
      call('UpdateItem', { Key: key(), UpdateExpression, ...members }, at),
    get: (members: Members = {}, at = NOON) =>
      call('GetItem', { Key: key(), ConsistentRead: true, ...members }, at),
  };
}

/** `code: message` of what `run` throws, and the members of its answer. */
export function refusal(run: () => unknown): { readonly text: string; readonly members: Members } {
  try {
    run();
  } catch (error) {
    if (error instanceof NotRehearsed) return { text: `NotRehearsed: ${error.message}`, members: {} };
    if (!(error instanceof AwsError)) throw error;
    const members = error instanceof DetailedAwsError ? error.members : {};
    return { text: `${error.code}: ${error.message}`, members };
  }
  return { text: 'done', members: {} };
}
