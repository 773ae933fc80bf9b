import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { alarmGoesTo, caseText, emailText, QUIET_HISTORY, rehearseWell } from './rehearse';

/** What whoever copies the example and changes nothing would deploy. */
const EXAMPLE = join(__dirname, '../../ops-alert.example.yaml');

/** Their codes are made up: nothing but their names can tell whose they are. */
const QUOTAS = {
  'L-00000001': {
    name: 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1',
    value: 10_000,
  },
  'L-00000002': {
    name: 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1',
    value: 6_250_000,
  },
  'L-00000003': {
    name: 'Cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1',
    value: 1_000_000,
  },
  'L-00000004': {
    name: 'Cross-region model inference tokens per minute for Amazon Nova Lite',
    value: 8_000_000,
  },
  'L-00000005': { name: 'On-demand model inference tokens per minute for Amazon Nova Lite', value: 400_000 },
};

test('the example of the settings finds its quotas by their names, and watches both of its models', async () => {
  const report = await rehearseWell({
    name: 'The example as it stands',
    settings: EXAMPLE,
    quotas: QUOTAS,
    inferenceProfiles: { Orders: { id: 'a1b2c3d4e5f6', copyFrom: 'us.amazon.nova-lite-v1:0' } },
    models: { 'G-Opus-4-6': { history: QUIET_HISTORY, series: { Invocations: '4000x14' } } },
    events: [alarmGoesTo(5, 'Throttles', 'ALARM')],
    until: '15m',
  });
  expect(report.thresholds.map(({ model, quota, value }) => `${model} ${quota} ${value}`).sort()).toEqual([
    'G-Opus-4-6 RPM 8000',
    'G-Opus-4-6 TPM 5000000',
    'Orders-Nova TPM 5600000',
  ]);
  expect(report.emails.map(({ subject }) => subject)).toEqual([
    'CRITICAL: AcmeCorp Bedrock G-Opus-4-6 - Quota Request',
  ]);
  expect(report.emails[0]?.to).toEqual(['ml-platform@example.com', 'sre-team@example.com']);
  expect(emailText(report)).toContain('alarm threshold 8,000 RPM, quota 10,000 RPM');
  expect(caseText(report)).toContain('L-00000001');
  expect(caseText(report)).toContain('L-00000002');
  expect(caseText(report)).toContain('Our customer service answers questions about orders');
  expect(report.deadLetters).toBe(0);
});
