import { isDeepStrictEqual } from 'node:util';
import { NO_SHARERS, type QuotaSharers, quotaSharersSchema } from '../../lambda/contract/quota-sharers';
import { Absent, type Checks, type Scene, storedValue } from './scene';

export const sharerChecks: Checks<'counted' | 'alarmsLeaveOut'> = {
  counted: ({ sharers, unlisted }, scene) => {
    const actual = neededSharers(scene);
    const stored = actual.sharers.map(({ id, name }) => ({ id, name }));
    if (!isDeepStrictEqual(sharers, stored)) return `its quotas are shared by ${JSON.stringify(stored)}`;
    if (unlisted !== actual.unlisted) return `${actual.unlisted} more share them`;
    const renamed = scene.view
      .inferenceProfiles()
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
};

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
