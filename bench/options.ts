import { Command, InvalidArgumentError, Option } from 'commander';

export interface BenchOptions {
  /** The names of the parts to measure; undefined for all. */
  readonly only?: readonly string[];
  readonly format: 'text' | 'json';
  readonly release?: true;
}

/**
 * Reads the command's arguments. Throws CommanderError when it has told on `writeError`, in one line, what is wrong
 * and what is allowed, or has shown its help.
 */
export const readOptions = (
  args: readonly string[],
  partNames: readonly string[],
  writeError: (text: string) => void,
): BenchOptions =>
  new Command('bench')
    .description('measures what Bedrock Ops Alert costs in requests, bytes and time')
    .addOption(
      new Option('--only <parts>', `some parts only, with commas between: ${partNames.join(', ')}`)
        .argParser((given) => readParts(given, partNames))
        .conflicts('release'),
    )
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .option('--release', 'also put the figures down as those of the release, in bench/last-release.json')
    .allowExcessArguments(false)
    .configureOutput({ writeErr: writeError })
    .exitOverride()
    .parse(args, { from: 'user' })
    .opts<BenchOptions>();

function readParts(given: string, partNames: readonly string[]): readonly string[] {
  const parts = given.split(',').map((part) => part.trim());
  const unknown = parts.find((part) => !partNames.includes(part));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`No such part: '${unknown}'. Allowed are ${partNames.join(', ')}.`);
  return parts;
}
