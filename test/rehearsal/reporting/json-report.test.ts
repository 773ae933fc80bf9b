import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../../rehearsal/report';
import { renderJson } from '../../../rehearsal/reporting/text-report';
import { FACTS, FAILURES, reportOf } from './reported-story';

describe('as JSON', () => {
  const KEYS = {
    report:
      'scenario passed failures alarms incidents cases quotaRequests emails thresholds invocations denied unusedPermissions deadLetters claims',
    alarms: 'at model alarm name from to',
    incidents: 'id model openedAt closedAt alarms scenario severity',
    cases: 'displayId openedAt via model category subject status communications',
    quotaRequests: 'at quotaCode desiredValue status',
    emails: 'at to subject body',
    thresholds: 'at model quota value',
    invocations: 'at function ms calls outcome',
  };

  test('is one line that holds the whole report', () => {
    const json = renderJson(reportOf(FAILURES));
    expect(json).not.toContain('\n');
    const read = JSON.parse(json);
    expect(read.failures).toEqual(FAILURES);
    expect(read.cases[1]).toEqual(FACTS.cases[0]);
    expect(read.alarms.map(({ to }: { to: string }) => to)).toEqual(['ALARM', 'OK']);
    expect(read.emails[0].to).toEqual(['on-call@acme.example', 'sre@acme.example']);
    expect(read.unusedPermissions).toEqual([...FACTS.unusedPermissions].reverse());
    expect(read.claims).toEqual({ texts: 4, checked: 57, failed: 0 });
    expect(read.deadLetters).toBe(3);
  });

  test('has its keys in the documented order, whatever order they came in', () => {
    const read = JSON.parse(renderJson(shuffled(reportOf(FAILURES))));
    expect(Object.keys(read).join(' ')).toBe(KEYS.report);
    const { report: _, ...lists } = KEYS;
    for (const [list, keys] of Object.entries(lists)) {
      expect([list, Object.keys(read[list][0]).join(' ')]).toEqual([list, keys]);
    }
    expect(Object.keys(read.cases[1].communications[0])).toEqual(['at', 'by', 'body']);
    expect(Object.keys(read.invocations[1].calls)).toEqual(['cloudwatch:DescribeAlarms', 'sns:Publish']);
    expect(read.denied.map((denial: object) => Object.keys(denial).join(' '))).toEqual([
      'at principal action resource',
      'at function action resource',
    ]);
  });

  test('is the same for lists in any order, and for other milliseconds but for these', () => {
    const other = shuffled(reportOf(FAILURES));
    expect(renderJson(other)).toBe(renderJson(reportOf(FAILURES)));
    const [first, ...rest] = FACTS.invocations;
    if (first === undefined) throw new Error('no invocation');
    const twin = { ...first, outcome: 'error' as const };
    const run = (ms: number, twinMs: number) =>
      renderJson(reportOf([], { invocations: [{ ...first, ms }, { ...twin, ms: twinMs }, ...rest] }));
    expect(run(1, 2)).not.toBe(run(2, 1));
    expect(run(1, 2).replace(/"ms":\d+/g, '')).toBe(run(2, 1).replace(/"ms":\d+/g, ''));
  });
});

/** The same report with its lists and keys in another order. */
function shuffled(report: Report): Report {
  const turned: Report = {
    ...report,
    alarms: report.alarms.map(turnKeys).reverse(),
    incidents: report.incidents.map(turnKeys).reverse(),
    cases: report.cases
      .map((one) => turnKeys({ ...one, communications: one.communications.map(turnKeys) }))
      .reverse(),
    quotaRequests: report.quotaRequests.map(turnKeys),
    emails: report.emails.map((email) => turnKeys({ ...email, to: email.to.toReversed() })),
    thresholds: report.thresholds.map(turnKeys),
    invocations: report.invocations.map((one) => turnKeys({ ...one, calls: turnKeys(one.calls) })).reverse(),
    denied: report.denied.map(turnKeys).reverse(),
    unusedPermissions: report.unusedPermissions.toReversed(),
  };
  return turnKeys(turned);
}

function turnKeys<T extends object>(value: T): T {
  const turned: T = { ...value };
  for (const key of Object.keys(value).reverse()) {
    const own = Reflect.get(turned, key);
    Reflect.deleteProperty(turned, key);
    Reflect.set(turned, key, own);
  }
  return turned;
}
