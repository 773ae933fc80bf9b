import { stringify } from 'yaml';
import { rehearsedProduct } from '../bin/rehearsed-product';
import { type PlayOptions, playScenario } from '../rehearsal/engine/play-scenario';
import { readScenario } from '../rehearsal/engine/read-scenario';
import type { Report } from '../rehearsal/report';

export const START = new Date('2026-03-02T09:00:00Z');
export const MODEL = 'G-Opus-4-6';
export const CUSTOMER = 'AcmeCorp';
export const REGION = 'us-east-1';

/** What every model of the bench has; that models share their quotas changes nothing. */
export const QUOTA_CODES = { rpmQuotaCode: 'L-3DD46812', tpmQuotaCode: 'L-3DCCFAA4' };

/** The keys of a settings file for these models. */
export const settingsOf = (models: readonly object[]) => ({
  customer: CUSTOMER,
  stakeholders: ['sre@acme.example'],
  models,
});

export const ONE_MODEL = { name: MODEL, modelId: 'global.anthropic.claude-opus-4-6-v1', ...QUOTA_CODES };

const BASE = {
  start: START.toISOString().replace('.000', ''),
  settings: settingsOf([ONE_MODEL]),
  quotas: { [QUOTA_CODES.rpmQuotaCode]: 10_000, [QUOTA_CODES.tpmQuotaCode]: 6_250_000 },
};

/**
 * Plays a scenario that is given in the shape of a scenario file, of one model unless it says otherwise. Rejects where
 * something fails in it: what is measured of a play that went wrong says nothing.
 */
export async function played(
  scenario: { readonly name: string } & Readonly<Record<string, unknown>>,
  options?: PlayOptions,
): Promise<Report> {
  const report = await playedAnyhow(scenario, options);
  if (!report.passed) throw new Error(`${scenario.name}: ${report.failures.join('; ')}`);
  return report;
}

/** The same, whatever fails in it. */
export async function playedAnyhow(
  scenario: { readonly name: string } & Readonly<Record<string, unknown>>,
  options?: PlayOptions,
): Promise<Report> {
  const text = stringify({ ...BASE, ...scenario }, { aliasDuplicateObjects: false });
  return playScenario(
    readScenario(text, `${scenario.name}.yaml`, rehearsedProduct),
    rehearsedProduct,
    options,
  );
}

/** A model's metrics minute by minute: `samples` more of each after the first. */
export const steadyTraffic = (samples: number) => ({
  Invocations: `4000x${samples}`,
  EstimatedTPMQuotaUsage: `2500000x${samples}`,
  InputTokenCount: `1500000x${samples}`,
  OutputTokenCount: `200000x${samples}`,
  InvocationLatency: `900x${samples}`,
});

export const PROCESSOR = 'notification-processor';
