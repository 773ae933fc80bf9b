import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../lib/settings/settings';
import { playScenario } from '../rehearsal/engine/play-scenario';
import { readScenario } from '../rehearsal/engine/read-scenario';
import type { Report } from '../rehearsal/report';
import { coloured } from '../rehearsal/reporting/colour';
import { renderJson, renderText } from '../rehearsal/reporting/text-report';
import { type Fault, ScenarioError } from '../rehearsal/scenario/fault';
import type { Scenario } from '../rehearsal/scenario/scenario';
import { NotRehearsed } from '../rehearsal/service';
import { rehearsedProduct } from './rehearsed-product';

export const EXIT_ALL_HELD = 0;
export const EXIT_ONE_FAILED = 1;
export const EXIT_BAD_INPUT = 2;

/** What the local AWS does not know of CloudWatch, since AWS does not document it. */
const ASSUMPTIONS = [
  'An alarm of N evaluations looks at N + 2 periods, which fits the one number that AWS documents: 5 for N = 3.',
  "The anomaly band is the mean of the samples at the same hour of earlier days, plus the band's width times their " +
    'standard deviation or 2 % of the mean, whichever is more; CloudWatch trains a model of its own.',
  'An alarm changes its state in the instant in which the minute that decides it has ended and is visible.',
];

export interface RehearseOptions {
  readonly format: 'text' | 'json';
  readonly out?: string;
}

/**
 * Plays scenario files one after the other and prints a report of each. Answers with the exit code: 0 when every
 * expectation held, 1 when one failed, 2 for bad input, which is then named on standard error, one line per fault.
 */
export async function rehearse(files: readonly string[], options: RehearseOptions): Promise<number> {
  try {
    const scenarios = readScenarios(files);
    if (options.out !== undefined) makeFolder(options.out);
    let allHeld = true;
    for (const scenario of scenarios) {
      const report = await playScenario(scenario, rehearsedProduct, {
        onProgress: (doing) => console.error(`${scenario.name}: ${doing} ...`),
      });
      console.log(forReader(render(report, scenario, options.format), options.format));
      if (options.out !== undefined) writeReport(report, scenario, options.out, options.format);
      allHeld &&= report.passed;
    }
    return allHeld ? EXIT_ALL_HELD : EXIT_ONE_FAILED;
  } catch (error) {
    if (!isBadInput(error)) throw error;
    console.error(error.message);
    return EXIT_BAD_INPUT;
  }
}

/** Before anything is played, so that nothing is played in vain. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const value = error instanceof Error ? error.message : String(error);
    throw new ScenarioError([
      { file: folder, line: 1, what: 'the folder cannot be made', value, allowed: 'a folder, new or not' },
    ]);
  }
}

const isBadInput = (error: unknown): error is Error =>
  error instanceof ScenarioError || error instanceof SettingsError || error instanceof NotRehearsed;

/** Reads all before any is played, so that a typing error in the last shows at once. */
function readScenarios(files: readonly string[]): readonly Scenario[] {
  const faults: Fault[] = [];
  const scenarios = files.flatMap((file) => {
    try {
      return [readScenario(readScenarioFile(file), file, rehearsedProduct)];
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      faults.push(...error.faults);
      return [];
    }
  });
  if (faults.length > 0) throw new ScenarioError(faults);
  return scenarios;
}

function readScenarioFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ScenarioError([
      { file, line: 1, what: 'the file cannot be read', value: reason, allowed: 'a scenario file' },
    ]);
  }
}

/** Colour is for people: neither for a file nor for a program, nor for whoever sets NO_COLOR (https://no-color.org). */
const forReader = (text: string, format: RehearseOptions['format']): string =>
  format === 'text' && process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '' ? coloured(text) : text;

const render = (report: Report, scenario: Scenario, format: RehearseOptions['format']): string =>
  format === 'json' ? renderJson(report) : renderText(report, scenario, { assumptions: ASSUMPTIONS });

/** One file for the report, and one for each e-mail and case, to be read as their readers do. */
function writeReport(
  report: Report,
  scenario: Scenario,
  folder: string,
  format: RehearseOptions['format'],
): void {
  const name = report.scenario.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const write = (suffix: string, text: string): void =>
    writeFileSync(join(folder, `${name}${suffix}`), `${text}\n`);
  write(format === 'json' ? '.json' : '.txt', render(report, scenario, format));
  report.emails.forEach(({ subject, body }, index) => {
    write(`-email-${index + 1}.txt`, `Subject: ${subject}\n\n${body}`);
  });
  for (const { displayId, subject, communications } of report.cases)
    write(
      `-case-${displayId}.txt`,
      [`Subject: ${subject}`, ...communications.map(({ body }) => body)].join('\n\n'),
    );
}
