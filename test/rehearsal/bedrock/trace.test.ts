import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readTrace } from '../../../rehearsal/bedrock/trace';

const COLUMNS = { timestamp: 'TIMESTAMP', input: 'ContextTokens', output: 'GeneratedTokens' };
const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

const read = (...rows: string[]) => readTrace([HEADER, ...rows].join('\n'), COLUMNS);
const faultsOf = (...rows: string[]) =>
  read(...rows).faults.map(({ line, what, value, allowed }) => `${line}: ${what}: ${value}: ${allowed}`);

describe('a trace', () => {
  // A process has one zone, and Jest's cannot be changed.
  test('without a zone is UTC, wherever it is read', () => {
    const script = `
      const { readTrace } = require('./rehearsal/bedrock/trace');
      const text = ${JSON.stringify(`${HEADER}\n2023-11-16 18:15:46.6805900,374,44`)};
      const at = readTrace(text, ${JSON.stringify(COLUMNS)}).requests[0].at;
      console.log(at.getTimezoneOffset(), at.toISOString());`;
    const printed = execFileSync(process.execPath, ['--require', 'tsx/cjs', '--eval', script], {
      cwd: join(__dirname, '../../..'),
      env: { ...process.env, TZ: 'America/New_York' },
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe('300 2023-11-16T18:15:46.680Z');
  });

  test.each([
    ['2023-11-16T18:15:46Z', '2023-11-16T18:15:46.000Z'],
    ['2023-11-16 18:15:46.5', '2023-11-16T18:15:46.500Z'],
    ['2023-11-16T18:15:46.123456+01:00', '2023-11-16T17:15:46.123Z'],
  ])('%s is %s', (written, instant) => {
    expect(read(`${written},1,2`).requests.map(({ at }) => at.toISOString())).toEqual([instant]);
  });

  test('may have other columns, carriage returns, a byte-order mark and blank lines', () => {
    const text = '\uFEFFin,id,when,out\r\n12,x,2023-11-16 18:15:46,3\r\n\r\n';
    const { requests, faults } = readTrace(text, { timestamp: 'when', input: 'in', output: 'out' });
    expect(faults).toEqual([]);
    expect(requests).toEqual([{ at: new Date('2023-11-16T18:15:46Z'), inputTokens: 12, outputTokens: 3 }]);
  });

  test('keeps the order of its rows', () => {
    const { requests, faults } = read(
      '2023-11-16 18:15:46,1,0',
      '2023-11-16 18:15:20,2,0',
      '2023-11-16 18:17:00,3,0',
    );
    expect(faults).toEqual([]);
    expect(requests.map(({ inputTokens }) => inputTokens)).toEqual([1, 2, 3]);
  });

  test('names a column that it does not have, and those that it has', () => {
    const { faults } = readTrace(`${HEADER}\n`, { ...COLUMNS, input: 'InputTokens', output: 'Out' });
    expect(faults).toEqual([
      {
        line: 1,
        what: 'no such column',
        value: 'InputTokens',
        allowed: 'TIMESTAMP, ContextTokens, GeneratedTokens',
      },
      { line: 1, what: 'no such column', value: 'Out', allowed: 'TIMESTAMP, ContextTokens, GeneratedTokens' },
    ]);
  });

  test.each([
    [['2023-11-16 18:15:46,1'], '2: malformed row: 2023-11-16 18:15:46,1: 3 values without quotes'],
    [['2023-11-16 18:15:46,1,2,3'], '2: malformed row: 2023-11-16 18:15:46,1,2,3: 3 values without quotes'],
    [['"2023-11-16 18:15:46",1,2'], '2: malformed row: "2023-11-16 18:15:46",1,2: 3 values without quotes'],
    [['2023-11-16 18:15:46,1,2', '', '16.11.2023,1,2'], '4: not a time: 16.11.2023: a time such as'],
    [['2023-13-16 18:15:46,1,2'], '2: not a time: 2023-13-16 18:15:46: a time such as'],
    [['2023-11-16 18:15:46,-1,2'], '2: not a number of tokens: -1: a whole number of at least 0'],
    [['2023-11-16 18:15:46,1,2.5'], '2: not a number of tokens: 2.5: a whole number of at least 0'],
    [
      ['2023-11-16 18:15:46,1,2', '2023-11-16 18:14:59,1,2'],
      '3: row before the first: 2023-11-16T18:14:59.000Z: 2023-11-16T18:15:00.000Z or later',
    ],
    [[], '1: no rows: the header only: one row for each request'],
  ])('%j is refused', (rows, fault) => {
    expect(faultsOf(...rows)).toEqual([expect.stringContaining(fault)]);
  });

  test('reports both cells of a row that are wrong', () => {
    expect(faultsOf('2023-11-16 18:15:46,x,y')).toHaveLength(2);
  });

  test('lists ten faults and counts the others', () => {
    const faults = faultsOf(...Array.from({ length: 25 }, () => 'never,1,2'));
    expect(faults).toHaveLength(11);
    expect(faults[9]).toContain('11: not a time: never');
    expect(faults[10]).toBe('12: and more faults: 15: none');
  });
});
