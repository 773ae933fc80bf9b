import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { CasePart, Handed, ToldPart } from '../../lambda/contract/handed';
import { type LedgerIncident, type LedgerRecord, parseLedgerItem } from '../../lambda/contract/ledger';
import {
  isDigestDue,
  isStorm,
  MOST_ALONE,
  MOST_IN_A_CASE,
  mergedByModel,
  newCasesBefore,
  type OwnKind,
  planCases,
  tellingTogether,
  worstFirst,
} from '../../lambda/domain/storm';

const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const NOW = at('09:06:30');

const EMPTY_INCIDENT: Omit<LedgerIncident, 'reference' | 'openedAt'> = {
  untold: [],
  tellAt: undefined,
  tellBy: undefined,
  isInStorm: false,
  recoverAt: undefined,
  told: {},
  tellings: 0,
  toldCases: [],
  asked: [],
  lastTold: undefined,
  remindAt: undefined,
  mutedAt: undefined,
};

const told = { Throttles: { since: at('09:00:00'), last: at('09:00:00'), times: 1 } };

function recordOf(
  model: string,
  incident: Partial<LedgerIncident> | undefined,
  more: Partial<LedgerRecord> = {},
): LedgerRecord {
  return {
    ...parseLedgerItem({ sk: model }),
    incident: incident && {
      ...EMPTY_INCIDENT,
      reference: `of ${model}`,
      openedAt: at('09:06:00'),
      ...incident,
    },
    ...more,
  };
}

const gatheringUntil = (model: string, time: string): LedgerRecord =>
  recordOf(model, { untold: [{ alarm: 'Throttles', at: at('09:06:00') }], tellAt: at(time) });
const remindedAt = (model: string, time: string): LedgerRecord =>
  recordOf(model, { told, remindAt: at(time) });
const recoveringAt = (model: string, time: string): LedgerRecord =>
  recordOf(model, { told, recoverAt: at(time) }, { okAt: at('09:05:00') });

const toldPart = (model: string, more: Partial<ToldPart> = {}): ToldPart => ({
  kind: 'telling',
  model,
  reference: `of ${model}`,
  severity: 'CRITICAL',
  at: NOW,
  isMailed: true,
  mayBeRepeat: false,
  modelId: 'amazon.nova-pro-v1:0',
  telling: 1,
  openedAt: at('09:06:00'),
  category: 'Quota Request',
  scenario: 'high_usage',
  alarms: [{ name: 'Throttles', since: at('09:06:00') }],
  isAutomated: true,
  ...more,
});

const errors = (model: string): ToldPart =>
  toldPart(model, {
    category: 'Investigation Request',
    scenario: 'non_quota',
    alarms: [{ name: 'ServerErrors', since: at('09:06:00') }],
  });
const stateOf = (models: readonly LedgerRecord[], handed: readonly Handed[] = []) => ({ models, handed });

describe('who has the same to tell at the same time', () => {
  test.each<[OwnKind, (model: string, time: string) => LedgerRecord, string, string]>([
    ['telling', gatheringUntil, '09:07:00', '09:07:01'],
    ['recovery', recoveringAt, '09:07:00', '09:07:01'],
    ['reminder', remindedAt, '09:11:30', '09:11:31'],
  ])('%s: up to the end of the window, and no later', (kind, recordAt, within, outside) => {
    const models = [recordAt('Own', '09:06:30'), recordAt('Near', within), recordAt('Far', outside)];
    expect(tellingTogether(kind, 'Own', stateOf(models), NOW)).toEqual(['Own', 'Near']);
  });

  test('whoever has handed over its part counts, unless that has waited in vain', () => {
    const handed = [toldPart('Handed'), toldPart('Stuck', { at: at('09:03:00') })];
    const models = [gatheringUntil('Own', '09:06:30')];
    expect(tellingTogether('telling', 'Own', stateOf(models, handed), NOW)).toEqual(['Own', 'Handed']);
  });

  test('of another kind, or without an incident, nobody counts', () => {
    const models = [gatheringUntil('Own', '09:06:30'), remindedAt('B', '09:06:30'), recordOf('C', undefined)];
    expect(tellingTogether('telling', 'Own', stateOf(models), NOW)).toEqual(['Own']);
  });

  test('nobody recovers who burns again', () => {
    const burning = recordOf(
      'B',
      { told, recoverAt: at('09:06:30') },
      { okAt: at('09:05:00'), claimed: { Throttles: at('09:05:30') } },
    );
    const models = [recoveringAt('Own', '09:06:30'), burning];
    expect(tellingTogether('recovery', 'Own', stateOf(models), NOW)).toEqual(['Own']);
  });

  test('a storm is more than five', () => {
    expect(isStorm(Array.from({ length: MOST_ALONE }, String))).toBe(false);
    expect(isStorm(Array.from({ length: MOST_ALONE + 1 }, String))).toBe(true);
  });
});

describe('a digest goes out', () => {
  const part = toldPart('A', { at: at('09:06:30') });

  test.each([
    ['as soon as nobody is waited for', '09:06:31', [], true],
    ['not while somebody is late', '09:07:00', [gatheringUntil('B', '09:06:45')], false],
    ['without him after a minute and a half', '09:08:00', [gatheringUntil('B', '09:06:45')], true],
    ['without whoever is not due yet', '09:07:00', [gatheringUntil('B', '09:07:15')], true],
    ['without whoever has been late for ever', '09:07:00', [gatheringUntil('B', '08:00:00')], true],
  ])('%s', (_, now, models, isDue) => {
    expect(isDigestDue('telling', [part], stateOf(models), at(now))).toBe(isDue);
  });

  const casePart = (outcome: CasePart['outcome']): CasePart => ({
    kind: 'case',
    model: 'A',
    reference: 'of A',
    severity: 'CRITICAL',
    at: at('09:06:30'),
    isMailed: true,
    mayBeRepeat: false,
    telling: 1,
    category: 'Quota Request',
    together: [],
    outcome,
  });
  const opened = casePart({ kind: 'opened', displayId: '17' });

  test.each([
    ['once all cases are settled', '09:06:31', [opened, opened], true],
    ['not while one is tried', '09:11:29', [opened, casePart(null)], false],
    ['without it after five minutes', '09:11:30', [opened, casePart(null)], true],
  ])('of cases %s', (_, now, parts, isDue) => {
    expect(isDigestDue('case', parts, stateOf([]), at(now))).toBe(isDue);
  });
});

describe('a model that had two tellings before the digest went out', () => {
  const first = errors('Twice');
  const second = toldPart('Twice', { telling: 2, severity: 'WARNING', openedAt: at('09:07:00') });

  test('is told once, of all its alarms, as its incident began and as bad as it is', () => {
    expect(mergedByModel([second, toldPart('Once'), first])).toEqual([
      toldPart('Once'),
      {
        ...second,
        severity: 'CRITICAL',
        openedAt: first.openedAt,
        alarms: [...first.alarms, ...second.alarms],
      },
    ]);
  });

  test('has the one case that its alarms together ask for', () => {
    const parts = mergedByModel([first, second]);
    expect(parts.map(({ category, scenario }) => [category, scenario])).toEqual([
      ['Quota Request', 'high_usage'],
    ]);
    expect(mergedByModel([toldPart('Twice'), { ...errors('Twice'), telling: 2 }])[0]?.category).toBe(
      'Quota Request',
    );
    expect(planCases(parts, [], 10).tries).toHaveLength(1);
  });
});

test('the worst come first: CRITICAL, proven usage, the longest', () => {
  const parts = [
    toldPart('Later', { openedAt: at('09:06:20') }),
    toldPart('Warning', { severity: 'WARNING', openedAt: at('09:00:00') }),
    toldPart('Unproven', { scenario: 'low_usage' }),
    toldPart('First'),
  ];
  expect(worstFirst(parts).map(({ model }) => model)).toEqual(['First', 'Later', 'Unproven', 'Warning']);
});

const slow = (model: string, name = 'HighLatency'): ToldPart =>
  toldPart(model, {
    severity: 'WARNING',
    category: 'Investigation Request',
    scenario: 'non_quota',
    alarms: [{ name, since: at('09:06:00') }],
  });

describe('who gets a case', () => {
  const triesOf = (parts: readonly ToldPart[], newCases: number, models: readonly LedgerRecord[] = []) =>
    planCases(parts, models, newCases).tries.map(({ lead, together }) => [
      lead.model,
      ...together.map(({ model }) => model),
    ]);

  test('models with one non-quota cause share one, each of the others has its own', () => {
    const parts = [
      toldPart('Quota1'),
      toldPart('Quota2'),
      errors('Errors1'),
      errors('Errors2'),
      slow('Slow1'),
      slow('Slow2', 'LatencyAnomaly'),
    ];
    expect(triesOf(parts, 10)).toEqual([['Quota1'], ['Quota2'], ['Errors1', 'Errors2'], ['Slow1', 'Slow2']]);
    expect(planCases(parts, [], 10).byModel.get('Errors2')).toEqual({
      kind: 'shared',
      lead: 'Errors1',
      models: 2,
    });
  });

  test('a case holds no more models than fit its text', () => {
    const parts = Array.from({ length: 2 * MOST_IN_A_CASE + 1 }, (_, index) => errors(`Errors-${index}`));
    expect(triesOf(parts, 10).map((models) => models.length)).toEqual([MOST_IN_A_CASE, MOST_IN_A_CASE, 1]);
  });

  test('the worst as far as the day’s new cases go; the others are told why they have none', () => {
    const parts = [errors('Errors1'), toldPart('Quota1'), errors('Errors2'), toldPart('Quota2')];
    expect(triesOf(parts, 2)).toEqual([['Errors1', 'Errors2'], ['Quota1']]);
    expect(planCases(parts, [], 2).byModel.get('Quota2')).toEqual({ kind: 'none', why: 'day-limit' });
  });

  const withCase = (model: string, category: string): LedgerRecord =>
    recordOf(model, undefined, { cases: { [category]: { caseId: 'case-1', at: at('08:00:00') } } });

  test('whoever has a case keeps it, whatever the settings allow today', () => {
    const parts = [toldPart('New'), toldPart('Known')];
    expect(triesOf(parts, 0, [withCase('Known', 'Quota Request')])).toEqual([['Known']]);
    expect(triesOf(parts, 0, [withCase('Known', 'Investigation Request')])).toEqual([]);
  });

  test('a shared case is that of whoever has one', () => {
    const known = [withCase('Errors2', 'Investigation Request')];
    expect(triesOf([errors('Errors1'), errors('Errors2'), errors('Errors3')], 0, known)).toEqual([
      ['Errors2', 'Errors1', 'Errors3'],
    ]);
  });

  test('nobody whose settings do not want one', () => {
    const plan = planCases([toldPart('Off', { isAutomated: false })], [], 10);
    expect(plan.tries).toEqual([]);
    expect(plan.byModel.get('Off')).toEqual({ kind: 'none', why: 'automation-off' });
  });

  test('everybody has a plan, no model is in two cases, and no more are new than may be', () => {
    const part = fc
      .record({
        of: fc.constantFrom(toldPart, errors, slow),
        isAutomated: fc.boolean(),
        isKnown: fc.boolean(),
      })
      .map(({ of, ...more }) => ({ ...of('Model'), ...more }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.nat(12), (some, newCases) => {
        const parts = some.map((one, index) => ({ ...one, model: `Model-${index}` }));
        const known = parts.filter(({ isKnown }) => isKnown);
        const records = known.map(({ model, category }) => withCase(model, category));
        const { tries, byModel } = planCases(parts, records, newCases);
        const tried = tries.flatMap(({ lead, together }) => [lead, ...together].map(({ model }) => model));
        expect([...byModel.keys()].sort()).toEqual(parts.map(({ model }) => model).sort());
        expect(new Set(tried).size).toBe(tried.length);
        expect(tried.sort()).toEqual(
          [...byModel]
            .filter(([, { kind }]) => kind !== 'none')
            .map(([model]) => model)
            .sort(),
        );
        const isNew = ({ lead }: (typeof tries)[number]) => known.every(({ model }) => model !== lead.model);
        expect(tries.filter(isNew).length).toBeLessThanOrEqual(newCases);
      }),
    );
  });
});

describe('the new cases there may be before one of a model', () => {
  const leased = recordOf('Leased', undefined, { lease: { until: at('09:09:00'), by: 'another run' } });
  const state = {
    models: [
      gatheringUntil('Own', '09:06:30'),
      gatheringUntil('Other', '09:06:30'),
      leased,
      remindedAt('Told', '13:06:30'),
    ],
    handed: [],
    newCases: { 'cases#2026-03-02': new Set(['a 1', 'b 1']), 'cases#2026-03-01': new Set(['c 1']) },
  };

  test('are those of the day, and one for each other telling that is under way', () => {
    expect(newCasesBefore(['Own'], state, NOW)).toBe(4);
    expect(newCasesBefore(['Own', 'Other'], state, NOW)).toBe(3);
  });

  test('are also those of digests that are tried, unless they are put down already', () => {
    const tried = (reference: string, outcome: CasePart['outcome'] = null): CasePart => ({
      kind: 'case',
      model: 'Any',
      reference,
      severity: 'CRITICAL',
      at: NOW,
      isMailed: true,
      mayBeRepeat: false,
      telling: 1,
      category: 'Quota Request',
      together: [],
      outcome,
    });
    const handed = [tried('a'), tried('new'), tried('done', { kind: 'updated', displayId: '17' })];
    expect(newCasesBefore(['Own'], { ...state, models: [], handed }, NOW)).toBe(3);
  });

  test('are not those of a muted model, nor of a run that died', () => {
    const muted = recordOf('Muted', { untold: [{ alarm: 'Throttles', at: NOW }], mutedAt: NOW });
    const dead = recordOf('Dead', undefined, { lease: { until: at('09:06:29'), by: 'a dead run' } });
    expect(newCasesBefore(['Own'], { ...state, models: [muted, dead] }, NOW)).toBe(2);
  });

  test('are not those of a storm, whose cases are planned together', () => {
    const inStorm = recordOf('Other', { untold: [{ alarm: 'Throttles', at: NOW }], isInStorm: true });
    expect(newCasesBefore(['Own'], { ...state, models: [inStorm] }, NOW)).toBe(2);
  });

  test('begin anew with the day', () => {
    expect(newCasesBefore(['Own'], { ...state, models: [] }, new Date('2026-03-03T00:00:00Z'))).toBe(0);
  });
});
