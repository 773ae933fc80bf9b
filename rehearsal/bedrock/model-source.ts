/** A system profile as Bedrock defines it in one Region. */
export interface SystemProfile {
  readonly id: string;
  readonly name: string;
  /** One for each Region that it sends requests to. */
  readonly modelArns: readonly string[];
}

/**
 * To which Regions the profiles of a geography send requests: a plausible choice, as AWS has another one for each model.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
const REGIONS_OF: Readonly<Record<string, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  'us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3'],
  apac: ['ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
  ca: ['ca-central-1', 'ca-west-1'],
  sa: ['sa-east-1', 'us-east-1'],
  me: ['me-central-1', 'me-south-1'],
  af: ['af-south-1', 'eu-west-1'],
};

const OTHER_REGION = 'us-west-2';

/** A geography of two letters, such as `us` or `us-gov`, or one of the longer ones, stands before `provider.model`. */
const PROFILE_ID = /^(?<geography>global|apac|[a-z]{2}(?:-[a-z]+)?)\.(?<modelId>[a-z0-9-]+\..+)$/;

/** The ARN of a foundation model in a Region; without a Region, that of a global profile's model anywhere. */
export const foundationModelArn = (modelId: string, region: string): string =>
  `arn:aws:bedrock:${region}::foundation-model/${modelId}`;

/** The system profile of an id as it is in a Region; undefined for the id of a foundation model. */
export function systemProfile(id: string, region: string): SystemProfile | undefined {
  const { geography, modelId } = PROFILE_ID.exec(id)?.groups ?? {};
  if (geography === undefined || modelId === undefined) return undefined;
  const regions = geography === 'global' ? ['', region] : regionsOf(geography, region);
  return {
    id,
    name: `${geography.toUpperCase()} ${modelId.replace(/[^0-9a-zA-Z]+/g, ' ')}`,
    modelArns: regions.map((one) => foundationModelArn(modelId, one)),
  };
}

/** With the Region in which it is played: a profile can be used only from Regions that it has. */
const regionsOf = (geography: string, region: string): readonly string[] =>
  [...new Set([...(REGIONS_OF[geography] ?? [OTHER_REGION]), region])].sort();
