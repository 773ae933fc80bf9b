import { describe, expect, test } from '@jest/globals';
import type { MeasuredPart } from '../../bench/figure';
import type { LastRelease } from '../../bench/last-release';
import { renderJson, renderTable } from '../../bench/render';

const PARTS: readonly MeasuredPart[] = [
  {
    name: 'requests',
    title: 'Requests before the e-mail',
    figures: [
      { name: 'RPM alarm', value: 13, unit: 'requests', target: { atMost: 15 } },
      { name: 'storm', value: 16, unit: 'requests', target: { atMost: 15 } },
    ],
  },
  {
    name: 'day',
    title: 'A day',
    figures: [
      { name: 'faster than real time', value: 18_234.567, unit: '×', target: { atLeast: 8_640 } },
      { name: 'rehearsed in', value: 4.7384, unit: 's' },
      { name: 'told within', value: null, unit: 'virtual s', target: { atMost: 180 } },
      { name: 'bytes', value: 657_672, unit: 'bytes' },
    ],
  },
];

const LAST: LastRelease = {
  release: '0.1.0',
  figures: {
    requests: { 'RPM alarm': 12 },
    day: { 'faster than real time': 9_000, 'told within': null },
  },
};

describe('the table', () => {
  const rows = new Map(
    renderTable(PARTS, LAST)
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/))
      .map(([name = '', ...cells]) => [name, cells]),
  );

  test.each([
    ['a bound that is kept', 'RPM alarm', ['13', '12', 'requests', 'at most 15', '✓']],
    [
      'a bound that is broken, by what was not measured before',
      'storm',
      ['16', '–', 'requests', 'at most 15', '✗'],
    ],
    [
      'a speed that is enough, to three digits',
      'faster than real time',
      ['18,200', '9,000', '×', 'at least 8,640', '✓'],
    ],
    ['a figure without a target', 'rehearsed in', ['4.74', '–', 's']],
    ['what never came about', 'told within', ['never', 'never', 'virtual s', 'at most 180', '✗']],
    ['a count in full', 'bytes', ['657,672', '–', 'bytes']],
    ['the title of a part', 'Requests before the e-mail', []],
    ['the head, with the release compared with', 'now', ['at 0.1.0', 'target']],
  ])('shows %s', (_, name, cells) => {
    expect(rows.get(name)).toEqual(cells);
  });

  test('has its columns one below the other', () => {
    const lines = renderTable(PARTS, LAST).split('\n');
    const columns = lines
      .filter((line) => /at (most|least)/.test(line))
      .map((line) => line.search(/at (most|least)/));
    expect(columns).toHaveLength(4);
    expect(new Set(columns).size).toBe(1);
  });
});

test('as JSON every figure has its part, its target, whether it is met, and what it was', () => {
  const { lastRelease, figures } = JSON.parse(renderJson(PARTS, LAST));
  expect(lastRelease).toBe('0.1.0');
  expect(figures).toHaveLength(6);
  expect(figures.slice(0, 2)).toEqual([
    {
      part: 'requests',
      name: 'RPM alarm',
      value: 13,
      unit: 'requests',
      target: { atMost: 15 },
      met: true,
      atLastRelease: 12,
    },
    {
      part: 'requests',
      name: 'storm',
      value: 16,
      unit: 'requests',
      target: { atMost: 15 },
      met: false,
      atLastRelease: null,
    },
  ]);
  expect(figures[3]).toEqual({
    part: 'day',
    name: 'rehearsed in',
    value: 4.7384,
    unit: 's',
    target: null,
    met: null,
    atLastRelease: null,
  });
  expect(figures[4]).toMatchObject({ value: null, met: false });
});
