import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { CasePart, ToldPart } from '../../lambda/contract/handed';
import type { LedgerRecord } from '../../lambda/contract/ledger';
import {
  MOST_IN_A_CASE,
  mergedByModel,
  newCasesBefore,
  planCases,
  worstFirst,
} from '../../lambda/domain/case-plan';
import { at, errors, gatheringUntil, NOW, recordOf, remindedAt, toldPart } from './ledger-records';

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
    const handed = [
      tried('a'),
      tried('new'),
      tried('done', { kind: 'updated', displayId: '17', noRequests: [] }),
    ];
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
