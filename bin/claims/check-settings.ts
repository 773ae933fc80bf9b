import { parseLiveSetting } from '../../lambda/contract/model-config';
import { parameterName } from '../../lambda/contract/names';
import { asLiveSetting, type Checks, configOf, readConfig, settingInForce, storedValue } from './scene';

export const settingChecks: Checks<'setting' | 'unusedSetting' | 'unusableConfig' | 'noQuota'> = {
  setting: ({ key, value }, scene) => {
    const actual = settingInForce(key, scene);
    if (actual === undefined) return `there is no setting ${key}`;
    return actual === value ? undefined : `${key} is ${JSON.stringify(actual)}`;
  },
  unusedSetting: ({ key, problem }, scene) => {
    const live = asLiveSetting(key);
    if (live === undefined) return `${key} is no live setting`;
    const text = storedValue(live, scene);
    if (text === undefined) return problem === 'missing' ? undefined : 'its parameter is missing';
    const isValid = parseLiveSetting(live, text) !== undefined;
    return problem === 'invalid' && !isValid ? undefined : `its parameter is ${JSON.stringify(text)}`;
  },
  unusableConfig: ({ parameter }, scene) => {
    const own = parameterName(scene.customer, scene.model, 'config');
    if (parameter !== own) return `its configuration is ${own}`;
    return readConfig(scene) === undefined ? undefined : `${scene.model} has a configuration`;
  },
  noQuota: ({ quota }, scene) => {
    const { rpmQuotaCode, tpmQuotaCode } = configOf(scene);
    const code = quota === 'RPM' ? rpmQuotaCode : tpmQuotaCode;
    return code === null ? undefined : `its ${quota} quota is ${code}`;
  },
};
