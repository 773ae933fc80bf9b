import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MOST_ALARM_METRICS } from '../../aws/cloudwatch';
import type { QuotaSharer } from '../../lambda/domain/inference-profiles';
import {
  type AlarmMetric,
  busiest,
  counts,
  metricsOf,
  notCountedByOwner,
  readUsageSum,
  roomForSharers,
  type UsageSum,
  withFactor,
  withSharers,
} from '../../lambda/domain/usage-alarm';

const MODEL = 'us.anthropic.claude-opus-4-6-v1';

const series = (Id: string, model: string): AlarmMetric => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'ModelId', Value: model }],
    },
    Period: 60,
    Stat: 'Sum',
  },
  ReturnData: false,
});
const sumMetric = (Expression: string): AlarmMetric => ({
  Id: 'countedusage',
  Expression,
  Label: 'Invocations that count',
  ReturnData: true,
});
const alarm = (expression: string, ...others: readonly AlarmMetric[]): readonly AlarmMetric[] => [
  series('usage', MODEL),
  ...others,
  sumMetric(expression),
];
const sharer = (id: string): QuotaSharer => ({ id, name: `profile ${id}` });
const ourMetric = (id: string): AlarmMetric => ({ ...series(`sharer_${id}`, id), Label: `profile ${id}` });

function sumOf(metrics: readonly AlarmMetric[]): UsageSum {
  const sum = readUsageSum(metrics);
  if (sum === undefined) throw new Error('no sum');
  return sum;
}
const expressionOf = (metrics: readonly AlarmMetric[]): string | undefined =>
  metrics.find(({ Id }) => Id === 'countedusage')?.Expression;
/** What the alarm becomes. */
const following = (metrics: readonly AlarmMetric[], ...ids: readonly string[]): readonly AlarmMetric[] =>
  metricsOf(withSharers(sumOf(metrics), ids.map(sharer)));

describe('what an alarm adds up', () => {
  test.each<[before: string, sharers: readonly string[], after: string]>([
    ['1 * usage', [], '1 * usage'],
    ['1 * usage', ['a'], '1 * (usage + sharer_a)'],
    ['0 * usage', ['b', 'a'], '0 * (usage + sharer_a + sharer_b)'],
    ['1 * (usage + sharer_old)', ['a'], '1 * (usage + sharer_a)'],
    ['1 * (usage + sharer_old)', [], '1 * usage'],
    ['1 * (usage + mine)', ['a'], '1 * (usage + sharer_a + mine)'],
    ['1 * (2 * mine + usage)', ['a'], '1 * (2 * mine + usage + sharer_a)'],
    ['1 * (usage + sharer_old + IF(mine > 5, mine + 1, 0))', [], '1 * (usage + IF(mine > 5, mine + 1, 0))'],
    ['1*(usage+sharer_old)', ['a'], '1 * (usage + sharer_a)'],
    ['1 * (usage + mine - yours)', ['a'], '1 * (usage + sharer_a + mine - yours)'],
    ['0.5 * usage', ['a'], '0.5 * (usage + sharer_a)'],
  ])('%s with %j becomes %s', (before, sharers, after) => {
    expect(expressionOf(following(alarm(before, ourMetric('old'), series('mine', 'x')), ...sharers))).toBe(
      after,
    );
  });

  test('a sharer is the own metric under another id, and returns nothing by itself', () => {
    const own = { ...series('usage', MODEL).MetricStat, Unit: 'Count', Period: 120 };
    const metrics = following(
      [{ ...series('usage', MODEL), MetricStat: own } as AlarmMetric, sumMetric('1 * usage')],
      'a.b-c:0',
    );
    expect(metrics[1]).toEqual({
      Id: 'sharer_a_b_c_0',
      Label: 'profile a.b-c:0',
      MetricStat: {
        ...own,
        Metric: {
          Namespace: 'AWS/Bedrock',
          MetricName: 'Invocations',
          Dimensions: [{ Name: 'ModelId', Value: 'a.b-c:0' }],
        },
      },
      ReturnData: false,
    });
  });

  test.each([
    ['no product', 'usage'],
    ['a product of something else', '1 * mine'],
    ['something beside the product', '1 * usage + mine'],
    ['two products', '1 * (usage) + 2 * (mine)'],
    ['parentheses that do not match', '1 * (usage + (mine)'],
    ['the own series twice', '1 * (usage + usage)'],
    ['the own series calculated with', '1 * (usage - mine)'],
    ['a sharer calculated with', '1 * (usage + 2 * sharer_a)'],
    ['no own series', '1 * (sharer_a + mine)'],
    ['nothing', ''],
  ])('%s is the owner’s', (_, expression) => {
    expect(readUsageSum(alarm(expression, ourMetric('a'), series('mine', 'x')))).toBeUndefined();
  });

  test.each<[what: string, metrics: readonly AlarmMetric[]]>([
    ['an alarm on a single metric', []],
    ['an alarm without the own series', [series('mine', 'x'), sumMetric('1 * usage')]],
    [
      'an own series of no model',
      [
        { Id: 'usage', MetricStat: { Metric: { MetricName: 'Invocations' }, Period: 60, Stat: 'Sum' } },
        sumMetric('1 * usage'),
      ],
    ],
    ['an own series that is an expression', [{ Id: 'usage', Expression: '1' }, sumMetric('1 * usage')]],
  ])('%s is the owner’s', (_, metrics) => {
    expect(readUsageSum(metrics)).toBeUndefined();
  });
});

describe('nothing is written', () => {
  const present = alarm('1 * (usage + sharer_b + sharer_a)', ourMetric('b'), ourMetric('a'));

  test('while the alarm counts the same sharers, in whatever order it has them', () => {
    const sum = sumOf(present);
    expect(withSharers(sum, ['a', 'b'].map(sharer))).toBe(sum);
    const reversed = sumOf(present.toReversed());
    expect(withSharers(reversed, ['b', 'a'].map(sharer))).toBe(reversed);
  });

  test('for another name or label of a sharer', () => {
    const sum = sumOf(present);
    expect(withSharers(sum, [sharer('a'), { id: 'b', name: 'another' }])).toBe(sum);
  });

  test.each<[what: string, metrics: readonly AlarmMetric[]]>([
    ['a sharer that is not in the sum', alarm('1 * (usage + sharer_a)', ourMetric('b'), ourMetric('a'))],
    ['a sharer that is no metric', alarm('1 * (usage + sharer_a + sharer_b)', ourMetric('a'))],
    [
      'a sharer of another statistic',
      alarm('1 * (usage + sharer_a + sharer_b)', ourMetric('a'), {
        ...series('sharer_b', 'b'),
        MetricStat: { Metric: undefined, Period: 60, Stat: 'Sum' },
      }),
    ],
    [
      'one sharer too many',
      alarm('1 * (usage + sharer_a + sharer_b)', ourMetric('a'), ourMetric('b'), ourMetric('c')),
    ],
  ])('but for %s', (_, metrics) => {
    expect(following(metrics, 'a', 'b')).toEqual(
      alarm('1 * (usage + sharer_a + sharer_b)', ourMetric('a'), ourMetric('b')),
    );
  });
});

describe('the factor', () => {
  test.each<[before: string, factor: 0 | 1, after: string]>([
    ['1', 0, '0'],
    ['0', 1, '1'],
    ['0.0', 1, '1'],
    ['1', 1, '1'],
    ['0', 0, '0'],
    ['0.5', 1, '1'],
    ['0.0001', 1, '1'],
    ['10', 1, '1'],
    ['0.5', 0, '0'],
    ['1.0', 1, '1.0'],
    ['0.0', 0, '0.0'],
  ])('%s, where %d is due, is %s', (before, factor, after) => {
    const sum = sumOf(alarm(`${before} * (usage + mine)`, series('mine', 'x')));
    const next = withFactor(sum, factor);
    expect(expressionOf(metricsOf(next))).toBe(`${after} * (usage + mine)`);
    expect(next === sum).toBe(before === after);
  });
});

describe('a series that the owner counts already', () => {
  const metrics = alarm('1 * (usage + mine)', series('mine', 'a'), series('aside', 'b'));

  test('is not counted twice; one that is no part of the sum is', () => {
    const sum = sumOf(metrics);
    expect(notCountedByOwner(sum, ['a', 'b', 'c'].map(sharer))).toEqual(['b', 'c'].map(sharer));
    expect(['a', 'b'].map((id) => counts(sum, sharer(id)))).toEqual([true, false]);
  });
});

describe('the busiest come first', () => {
  const idsOf = (totals: Readonly<Record<string, readonly [tokens: number, requests: number]>>) => {
    const usage = new Map(
      Object.entries(totals).map(([id, [tokens, requests]]) => [id, { tokens, requests }]),
    );
    return busiest(['a', 'b', 'c', 'd', 'e'].map(sharer), usage)
      .map(({ id }) => id)
      .join('');
  };

  test.each<[string, Parameters<typeof idsOf>[0], string]>([
    ['by tokens, however many requests', { a: [1, 900], c: [3, 1], b: [2, 50] }, 'cbade'],
    ['then by requests', { a: [5, 1], c: [5, 3], e: [0, 1] }, 'caebd'],
    ['then by id, the unused last', { d: [5, 5], b: [7, 0], c: [5, 5], e: [0, 0] }, 'bcdae'],
  ])('%s', (_, totals, order) => {
    expect(idsOf(totals)).toBe(order);
  });
});

describe('whatever the alarm and its sharers are', () => {
  const OWNERS = ['mine', '2 * mine', 'IF(yours > 1, yours + mine, 0)', 'mine - yours'];
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{4}$/), { maxLength: 15 });
  const alarms = fc
    .record({
      before: fc.shuffledSubarray(OWNERS),
      after: fc.shuffledSubarray(OWNERS),
      present: fc.subarray(['old0', 'old1', 'old2']),
      factor: fc.constantFrom('0', '1', '0.5'),
      owners: fc.integer({ min: 2, max: 6 }),
    })
    .map(({ before, after, present, factor, owners }) =>
      alarm(
        `${factor} * (${[...before, 'usage', ...present.map((id) => `sharer_${id}`), ...after].join(' + ')})`,
        ...present.map(ourMetric),
        ...['mine', 'yours', 'third', 'fourth', 'fifth', 'sixth']
          .slice(0, owners)
          .map((id) => series(id, id)),
      ),
    );
  /** As the updater chooses. */
  const followed = (metrics: readonly AlarmMetric[], sharers: readonly QuotaSharer[]) => {
    const sum = sumOf(metrics);
    return metricsOf(withSharers(sum, busiest(sharers, new Map()).slice(0, roomForSharers(sum))));
  };
  const isOurs = ({ Id = '' }: AlarmMetric): boolean => Id.startsWith('sharer_') || Id === 'countedusage';

  test('the own series and the owner’s metrics stay, and there are never more than ten', () => {
    fc.assert(
      fc.property(alarms, ids, (metrics, sharers) => {
        const next = followed(metrics, sharers.map(sharer));
        expect(next.filter((metric) => !isOurs(metric))).toEqual(metrics.filter((metric) => !isOurs(metric)));
        expect(next.filter(({ MetricStat }) => MetricStat !== undefined).length).toBeLessThanOrEqual(
          MOST_ALARM_METRICS,
        );
        expect(new Set(next.map(({ Id }) => Id)).size).toBe(next.length);
      }),
    );
  });

  test('the owner’s terms stay as they are and in their order, and ours are exactly the metrics of ours', () => {
    fc.assert(
      fc.property(alarms, ids, (metrics, sharers) => {
        const own = (terms: readonly string[]) =>
          terms.filter((term) => !/^(?:usage|sharer_\w+)$/.test(term));
        const next = sumOf(followed(metrics, sharers.map(sharer)));
        expect(own(next.terms)).toEqual(own(sumOf(metrics).terms));
        expect(next.terms.filter((term) => term.startsWith('sharer_'))).toEqual(
          next.metrics.filter((metric) => metric.Id?.startsWith('sharer_')).map(({ Id }) => Id),
        );
      }),
    );
  });

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(alarms, ids, fc.constantFrom<(0 | 1)[]>(0, 1), (metrics, sharers, factor) => {
        const next = sumOf(metricsOf(withFactor(sumOf(followed(metrics, sharers.map(sharer))), factor)));
        const again = busiest(sharers.map(sharer), new Map()).slice(0, roomForSharers(next));
        expect(withFactor(withSharers(next, again), factor)).toBe(next);
      }),
    );
  });
});
