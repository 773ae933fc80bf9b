import { describe, expect, test } from '@jest/globals';
import { at, emailText, RPM_CODE, rehearse, rehearseWell, SETTINGS, TPM_CODE } from './rehearse';

const NOVA = { name: 'Nova', modelId: 'us.amazon.nova-micro-v1:0' };
const NOVA_RPM = 'L-3F110E0F';
const NOVA_TPM = 'L-DC7FF66C';
const QUOTAS = {
  [RPM_CODE]: 10_000,
  [TPM_CODE]: 6_250_000,
  [NOVA_RPM]: 200,
  [NOVA_TPM]: { value: 0, default: 4_000_000 },
};

const settingsWithNova = (changes: Readonly<Record<string, unknown>> = {}) => ({
  ...SETTINGS,
  models: [...SETTINGS.models, { ...NOVA, ...changes }],
});

const SUBJECT = 'WARNING: AcmeCorp Bedrock Nova - quota is 0';

describe('a model that is deployed though its quota is 0', () => {
  test('makes one e-mail and no alarm, and later deployments make none', async () => {
    const changed = { warningEvaluationPeriods: 6 };
    const report = await rehearseWell({
      name: 'A quota of 0',
      quotas: QUOTAS,
      events: [
        at(10, { deploy: settingsWithNova() }),
        at(30, { deploy: settingsWithNova(changed) }),
        at(45, { deploy: settingsWithNova({ ...changed, useCase: 'Answers.' }) }),
      ],
      until: '90m',
    });
    expect(report.emails.map(({ at: when, subject }) => [when.slice(11, 16), subject])).toEqual([
      ['09:12', SUBJECT],
    ]);
    expect(emailText(report)).toContain(
      `(${NOVA_TPM}) has the applied value 0 TPM; the AWS default is 4,000,000 TPM.`,
    );
    expect(emailText(report)).not.toContain(NOVA_RPM);
    expect(report.alarms).toEqual([]);
    expect(report.cases).toEqual([]);
    expect(report.deadLetters).toBe(0);
  });

  test('is told again, as a possible repeat, where SNS gave no answer', async () => {
    const report = await rehearse({
      name: 'A quota of 0, and no answer',
      quotas: QUOTAS,
      events: [at(10, { deploy: settingsWithNova() })],
      faults: [{ call: 'sns.Publish', kind: 'timeout', effect: 'after', times: 1 }],
      until: '90m',
    });
    expect(report.failures).toEqual([]);
    expect(report.emails.map(({ subject }) => subject)).toEqual([SUBJECT, SUBJECT]);
    expect(report.emails.map(({ body }) => body.startsWith('This e-mail may be a repeat'))).toEqual([
      false,
      true,
    ]);
  });

  test('has no alarm on that quota until it is raised, and the daily update turns it on', async () => {
    const report = await rehearseWell({
      name: 'A quota of 0 that is raised',
      settings: { ...SETTINGS, models: [NOVA] },
      quotas: QUOTAS,
      models: { Nova: { series: { Invocations: '5x1439', EstimatedTPMQuotaUsage: '500x1439' } } },
      events: [at(60, { setQuota: { [NOVA_TPM]: 400 } })],
      until: '24h',
      expect: [
        { threshold: 'TPM', model: 'Nova', value: 0, at: '22h' },
        { threshold: 'TPM', model: 'Nova', value: 320, at: '24h' },
      ],
    });
    const rung = report.alarms.filter(({ alarm, to }) => alarm === 'HighTPMQuotaUsage' && to === 'ALARM');
    expect(rung.map(({ at: when }) => when.slice(0, 13))).toEqual(['2026-03-03T08']);
  });
});
