import { describe, expect, test } from '@jest/globals';
import { decide, reaches } from '../../lambda/domain/decision';

/**
 * Literal facts on purpose, and no other import: this table must not be able to agree with a wrong catalogue.
 */
type Alarm = Parameters<typeof decide>[0][number];
type Evidence = Parameters<typeof decide>[1];
type Quota = Parameters<typeof decide>[2][number];

interface Figures {
  readonly peaks: readonly [rpm: number, tpm: number];
  readonly thresholds: readonly [rpm: number | null, tpm: number | null];
}

const evidence = ({ peaks, thresholds }: Figures): Evidence => ({
  readable: true,
  peaks: { RPM: peaks[0], TPM: peaks[1] },
  thresholds: { RPM: thresholds[0], TPM: thresholds[1] },
});

const BOTH: readonly Quota[] = ['RPM', 'TPM'];

describe('the worked examples', () => {
  type Example = readonly [
    alarms: readonly Alarm[],
    peaks: Figures['peaks'],
    thresholds: Figures['thresholds'],
    scenario: string,
    category: string,
    severity: string,
    quotas: readonly Quota[],
  ];
  // biome-ignore format: a table reads by its columns.
  const EXAMPLES: readonly Example[] = [
    [['ServerErrors'], [9_999, 9_999_999], [160, 400_000], 'non_quota', 'Investigation Request', 'CRITICAL', []],
    [['InputTokenAnomaly'], [0, 0], [160, 400_000], 'new_model', 'Quota Request', 'WARNING', ['TPM']],
    [['Throttles'], [9_500, 3_000_000], [8_000, 5_000_000], 'high_usage', 'Quota Request', 'CRITICAL', BOTH],
    [['HighTPMQuotaUsage'], [150, 210_000], [160, 160_000], 'high_usage', 'Quota Request', 'WARNING', ['TPM']],
    [['InvocationAnomaly'], [5_578, 3_404_691], [8_000, 5_000_000], 'low_usage', 'Quota Request', 'WARNING', ['RPM']],
    [['ClientErrors'], [50, 80_000], [160, 160_000], 'low_usage', 'Quota Request', 'CRITICAL', BOTH],
    [['ServerErrors', 'HighTPMQuotaUsage'], [150, 210_000], [160, 160_000], 'high_usage', 'Quota Request', 'CRITICAL', ['TPM']],
    [['HighLatency', 'LatencyAnomaly'], [150, 210_000], [160, 160_000], 'non_quota', 'Investigation Request', 'WARNING', []],
  ];

  test.each(EXAMPLES)(
    '%j with peaks %j against thresholds %j is %s, %s, %s, %j',
    (alarms, peaks, thresholds, scenario, category, severity, quotas) => {
      expect(decide(alarms, evidence({ peaks, thresholds }), BOTH)).toEqual({
        scenario,
        category,
        severity,
        quotas,
      });
    },
  );
});

describe('a peak and its threshold', () => {
  const scenarioAt = (peaks: Figures['peaks'], thresholds: Figures['thresholds']): string =>
    decide(['Throttles'], evidence({ peaks, thresholds }), BOTH).scenario;

  test.each<[string, Figures['peaks'], Figures['thresholds'], string]>([
    ['RPM one below', [7_999, 1], [8_000, 5_000_000], 'low_usage'],
    ['RPM at it', [8_000, 1], [8_000, 5_000_000], 'high_usage'],
    ['TPM one below', [1, 4_999_999], [8_000, 5_000_000], 'low_usage'],
    ['TPM at it', [1, 5_000_000], [8_000, 5_000_000], 'high_usage'],
    ['requests without any token', [1, 0], [8_000, 5_000_000], 'low_usage'],
    ['tokens without any request', [0, 1], [8_000, 5_000_000], 'low_usage'],
    ['usage beside a threshold of 0', [40, 1], [0, 5_000_000], 'low_usage'],
    ['usage beside a threshold of 0, TPM at its own', [40, 5_000_000], [0, 5_000_000], 'high_usage'],
    ['nothing at all, with no threshold either', [0, 0], [null, null], 'new_model'],
    ['usage that no threshold can measure', [9_999, 9_999_999], [null, null], 'low_usage'],
  ])('%s', (_case, peaks, thresholds, scenario) => {
    expect(scenarioAt(peaks, thresholds)).toBe(scenario);
  });

  test.each<[number, number | null, boolean]>([
    [159, 160, false],
    [160, 160, true],
    [161, 160, true],
    [1_000_000, null, false],
    [1_000_000, 0, false],
    [0, 0, false],
  ])('a peak of %i reaches a threshold of %p: %p', (peak, threshold, expected) => {
    expect(reaches(peak, threshold)).toBe(expected);
  });
});

describe('every set of alarms', () => {
  /** C: layer 1, so critical. Q: about a quota, so never `non_quota`. R, T: asks for RPM, for TPM. */
  // biome-ignore format: a table reads by its columns.
  const FACTS: readonly (readonly [Alarm, string])[] = [
    ['ClientErrors',       'C Q R T'],
    ['ServerErrors',       'C      '],
    ['Throttles',          'C Q R T'],
    ['HighInvocationRate', '  Q R  '],
    ['HighTPMQuotaUsage',  '  Q   T'],
    ['HighLatency',        '       '],
    ['InvocationAnomaly',  '  Q R  '],
    ['InputTokenAnomaly',  '  Q   T'],
    ['OutputTokenAnomaly', '  Q   T'],
    ['LatencyAnomaly',     '       '],
  ];

  /** RPM quota 200, threshold 160; TPM quota 200,000, threshold 160,000. With both quotas; without an RPM quota. */
  // biome-ignore format: a table reads by its columns.
  const USAGES: readonly (readonly [string, Figures['peaks'] | 'unreadable', string, string])[] = [
    ['no usage',   [0, 0],         'new_model',  'new_model'],
    ['low usage',  [50, 80_000],   'low_usage',  'low_usage'],
    ['RPM high',   [160, 80_000],  'high_usage', 'low_usage'],
    ['TPM high',   [50, 160_000],  'high_usage', 'high_usage'],
    ['both high',  [190, 190_000], 'high_usage', 'high_usage'],
    ['unreadable', 'unreadable',   'new_model',  'new_model'],
  ];

  const MODELS: readonly (readonly [string, readonly Quota[], Figures['thresholds']])[] = [
    ['both quotas', ['RPM', 'TPM'], [160, 160_000]],
    ['no RPM quota', ['TPM'], [null, 160_000]],
  ];

  const setOf = (members: number): typeof FACTS =>
    FACTS.filter((_fact, index) => (members & (1 << index)) !== 0);

  interface Expected {
    readonly scenario: string;
    readonly category: string;
    readonly severity: string;
    readonly quotas: readonly string[];
  }

  function expected(letters: string, modelQuotas: readonly Quota[], usageScenario: string): Expected {
    const aboutQuota = letters.includes('Q');
    const asked = [letters.includes('R') ? 'RPM' : '', letters.includes('T') ? 'TPM' : ''];
    return {
      scenario: aboutQuota ? usageScenario : 'non_quota',
      category: aboutQuota ? 'Quota Request' : 'Investigation Request',
      severity: letters.includes('C') ? 'CRITICAL' : 'WARNING',
      quotas: asked.filter((quota) => modelQuotas.some((had) => had === quota)),
    };
  }

  let combinations = 0;

  for (const [model, modelQuotas, thresholds] of MODELS)
    test.each(USAGES)(`with ${model}, %s`, (_usage, peaks, withBoth, withoutRpm) => {
      const seen = peaks === 'unreadable' ? { readable: false as const } : evidence({ peaks, thresholds });
      const usageScenario = modelQuotas.length === 2 ? withBoth : withoutRpm;
      for (let members = 1; members <= 1_023; members += 1) {
        const set = setOf(members);
        const alarms = set.map(([alarm]) => alarm);
        const decision: Expected = decide(alarms, seen, modelQuotas);
        const literal = expected(set.map(([, letters]) => letters).join(), modelQuotas, usageScenario);
        expect({ alarms, ...decision }).toEqual({ alarms, ...literal });
        combinations += 1;
      }
    });

  test('all 1,023 sets × 6 usages × 2 models were tried', () => {
    expect(combinations).toBe(12_276);
  });

  test('in whatever order the alarms come', () => {
    const alarms: readonly Alarm[] = ['HighTPMQuotaUsage', 'ServerErrors', 'HighInvocationRate'];
    const seen = evidence({ peaks: [160, 80_000], thresholds: [160, 160_000] });
    expect(decide(alarms, seen, ['TPM', 'RPM'])).toEqual({
      scenario: 'high_usage',
      category: 'Quota Request',
      severity: 'CRITICAL',
      quotas: ['RPM', 'TPM'],
    });
  });
});
