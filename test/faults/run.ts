import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { endingsTable, type Judged, wrongsLine } from './counts';
import { type FaultCase, titleOf } from './fault-case';
import { KINDS } from './kinds';
import { PATHS } from './paths';
import type { Answer } from './player';
import { Players } from './players';

/** `npm run test:faults`: every call of every path fails in every way. Exits with 1 if anything that must never be came of it. */

interface Options {
  readonly path?: string[];
  readonly kind?: string[];
  readonly call?: string[];
  readonly every: number;
  readonly processes: number;
}

const names = (all: readonly { readonly name: string }[]): readonly string[] => all.map(({ name }) => name);

const among =
  (allowed: readonly string[]) =>
  (value: string, before: readonly string[] = []): readonly string[] => {
    if (allowed.includes(value)) return [...before, value];
    throw new InvalidArgumentError(`Allowed: ${allowed.join(', ')}.`);
  };

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

function count(value: string): number {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Allowed: 1 to 999.');
}

const program = new Command('test:faults')
  .description('makes every call of every path fail in every way, and says what came of it')
  .option('--path <name>', 'only this path; may be repeated', among(names(PATHS)))
  .option('--kind <name>', 'only this kind of fault; may be repeated', among(names(KINDS)))
  .option('--call <service.Operation>', 'only this call; may be repeated', several)
  .option('--every <number>', 'of so many cases only one', count, 1)
  .option('--processes <number>', 'how many play at once', count, availableParallelism())
  .action(async (options: Options) => {
    process.exitCode = await run(options);
  });

async function run({ path, kind, call, every, processes }: Options): Promise<number> {
  const players = new Players(processes);
  try {
    const all = await allCases(players, path ?? names(PATHS));
    const asked = all
      .filter((fault) => (kind?.includes(fault.kind) ?? true) && (call?.includes(fault.call) ?? true))
      .filter((_, index) => index % every === 0);
    const { judged, unplayed } = await judgeAll(players, asked);
    console.log(`\n${endingsTable(judged)}\n\n${wrongsLine(judged)}`);
    return unplayed > 0 || judged.some(({ verdict }) => verdict.wrongs.length > 0) ? 1 : 0;
  } finally {
    players.stop();
  }
}

/** In the order of the paths. Rejects where a path does not even end well without a fault. */
async function allCases(players: Players, paths: readonly string[]): Promise<readonly FaultCase[]> {
  const ofPath = new Map<string, readonly FaultCase[]>();
  const questions = paths.map((path) => ({ casesOf: path }));
  await players.askAll(questions, (answer, { casesOf }) => {
    if (!('cases' in answer)) throw new Error('why' in answer ? answer.why : `no cases of ${casesOf}`);
    console.log(`${casesOf}: ${answer.cases.length} cases`);
    ofPath.set(casesOf, answer.cases);
  });
  return paths.flatMap((path) => ofPath.get(path) ?? []);
}

/** In the order of the cases; says of each wrong what it is as soon as it is found. */
async function judgeAll(players: Players, faults: readonly FaultCase[]) {
  const judged = new Map<FaultCase, Judged>();
  let unplayed = 0;
  const questions = faults.map((fault) => ({ verdictOn: fault }));
  await players.askAll(questions, (answer, { verdictOn: fault }) => {
    if ('verdict' in answer) judged.set(fault, { fault, verdict: answer.verdict });
    else unplayed += 1;
    for (const line of linesOf(answer, fault)) console.log(line);
    const done = judged.size + unplayed;
    if (done % PROGRESS === 0) console.log(`${done} of ${faults.length} played`);
  });
  return { judged: faults.flatMap((fault) => judged.get(fault) ?? []), unplayed };
}

/** So often whoever waits is told how far it is. */
const PROGRESS = 100;

function linesOf(answer: Answer, fault: FaultCase): readonly string[] {
  if ('why' in answer) return [answer.why];
  const { wrongs } = 'verdict' in answer ? answer.verdict : { wrongs: [] };
  return wrongs.map(({ wrong, what }) => `${titleOf(fault)}: ${wrong}: ${what}`);
}

program.parseAsync().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
