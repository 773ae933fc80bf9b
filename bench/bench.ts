import { CommanderError } from 'commander';
import { bundleBytes } from './bundle-bytes';
import { dayRehearsed } from './day-rehearsed';
import type { MeasuredPart, Part } from './figure';
import { handlerCpu } from './handler-cpu';
import { readLastRelease, writeLastRelease } from './last-release';
import { loadTime } from './load-time';
import { readOptions } from './options';
import { renderJson, renderTable } from './render';
import { requestsBeforeEmails } from './requests-before-emails';
import { storms } from './storms';
import { synthesis } from './synthesis';

const PARTS: readonly Part[] = [
  requestsBeforeEmails,
  handlerCpu,
  bundleBytes,
  loadTime,
  dayRehearsed,
  synthesis,
  storms,
];

const EXIT_BAD_INPUT = 2;

async function bench(args: readonly string[]): Promise<void> {
  const { only, format, release } = readOptions(
    args,
    PARTS.map(({ name }) => name),
    (text) => process.stderr.write(text),
  );
  const parts = await measure(PARTS.filter(({ name }) => only === undefined || only.includes(name)));
  const last = readLastRelease();
  console.log(format === 'json' ? renderJson(parts, last) : renderTable(parts, last));
  if (release) writeLastRelease(parts);
}

/** One after the other, since they would slow each other down. */
async function measure(parts: readonly Part[]): Promise<readonly MeasuredPart[]> {
  const measured: MeasuredPart[] = [];
  for (const part of parts) {
    console.error(`measuring ${part.name} ...`);
    measured.push({ name: part.name, title: part.title, figures: await part.measure() });
  }
  return measured;
}

bench(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_BAD_INPUT;
});
