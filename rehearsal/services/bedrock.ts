import * as z from 'zod';
import { foundationModelArn, systemProfile } from '../bedrock/model-source';
import type { Metric } from '../cloudwatch/metric-store';
import { AwsError, type Call, type Input, type Operation, type Service } from '../service';
import { digest } from './derived-ids';
import { parseInput } from './input';
import type { Place } from './kms';
import { page } from './pages';

export type InferenceProfileType = 'SYSTEM_DEFINED' | 'APPLICATION';

export interface InferenceProfile {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: InferenceProfileType;
  /** The foundation models that it sends requests to, one for each Region. */
  readonly modelArns: readonly string[];
  readonly description: string | undefined;
  readonly createdAt: Date;
}

/** An application profile that somebody makes. */
export interface ApplicationProfile {
  readonly name: string;
  /** Twelve of a-z and 0-9; without it one that follows from the name. */
  readonly id?: string | undefined;
  /** The id of a foundation model or of a system profile. */
  readonly copyFrom: string;
  readonly description?: string | undefined;
}

/** Bedrock's own profiles are as old as this. */
const LONG_AGO = new Date('2025-01-01T00:00:00Z');

const NAME = /^([0-9a-zA-Z][ _-]?)+$/;
const TYPES = ['SYSTEM_DEFINED', 'APPLICATION'] as const;

const listing = z.strictObject({
  // In the query of a function's request it is a text.
  maxResults: z.coerce.number().int().min(1).max(1000).optional(),
  nextToken: z.string().min(1).max(2048).optional(),
  typeEquals: z.enum(TYPES).optional(),
});
const oneProfile = z.strictObject({ inferenceProfileIdentifier: z.string().min(1).max(2048) });
const creation = z.strictObject({
  inferenceProfileName: z.string().min(1).max(64).regex(NAME),
  modelSource: z.strictObject({ copyFrom: z.string().min(1).max(2048) }),
  description: z.string().min(1).max(200).optional(),
  // The SDK gives every call another one.
  clientRequestToken: z.string().min(1).max(256).optional(),
  tags: z
    .array(z.strictObject({ key: z.string(), value: z.string() }))
    .max(200)
    .optional(),
});

/**
 * The inference profiles of Amazon Bedrock in one account and Region. Of the system profiles there are those that
 * somebody has named so far: the models that are played, and what application profiles were copied from.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
 */
export class Bedrock {
  readonly service: Service;
  readonly #profiles = new Map<string, InferenceProfile>();

  /** @param modelIds ids or ARNs of models and profiles of which Bedrock must know the system profiles. */
  constructor(
    private readonly place: Place,
    modelIds: readonly string[] = [],
  ) {
    for (const modelId of modelIds) this.#learn(modelId.slice(modelId.lastIndexOf('/') + 1));
    this.service = {
      name: 'bedrock',
      operations: {
        ListInferenceProfiles: {
          permissions: () => [{ action: 'bedrock:ListInferenceProfiles', resource: '*' }],
          run: (input) => this.#list(input),
        },
        GetInferenceProfile: this.#onProfile('GetInferenceProfile', (profile) => shape(profile)),
        DeleteInferenceProfile: this.#onProfile('DeleteInferenceProfile', (profile) => this.#delete(profile)),
        CreateInferenceProfile: {
          permissions: (input) => [
            { action: 'bedrock:CreateInferenceProfile', resource: this.#applicationArn('*') },
            { action: 'bedrock:CreateInferenceProfile', resource: sourceOf(input) },
          ],
          run: (input, { now }) => this.#create(input, now),
        },
      },
    };
  }

  /** Makes an application profile. Throws AwsError ConflictException where its id is taken. */
  putApplicationProfile(
    { name, copyFrom, description, ...given }: ApplicationProfile,
    now: Date,
  ): InferenceProfile {
    const id = given.id ?? this.#freeId(name);
    if (this.#profiles.has(id))
      throw new AwsError('ConflictException', `The inference profile ${id} exists.`);
    const profile: InferenceProfile = {
      id,
      arn: this.#applicationArn(id),
      name,
      type: 'APPLICATION',
      modelArns: this.#learn(copyFrom)?.modelArns ?? [foundationModelArn(copyFrom, this.place.region)],
      description,
      createdAt: now,
    };
    this.#profiles.set(id, profile);
    return profile;
  }

  /** Bedrock's own first, each kind by id. */
  profiles(): readonly InferenceProfile[] {
    const byId = [...this.#profiles.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return TYPES.flatMap((type) => byId.filter((profile) => profile.type === type));
  }

  #list(input: Input) {
    const operation = 'bedrock:ListInferenceProfiles';
    const {
      maxResults = 1000,
      nextToken,
      typeEquals = 'SYSTEM_DEFINED',
    } = parseInput(listing, input, operation);
    const { items, ...next } = page({
      all: this.profiles(),
      keyOf: ({ id }) => id,
      matches: ({ type }) => type === typeEquals,
      size: maxResults,
      nextToken,
      scope: `${operation} ${typeEquals}`,
      invalidToken: () => new AwsError('ValidationException', 'The provided nextToken is invalid.'),
    });
    return { inferenceProfileSummaries: items.map(shape), ...next };
  }

  #create(input: Input, now: Date) {
    const {
      inferenceProfileName: name,
      modelSource,
      description,
    } = parseInput(creation, input, 'bedrock:CreateInferenceProfile');
    const { copyFrom } = modelSource;
    const [, kind, id] = /:(foundation-model|inference-profile)\/(.+)$/.exec(copyFrom) ?? [];
    const isProfile = id !== undefined && systemProfile(id, this.place.region) !== undefined;
    if (id === undefined || isProfile !== (kind === 'inference-profile'))
      throw new AwsError('ValidationException', `The provided model source ${copyFrom} is invalid.`);
    const { arn } = this.putApplicationProfile({ name, copyFrom: id, description }, now);
    return { inferenceProfileArn: arn, status: 'ACTIVE' };
  }

  #delete(profile: InferenceProfile) {
    if (profile.type !== 'APPLICATION')
      throw new AwsError('ValidationException', 'A system-defined inference profile cannot be deleted.');
    this.#profiles.delete(profile.id);
    return {};
  }

  /** The identifier of an operation is an ARN or an id. */
  #onProfile(operation: string, run: (profile: InferenceProfile) => unknown): Operation {
    const identifierOf = (input: Input): string =>
      parseInput(oneProfile, input, `bedrock:${operation}`).inferenceProfileIdentifier;
    return {
      permissions: (input) => {
        const identifier = identifierOf(input);
        const resource = this.#find(identifier)?.arn ?? identifier;
        return [
          {
            action: `bedrock:${operation}`,
            resource: resource.startsWith('arn:') ? resource : this.#applicationArn(resource),
          },
        ];
      },
      run: (input: Input, _call: Call) => {
        const identifier = identifierOf(input);
        const profile = this.#find(identifier);
        if (profile === undefined)
          throw new AwsError('ResourceNotFoundException', `Inference profile ${identifier} not found.`, 404);
        return run(profile);
      },
    };
  }

  #find(identifier: string): InferenceProfile | undefined {
    return [...this.#profiles.values()].find(({ id, arn }) => id === identifier || arn === identifier);
  }

  /** Of an id that is no system profile's there is nothing to learn. */
  #learn(id: string): InferenceProfile | undefined {
    const { region, accountId } = this.place;
    const found = systemProfile(id, region);
    if (found === undefined) return undefined;
    const profile: InferenceProfile = {
      ...found,
      arn: `arn:aws:bedrock:${region}:${accountId}:inference-profile/${id}`,
      type: 'SYSTEM_DEFINED',
      description: undefined,
      createdAt: LONG_AGO,
    };
    this.#profiles.set(id, profile);
    return profile;
  }

  /** AWS documents no rule that names be unique. */
  #freeId(name: string, ordinal = 0): string {
    const id = profileId(name, ordinal);
    return this.#profiles.has(id) ? this.#freeId(name, ordinal + 1) : id;
  }

  #applicationArn(id: string): string {
    const { region, accountId } = this.place;
    return `arn:aws:bedrock:${region}:${accountId}:application-inference-profile/${id}`;
  }
}

/** The short id of the first profile that gets a name without giving an id; the same in every Region. */
export const profileId = (name: string, ordinal = 0): string =>
  BigInt(`0x${digest('inference profile', name, ordinal)}`)
    .toString(36)
    .slice(-12);

/** Under which series Bedrock counts what is invoked by an application profile. */
export const profileMetric = (id: string, name: string): Metric => ({
  namespace: 'AWS/Bedrock',
  name,
  dimensions: { ModelId: id },
});

const sourceOf = (input: Input): string =>
  parseInput(creation, input, 'bedrock:CreateInferenceProfile').modelSource.copyFrom;

const shape = ({ id, arn, name, type, modelArns, description, createdAt }: InferenceProfile) => ({
  inferenceProfileId: id,
  inferenceProfileArn: arn,
  inferenceProfileName: name,
  ...(description === undefined ? {} : { description }),
  models: modelArns.map((modelArn) => ({ modelArn })),
  status: 'ACTIVE',
  type,
  createdAt,
  updatedAt: createdAt,
});
