import { describe, expect, test } from '@jest/globals';
import { AnomalyBands } from '../../../rehearsal/cloudwatch/anomaly-band';
import { epochMinute, type Metric, MetricStore } from '../../../rehearsal/cloudwatch/metric-store';

const TOKENS: Metric = { namespace: 'AWS/Bedrock', name: 'InputTokenCount', dimensions: { ModelId: 'm' } };

function at(instant: string): number {
  return epochMinute(new Date(instant));
}

/** Puts `value` into each minute from `from` to `to` (exclusive). */
function fill(store: MetricStore, from: string, to: string, value: number): void {
  for (let minute = at(from); minute < at(to); minute += 1) store.put(TOKENS, minute, value);
}

function bandAt(store: MetricStore, instant: string, width = 2, period = 5) {
  return new AnomalyBands(store).band(TOKENS, 'Sum', period, at(instant), width);
}

describe('the band of a period', () => {
  test('is the mean at the same hour of day ± width × 2 % of the mean when the past is even', () => {
    const store = new MetricStore();
    fill(store, '2026-02-28T00:00:00Z', '2026-03-02T00:00:00Z', 100);
    expect(bandAt(store, '2026-03-02T09:35:00Z')).toEqual({ lower: 480, upper: 520 });
    expect(bandAt(store, '2026-03-02T09:35:00Z', 3)).toEqual({ lower: 470, upper: 530 });
  });

  test('is the mean ± width × the standard deviation when that is more', () => {
    const store = new MetricStore();
    fill(store, '2026-02-28T09:00:00Z', '2026-02-28T10:00:00Z', 10);
    fill(store, '2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z', 30);
    expect(bandAt(store, '2026-03-02T09:00:00Z')).toEqual({ lower: 0, upper: 200 });
  });

  test('looks at no other hour, and not at the hour being judged', () => {
    const store = new MetricStore();
    fill(store, '2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z', 100);
    fill(store, '2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z', 100_000);
    expect(bandAt(store, '2026-03-02T09:59:00Z')).toEqual({ lower: 480, upper: 520 });
  });

  test('looks back 14 days and no further', () => {
    const store = new MetricStore();
    fill(store, '2026-02-15T09:00:00Z', '2026-02-15T10:00:00Z', 100_000);
    expect(bandAt(store, '2026-03-02T09:00:00Z')).toBeUndefined();
    fill(store, '2026-02-16T09:00:00Z', '2026-02-16T10:00:00Z', 100);
    expect(bandAt(store, '2026-03-02T09:00:00Z')).toEqual({ lower: 480, upper: 520 });
  });

  test('is that of the hour in which the period begins, on the grid of its own length', () => {
    const store = new MetricStore();
    fill(store, '2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z', 100);
    expect(bandAt(store, '2026-03-02T09:58:00Z', 2, 60)).toEqual({ lower: 5760, upper: 6240 });
  });

  test('may be longer than an hour', () => {
    const store = new MetricStore();
    fill(store, '2026-03-01T08:00:00Z', '2026-03-01T10:00:00Z', 100);
    expect(bandAt(store, '2026-03-02T09:00:00Z', 2, 120)).toEqual({ lower: 11_520, upper: 12_480 });
  });
});

describe('there is no band', () => {
  test('for a metric without history', () => {
    expect(bandAt(new MetricStore(), '2026-03-02T09:00:00Z')).toBeUndefined();
  });

  test.each(['2026-03-02T11:59:00Z', '2026-03-02T12:30:00Z', '2026-03-03T08:59:00Z'])(
    'until there was traffic at that hour on a day before: %s after a start at 09:00',
    (instant) => {
      const store = new MetricStore();
      fill(store, '2026-03-02T09:00:00Z', instant, 100);
      expect(bandAt(store, instant)).toBeUndefined();
    },
  );
});

describe('what is remembered', () => {
  test('gives way to a rewritten past', () => {
    const store = new MetricStore();
    const bands = new AnomalyBands(store);
    const band = () => bands.band(TOKENS, 'Sum', 5, at('2026-03-02T09:00:00Z'), 2);
    fill(store, '2026-03-01T09:00:00Z', '2026-03-02T09:00:00Z', 100);
    expect(band()).toEqual({ lower: 480, upper: 520 });
    fill(store, '2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z', 200);
    expect(band()).toEqual({ lower: 960, upper: 1040 });
  });

  test('gives way to samples that come in after a first, early question', () => {
    const store = new MetricStore();
    const bands = new AnomalyBands(store);
    const band = () => bands.band(TOKENS, 'Sum', 5, at('2026-03-02T09:00:00Z'), 2);
    expect(band()).toBeUndefined();
    fill(store, '2026-03-01T09:00:00Z', '2026-03-01T09:30:00Z', 100);
    expect(band()).toEqual({ lower: 480, upper: 520 });
    fill(store, '2026-03-01T09:30:00Z', '2026-03-01T10:00:00Z', 300);
    expect(band()).toEqual({ lower: 0, upper: 2000 });
  });
});
