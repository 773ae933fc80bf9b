import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loadSettings, SettingsError } from '../lib/settings/settings';
import { buildApp } from '../lib/stacks/ops-alert-app';

const DEFAULT_SETTINGS_FILE = 'ops-alert.yaml';

try {
  const settingsFile: unknown = new App().node.tryGetContext('settings') ?? DEFAULT_SETTINGS_FILE;
  const app = buildApp(loadSettings(String(settingsFile)));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // A fault in the settings is for their author, who is not helped by a stack trace.
  console.error(error.message);
  process.exitCode = 1;
}
