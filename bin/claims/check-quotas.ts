import { THRESHOLD_KEYS } from '../../lambda/contract/names';
import type { AwsView } from '../../rehearsal/aws-view';
import {
  Absent,
  type Checks,
  callsOf,
  configOf,
  isToldOf,
  type Scene,
  settingInForce,
  storedValue,
  unlessFigure,
  wasLost,
} from './scene';

export const quotaChecks: Checks<
  'quota' | 'quotaName' | 'defaultQuota' | 'increase' | 'asked' | 'threshold' | 'thresholdOf'
> = {
  quota: ({ code, value, isDefault }, { view }) => {
    const quota = neededQuota(code, view);
    if (isDefault !== undefined && quota.isDefault !== isDefault)
      return `${quota.value} ${quota.isDefault ? "is AWS's default" : 'was applied to the account'}`;
    return unlessFigure('the quota', quota.value, value);
  },
  quotaName: ({ code, name }, { view }) => {
    const actual = neededQuota(code, view).name;
    return actual === name ? undefined : `its name is "${actual}"`;
  },
  defaultQuota: ({ code, value }, { view }) => {
    const actual = view.quota(code)?.default;
    if (value === null)
      return actual === undefined || wasLost(callsOf('servicequotas:GetAWSDefaultServiceQuota', view))
        ? undefined
        : `AWS's default is ${actual}`;
    if (actual === undefined) throw new Absent(`there is no default of ${code}`);
    return unlessFigure("AWS's default", actual, value);
  },
  increase: ({ code, percent, value }, scene) => {
    const percents = percentsOf(code, scene);
    if (!percents.includes(percent)) return `the settings say ${percents.join(', ')} percent`;
    const actual = increased(code, percent, scene);
    const { value: quota } = neededQuota(code, scene.view);
    return actual === value
      ? undefined
      : `${quota} and ${percent} percent, and more than the default, are ${actual}`;
  },
  thresholdOf: ({ code, percent, value }, scene) => {
    const percents = percentKeys(code, scene, 'Threshold').map((key) => settingInForce(key, scene));
    if (!percents.includes(percent)) return `the settings say ${percents.join(', ')} percent`;
    const quota = neededQuota(code, scene.view).value;
    const actual = Math.floor((quota * percent) / 100);
    return actual === value ? undefined : `${percent} percent of ${quota} are ${actual}`;
  },
  asked: ({ code, value, was }, scene) => {
    const told = scene.view
      .cases()
      .flatMap(({ communications }) => communications)
      .filter((body) => isToldOf(body, scene));
    if (isRequested(code, value, scene)) return undefined;
    if (told.length === 0) return 'no case was told of the incident';
    const parts = [code, ` ${shown(was)} `, ` ${shown(value)} `];
    return told.some((body) => parts.every((part) => body.replace(/\s+/g, ' ').includes(part)))
      ? undefined
      : `no case was told ${shown(value)} in place of ${shown(was)} for ${code}`;
  },
  threshold: ({ quota, value }, scene) => {
    const stored = storedThreshold(quota, scene);
    return stored === String(value) ? undefined : `the stored threshold is ${stored ?? 'missing'}`;
  },
};

const isRequested = (code: string, value: number, { view }: Scene): boolean =>
  view
    .quotaRequests()
    .some((one) => one.quotaCode === code && Math.round(one.desiredValue) === Math.round(value));

const shown = (value: number): string => value.toLocaleString('en-US');

export const storedThreshold = (quota: 'RPM' | 'TPM', scene: Scene): string | undefined =>
  storedValue(quota === 'RPM' ? THRESHOLD_KEYS.rpm : THRESHOLD_KEYS.tpm, scene);

/** The applied value, or AWS's default where none was ever applied; undefined where there is neither. */
export function quotaOf(code: string, view: AwsView) {
  const quota = view.quota(code);
  const value = quota?.value ?? quota?.default;
  if (quota === undefined || value === undefined) return undefined;
  return { name: quota.name, value, isDefault: quota.value === undefined };
}

/** Throws Absent. */
export function neededQuota(code: string, view: AwsView) {
  const quota = quotaOf(code, view);
  if (quota === undefined) throw new Absent(`Service Quotas knows no quota ${code}`);
  return quota;
}

/** What is to be asked for, so many percent more but above AWS's default, for which no request is taken. Throws Absent. */
export function increased(code: string, percent: number, scene: Scene): number {
  const quota = neededQuota(code, scene.view);
  const more = Math.ceil((quota.value * (100 + percent)) / 100);
  const byDefault = defaultOf(code, quota, scene);
  return byDefault === null || more > byDefault ? more : Math.floor(byDefault) + 1;
}

/** AWS's default, which is read anew only where nothing else was applied; null where it is not known. */
export function defaultOf(
  code: string,
  { value, isDefault }: { readonly value: number; readonly isDefault: boolean },
  scene: Scene,
): number | null {
  const { rpmQuotaCode, rpmAwsDefault, tpmAwsDefault } = configOf(scene);
  return isDefault ? value : code === rpmQuotaCode ? rpmAwsDefault : tpmAwsDefault;
}

/** By how many percent the settings have this quota raised. Throws Absent. */
export const percentsOf = (code: string, scene: Scene): readonly number[] =>
  percentKeys(code, scene).map((key) => Number(settingInForce(key, scene)));

/** The settings that say by how much this quota is raised, or how much of it is the threshold. */
function percentKeys(
  code: string,
  scene: Scene,
  of: 'Increase' | 'Threshold' = 'Increase',
): readonly string[] {
  const { rpmQuotaCode, tpmQuotaCode } = configOf(scene);
  const keys = [
    ...(code === rpmQuotaCode ? [`rpm${of}Percent`] : []),
    ...(code === tpmQuotaCode ? [`tpm${of}Percent`] : []),
  ];
  if (keys.length === 0) throw new Absent(`${code} is no quota of this model`);
  return keys;
}
