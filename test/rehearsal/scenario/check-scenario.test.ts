import { expect, test } from '@jest/globals';
import { checkModelNames } from '../../../rehearsal/scenario/check-scenario';
import { renderFault, ScenarioError } from '../../../rehearsal/scenario/fault';
import { parseScenario } from '../../../rehearsal/scenario/parse-scenario';
import { KNOWN } from './known-names';

const SCENARIO = parseScenario(
  `name: A story
start: 2026-03-02T09:00:00Z
models:
  Nova: {}
  Opus: {}
events:
  - {at: 5m, setAlarm: {model: Haiku, alarm: Throttles, state: ALARM}}
  - {at: 5m, remove: {model: Nova}}
  - {at: 5m, resolveCases: all}
expect:
  - {never: Throttles, model: Sonnet}
  - {never: Throttles}
`,
  'story.yaml',
  KNOWN,
);

test('names every model that the settings do not have, with its line', () => {
  expect(checkModelNames(SCENARIO, ['Nova', 'Opus 2']).map(renderFault)).toEqual([
    'story.yaml:5: unknown model: Opus: Nova, Opus 2',
    'story.yaml:7: unknown model: Haiku: Nova, Opus 2',
    'story.yaml:11: unknown model: Sonnet: Nova, Opus 2',
  ]);
});

test('says that there are none', () => {
  expect(checkModelNames(SCENARIO, [])[0]?.allowed).toBe('none, the settings have no models');
});

test('has no objection to what the settings have', () => {
  expect(checkModelNames(SCENARIO, ['Nova', 'Opus', 'Haiku', 'Sonnet'])).toEqual([]);
});

test('an error sorts by file, in the order of their first faults, and by line', () => {
  const fault = (file: string, line: number) => ({ file, line, what: 'w', value: 'v', allowed: 'a' });
  const { message } = new ScenarioError([fault('b', 9), fault('a', 10), fault('b', 2), fault('a', 3)]);
  expect(message.split('\n')).toEqual(['b:2: w: v: a', 'b:9: w: v: a', 'a:3: w: v: a', 'a:10: w: v: a']);
});
