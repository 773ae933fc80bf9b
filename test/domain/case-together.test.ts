import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { childAlarmName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE, type AlarmName } from '../../lambda/domain/alarm-catalogue';
import {
  holdsLine,
  incidentReferenceLine,
  readCaseSubject,
  subjectOf,
} from '../../lambda/domain/case-identity';
import { appendedBody, newCaseBody } from '../../lambda/domain/case-text';
import { alreadyHolds } from '../../lambda/domain/flapping';
import type { Incident, TogetherModel } from '../../lambda/domain/incident';
import { modelName, referenceOfModel } from './digests';
import { incidentOf, longest, peaksOf } from './incidents';
import { sectionOf, sectionsOf } from './prose';
import { fitsASubject, readsWell } from './reading';

/** One case for several models: G-Opus-4-6 is told in full, M-001 and so on are the others. */

const LIST = 'The other models';
const MODEL_ID = 'global.anthropic.claude-opus-4-6-v1';

const together = (
  count: number,
  alarms: readonly AlarmName[] = ['ServerErrors'],
  more: Partial<TogetherModel> = {},
): readonly TogetherModel[] =>
  Array.from({ length: count }, (_, index) => ({
    model: modelName(index),
    modelId: MODEL_ID,
    reference: referenceOfModel(index),
    telling: 1,
    alarms: ALARM_CATALOGUE.filter(({ name }) => alarms.includes(name)).map(({ name, severity }) => ({
      name,
      alarmName: childAlarmName('Acme', name, severity, modelName(index)),
      since: new Date('2026-03-02T09:16:10Z'),
    })),
    ...more,
  }));

const sharedBy = (others: readonly TogetherModel[]): Incident => ({
  ...incidentOf({ alarms: ['ServerErrors'], usage: peaksOf(9_500, 3_000_000) }),
  together: others,
});

const lineOf = ({ reference, telling }: Pick<TogetherModel, 'reference' | 'telling'>): string =>
  incidentReferenceLine(reference, telling);

describe('a case for several models', () => {
  const three = sharedBy(together(2));
  const { text, claims } = newCaseBody(three);

  test('names none of them in its subject, which is read back', () => {
    const subject = subjectOf(sharedBy(together(59)));
    expect(subject).toBe('Acme - Bedrock Ops Alert - 60 models - Investigation Request - us-east-1');
    expect(readCaseSubject(subject)).toEqual({ model: '60 models', category: 'Investigation Request' });
  });

  test('tells of all of them in its header, and lists the others right after it', () => {
    expect(text).toMatch(
      /^Request: find the root cause of errors on the side of Bedrock \(5xx\), on 3\n {2}models$/m,
    );
    expect(text).toContain('Model: G-Opus-4-6 and 2 other models, listed below');
    expect([...sectionsOf(text).keys()].slice(1, 4)).toEqual([LIST, 'Executive summary', 'Use case']);
    expect(sectionOf(text, LIST)).toBe(
      'The same has happened on 2 other models. Model, model id, and when its alarms went to ALARM: ' +
        `- M-001, ${MODEL_ID}: ServerErrors at 09:16 UTC ` +
        `- M-002, ${MODEL_ID}: ServerErrors at 09:16 UTC ` +
        `Incident reference: ${referenceOfModel(0)} Incident reference: ${referenceOfModel(1)}`,
    );
  });

  test('says in its summary, its impact and with its figures of which model it speaks', () => {
    expect(sectionOf(text, 'Executive summary')).toContain(
      'That is of G-Opus-4-6; the same has happened on 2 other models, listed above.',
    );
    expect(sectionOf(text, 'Impact assessment')).toContain(`Amazon Bedrock, ${MODEL_ID} and 2 other models`);
    expect(sectionOf(text, 'Usage of the last 14 days')).toMatch(/^Of G-Opus-4-6 alone:/);
    expect(sectionOf(text, 'Justification')).toMatch(/^Of G-Opus-4-6 alone:/);
    expect(sectionOf(text, 'Action requested')).toContain(
      'errors on the side of Bedrock (5xx), on 3 models, and tell us',
    );
  });

  test('claims that the alarms of the others went off', () => {
    expect(claims).toContainEqual({
      claim: 'wentOff',
      alarmName: 'Acme-Bedrock-ServerErrors-Critical-M-002',
      at: '2026-03-02T09:16:10.000Z',
    });
  });

  test('says nothing of others where there are none', () => {
    const alone = newCaseBody(sharedBy([])).text;
    expect(alone).not.toMatch(/other model|alone:/);
  });
});

describe('what a case holds of many models', () => {
  const bodies = (incident: Incident): readonly string[] => [
    newCaseBody(incident).text,
    appendedBody(incident, '12345678901').text,
  ];

  test('fits AWS Support and holds the line of each of 100 models, and says how many it does not list', () => {
    const incident = sharedBy(together(99));
    for (const text of bodies(incident)) {
      expect(text.length).toBeLessThanOrEqual(8_000);
      for (const one of [incident, ...incident.together]) expect(holdsLine(text, lineOf(one))).toBe(true);
      const listed = text.match(/^- M-\d{3}, /gm)?.length ?? 0;
      expect(listed).toBeGreaterThan(30);
      expect(text.replace(/\s+/g, ' ')).toContain(
        `- and ${99 - listed} more models, for which there is no room here`,
      );
      expect(text).not.toContain('[The rest was cut');
    }
  });

  test('lists all of ten', () => {
    for (const text of bodies(sharedBy(together(9)))) {
      expect(text.match(/^- M-\d{3}, /gm)).toHaveLength(9);
      expect(text).not.toContain('no room here');
    }
  });

  test('claims of the others only what it lists', () => {
    const { text, claims } = newCaseBody(sharedBy(together(99)));
    const listed = text.match(/^- M-\d{3}, /gm)?.length;
    expect(claims.filter(({ claim }) => claim === 'wentOff')).toHaveLength(listed ?? 0);
  });

  test('reads well and fits, however many there are and however long their names', () => {
    const of = fc.record({
      count: fc.integer({ min: 1, max: 500 }),
      alarms: fc.subarray<AlarmName>(['ServerErrors', 'HighLatency', 'LatencyAnomaly'], { minLength: 1 }),
      telling: fc.integer({ min: 1, max: 12 }),
      modelId: fc.constantFrom(MODEL_ID, longest.model.modelId),
      first: fc.constantFrom(sharedBy([]), longest),
    });
    fc.assert(
      fc.property(of, ({ count, alarms, telling, modelId, first }) => {
        const incident = { ...first, together: together(count, alarms, { telling, modelId }) };
        fitsASubject(subjectOf(incident));
        for (const body of [newCaseBody(incident), appendedBody(incident, '12345678901')]) {
          readsWell(body, first.customer, first.model.modelName);
          expect(body.text.length).toBeLessThanOrEqual(8_000);
          expect(holdsLine(body.text, lineOf(incident))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('an alarm of another model that goes off again', () => {
  const slow = newCaseBody(sharedBy(together(2, ['HighLatency', 'LatencyAnomaly'])));
  const alarmOf = (name: AlarmName, model: string) => {
    const severity = ALARM_CATALOGUE.find((one) => one.name === name)?.severity ?? '';
    return {
      name,
      alarmName: childAlarmName('Acme', name, severity, model),
      since: undefined,
      now: 'ALARM' as const,
    };
  };

  test.each<[string, readonly AlarmName[], boolean]>([
    ['M-001', ['HighLatency'], true],
    ['M-002', ['HighLatency', 'LatencyAnomaly'], true],
    ['M-003', ['HighLatency'], false],
    ['M-001', ['InvocationAnomaly'], false],
    ['001', ['HighLatency'], false],
  ])('of %s, %j: the case holds it already: %s', (model, names, isHeld) => {
    expect(
      alreadyHolds(
        [slow.text],
        names.map((name) => alarmOf(name, model)),
      ),
    ).toBe(isHeld);
  });
});
