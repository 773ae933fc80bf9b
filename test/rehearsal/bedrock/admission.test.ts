import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AdmissionRules,
  admit,
  admitMinute,
  type MinuteQuotas,
} from '../../../rehearsal/bedrock/admission';
import { minuteOf } from '../../../rehearsal/bedrock/metric-sample';
import type { TraceRequest } from '../../../rehearsal/bedrock/trace-request';

const NINE = minuteOf(new Date('2026-03-02T09:00:00Z'));

function request(clock: string, inputTokens: number, outputTokens: number): TraceRequest {
  return { at: new Date(`2026-03-02T${clock}Z`), inputTokens, outputTokens };
}

/** The counters by minute: 0 is 09:00. */
function countersOf(requests: readonly TraceRequest[], rules: MinuteQuotas & AdmissionRules) {
  return admit(requests, rules).map(({ metric, minute, value }) => `${minute - NINE} ${metric} ${value}`);
}

const NO_QUOTAS = { rpm: null, tpm: null, burndown: 5, latencyMs: 900 };

describe('the simulated Bedrock', () => {
  test('counts per calendar minute, and publishes nothing of a minute without requests', () => {
    const requests = [request('09:00:59.999', 100, 10), request('09:02:00', 7, 2), request('09:02:59', 3, 0)];
    expect(countersOf(requests, NO_QUOTAS)).toEqual([
      '0 Invocations 1',
      '0 InputTokenCount 100',
      '0 OutputTokenCount 10',
      '0 EstimatedTPMQuotaUsage 150',
      '0 InvocationLatency 900',
      '2 Invocations 2',
      '2 InputTokenCount 10',
      '2 OutputTokenCount 2',
      '2 EstimatedTPMQuotaUsage 20',
      '2 InvocationLatency 900',
    ]);
  });

  test('publishes no counter that is 0, and no latency that is not given', () => {
    expect(countersOf([request('09:00:00', 0, 0)], { rpm: null, tpm: null, burndown: 5 })).toEqual([
      '0 Invocations 1',
    ]);
  });

  test('throttles what exceeds RPM, and lets the next minute begin anew', () => {
    const requests = ['09:00:01', '09:00:02', '09:00:03', '09:01:00'].map((clock) => request(clock, 1, 0));
    const metrics = countersOf(requests, { ...NO_QUOTAS, rpm: 2 }).filter((line) =>
      / Invocation(s|Throttles) /.test(line),
    );
    expect(metrics).toEqual(['0 Invocations 2', '0 InvocationThrottles 1', '1 Invocations 1']);
  });

  test('fills TPM to the last token; a throttled request uses nothing up, so a smaller one behind it fits', () => {
    const requests = [request('09:00:01', 50, 5), request('09:00:02', 26, 0), request('09:00:03', 20, 1)];
    expect(countersOf(requests, { rpm: null, tpm: 100, burndown: 5 })).toEqual([
      '0 Invocations 2',
      '0 InvocationThrottles 1',
      '0 InputTokenCount 70',
      '0 OutputTokenCount 6',
      '0 EstimatedTPMQuotaUsage 100',
    ]);
  });

  test('publishes no latency where all was throttled', () => {
    expect(countersOf([request('09:00:01', 5, 5)], { ...NO_QUOTAS, rpm: 0 })).toEqual([
      '0 InvocationThrottles 1',
    ]);
  });

  test('admits in the order given, not in that of the times', () => {
    const requests = [request('09:00:30', 80, 0), request('09:00:10', 30, 0)];
    expect(countersOf(requests, { rpm: null, tpm: 100, burndown: 1 })).toContain('0 InputTokenCount 80');
  });

  test('may have another quota in another minute', () => {
    const requests = [request('09:00:01', 1, 0), request('09:00:02', 1, 0)];
    const invocations = (rpm: number) =>
      admitMinute(NINE, requests, { rpm, tpm: null }, NO_QUOTAS).find(
        ({ metric }) => metric === 'Invocations',
      );
    expect(invocations(1)?.value).toBe(1);
    expect(invocations(2)?.value).toBe(2);
  });

  test('admits or throttles every request, and never beyond a quota', () => {
    const requests = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 180_000 }).map((ms) => new Date(NINE * 60_000 + ms)),
        inputTokens: fc.nat(100),
        outputTokens: fc.nat(20),
      }),
    );
    fc.assert(
      fc.property(requests, fc.nat(5), fc.nat(300), (given, rpm, tpm) => {
        const samples = admit(given, { rpm, tpm, burndown: 5 });
        const sum = (name: string) =>
          samples.filter(({ metric }) => metric === name).reduce((total, { value }) => total + value, 0);
        expect(sum('Invocations') + sum('InvocationThrottles')).toBe(given.length);
        for (const { metric, value } of samples) {
          if (metric === 'Invocations') expect(value).toBeLessThanOrEqual(rpm);
          if (metric === 'EstimatedTPMQuotaUsage') expect(value).toBeLessThanOrEqual(tpm);
        }
      }),
    );
  });
});
