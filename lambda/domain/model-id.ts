import { isKnownProvider } from './providers';

/** What the form of a model id says. Application profiles do not tell which model is beneath them. */
export interface ModelIdentity {
  /** The value of the dimension `ModelId` under which Bedrock publishes this model's metrics. */
  readonly metricModelId: string;
  readonly kind: 'foundation model' | 'geographic profile' | 'global profile' | 'application profile';
}

const APPLICATION_PROFILE = 'application-inference-profile/';
const FOUNDATION_MODEL = ':foundation-model/';

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
  if (modelId.includes(FOUNDATION_MODEL)) return 'foundation model';
  if (id.startsWith('global.')) return 'global profile';
  return hasGeography(id) ? 'geographic profile' : 'foundation model';
}

/**
 * A profile id puts a geography before provider.model: `us.anthropic.claude-…`. New geographies come, and the names of
 * models have points too (`zai.glm-4.6`, `deepseek.v3.2`): what is known decides, then the form.
 */
function hasGeography(id: string): boolean {
  const [first = '', second = '', ...rest] = id.split('.');
  if (isKnownProvider(first) || rest.length === 0) return false;
  return isKnownProvider(second) || /^[a-z]{2,5}(-[a-z]+)*\.[a-z0-9-]+\.[a-z]/.test(id);
}

/** How a model is invoked decides which of its quotas are used. */
export type InferenceMode = 'on-demand' | 'cross-region' | 'global';

/** A foundation model, and the way in which it is invoked. */
export interface InvokedModel {
  /** Without geography, for example `anthropic.claude-opus-4-6-v1`. */
  readonly modelId: string;
  readonly mode: InferenceMode;
}

/** The id that the global profile beside a geographic one has, where AWS offers it; undefined for other modes. */
export const globalIdBeside = ({ modelId, mode }: InvokedModel): string | undefined =>
  mode === 'cross-region' ? `global.${modelId}` : undefined;

/** What a model id, system profile id or ARN of either invokes; undefined where its form does not tell. */
export function invokedModel(modelId: string): InvokedModel | undefined {
  const { metricModelId, kind } = readModelId(modelId);
  // An application profile's short id, when it is given without its ARN, has no provider before a point.
  if (kind === 'application profile' || !metricModelId.includes('.')) return undefined;
  if (kind === 'foundation model') return { modelId: metricModelId, mode: 'on-demand' };
  return {
    modelId: metricModelId.slice(metricModelId.indexOf('.') + 1),
    mode: kind === 'global profile' ? 'global' : 'cross-region',
  };
}
