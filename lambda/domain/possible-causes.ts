import { LAST_HOUR_MINUTES } from '../contract/last-hour';
import type { MinuteValues } from '../contract/usage-series';
import type { AlarmName, Quota } from './alarm-catalogue';
import { amountingTo, isUncounted } from './facts';
import type { Incident } from './incident';
import { noneOf } from './last-hour';
import { enumerated, fact, type Prose, prose } from './prose';
import { total } from './usage';
import { figure } from './words';

/**
 * Signs that the cause is likely another than a quota that is too small. Each answers what proves it, or undefined.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
 */

const hasFired = ({ triggered }: Incident, name: AlarmName): boolean =>
  triggered.some((alarm) => alarm.name === name);

/** Nothing else need be looked for where a quota is 0. */
const hasNoCapacity = ({ quotas }: Incident): boolean =>
  [quotas.RPM, quotas.TPM].some((facts) => facts?.current === 0);

/** Bedrock fails on its side: a lack of capacity or a fault, and no quota. */
export const hasServerErrors = (incident: Incident): boolean => hasFired(incident, 'ServerErrors');

/** Requests are refused and none is throttled: what proves the latter. */
export function refusedWithoutThrottles(incident: Incident): Prose | undefined {
  const { lastHour } = incident;
  if (hasNoCapacity(incident)) return undefined;
  if (!hasFired(incident, 'ClientErrors') || hasFired(incident, 'Throttles') || lastHour === undefined)
    return undefined;
  return total(lastHour.throttles) === 0 ? noneOf('InvocationThrottles', lastHour.throttles) : undefined;
}

/**
 * Requests are throttled although usage, as it is settled afterwards, stays under every alarm threshold of the model in
 * the throttled minutes of the last hour; where CloudWatch shows none, in all of them. Tokens that no metric counts
 * prove nothing. Answers what proves it: `Usage in the last hour was below the alarm thresholds (at most 4,000 RPM)`.
 */
export function throttledBelowThreshold(incident: Incident): Prose | undefined {
  const { usage, lastHour, quotas } = incident;
  if (!hasFired(incident, 'Throttles') || usage === undefined || lastHour === undefined) return undefined;
  if (hasNoCapacity(incident)) return undefined;
  if (quotas.TPM !== null && isUncounted(usage, 'TPM')) return undefined;
  const throttledMinutes = lastHour.throttles.filter((count) => count > 0).length;
  const isCounted = (index: number): boolean =>
    throttledMinutes === 0 || (lastHour.throttles[index] ?? 0) > 0;
  const measured = (['RPM', 'TPM'] as const).flatMap((quota) => {
    const facts = quotas[quota];
    if (facts === null) return [];
    const value = highestOf(usage[quota].minutes.slice(-LAST_HOUR_MINUTES), isCounted);
    return [{ quota, value, threshold: facts.threshold, metrics: usage[quota].metrics }];
  });
  const isBelow = measured.every(({ value, threshold }) => threshold !== undefined && value < threshold);
  if (measured.length === 0 || !isBelow) return undefined;
  const when = throttledMinutes === 0 ? 'in the last hour' : 'in the minutes with throttled requests';
  const peaks = enumerated(measured.map((one) => peakWhileThrottled({ ...one, throttledMinutes })));
  return measured.some(({ value }) => value > 0)
    ? prose`Usage ${when} was below the alarm threshold${measured.length > 1 ? 's' : ''} (at most ${peaks})`
    : amountingTo(`No usage was counted ${when}`, peaks);
}

const highestOf = (values: MinuteValues, isCounted: (index: number) => boolean): number =>
  values.reduce((most, value, index) => (isCounted(index) && value > most ? value : most), 0);

const peakWhileThrottled = (measured: {
  readonly quota: Quota;
  readonly value: number;
  readonly metrics: readonly string[];
  readonly throttledMinutes: number;
}): Prose =>
  fact(
    {
      claim: 'peakWhileThrottled',
      metrics: [...measured.metrics],
      value: Math.round(measured.value),
      throttledMinutes: measured.throttledMinutes,
    },
    figure(measured.value, measured.quota),
  );
