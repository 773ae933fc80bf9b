/** What the form of a model id says. Application profiles do not tell which model is beneath them. */
export interface ModelIdentity {
  /** The value of the dimension `ModelId` under which Bedrock publishes this model's metrics. */
  readonly metricModelId: string;
  readonly kind: 'foundation model' | 'geographic profile' | 'global profile' | 'application profile';
}

const APPLICATION_PROFILE = 'application-inference-profile/';

/**
 * Reads a model id, profile id or ARN. Bedrock names a series by the last segment of the ARN: the model id, the system
 * profile's id, or an application profile's short id.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export function readModelId(modelId: string): ModelIdentity {
  const metricModelId = modelId.slice(modelId.lastIndexOf('/') + 1);
  return { metricModelId, kind: kindOf(modelId, metricModelId) };
}

function kindOf(modelId: string, id: string): ModelIdentity['kind'] {
  if (modelId.includes(APPLICATION_PROFILE)) return 'application profile';
  if (id.startsWith('global.')) return 'global profile';
  // A profile id puts a geography before provider.model: `us.anthropic.claude-…`; a model id has only `provider.model`.
  return /^[a-z]{2,5}(-[a-z]+)?\.[a-z0-9-]+\.[a-z]/.test(id) ? 'geographic profile' : 'foundation model';
}
