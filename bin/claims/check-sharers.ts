import { isDeepStrictEqual } from 'node:util';
import { NO_SHARERS, type QuotaSharers, quotaSharersSchema } from '../../lambda/contract/quota-sharers';
import type { InferenceProfileSeen } from '../../rehearsal/aws-view';
import { Absent, type Checks, configOf, type Scene, storedValue } from './scene';

export const sharerChecks: Checks<'counted' | 'alarmsLeaveOut' | 'globalProfile'> = {
  counted: ({ sharers, unlisted }, scene) => {
    const actual = neededSharers(scene);
    const stored = actual.sharers.map(({ id, name }) => ({ id, name }));
    if (!isDeepStrictEqual(sharers, stored)) return `its quotas are shared by ${JSON.stringify(stored)}`;
    if (unlisted !== actual.unlisted) return `${actual.unlisted} more share them`;
    // What a model's own profile was copied from goes by its id.
    const renamed = scene.view
      .inferenceProfiles()
      .filter(({ type }) => type === 'APPLICATION')
      .find((profile) => sharers.some(({ id, name }) => id === profile.id && name !== profile.name));
    return renamed === undefined ? undefined : `the name of ${renamed.id} is "${renamed.name}"`;
  },
  alarmsLeaveOut: ({ ids }, scene) => {
    const unwatched = neededSharers(scene)
      .sharers.filter(({ isWatched }) => !isWatched)
      .map(({ id }) => id);
    return isDeepStrictEqual(ids, unwatched)
      ? undefined
      : `the alarms leave out ${unwatched.join(', ') || 'none'}`;
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
