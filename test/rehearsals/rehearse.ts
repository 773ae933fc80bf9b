import { stringify } from 'yaml';
import { rehearsedProduct } from '../../bin/rehearsed-product';
import { type PlayOptions, playScenario } from '../../rehearsal/engine/play-scenario';
import { readScenario } from '../../rehearsal/engine/read-scenario';
import type { Report, SupportCase } from '../../rehearsal/report';
import { LEAKS, ungroupedNumbers } from '../domain/prose';

export const MODEL = 'G-Opus-4-6';
export const RPM_CODE = 'L-3DD46812';
export const TPM_CODE = 'L-3DCCFAA4';

export const SETTINGS = {
  customer: 'AcmeCorp',
  stakeholders: ['sre@acme.example'],
  models: [
    {
      name: MODEL,
      modelId: 'global.anthropic.claude-opus-4-6-v1',
      rpmQuotaCode: RPM_CODE,
      tpmQuotaCode: TPM_CODE,
    },
  ],
};

/** The settings of one model with some of its keys changed. */
export const settingsWith = (changes: Readonly<Record<string, unknown>>) => ({
  ...SETTINGS,
  models: SETTINGS.models.map((model) => ({ ...model, ...changes })),
});

/** Two days in which nothing was out of the ordinary; two weeks would only take longer to read. */
export const QUIET_HISTORY = {
  interval: '1h',
  Invocations: '4000x47',
  EstimatedTPMQuotaUsage: '2500000x47',
  InputTokenCount: '1500000x47',
  OutputTokenCount: '200000x47',
  InvocationLatency: '900x47',
};

/** What every scenario of the tests has unless it says otherwise: a quiet hour of one model. */
const BASE = {
  start: '2026-03-02T09:00:00Z',
  settings: SETTINGS,
  quotas: { [RPM_CODE]: 10000, [TPM_CODE]: 6250000 },
  models: {
    [MODEL]: { history: QUIET_HISTORY, series: { Invocations: '4000x59', InvocationLatency: '900x59' } },
  },
};

/** Plays a scenario that is given in the shape of a scenario file, whatever comes of it; what is sent must read well. */
export async function rehearse(
  scenario: Readonly<Record<string, unknown>>,
  options?: PlayOptions,
): Promise<Report> {
  const text = stringify({ ...BASE, ...scenario }, { aliasDuplicateObjects: false });
  const read = readScenario(text, 'scenario.yaml', rehearsedProduct);
  const report = await playScenario(read, rehearsedProduct, options);
  for (const sent of textsOf(report)) refuseLeaks(sent);
  return report;
}

const textsOf = ({ emails, cases }: Report): readonly string[] => [
  ...emails.flatMap(({ subject, body }) => [subject, body]),
  ...cases.flatMap(({ subject, communications }) => [subject, ...communications.map(({ body }) => body)]),
];

function refuseLeaks(text: string): void {
  const leaks = [...(LEAKS.exec(text) ?? []), ...ungroupedNumbers(text)];
  if (leaks.length > 0) throw new Error(`a text shows ${leaks.join(' and ')}:\n${text}`);
}

/** The same for a scenario in which all must go well: nothing expected fails, nothing is denied, no bound is broken. */
export async function rehearseWell(...scenario: Parameters<typeof rehearse>): Promise<Report> {
  const report = await rehearse(...scenario);
  if (report.failures.length > 0) throw new Error(report.failures.join('\n'));
  return report;
}

export const at = (minutes: number, event: Readonly<Record<string, unknown>>) => ({
  at: `${minutes}m`,
  ...event,
});

export const alarmGoesTo = (minutes: number, alarm: string, state: 'ALARM' | 'OK' | 'AUTO') =>
  at(minutes, { setAlarm: { model: MODEL, alarm, state } });

/** Of two instants in ISO 8601. */
export const secondsBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / 1000;

/** The text of an e-mail without its line breaks, to look for sentences in it. */
export const emailText = (report: Report, index = 0): string => oneLine(report.emails[index]?.body);

/** What we wrote on a case: what it was opened with, or the details where AWS opened it, then what came later. */
export const ourBodies = ({ communications }: SupportCase): readonly string[] =>
  communications.filter(({ by }) => by === 'us').map(({ body }) => body);

/** What we wrote on the first case, likewise. */
export const caseText = (report: Report, index = 0): string =>
  oneLine(report.cases.slice(0, 1).flatMap(ourBodies)[index]);

const oneLine = (text = ''): string => text.replace(/\s+/g, ' ');
