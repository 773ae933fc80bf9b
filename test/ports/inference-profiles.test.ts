import { BedrockClient } from '@aws-sdk/client-bedrock';
import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import { listInferenceProfiles } from '../../lambda/ports/inference-profiles';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const send = jest.spyOn(BedrockClient.prototype, 'send');
beforeEach(() => {
  send.mockReset();
});

const summary = (id: string, ...models: readonly string[]) => ({
  inferenceProfileId: id,
  inferenceProfileArn: `arn:${id}`,
  inferenceProfileName: `name of ${id}`,
  models: models.map((modelArn) => ({ modelArn })),
  status: 'ACTIVE',
});
const profile = (id: string, ...modelArns: readonly string[]) => ({
  id,
  arn: `arn:${id}`,
  name: `name of ${id}`,
  modelArns,
});

interface Asked {
  readonly typeEquals: string;
  readonly nextToken?: string;
}

test('profiles of both types are listed, page by page', async () => {
  const pages: Readonly<Record<string, object>> = {
    SYSTEM_DEFINED: { inferenceProfileSummaries: [summary('us.a.b', 'm1', 'm2')], nextToken: 'two' },
    'SYSTEM_DEFINED two': { inferenceProfileSummaries: [summary('eu.a.b', 'm3')] },
    APPLICATION: { inferenceProfileSummaries: [summary('prof00000001', 'm1', 'm2')] },
  };
  send.mockImplementation(
    (async ({ input: { typeEquals, nextToken } }: { input: Asked }) =>
      pages[nextToken === undefined ? typeEquals : `${typeEquals} ${nextToken}`]) as never,
  );
  expect(await listInferenceProfiles()).toEqual({
    system: [profile('us.a.b', 'm1', 'm2'), profile('eu.a.b', 'm3')],
    application: [profile('prof00000001', 'm1', 'm2')],
  });
  expect(send).toHaveBeenCalledTimes(3);
});

test('none of a type is an empty list', async () => {
  send.mockResolvedValue({} as never);
  expect(await listInferenceProfiles('patient')).toEqual({ system: [], application: [] });
});

test('half a list is none: a type that cannot be listed is a failure', async () => {
  send.mockImplementation((async ({ input: { typeEquals } }: { input: Asked }) => {
    if (typeEquals === 'APPLICATION') throw new Error('Rate exceeded');
    return { inferenceProfileSummaries: [] };
  }) as never);
  await expect(listInferenceProfiles()).rejects.toThrow('Rate exceeded');
});
