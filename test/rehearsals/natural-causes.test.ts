import { describe, expect, test } from '@jest/globals';
import { emailText, MODEL, ourBodies, QUIET_HISTORY, rehearseWell } from './rehearse';

/**
 * Traffic that brings about each alarm, with the minute in which it goes to ALARM, and who opens the case. CloudWatch slides its window every
 * minute, so half as much again as usual fills the first of twelve periods of 15 minutes with 6 minutes of its own:
 * 9 x 4,000 + 6 x 6,000 = 72,000 is above the band's 60,000 + 9 x 2 %. Eleven more periods end 171 minutes after the start.
 */
const CAUSES = [
  ['ClientErrors', { InvocationClientErrors: '_x10 6x19' }, 15, 'support'],
  ['ServerErrors', { InvocationServerErrors: '_x10 6x19' }, 15, 'support'],
  ['Throttles', { InvocationThrottles: '_x10 6x19' }, 15, 'support'],
  ['HighInvocationRate', { Invocations: '4000x9 8001x19' }, 15, 'service-quotas'],
  ['HighTPMQuotaUsage', { EstimatedTPMQuotaUsage: '2500000x9 5000001x19' }, 15, 'service-quotas'],
  ['HighLatency', { InvocationLatency: '900x9 250000x19 900x30' }, 20, 'support'],
  ['InvocationAnomaly', { Invocations: '6000x185 4000x120' }, 171, 'support'],
  ['InputTokenAnomaly', { InputTokenCount: '2250000x185 1500000x120' }, 171, 'support'],
  ['OutputTokenAnomaly', { OutputTokenCount: '300000x185 200000x120' }, 171, 'support'],
  ['LatencyAnomaly', { InvocationLatency: '1350x185 900x120' }, 171, 'support'],
] as const;

/** The same at the limit, or a minute too short: nothing may fire. */
const NEAR_MISSES = [
  ['ClientErrors', { InvocationClientErrors: '_x10 5x19' }],
  ['ServerErrors', { InvocationServerErrors: '_x10 6x3 0x10' }],
  ['Throttles', { InvocationThrottles: '_x10 6x3 0x10' }],
  ['HighInvocationRate', { Invocations: '4000x9 8000x19' }],
  ['HighTPMQuotaUsage', { EstimatedTPMQuotaUsage: '2500000x9 5000000x19' }],
  ['HighLatency', { InvocationLatency: '900x9 240000x19' }],
  ['InvocationAnomaly', { Invocations: '6000x160 4000x120' }],
  ['InputTokenAnomaly', { InputTokenCount: '1700000x239' }],
  ['OutputTokenAnomaly', { OutputTokenCount: '230000x239' }],
  ['LatencyAnomaly', { InvocationLatency: '1050x239' }],
] as const;

const traffic = (series: Readonly<Record<string, string>>) => ({
  models: { [MODEL]: { history: QUIET_HISTORY, series } },
});

describe('alarms that traffic brings about', () => {
  test.each(CAUSES)('%s', async (alarm, series, minute, via) => {
    const report = await rehearseWell({
      name: `${alarm} by traffic`,
      ...traffic(series),
      expect: [
        { alarm, model: MODEL, state: 'ALARM', between: [`${minute}m`, `${minute}m`] },
        // What starts within half a minute is gathered, and messages may be half a minute late.
        { emails: 1, between: [`${minute}m`, `${minute + 2}m`] },
        { emails: 1, subject: ' - over' },
        { emails: 2 },
      ],
    });
    // Told of the incident, and of its end.
    expect(report.cases.map((one) => [one.via, ourBodies(one).length])).toEqual([[via, 2]]);
  });
});

describe('traffic at the limit stays quiet', () => {
  test.each(NEAR_MISSES)('%s', async (alarm, series) => {
    const report = await rehearseWell({
      name: `${alarm} not quite`,
      ...traffic(series),
      expect: [{ never: alarm }, { emails: 0 }],
    });
    expect(report.alarms).toEqual([]);
    expect(report.cases).toEqual([]);
  });
});

describe('a model without an RPM quota', () => {
  test('never fires HighInvocationRate, however many requests there are', async () => {
    const report = await rehearseWell({
      name: 'No RPM quota',
      settings: {
        customer: 'AcmeCorp',
        stakeholders: ['sre@acme.example'],
        models: [
          {
            name: MODEL,
            modelId: 'global.anthropic.claude-opus-4-6-v1',
            rpmQuotaCode: 'NA',
            tpmQuotaCode: 'L-3DCCFAA4',
          },
        ],
      },
      ...traffic({ Invocations: '900000x59', InvocationThrottles: '_x10 40x19' }),
      expect: [{ never: 'HighInvocationRate' }, { emails: 1, subject: ' - Quota Request' }, { emails: 2 }],
    });
    expect(report.thresholds).toEqual([
      { at: '2026-03-02T08:00:00Z', model: MODEL, quota: 'TPM', value: 5000000 },
    ]);
    expect(emailText(report)).toContain('no RPM quota is watched for this model');
  });
});
