import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loadSettings, SettingsError } from '../lib/settings/settings';
import { buildApp } from '../lib/stacks/ops-alert-app';

const DEFAULT_SETTINGS_FILE = 'ops-alert.yaml';

/** What `-c settings=FILE` names. An app that only reads the context must not synthesise itself over the real one. */
const settingsFile = (): string =>
  String(new App({ autoSynth: false }).node.tryGetContext('settings') ?? DEFAULT_SETTINGS_FILE);

try {
  const app = buildApp(loadSettings(settingsFile()));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // A fault in the settings is for their author, who is not helped by a stack trace.
  console.error(error.message);
  process.exitCode = 1;
}
