import {
  BedrockClient,
  type InferenceProfileSummary,
  type InferenceProfileType,
  paginateListInferenceProfiles,
} from '@aws-sdk/client-bedrock';
import type { InferenceProfile, InferenceProfiles } from '../contract/inference-profiles';
import { PACES, type Pace } from './pace';

const clients: Readonly<Record<Pace, BedrockClient>> = {
  brisk: new BedrockClient(PACES.brisk),
  patient: new BedrockClient(PACES.patient),
};

/** The most that one page holds. */
const PROFILES_PER_PAGE = 1_000;

/**
 * Every inference profile of the account in this Region, page by page. Without a type Bedrock lists only those that it
 * defines itself, so each type is asked for.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
 */
export async function listInferenceProfiles(pace: Pace = 'brisk'): Promise<InferenceProfiles> {
  const [system, application] = await Promise.all([
    profilesOfType('SYSTEM_DEFINED', clients[pace]),
    profilesOfType('APPLICATION', clients[pace]),
  ]);
  return { system, application };
}

async function profilesOfType(
  typeEquals: InferenceProfileType,
  client: BedrockClient,
): Promise<readonly InferenceProfile[]> {
  const profiles: InferenceProfile[] = [];
  const pages = paginateListInferenceProfiles({ client, pageSize: PROFILES_PER_PAGE }, { typeEquals });
  for await (const { inferenceProfileSummaries = [] } of pages)
    profiles.push(...inferenceProfileSummaries.map(profileNow));
  return profiles;
}

const profileNow = (profile: InferenceProfileSummary): InferenceProfile => ({
  id: profile.inferenceProfileId ?? '',
  arn: profile.inferenceProfileArn ?? '',
  name: profile.inferenceProfileName ?? '',
  modelArns: (profile.models ?? []).flatMap(({ modelArn }) => modelArn ?? []),
});
