import type { Claims, Denial, Invocation, Report, SupportCase } from '../report';

/**
 * The report as one line of JSON. Keys and lists have a fixed order, so that two runs of a scenario give the same bytes
 * but for `ms`, which therefore has no say in the order.
 */
export function renderJson(report: Report): string {
  const ordered: Report = {
    scenario: report.scenario,
    passed: report.passed,
    failures: report.failures,
    alarms: sort(
      report.alarms.map(({ at, model, alarm, name, from, to }) => ({ at, model, alarm, name, from, to })),
      ({ at }) => at,
    ),
    incidents: sort(
      report.incidents.map(({ id, model, openedAt, closedAt, alarms, scenario, severity }) => ({
        id,
        model,
        openedAt,
        closedAt,
        alarms,
        scenario,
        severity,
      })),
      ({ openedAt }) => openedAt,
    ),
    cases: sort(report.cases.map(orderCase), ({ openedAt }) => openedAt),
    quotaRequests: sort(
      report.quotaRequests.map(({ at, quotaCode, desiredValue, status }) => ({
        at,
        quotaCode,
        desiredValue,
        status,
      })),
      ({ at }) => at,
    ),
    emails: sort(
      report.emails.map(({ at, to, subject, body }) => ({ at, to: to.toSorted(), subject, body })),
      ({ at }) => at,
    ),
    thresholds: sort(
      report.thresholds.map(({ at, model, quota, value }) => ({ at, model, quota, value })),
      ({ at }) => at,
    ),
    invocations: sort(report.invocations.map(orderInvocation), ({ at }) => at),
    denied: sort(report.denied.map(orderDenial), ({ at }) => at),
    unusedPermissions: report.unusedPermissions.toSorted(),
    deadLetters: report.deadLetters,
    claims: orderClaims(report.claims),
  };
  return JSON.stringify(ordered);
}

/** Communications stay in the order in which the case shows them. */
function orderCase(one: SupportCase): SupportCase {
  const { displayId, openedAt, via, model, category, subject, status } = one;
  const communications = one.communications.map(({ at, by, body }) => ({ at, by, body }));
  return { displayId, openedAt, via, model, category, subject, status, communications };
}

function orderInvocation({ at, function: label, ms, calls, outcome }: Invocation): Invocation {
  const names = Object.keys(calls).sort();
  return {
    at,
    function: label,
    ms,
    calls: Object.fromEntries(names.map((name) => [name, calls[name] ?? 0])),
    outcome,
  };
}

const orderClaims = ({ texts, checked, failed }: Claims): Claims => ({
  texts,
  checked,
  failed,
});

function orderDenial(denial: Denial): Denial {
  const { at, action, resource } = denial;
  return 'function' in denial
    ? { at, function: denial.function, action, resource }
    : { at, principal: denial.principal, action, resource };
}

/** By instant, then by all else but `ms`. */
function sort<T>(items: readonly T[], instantOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: `${instantOf(item)} ${JSON.stringify(item, withoutMs)}` }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ item }) => item);
}

function withoutMs(key: string, value: unknown): unknown {
  return key === 'ms' ? undefined : value;
}
