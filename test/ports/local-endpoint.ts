import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  type ApiAnswer,
  type ApiRequest,
  answer,
  errorAnswer,
  readRequest,
} from '../../rehearsal/engine/wire';
import { AwsError, type Input, type Service } from '../../rehearsal/service';
import { DynamoDb } from '../../rehearsal/services/dynamodb/dynamodb';
import { QuotaRequests } from '../../rehearsal/services/quota-requests';
import { ServiceQuotas } from '../../rehearsal/services/service-quotas';
import { Support } from '../../rehearsal/services/support';

/** What becomes of the next call of an operation instead of its answer. */
export interface Misfortune {
  readonly operation: string;
  /**
   * `lost`: it is carried out, and the connection is cut before the answer; `silent`: it is carried out and never answered.
   * Else AWS's name of the error it fails with.
   */
  readonly as: string;
}

const PLACE = { accountId: '111122223333', region: 'us-east-1' };
export const TABLE_NAME = 'Acme-Bedrock-OpsAlert-incidents';

/** The SDK reads these with its first call; `AWS_ENDPOINT_URL` follows when the server listens. */
Object.assign(process.env, {
  AWS_REGION: PLACE.region,
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'test',
});

/** DynamoDB with the table of incidents, AWS Support and Service Quotas of the local AWS: behind HTTP, as the SDK wants them. */
export class LocalEndpoint {
  readonly calls: { readonly operation: string; readonly input: Input }[] = [];
  readonly misfortunes: Misfortune[] = [];
  private dynamoDb = newDynamoDb();
  support = newSupport();
  serviceQuotas = newServiceQuotas(this.support);
  private readonly server: Server = createServer((request, response) => this.serve(request, response));

  /** `now`: what AWS takes for the time. */
  constructor(private readonly now: () => Date) {}

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the endpoint does not listen');
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** An empty table, no cases, no quotas, and nothing known of calls before. */
  clear(): void {
    this.dynamoDb = newDynamoDb();
    this.support = newSupport();
    this.serviceQuotas = newServiceQuotas(this.support);
    this.calls.length = 0;
    this.misfortunes.length = 0;
  }

  /** Items as DynamoDB writes them: `{ pk: { S: 'models' }, … }`. */
  items() {
    return this.dynamoDb.items(TABLE_NAME, this.now());
  }

  /** Writes an item past all conditions. */
  put(item: Input): void {
    this.run(this.dynamoDb.service, 'PutItem', { TableName: TABLE_NAME, Item: item });
  }

  private run(service: Service, operation: string, input: Input): unknown {
    const known = service.operations[operation];
    if (known === undefined) throw new Error(`${service.name} has no operation ${operation}`);
    return known.run(input, { now: this.now(), ...PLACE });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const api = readRequest(request, Buffer.concat(chunks).toString('utf8'));
    if (api === undefined) throw new Error('a request that is not signed');
    this.calls.push({ operation: api.operation, input: api.input });
    const as = this.misfortuneOf(api.operation);
    const { status, contentType, body } = this.answerTo(api, as);
    if (as === 'lost') request.socket.destroy();
    else if (as !== 'silent') response.writeHead(status, { 'Content-Type': contentType }).end(body);
  }

  private answerTo(api: ApiRequest, as: string | undefined): ApiAnswer {
    try {
      if (as !== undefined && as !== 'lost' && as !== 'silent')
        throw new AwsError(as, 'the test wants it so', statusOf(as));
      const { service } = this.serviceOf(api);
      return answer(api, this.run(service, api.operation, api.input));
    } catch (error) {
      const told = error instanceof AwsError ? error : new AwsError('NotRehearsed', String(error), 501);
      return errorAnswer(api, told);
    }
  }

  private serviceOf({ scope }: ApiRequest) {
    if (scope === 'support') return this.support;
    return scope === 'servicequotas' ? this.serviceQuotas : this.dynamoDb;
  }

  private misfortuneOf(operation: string): string | undefined {
    const index = this.misfortunes.findIndex((one) => one.operation === operation);
    return index < 0 ? undefined : this.misfortunes.splice(index, 1)[0]?.as;
  }
}

const statusOf = (error: string): number => (error.startsWith('Internal') ? 500 : 400);

/** Nothing follows upon a request by itself. */
const newServiceQuotas = (support: Support): ServiceQuotas =>
  new ServiceQuotas(PLACE, {}, new QuotaRequests({ accountId: PLACE.accountId, support }));

const newSupport = (): Support => new Support({ accountId: PLACE.accountId });

function newDynamoDb(): DynamoDb {
  const dynamoDb = new DynamoDb(PLACE);
  dynamoDb.putTable({
    name: TABLE_NAME,
    keySchema: [
      { attributeName: 'pk', keyType: 'HASH' },
      { attributeName: 'sk', keyType: 'RANGE' },
    ],
    attributeDefinitions: [
      { attributeName: 'pk', attributeType: 'S' },
      { attributeName: 'sk', attributeType: 'S' },
    ],
  });
  return dynamoDb;
}
