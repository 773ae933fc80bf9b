#!/usr/bin/env tsx
import { Command, CommanderError, Option } from 'commander';
import { EXIT_BAD_INPUT, rehearse } from './rehearse';

const program = new Command('ops-alert')
  .description("The operator's command of Bedrock Ops Alert")
  .exitOverride();

program
  .command('rehearse')
  .description('plays scenarios against the synthesised application on a local AWS; no account is needed')
  .argument('<file...>', 'scenario files')
  .addOption(new Option('--format <format>', 'how to report').choices(['text', 'json']).default('text'))
  .option('--out <folder>', 'also write each report to this folder, with every e-mail and case as a file')
  .action(async (files: string[], options: { format: 'text' | 'json'; out?: string }) => {
    process.exitCode = await rehearse(files, options);
  });

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_BAD_INPUT;
});
