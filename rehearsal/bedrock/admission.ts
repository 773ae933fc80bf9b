import { type MetricSample, minuteOf } from './metric-sample';
import type { TraceRequest } from './trace-request';

/** What Bedrock enforces in one minute; null where the model has no such quota. */
export interface MinuteQuotas {
  readonly rpm: number | null;
  readonly tpm: number | null;
}

export interface AdmissionRules {
  /** How many tokens of the TPM quota one output token takes. */
  readonly burndown: number;
  /** What InvocationLatency shows; without it the metric has no data. */
  readonly latencyMs?: number | undefined;
}

/**
 * Plays requests to a simulated Bedrock: per calendar minute (UTC) and in the order given, a request is admitted while
 * it fits RPM and TPM, else throttled and not retried; a throttled one uses nothing up. Real Bedrock reserves
 * `max_tokens` at the start of a request instead, which a trace does not tell.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
 *
 * @param requests in the order in which they reach Bedrock.
 * @returns what Bedrock publishes, by minute: only counters that counted something.
 */
export function admit(
  requests: readonly TraceRequest[],
  rules: MinuteQuotas & AdmissionRules,
): MetricSample[] {
  const minutes = [...groupByMinute(requests)].sort(([a], [b]) => a - b);
  return minutes.flatMap(([minute, group]) => admitMinute(minute, group, rules, rules));
}

/** Requests by the minute that they lie in, each minute's in the order given. */
export function groupByMinute(requests: readonly TraceRequest[]): Map<number, TraceRequest[]> {
  const groups = new Map<number, TraceRequest[]>();
  for (const request of requests) {
    const minute = minuteOf(request.at);
    const group = groups.get(minute);
    if (group === undefined) groups.set(minute, [request]);
    else group.push(request);
  }
  return groups;
}

/** As `admit`, for the requests of one minute: quotas may differ from minute to minute. */
export function admitMinute(
  minute: number,
  requests: readonly TraceRequest[],
  quotas: MinuteQuotas,
  rules: AdmissionRules,
): MetricSample[] {
  const rpm = quotas.rpm ?? Number.POSITIVE_INFINITY;
  const tpm = quotas.tpm ?? Number.POSITIVE_INFINITY;
  const used = { invocations: 0, throttles: 0, input: 0, output: 0, tokens: 0 };
  for (const request of requests) {
    const tokens = request.inputTokens + rules.burndown * request.outputTokens;
    if (used.invocations + 1 > rpm || used.tokens + tokens > tpm) {
      used.throttles += 1;
      continue;
    }
    used.invocations += 1;
    used.input += request.inputTokens;
    used.output += request.outputTokens;
    used.tokens += tokens;
  }
  const counters = {
    Invocations: used.invocations,
    InvocationThrottles: used.throttles,
    InputTokenCount: used.input,
    OutputTokenCount: used.output,
    EstimatedTPMQuotaUsage: used.tokens,
    InvocationLatency: used.invocations > 0 ? (rules.latencyMs ?? 0) : 0,
  };
  return Object.entries(counters)
    .filter(([, value]) => value > 0)
    .map(([metric, value]) => ({ metric, minute, value }));
}
