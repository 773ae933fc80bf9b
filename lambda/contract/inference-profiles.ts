/** An inference profile of Amazon Bedrock, as it is listed. */
export interface InferenceProfile {
  /** A system profile's id, such as `us.anthropic.claude-…`; the short id of an application profile. */
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  /** The foundation models, one ARN for each Region that it may send requests to. */
  readonly modelArns: readonly string[];
}

/** Every inference profile of an account in one Region. */
export interface InferenceProfiles {
  readonly system: readonly InferenceProfile[];
  readonly application: readonly InferenceProfile[];
}
