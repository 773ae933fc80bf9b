import { isDeepStrictEqual } from 'node:util';
import { NO_SHARERS, type QuotaSharers, quotaSharersSchema } from '../../lambda/contract/quota-sharers';
import type { InferenceProfileSeen } from '../../rehearsal/aws-view';
import { Absent, type Checks, configOf, type Scene, storedValue } from './scene';

export const sharerChecks: Checks<'counted' | 'notCounted' | 'alarmLeavesOut' | 'globalProfile'> = {
  counted: ({ sharers, unlisted }, scene) => {
    const actual = neededSharers(scene);
    const stored = actual.sharers.map(({ id, name }) => ({ id, name }));
    if (
      !isDeepStrictEqual(
        sharers.map(({ id, name }) => ({ id, name })),
        stored,
      )
    )
      return `its quotas are shared by ${JSON.stringify(stored)}`;
    if (unlisted !== actual.unlisted) return `${actual.unlisted} more share them`;
    const there = sharers.find(({ id, isDeleted: gone = false }) => gone && !isDeleted(id, scene));
    if (there !== undefined) return `${there.id} is there`;
    return unlessRenamed(sharers, scene);
  },
  notCounted: ({ profiles }, scene) => {
    const { unclear, sharers } = neededSharers(scene);
    if (!isDeepStrictEqual(profiles, unclear)) return `it cannot be told of ${JSON.stringify(unclear)}`;
    const counted = profiles.find(({ id }) => sharers.some((sharer) => sharer.id === id));
    if (counted !== undefined) return `${counted.id} is counted`;
    const ofAnother = seenOf(profiles, scene).find((profile) => !isOfSameModel(profile, scene));
    if (ofAnother !== undefined) return `${ofAnother.id} is of ${[...modelsOf(ofAnother)].join(', ')}`;
    return unlessRenamed(profiles, scene);
  },
  alarmLeavesOut: ({ quota, ids }, scene) => {
    const counted = countedBy(quota, scene);
    const out = neededSharers(scene)
      .sharers.map(({ id }) => id)
      .filter((id) => !isDeleted(id, scene) && !counted.has(id));
    return isDeepStrictEqual(ids, out) ? undefined : `the alarm leaves out ${out.join(', ') || 'none'}`;
  },
  globalProfile: ({ id }, scene) => {
    const profiles = scene.view.inferenceProfiles();
    const claimed = profiles.find((profile) => profile.id === id);
    if (claimed === undefined) throw new Absent(`Bedrock has no profile ${id}`);
    if (!isGlobal(claimed)) return 'it is no global profile';
    const { modelId } = configOf(scene);
    const own = profiles.find((profile) => [profile.id, profile.arn].includes(modelId));
    if (own === undefined) throw new Absent(`Bedrock has no profile ${modelId}`);
    if (isGlobal(own)) return `${own.id} is global itself`;
    return isDeepStrictEqual(modelsOf(claimed), modelsOf(own))
      ? undefined
      : `${own.id} is of ${[...modelsOf(own)].join(', ')}`;
  },
};

type Named = readonly { readonly id: string; readonly name: string }[];

/** Those of them that Bedrock still lists. What a model's own profile was copied from goes by its id. */
const seenOf = (named: Named, { view }: Scene): readonly InferenceProfileSeen[] =>
  view
    .inferenceProfiles()
    .filter(({ type, id }) => type === 'APPLICATION' && named.some((one) => one.id === id));

function unlessRenamed(named: Named, scene: Scene): string | undefined {
  const renamed = seenOf(named, scene).find((profile) =>
    named.some(({ id, name }) => id === profile.id && name !== profile.name),
  );
  return renamed === undefined ? undefined : `the name of ${renamed.id} is "${renamed.name}"`;
}

/** Of a foundation model's id nothing can be told, since Bedrock lists no profile of it. */
const isDeleted = (id: string, { view }: Scene): boolean =>
  !id.includes('.') && !view.inferenceProfiles().some((profile) => profile.id === id);

/** Of a model that is no profile the id itself is that of the foundation model; of one that is deleted nothing can be told. */
function isOfSameModel(profile: InferenceProfileSeen, scene: Scene): boolean {
  const { modelId } = configOf(scene);
  const own = scene.view.inferenceProfiles().find(({ id, arn }) => [id, arn].includes(modelId));
  if (own === undefined && modelId.includes(':application-inference-profile/')) return true;
  const models = own === undefined ? new Set([modelId.slice(modelId.indexOf('/') + 1)]) : modelsOf(own);
  return isDeepStrictEqual(modelsOf(profile), models);
}

/** The series that the usage alarm of this quota adds up, by the dimension `ModelId`. Throws Absent. */
function countedBy(quota: 'RPM' | 'TPM', { view, customer, model }: Scene): ReadonlySet<string> {
  const alarmName = `${customer}-Bedrock-${USAGE_ALARM[quota]}-Warning-${model}`;
  const alarm = view.alarm(alarmName);
  if (alarm === undefined) throw new Absent(`CloudWatch has no alarm ${alarmName}`);
  const { expressions = [], metrics = [] } = alarm;
  const isAdded = (id: string): boolean => expressions.some((text) => new RegExp(`\\b${id}\\b`).test(text));
  return new Set(
    metrics.filter(({ id }) => isAdded(id)).map(({ metric }) => metric.dimensions.ModelId ?? ''),
  );
}

const USAGE_ALARM = { RPM: 'HighInvocationRate', TPM: 'HighTPMQuotaUsage' } as const;

/** Only a global profile has a model in no Region. */
const isGlobal = ({ modelArns }: InferenceProfileSeen): boolean =>
  modelArns.some((arn) => arn.split(':')[3] === '');

const modelsOf = ({ modelArns }: InferenceProfileSeen): ReadonlySet<string> =>
  new Set(modelArns.map((arn) => arn.slice(arn.indexOf('/') + 1)));

/** Undefined where the parameter is not valid. */
export function storedSharers(scene: Scene): QuotaSharers | undefined {
  const text = storedValue('quota-sharers', scene);
  if (text === undefined) return NO_SHARERS;
  try {
    return quotaSharersSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function neededSharers(scene: Scene): QuotaSharers {
  const stored = storedSharers(scene);
  if (stored === undefined) throw new Absent('its parameter is not valid');
  return stored;
}
