import { beforeAll, describe, expect, test } from '@jest/globals';
import { ALARM_NAMES, type AlarmName } from '../../lambda/domain/alarm-catalogue';
import type { Report } from '../../rehearsal/report';
import { newsOfCase, newsOfEmail } from './news';
import { alarmGoesTo, MODEL, QUIET_HISTORY, rehearseWell } from './rehearse';

/** A composite that is in ALARM already is silent when a second alarm joins: each of the ten after each other one. */

const INVESTIGATED = ['ServerErrors', 'HighLatency', 'LatencyAnomaly'];
const categoryOf = (alarm: string): string =>
  INVESTIGATED.includes(alarm) ? 'Investigation Request' : 'Quota Request';

/** From one alarm to the next, in minutes: messages are half a minute late, and half a minute is gathered. */
const APART = 3;

/** All ten, the given one first: so each alarm comes in each place once. */
const startingWith = (first: AlarmName): readonly string[] => {
  const index = ALARM_NAMES.indexOf(first);
  return [...ALARM_NAMES.slice(index), ...ALARM_NAMES.slice(0, index)];
};

const minuteOf = (place: number): number => 2 + place * APART;
const instantOf = (minutes: number): string => `2026-03-02T09:${String(minutes).padStart(2, '0')}:00Z`;

describe.each(ALARM_NAMES)('while %s is in ALARM', (first) => {
  const order = startingWith(first);
  let report: Report;

  beforeAll(async () => {
    report = await rehearseWell({
      name: `Nine alarms after ${first}`,
      events: order.map((alarm, place) => alarmGoesTo(minuteOf(place), alarm, 'ALARM')),
      until: `${minuteOf(order.length)}m`,
    });
  });

  const emailsOfPlace = (place: number) =>
    report.emails.filter(({ at }) => at >= instantOf(minuteOf(place)) && at < instantOf(minuteOf(place + 1)));

  test.each(order.slice(1))('%s is told, once, as a further alarm of the same incident', (second) => {
    const place = order.indexOf(second);
    const [email, ...more] = emailsOfPlace(place);
    const [incident] = report.incidents;
    expect(more).toEqual([]);
    expect(newsOfEmail(email?.body ?? '')).toEqual([second]);
    expect(email?.body).toContain(`Incident reference: ${incident?.id}, update ${place + 1}\n`);
    expect(email?.subject).toMatch(new RegExp(`${MODEL} - ${categoryOf(second)}$`));
  });

  test('each of the ten is told once, and it is one incident', () => {
    expect(report.emails.map(({ body }) => newsOfEmail(body))).toEqual(order.map((alarm) => [alarm]));
    expect(report.incidents.map(({ alarms }) => [...alarms].sort())).toEqual([[...ALARM_NAMES].sort()]);
    expect(report.incidents[0]?.openedAt).toBe(instantOf(minuteOf(0)));
    expect(report.deadLetters).toBe(0);
  });

  test('each is added to the one case of its category', () => {
    const told = report.cases.map(({ category, communications }) => ({
      category,
      alarms: communications.map(({ body }) => newsOfCase(body)),
    }));
    const categories = [...new Set(order.map(categoryOf))];
    expect(told).toEqual(
      categories.map((category) => ({
        category,
        alarms: order.filter((alarm) => categoryOf(alarm) === category).map((alarm) => [alarm]),
      })),
    );
  });
});

describe('alarms that start together are told together', () => {
  const together = (report: Report) => ({
    emails: report.emails.map(({ body }) => newsOfEmail(body)),
    cases: report.cases.map(({ category, communications }) => [
      category,
      communications.map(({ body }) => newsOfCase(body)),
    ]),
    incidents: report.incidents.map(({ alarms }) => alarms),
  });

  test('three that traffic sets off in one minute', async () => {
    const report = await rehearseWell({
      name: 'Three kinds of errors in the same minutes',
      models: {
        [MODEL]: {
          history: QUIET_HISTORY,
          series: {
            Invocations: '4000x39',
            InvocationClientErrors: '_x5 40x34',
            InvocationServerErrors: '_x5 40x34',
            InvocationThrottles: '_x5 40x34',
          },
        },
      },
      until: '30m',
    });
    const three = ['ClientErrors', 'ServerErrors', 'Throttles'];
    expect(report.alarms.filter(({ alarm }) => three.includes(alarm)).map(({ at }) => at)).toEqual(
      Array(3).fill(instantOf(10)),
    );
    expect(together(report)).toEqual({
      emails: [three],
      cases: [['Quota Request', [three]]],
      incidents: [three],
    });
  });

  test.each([
    { alarms: ['ClientErrors', 'ServerErrors', 'Throttles'], category: 'Quota Request' },
    { alarms: ['ServerErrors', 'HighLatency', 'LatencyAnomaly'], category: 'Investigation Request' },
    { alarms: ALARM_NAMES, category: 'Quota Request' },
  ])('$alarms, each by an event of its own', async ({ alarms, category }) => {
    const report = await rehearseWell({
      name: 'At one instant',
      // In another order than that of the catalogue, by which texts list them.
      events: [...alarms].reverse().map((alarm) => alarmGoesTo(5, alarm, 'ALARM')),
      until: '30m',
    });
    expect(together(report)).toEqual({
      emails: [alarms],
      cases: [[category, [alarms]]],
      incidents: [alarms],
    });
  });

  test('three that join an incident', async () => {
    const report = await rehearseWell({
      name: 'Three after one',
      events: [
        alarmGoesTo(2, 'Throttles', 'ALARM'),
        ...['ServerErrors', 'ClientErrors', 'HighLatency'].map((alarm) => alarmGoesTo(6, alarm, 'ALARM')),
      ],
      until: '30m',
    });
    const three = ['ClientErrors', 'ServerErrors', 'HighLatency'];
    expect(together(report)).toEqual({
      emails: [['Throttles'], three],
      cases: [['Quota Request', [['Throttles'], three]]],
      incidents: [['ClientErrors', 'ServerErrors', 'Throttles', 'HighLatency']],
    });
  });
});
