import {
  BedrockClient,
  CreateInferenceProfileCommand,
  DeleteInferenceProfileCommand,
  GetInferenceProfileCommand,
  ListInferenceProfilesCommand,
  paginateListInferenceProfiles,
} from '@aws-sdk/client-bedrock';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Access } from '../../../rehearsal/engine/access';
import { DeployedFunction } from '../../../rehearsal/engine/deployed-function';
import { Endpoint } from '../../../rehearsal/engine/endpoint';
import type { LocalRegion } from '../../../rehearsal/engine/local-region';
import { readIdentityPolicy } from '../../../rehearsal/iam/policy';
import { emptyRegion } from './regions';

const START = new Date('2026-03-02T09:00:00Z');
const ROLE = 'arn:aws:iam::111122223333:role/r';
const MODEL = 'amazon.nova-lite-v1:0';
const US = `arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.${MODEL}`;

let region: LocalRegion;
let endpoint: Endpoint;
let client: BedrockClient;

const allow = (...actions: string[]) =>
  region.rolePolicies.set(ROLE, [
    readIdentityPolicy({ Statement: { Effect: 'Allow', Action: actions, Resource: '*' } }, 'p'),
  ]);

beforeEach(async () => {
  region = emptyRegion();
  allow('bedrock:*');
  const settings = {
    name: 'f',
    label: 'f',
    codeFolder: '',
    handler: 'index.handler',
    roleArn: ROLE,
    timeoutSeconds: 30,
    memoryMb: 128,
    logGroup: 'g',
    variables: {},
  };
  const host = { url: '', clock: new Float64Array(1), newAccessKeyId: () => 'ASIA1' };
  const deployed = new DeployedFunction(settings, region, host);
  endpoint = await Endpoint.start({
    now: () => START,
    start: START,
    access: new Access(() => undefined),
    faults: [],
    invocationOf: () => ({ deployed, calls: [], logs: [], enqueue: ({ serve }) => serve(), kill: () => {} }),
    onCarriedOut: () => {},
    onCloudFormationAnswer: () => {},
    onNotRehearsed: (error) => {
      throw error;
    },
  });
  client = new BedrockClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'ASIA1', secretAccessKey: 's' },
    maxAttempts: 1,
  });
});

afterEach(() => {
  client.destroy();
  endpoint.stop();
});

const create = (inferenceProfileName: string) =>
  client.send(new CreateInferenceProfileCommand({ inferenceProfileName, modelSource: { copyFrom: US } }));

describe('the SDK', () => {
  test('creates, reads and deletes an inference profile', async () => {
    const { inferenceProfileArn } = await create('Orders');
    const profile = new GetInferenceProfileCommand({ inferenceProfileIdentifier: inferenceProfileArn });
    expect(await client.send(profile)).toMatchObject({
      inferenceProfileName: 'Orders',
      inferenceProfileArn,
      type: 'APPLICATION',
      createdAt: START,
      models: expect.arrayContaining([{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}` }]),
    });
    const inferenceProfileIdentifier = inferenceProfileArn;
    await client.send(new DeleteInferenceProfileCommand({ inferenceProfileIdentifier }));
    await expect(client.send(profile)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('lists all pages of a type', async () => {
    for (const name of ['a', 'b', 'c']) await create(name);
    const names: (string | undefined)[] = [];
    const pages = paginateListInferenceProfiles({ client, pageSize: 2 }, { typeEquals: 'APPLICATION' });
    for await (const { inferenceProfileSummaries = [] } of pages)
      names.push(...inferenceProfileSummaries.map(({ inferenceProfileName }) => inferenceProfileName));
    expect(names.sort()).toEqual(['a', 'b', 'c']);
    const { inferenceProfileSummaries = [] } = await client.send(new ListInferenceProfilesCommand({}));
    expect(inferenceProfileSummaries.map(({ inferenceProfileId }) => inferenceProfileId)).toEqual([
      `us.${MODEL}`,
    ]);
  });

  test('hears of a refusal by its name', async () => {
    allow('bedrock:GetInferenceProfile');
    await expect(client.send(new ListInferenceProfilesCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
  });
});
