import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { rehearsedProduct } from '../../bin/rehearsed-product';
import { playScenario } from '../../rehearsal/engine/play-scenario';
import { readScenario } from '../../rehearsal/engine/read-scenario';
import { renderText } from '../../rehearsal/reporting/text-report';
import { inUsd, monthlyCosts, total } from '../stacks/monthly-costs';
import { FOUNDATION, settingsOf, stackOf } from '../stacks/synthesized';

const PROJECT = join(__dirname, '..', '..');
const DEMO = join(PROJECT, 'rehearsal', 'scenarios', 'a-day-in-the-life.yaml');

const read = (file: string): string => readFileSync(file, 'utf8');

/** What stands in the README as output, block by block. */
const outputs = [...read(join(PROJECT, 'README.md')).matchAll(/```text\n(.*?)\n```/gs)].map(
  ([, text = '']) => text,
);

test('what the README shows of the demo is what the demo prints', async () => {
  const scenario = readScenario(read(DEMO), DEMO, rehearsedProduct);
  const report = await playScenario(scenario, rehearsedProduct);
  const printed = renderText(report, scenario, { assumptions: [] });
  expect(report.failures).toEqual([]);
  const [timeline, email] = outputs;
  expect(printed).toContain(timeline);
  expect(printed).toContain(email);
});

test('what the README says of costs is what the templates come to', () => {
  const readme = read(join(PROJECT, 'README.md'));
  const monthly = (stack: string): number => total(monthlyCosts(stackOf(settingsOf(), stack)));
  const foundation = monthly(FOUNDATION);
  const model = monthly(`${FOUNDATION}-Nova`);
  expect(readme).toContain(`| foundation, once per team and Region | ${inUsd(foundation)} |`);
  expect(readme).toContain(`| each model | ${inUsd(model)} |`);
  expect(readme).toContain(`With ten models: ${inUsd(foundation + 10 * model)} USD a month`);
});
