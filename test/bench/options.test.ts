import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../../bench/options';

const PARTS = ['requests', 'storm', 'day'];

/** The options, or what was told of what is wrong with them. */
function read(...args: readonly string[]) {
  const told: string[] = [];
  try {
    return { options: readOptions(args, PARTS, (text) => told.push(text)), told };
  } catch (error) {
    if (told.length === 0) throw error;
    return { options: undefined, told };
  }
}

test.each([
  ['nothing', [], { format: 'text' }],
  ['some parts', ['--only', 'storm,requests'], { format: 'text', only: ['storm', 'requests'] }],
  ['spaces between parts', ['--only', 'storm, day'], { format: 'text', only: ['storm', 'day'] }],
  ['JSON', ['--format', 'json'], { format: 'json' }],
  ['a release', ['--release'], { format: 'text', release: true }],
])('%s is understood', (_, args, options) => {
  expect(read(...args)).toEqual({ options, told: [] });
});

describe('bad options', () => {
  test.each([
    ['a part that is none', ['--only', 'storms'], ['storms', 'requests, storm, day']],
    ['no part at all', ['--only', ''], ["''", 'requests, storm, day']],
    ['an unknown format', ['--format', 'xml'], ['xml', 'text, json']],
    ['a release of some parts', ['--only', 'day', '--release'], ['--only', '--release']],
    ['an unknown option', ['--fast'], ['--fast']],
    ['an argument', ['storm'], ['too many arguments']],
  ])('%s: one line names it and what is allowed', (_, args, words) => {
    const { options, told } = read(...args);
    expect(options).toBeUndefined();
    expect(told.join('').trimEnd().split('\n')).toHaveLength(1);
    for (const word of words) expect(told.join('')).toContain(word);
  });
});
