export { LIVE_SETTINGS, type LiveSetting } from '../../lambda/contract/model-config';
export { loadSettings, parseSettings, SettingsError } from './load-settings';
export { type ModelSettings, modelConfigOf, type Settings } from './settings';
