import * as z from 'zod';
import { LIVE_SETTINGS } from '../../lambda/contract/model-config';
import { placesOfKey } from './findings';
import { fileSchema, type Prose, proseOf } from './schema';

/** The text of docs/settings.md: every key of the settings file, as the schema has it. */
export function settingsDocument(): string {
  const { customer, stakeholders, updateIntervalDays, maxNewCasesPerDay, models } = fileSchema.shape;
  const keys = Object.entries({
    customer,
    stakeholders,
    updateIntervalDays,
    maxNewCasesPerDay,
    ...models.element.shape,
  });
  return `${[INTRODUCTION, HEADER, ...keys.map(([key, value]) => row(key, value)), '', CLOSING].join('\n')}\n`;
}

const INTRODUCTION = `# Settings

<!-- Made from lib/settings/schema.ts by \`npx tsx lib/settings/write-docs.ts\`; changes belong there. -->

The settings stand in \`ops-alert.yaml\`; begin with a copy of \`ops-alert.example.yaml\`. At the top stand \`customer\`,
\`stakeholders\` and \`models\`, a list with a map for each model; \`updateIntervalDays\`, \`maxNewCasesPerDay\` and
\`defaults\` may stand there as well. A key that may stand in \`defaults\` and in each of \`models\` holds for all models
when it stands in \`defaults\`; a model's own value goes before it.

Keys marked *live* are also parameters in Parameter Store, under
\`/{customer}/bedrock/quota-monitoring/{model name}/{key}\`. They are read at every incident, so there they can be changed
without a deployment. The next deployment of the model writes the value of the file again if that has changed.
`;

const HEADER = '| key | may stand | meaning | default | allowed | live |\n|---|---|---|---|---|---|';

const CLOSING = `An alarm may look back at most a day (86,400 seconds), or a week (604,800 seconds) where its period is 3600: this bounds
\`criticalEvaluationPeriods\` × \`alarmPeriodSeconds\`, \`latencyEvaluationPeriods\` × \`latencyPeriodSeconds\`,
\`anomalyEvaluationPeriods\` × \`anomalyPeriodSeconds\`, and \`warningEvaluationPeriods\` × 60 seconds, the period of the
alarms on RPM and TPM, which is fixed since quotas are per minute.`;

function row(key: string, schema: z.core.$ZodType): string {
  const isOptional = schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional;
  const value = isOptional ? schema.unwrap() : schema;
  const prose = proseOf(value);
  if (prose === undefined) throw new Error(`the setting ${key} has no prose`);
  const live = LIVE_SETTINGS.some((setting) => setting === key) ? 'yes' : '';
  const allowed = z.globalRegistry.get(value)?.description ?? '';
  const cells = [`\`${key}\``, placesOfKey(key) ?? '', prose.meaning, defaultOf(prose), allowed, live];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const defaultOf = (prose: Prose): string =>
  prose.default === undefined ? (prose.absent ?? '') : `\`${String(prose.default)}\``;
