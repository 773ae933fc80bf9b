import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ScenarioError } from '../../../rehearsal/scenario/fault';
import { parseScenario } from '../../../rehearsal/scenario/parse-scenario';
import { KNOWN } from './known-names';

const FOLDER = join(__dirname, 'faults');
const SCENARIOS = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

/** Each file begins with the line that it must be refused with, without its own name in front. */
function expectedOf(file: string, text: string): string {
  const [expected = ''] = /(?<=^# ).*/.exec(text) ?? [];
  return join(FOLDER, /^\d/.test(expected) ? `${file}:${expected}` : expected);
}

function messageOf(text: string, file: string): string {
  try {
    parseScenario(text, file, KNOWN);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return 'not refused';
}

describe('a scenario with one fault is refused with one line', () => {
  test.each(SCENARIOS)('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    expect(messageOf(text, join(FOLDER, file))).toBe(expectedOf(file, text));
  });
});

describe('a scenario with several faults', () => {
  const lines = [
    'name: Everything at once',
    'start: 09:00',
    'settings: {models: [{name: Nova}]}',
    'metricDelay: soon',
    'supportPlan: gold',
    'models:',
    '  Nova:',
    '    series:',
    '      Invocations: 4x',
    '      Latency: 5',
    '  Opus: {}',
    'faults:',
    '  - {call: createCase, error: 7, kind: slow}',
    'events:',
    '  - {at: 1s, resolveCases: all}',
    '  - {at: 1m, remove: {model: Haiku}}',
    'expect:',
    '  - {never: Throttle}',
    '  - {alarm: Throttles, model: Sonnet, state: ALARM, at: 1m}',
    'extra: 1',
  ];

  test('is refused with a line for each, in the order of the file', () => {
    const message = messageOf(lines.join('\n'), 's.yaml').split('\n');
    expect(message.map((line) => line.split(': ').slice(0, 3).join(': '))).toEqual([
      's.yaml:2: start is not an instant: 09:00',
      's.yaml:4: metricDelay is not a duration: soon',
      's.yaml:5: supportPlan is not allowed: gold',
      's.yaml:9: Invocations is not a series: 4x',
      's.yaml:10: unknown metric: Latency',
      's.yaml:11: unknown model: Opus',
      's.yaml:13: call is not a call: createCase',
      's.yaml:13: error is not a text: 7',
      's.yaml:13: kind is not allowed: slow',
      's.yaml:15: at is not on the minute: 1s',
      's.yaml:16: unknown model: Haiku',
      's.yaml:18: never is not known: Throttle',
      's.yaml:19: unknown model: Sonnet',
      's.yaml:20: unknown key: extra',
    ]);
  });

  test('keeps a long value short and on one line', () => {
    const [line = ''] = messageOf(`name: x\nstart: "${'later '.repeat(40)}"`, 's.yaml').split('\n');
    expect(line).toBe(
      `s.yaml:2: start is not an instant: ${'later '.repeat(40).slice(0, 59)}…: a time in UTC such as 2026-03-02T09:00:00Z`,
    );
  });
});
