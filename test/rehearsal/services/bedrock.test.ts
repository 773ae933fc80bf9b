import { describe, expect, test } from '@jest/globals';
import { Bedrock, profileId } from '../../../rehearsal/services/bedrock';
import { calling, errorOf, place } from './calls';

const AT = '2026-03-02T09:00:00Z';
const PROFILES = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile';
const MODEL = 'anthropic.claude-opus-4-6-v1';
const US = `arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.${MODEL}`;
const FOUNDATION = `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`;

function bedrock(...modelIds: string[]) {
  const played = new Bedrock(place, modelIds);
  const { run, permissions } = calling(played.service, AT);
  const create = (inferenceProfileName: string, copyFrom: string) =>
    run('CreateInferenceProfile', { inferenceProfileName, modelSource: { copyFrom } });
  const profiles = () => played.profiles().map(({ id }) => id);
  return { played, run, permissions, create, profiles };
}

describe('Bedrock’s own profiles', () => {
  test('are those of the models that are played and of what was copied', () => {
    const { create, profiles } = bedrock(
      `global.${MODEL}`,
      'amazon.nova-lite-v1:0',
      `${PROFILES}/a1b2c3d4e5f6`,
    );
    expect(profiles()).toEqual([`global.${MODEL}`]);
    create('Orders', US);
    expect(profiles()).toEqual([`global.${MODEL}`, `us.${MODEL}`, profileId('Orders')]);
  });

  test('cannot be deleted', () => {
    const { run } = bedrock(`us.${MODEL}`);
    const inferenceProfileIdentifier = `us.${MODEL}`;
    expect(errorOf(() => run('DeleteInferenceProfile', { inferenceProfileIdentifier }))).toBe(
      'ValidationException 400',
    );
  });
});

describe('an application profile', () => {
  test('has an id of its own, and the models of what it was copied from', () => {
    const { create, run } = bedrock();
    const id = profileId('Orders');
    expect(id).toMatch(/^[a-z0-9]{12}$/);
    expect(create('Orders', US)).toEqual({ inferenceProfileArn: `${PROFILES}/${id}`, status: 'ACTIVE' });
    const models = ['us-east-1', 'us-east-2', 'us-west-2'].map((region) => ({
      modelArn: `arn:aws:bedrock:${region}::foundation-model/${MODEL}`,
    }));
    const profile = {
      inferenceProfileId: id,
      inferenceProfileArn: `${PROFILES}/${id}`,
      inferenceProfileName: 'Orders',
      models,
      status: 'ACTIVE',
      type: 'APPLICATION',
      createdAt: new Date(AT),
      updatedAt: new Date(AT),
    };
    for (const inferenceProfileIdentifier of [id, `${PROFILES}/${id}`])
      expect(run('GetInferenceProfile', { inferenceProfileIdentifier })).toEqual(profile);
    expect(run('GetInferenceProfile', { inferenceProfileIdentifier: US })).toMatchObject({ models });
  });

  test('of a foundation model has that one in its Region', () => {
    const { create, run } = bedrock();
    create('Orders', FOUNDATION);
    expect(run('GetInferenceProfile', { inferenceProfileIdentifier: profileId('Orders') })).toMatchObject({
      models: [{ modelArn: FOUNDATION }],
    });
  });

  test('of a name that another has gets another id', () => {
    const { create, profiles } = bedrock();
    create('Orders', FOUNDATION);
    create('Orders', FOUNDATION);
    expect(new Set(profiles()).size).toBe(2);
  });

  test('is gone when it is deleted, and another can have its name', () => {
    const { create, run, profiles } = bedrock();
    const inferenceProfileIdentifier = profileId('Orders');
    create('Orders', FOUNDATION);
    run('DeleteInferenceProfile', { inferenceProfileIdentifier });
    expect(profiles()).toEqual([]);
    for (const operation of ['GetInferenceProfile', 'DeleteInferenceProfile'])
      expect(errorOf(() => run(operation, { inferenceProfileIdentifier }))).toBe(
        'ResourceNotFoundException 404',
      );
  });

  test('that exists by this id is a conflict', () => {
    const { played } = bedrock();
    const put = () =>
      played.putApplicationProfile({ name: 'a', id: 'a1b2c3d4e5f6', copyFrom: MODEL }, new Date(AT));
    put();
    expect(errorOf(put)).toBe('ConflictException 400');
  });

  test.each([
    ['a name with a dot', { inferenceProfileName: 'a.b', modelSource: { copyFrom: US } }],
    ['a name of 65 characters', { inferenceProfileName: 'a'.repeat(65), modelSource: { copyFrom: US } }],
    ['no source', { inferenceProfileName: 'a' }],
    ['a source that is no ARN', { inferenceProfileName: 'a', modelSource: { copyFrom: MODEL } }],
    [
      'an application profile as its source',
      { inferenceProfileName: 'a', modelSource: { copyFrom: `${PROFILES}/a1b2c3d4e5f6` } },
    ],
    [
      'a profile that has no geography',
      { inferenceProfileName: 'a', modelSource: { copyFrom: US.replace('us.', '') } },
    ],
  ])('is refused with %s', (_, input) => {
    expect(errorOf(() => bedrock().run('CreateInferenceProfile', input))).toBe('ValidationException 400');
  });
});

describe('a list of profiles', () => {
  const listed = (output: unknown): readonly string[] => {
    const { inferenceProfileSummaries } = output as {
      inferenceProfileSummaries: readonly { inferenceProfileId: string }[];
    };
    return inferenceProfileSummaries.map(({ inferenceProfileId }) => inferenceProfileId);
  };

  test('has only Bedrock’s own unless it is asked for the others', () => {
    const { create, run } = bedrock();
    create('Orders', US);
    expect(listed(run('ListInferenceProfiles'))).toEqual([`us.${MODEL}`]);
    expect(listed(run('ListInferenceProfiles', { typeEquals: 'APPLICATION' }))).toEqual([
      profileId('Orders'),
    ]);
  });

  test('comes page by page', () => {
    const { create, run, profiles } = bedrock();
    for (const name of ['a', 'b', 'c']) create(name, FOUNDATION);
    const first = run('ListInferenceProfiles', { typeEquals: 'APPLICATION', maxResults: 2 });
    const { nextToken } = first as { nextToken: string };
    const second = run('ListInferenceProfiles', { typeEquals: 'APPLICATION', maxResults: 2, nextToken });
    expect([...listed(first), ...listed(second)]).toEqual(profiles());
    expect(second).not.toHaveProperty('nextToken');
    expect(errorOf(() => run('ListInferenceProfiles', { nextToken }))).toBe('ValidationException 400');
  });

  test.each([{ maxResults: 0 }, { maxResults: 1001 }, { typeEquals: 'ALL' }])(
    'is refused with %j',
    (input) => {
      expect(errorOf(() => bedrock().run('ListInferenceProfiles', input))).toBe('ValidationException 400');
    },
  );
});

test('IAM is asked about the profile, and a list takes no resource', () => {
  const { permissions, create } = bedrock();
  create('Orders', US);
  const id = profileId('Orders');
  expect(permissions('ListInferenceProfiles')).toEqual([
    { action: 'bedrock:ListInferenceProfiles', resource: '*' },
  ]);
  for (const inferenceProfileIdentifier of [id, `${PROFILES}/${id}`])
    expect(permissions('GetInferenceProfile', { inferenceProfileIdentifier })).toEqual([
      { action: 'bedrock:GetInferenceProfile', resource: `${PROFILES}/${id}` },
    ]);
  expect(permissions('DeleteInferenceProfile', { inferenceProfileIdentifier: 'zzzzzzzzzzzz' })).toEqual([
    { action: 'bedrock:DeleteInferenceProfile', resource: `${PROFILES}/zzzzzzzzzzzz` },
  ]);
  const input = { inferenceProfileName: 'a', modelSource: { copyFrom: US } };
  expect(permissions('CreateInferenceProfile', input).map(({ resource }) => resource)).toEqual([
    `${PROFILES}/*`,
    US,
  ]);
});
