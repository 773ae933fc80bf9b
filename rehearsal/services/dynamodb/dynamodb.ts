import type * as z from 'zod';
import {
  AwsError,
  type Call,
  type Input,
  NotRehearsed,
  type Operation,
  type Permission,
  type Service,
} from '../../service';
import { parseInput } from '../input';
import { type Place, viaService } from '../kms';
import type { Item } from './attribute-value';
import { projected } from './document-path';
import { invalid } from './errors';
import { readExpressions } from './expressions';
import * as inputs from './inputs';
import { queryPage, scanPage } from './read';
import { readItem } from './read-value';
import { Table, type TableSettings } from './table';
import { TransactionTokens, transact, writeOf } from './transaction';
import { commit, deleteOf, effectOf, putOf, updateOf, type Write } from './write';

export type { AttributeValue, Item } from './attribute-value';
export { DetailedAwsError } from './errors';
export type { TableSettings } from './table';

export interface DynamoDbOptions extends Place {
  /** How old what an eventually consistent read sees is; default 0. */
  readonly staleReadsMs?: number;
}

/**
 * Amazon DynamoDB of one account and Region: tables without indexes, items, conditions, transactions, expiry.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
 */
export class DynamoDb {
  readonly #tables = new Map<string, Table>();
  readonly #tokens = new TransactionTokens();

  readonly service: Service = {
    name: 'dynamodb',
    operations: {
      GetItem: this.#onTable('GetItem', inputs.getItem, (input, table, call) => {
        const item = readOne(table, input, input.Key, call.now);
        return item === undefined ? {} : { Item: item };
      }),
      PutItem: this.#onTable('PutItem', inputs.putItem, (input, table, call) => {
        const write = putOf(table, input);
        return returned(write, input.ReturnValues, ['ALL_OLD', 'NONE'], call.now);
      }),
      UpdateItem: this.#onTable('UpdateItem', inputs.updateItem, (input, table, call) =>
        returned(updateOf(table, input), input.ReturnValues, undefined, call.now),
      ),
      DeleteItem: this.#onTable('DeleteItem', inputs.deleteItem, (input, table, call) =>
        returned(deleteOf(table, input), input.ReturnValues, ['ALL_OLD', 'NONE'], call.now),
      ),
      Query: this.#onTable('Query', inputs.query, (input, table, call) => queryPage(table, input, call.now)),
      Scan: this.#onTable('Scan', inputs.scan, (input, table, call) => scanPage(table, input, call.now)),
      TransactWriteItems: {
        permissions: (input) => this.#transactPermissions(input),
        run: (input, call) => this.#transactWriteItems(input, call),
      },
      DescribeTable: this.#onName('DescribeTable', inputs.namedTable, ({ TableName }) => ({
        Table: description(this.#namedTable(TableName), 'ACTIVE'),
      })),
      CreateTable: this.#onName('CreateTable', inputs.createTable, (input) => this.#createTable(input)),
      DeleteTable: this.#onName('DeleteTable', inputs.namedTable, ({ TableName }) => {
        const table = this.#namedTable(TableName);
        this.deleteTable(TableName);
        return { TableDescription: description(table, 'DELETING') };
      }),
    },
  };

  constructor(private readonly options: DynamoDbOptions) {}

  /**
   * Creates a table, or changes the settings of one and keeps its items. Returns the ARN.
   *
   * @throws AwsError ValidationException
   * @throws NotRehearsed for another key schema: CloudFormation replaces the table then
   */
  putTable(settings: TableSettings): string {
    const arn = this.arnOf(settings.name);
    const made = new Table(settings, arn, this.options.staleReadsMs ?? 0);
    const existing = this.#tables.get(settings.name);
    if (existing === undefined) this.#tables.set(settings.name, made);
    else if (sameKeys(existing.settings, settings)) existing.settings = settings;
    else throw new NotRehearsed('a change of the key schema of a DynamoDB table');
    return arn;
  }

  /** Deletes a table and its items. */
  deleteTable(name: string): void {
    this.#tables.delete(name);
  }

  has(name: string): boolean {
    return this.#tables.has(name);
  }

  arnOf(name: string): string {
    return `arn:aws:dynamodb:${this.options.region}:${this.options.accountId}:table/${name}`;
  }

  /** What a Scan would show, for the report. */
  items(name: string, now: Date): readonly Item[] {
    return this.#table(name).items(now);
  }

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  }

  #onTable<T extends { readonly TableName: string }>(
    name: string,
    schema: z.ZodType<T>,
    run: (input: T, table: Table, call: Call) => unknown,
  ): Operation {
    return {
      permissions: (input) => this.#permissions(name, parse(name, schema, input).TableName),
      run: (input, call) => {
        const parsed = parse(name, schema, input);
        return run(parsed, this.#table(parsed.TableName), call);
      },
    };
  }

  /**
   * The table key is decrypted in the caller's name, with the table as encryption context. DynamoDB's cache of the
   * table key is not played: a caller who may not decrypt is refused at once.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
   */
  #permissions(operation: string, name: string): readonly Permission[] {
    const asked = { action: `dynamodb:${operation}`, resource: this.arnOf(name) };
    const keyArn = this.#tables.get(name)?.settings.kmsKeyArn;
    if (keyArn === undefined) return [asked];
    const context = {
      'aws:dynamodb:tableName': name,
      'aws:dynamodb:subscriberId': this.options.accountId,
    };
    return [asked, ...viaService('dynamodb', this.options, keyArn, ['Decrypt'], context)];
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
  #transactPermissions(input: Input): readonly Permission[] {
    const { TransactItems } = parse('TransactWriteItems', inputs.transactWriteItems, input);
    const asked = (operation: string, action: { readonly TableName: string } | undefined) =>
      action === undefined ? [] : this.#permissions(operation, action.TableName);
    return TransactItems.flatMap(({ Put, Update, Delete, ConditionCheck }) => [
      ...asked('PutItem', Put),
      ...asked('UpdateItem', Update),
      ...asked('DeleteItem', Delete),
      ...asked('ConditionCheckItem', ConditionCheck),
    ]);
  }

  #transactWriteItems(input: Input, { now }: Call) {
    const { ClientRequestToken: token, TransactItems } = parse(
      'TransactWriteItems',
      inputs.transactWriteItems,
      input,
    );
    if (this.#tokens.knows(token, TransactItems, now)) return {};
    transact(
      TransactItems.map((action) => writeOf(action, (name) => this.#table(name))),
      now,
    );
    this.#tokens.remember(token, TransactItems, now);
    return {};
  }

  /** An operation on a table as a whole, which may not be there. */
  #onName<T extends { readonly TableName: string }>(
    name: string,
    schema: z.ZodType<T>,
    run: (input: T) => unknown,
  ): Operation {
    return {
      permissions: (input) => [
        { action: `dynamodb:${name}`, resource: this.arnOf(parse(name, schema, input).TableName) },
      ],
      run: (input) => run(parse(name, schema, input)),
    };
  }

  /**
   * A table without an expiry, a backup and a key of its own. AWS takes some seconds to make a table and to delete one;
   * here it is done at once.
   * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
   */
  #createTable({ TableName, KeySchema, AttributeDefinitions }: z.output<typeof inputs.createTable>) {
    if (this.has(TableName)) {
      throw new AwsError('ResourceInUseException', `Table already exists: ${TableName}`);
    }
    this.putTable({
      name: TableName,
      keySchema: KeySchema.map(({ AttributeName, KeyType }) => ({
        attributeName: AttributeName,
        keyType: KeyType,
      })),
      attributeDefinitions: AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
        attributeName: AttributeName,
        attributeType: AttributeType,
      })),
    });
    return { TableDescription: description(this.#namedTable(TableName), 'CREATING') };
  }

  #namedTable(name: string): Table {
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
}

function description({ arn, settings }: Table, TableStatus: 'ACTIVE' | 'CREATING' | 'DELETING') {
  const { attributeDefinitions, keySchema, kmsKeyArn, name } = settings;
  const sse = { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: kmsKeyArn };
  return {
    TableName: name,
    TableArn: arn,
    TableStatus,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    KeySchema: keySchema.map(({ attributeName, keyType }) => ({
      AttributeName: attributeName,
      KeyType: keyType,
    })),
    AttributeDefinitions: attributeDefinitions.map(({ attributeName, attributeType }) => ({
      AttributeName: attributeName,
      AttributeType: attributeType,
    })),
    ...(kmsKeyArn === undefined ? {} : { SSEDescription: sse }),
  };
}

const sameKeys = (one: TableSettings, two: TableSettings): boolean =>
  JSON.stringify([one.keySchema, one.attributeDefinitions]) ===
  JSON.stringify([two.keySchema, two.attributeDefinitions]);

const parse = <T>(operation: string, schema: z.ZodType<T>, input: Input): T =>
  parseInput(schema, input, `dynamodb:${operation}`);

function readOne(
  table: Table,
  request: Pick<z.output<typeof inputs.getItem>, 'ConsistentRead' | 'ProjectionExpression'>,
  rawKey: Readonly<Record<string, unknown>>,
  now: Date,
): Item | undefined {
  const { projection } = readExpressions(request);
  const key = readItem(rawKey);
  table.checkKey(key);
  const item = table.item(key, now, request.ConsistentRead === true);
  return item && projection ? projected(item, projection) : item;
}

type ReturnValues = z.output<typeof inputs.updateItem>['ReturnValues'];

/** Carries out one write and answers with what ReturnValues asks for. */
function returned(
  write: Write,
  values: ReturnValues = 'NONE',
  allowed: readonly ReturnValues[] | undefined,
  now: Date,
) {
  if (allowed !== undefined && !allowed.includes(values)) {
    throw invalid('ReturnValues can only be ALL_OLD or NONE');
  }
  const effect = effectOf(write, now);
  commit(write, effect, now);
  const item = values.endsWith('OLD') ? effect.before : effect.after;
  if (values === 'NONE' || item === undefined) return {};
  const shown = values.startsWith('UPDATED') ? projected(item, write.paths) : item;
  return Object.keys(shown).length === 0 ? {} : { Attributes: shown };
}
