import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { faultsOfAws } from './aws-commands';
import { codeSpansOf, type Passage, PROJECT, passagesOf } from './documents';

/** A command of a document. */
interface Command {
  readonly line: number;
  readonly words: readonly string[];
  /** Prose may name a command by its beginning; a block shows all of it. */
  readonly isWhole: boolean;
}

const SHELL = /^sh\b/;
const BEGINS_A_COMMAND = /^(?:npm|npx|aws|cp) \S/;

/** What is wrong with the commands of a document: `line 3: no script npm run demmo`. */
export function faultsOfCommands(markdown: string): readonly string[] {
  const made = new Set<string>();
  return passagesOf(markdown)
    .flatMap(commandsOf)
    .flatMap((command) => faultsOf(command, made).map((fault) => `line ${command.line}: ${fault}`));
}

function commandsOf({ line, info, text }: Passage): readonly Command[] {
  if (info === undefined)
    return codeSpansOf(text)
      .filter((code) => BEGINS_A_COMMAND.test(code))
      .flatMap((code) => commandLine(code.replace(/[[\]]/g, ''), line, false));
  if (!SHELL.test(info)) return [];
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((one) => commandLine(one, line, true));
}

/** `cd a && npm ci` is two commands. */
function commandLine(text: string, line: number, isWhole: boolean): readonly Command[] {
  const commands: string[][] = [[]];
  for (const [word] of text.replace(/(^| )#.*/, '').matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (word === '&&' || word === '|') commands.push([]);
    else commands.at(-1)?.push(word.replace(/["']/g, ''));
  }
  return commands.filter((words) => words.length > 0).map((words) => ({ line, words, isWhole }));
}

/** `made`: what earlier commands have written; a copy is added. */
function faultsOf(
  { words: [program = '', ...words], isWhole }: Command,
  made: Set<string>,
): readonly string[] {
  switch (program) {
    case 'npm':
      return faultsOfNpm(words);
    case 'npx':
      return [...faultsOfNpx(words), ...faultsOfFiles(words, made)];
    case 'aws':
      return faultsOfAws(words, isWhole);
    case 'cp': {
      const [from = '', to = ''] = words;
      const faults = faultsOfFiles([from], made);
      made.add(to);
      return faults;
    }
    case 'export':
      return [];
    default:
      return [`no known program ${program}`];
  }
}

const { scripts, bin } = z
  .object({ scripts: z.record(z.string(), z.string()), bin: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')));

/** https://docs.npmjs.com/cli/commands: `cit` is `ci`, then the script `test`. */
const NPM_COMMANDS = ['ci', 'cit', 'install'];

function faultsOfNpm([command = '', ...words]: readonly string[]): readonly string[] {
  if (command === 'run') {
    const [script = ''] = words;
    return script in scripts ? [] : [`no script npm run ${script}`];
  }
  const isScript = command === 'test' || command === 'start';
  if (isScript || command === 'cit')
    return (isScript ? command : 'test') in scripts ? [] : [`no script for npm ${command}`];
  return NPM_COMMANDS.includes(command) ? [] : [`no command npm ${command}`];
}

/** Tools whose options depend on the command that is named first. */
const HAVE_COMMANDS = ['biome', 'cdk', 'ops-alert'];

function faultsOfNpx([tool = '', ...words]: readonly string[]): readonly string[] {
  if (!existsSync(programOf(tool))) return [`no tool npx ${tool}`];
  const command = HAVE_COMMANDS.includes(tool) ? (words[0] ?? '') : '';
  const help = helpOf(tool, command);
  if (command !== '' && !help.includes(`${tool} ${command}`)) return [`no command npx ${tool} ${command}`];
  return words
    .filter((word) => /^--?[a-z]/.test(word) && !names(help, word.replace(/=.*/, '')))
    .map((option) => `no option ${option} of npx ${tool} ${command}`.trimEnd());
}

const names = (help: string, option: string): boolean =>
  new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help);

const programOf = (tool: string): string =>
  join(PROJECT, bin[tool] === undefined ? `node_modules/.bin/${tool}` : bin[tool]);

const helps = new Map<string, string>();

function helpOf(tool: string, command: string): string {
  const program = programOf(tool);
  const key = `${tool} ${command}`;
  const help = helps.get(key) ?? printed(program, command === '' ? ['--help'] : [command, '--help']);
  helps.set(key, help);
  return help;
}

function printed(program: string, args: readonly string[]): string {
  const runner = join(PROJECT, 'node_modules/.bin/tsx');
  const words = program.endsWith('.ts') ? [runner, program, ...args] : [program, ...args];
  const [command = '', ...rest] = words;
  const { stdout, stderr } = spawnSync(command, rest, { cwd: PROJECT, encoding: 'utf8' });
  return stdout + stderr;
}

const NAMES_A_FILE = /^[\w.-]+(?:\/[\w.-]+)*\.(?:csv|json|md|ts|ya?ml)$/;

const faultsOfFiles = (words: readonly string[], made: ReadonlySet<string>): readonly string[] =>
  words
    .filter((word) => NAMES_A_FILE.test(word) && !made.has(word) && !existsSync(join(PROJECT, word)))
    .map((word) => `no file ${word}, and no earlier command makes it`);
