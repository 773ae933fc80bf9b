import { RESOLVED } from '../../aws/support';
import type { AlarmSeen, AwsView, CallSeen } from '../aws-view';
import type { Alarm } from '../cloudwatch/alarm';
import type { Transition } from '../cloudwatch/cloudwatch';
import { epochMinute } from '../cloudwatch/metric-store';
import type { LocalRegion } from './local-region';

export interface Seen {
  readonly now: Date;
  readonly calls: readonly CallSeen[];
  /** Of all alarms of all Regions, in the order in which they happened. */
  readonly transitions: readonly Transition[];
}

/** A Region as it is: to be read before anything else happens there. */
export const viewOfRegion = (region: LocalRegion, { now, calls, transitions }: Seen): AwsView => ({
  now,
  calls,
  alarm: (name) => {
    const alarm = region.cloudWatch.alarm(name);
    if (alarm === undefined) return undefined;
    const own = transitions.filter(({ alarmArn }) => alarmArn === alarm.arn);
    const changes = own.map(({ at, to }) => ({ at, to }));
    return { state: alarm.state.value, transitions: changes, ...watchedBy(alarm) };
  },
  parameter: (name) => region.parameterStore.parameter(name)?.value,
  earlierValues: (name) => region.parameterStore.versions(name).slice(0, -1),
  quota: (code) => region.serviceQuotas.quota(code),
  quotaRequests: () =>
    region.serviceQuotas.requests().map(({ supportCase, ...request }) => ({
      ...request,
      caseId: supportCase?.displayId,
    })),
  inferenceProfiles: () => region.bedrock.profiles(),
  minutes: (metric, from, to) => {
    const series = region.metrics.series(metric);
    const [first, end] = [epochMinute(from), epochMinute(to)];
    const visibleEnd = epochMinute(region.cloudWatch.visibleUntil(now));
    return series.between(first, end).fill(Number.NaN, Math.max(0, visibleEnd - first));
  },
  cases: () =>
    region.support.cases().map(({ displayId, subject, openedAt, status, communications }) => ({
      displayId,
      subject,
      createdAt: new Date(openedAt),
      isResolved: status === RESOLVED,
      communications: communications.map(({ body }) => body),
      byAws: communications.flatMap(({ at, by, body }) => (by === 'aws' ? [{ at: new Date(at), body }] : [])),
    })),
  hasSupportApi: region.support.hasApi,
});

function watchedBy(alarm: Alarm): Pick<AlarmSeen, 'threshold' | 'metrics' | 'expressions'> {
  if (alarm.type === 'composite') return {};
  const { queries, limit } = alarm.configuration;
  return {
    ...('threshold' in limit ? { threshold: limit.threshold } : {}),
    metrics: queries.flatMap((query) =>
      query.kind === 'metric' ? [{ id: query.id, metric: query.metric }] : [],
    ),
    expressions: queries.flatMap((query) => (query.kind === 'expression' ? [query.source] : [])),
  };
}
