#!/usr/bin/env tsx
import { Command, CommanderError, Option } from 'commander';

const EXIT_BAD_INPUT = 2;

const program = new Command('ops-alert')
  .description("The operator's command of Bedrock Ops Alert")
  .exitOverride();

const format = () =>
  new Option('--format <format>', 'how to report').choices(['text', 'json']).default('text');

/** Loaded only by the command that needs it: the rehearsal and the SDK are large, and neither needs the other. */
const rehearsal = (): typeof import('./rehearse') => require('./rehearse');
const quotas = (): typeof import('./quotas') => require('./quotas');

program
  .command('rehearse')
  .description('plays scenarios against the synthesised application on a local AWS; no account is needed')
  .argument('<file...>', 'scenario files')
  .addOption(format())
  .option('--out <folder>', 'also write each report to this folder, with every e-mail and case as a file')
  .action(async (files: string[], options: { format: 'text' | 'json'; out?: string }) => {
    process.exitCode = await rehearsal().rehearse(files, options);
  });

program
  .command('quotas')
  .description(
    "shows which quotas of tokens and requests per minute belong to a model, by the account's own list",
  )
  .argument('<modelId...>', 'model ids, profile ids or their ARNs')
  .option(
    '--catalogue <file>',
    'look in this file, written by `aws service-quotas list-service-quotas --service-code bedrock`, not in the account',
  )
  .addOption(format())
  .action(async (modelIds: string[], options: { format: 'text' | 'json'; catalogue?: string }) => {
    process.exitCode = await quotas().showQuotas(modelIds, options);
  });

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_BAD_INPUT;
});
