import type { Handed, ToldPart } from '../../lambda/contract/handed';
import { type LedgerIncident, type LedgerRecord, parseLedgerItem } from '../../lambda/contract/ledger';

/** What the ledger may hold of many models, on a morning of March. */

export const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
export const NOW = at('09:06:30');

/** An incident of which nothing is known yet. */
export const NOTHING_YET: Omit<LedgerIncident, 'reference' | 'openedAt'> = {
  untold: [],
  tellAt: undefined,
  tellBy: undefined,
  isInStorm: false,
  recoverAt: undefined,
  told: {},
  tellings: 0,
  toldCases: [],
  asked: [],
  lastTold: undefined,
  remindAt: undefined,
  mutedAt: undefined,
};

export const told = { Throttles: { since: at('09:00:00'), last: at('09:00:00'), times: 1 } };

export function recordOf(
  model: string,
  incident: Partial<LedgerIncident> | undefined,
  more: Partial<LedgerRecord> = {},
): LedgerRecord {
  return {
    ...parseLedgerItem({ sk: model }),
    incident: incident && {
      ...NOTHING_YET,
      reference: `of ${model}`,
      openedAt: at('09:06:00'),
      ...incident,
    },
    ...more,
  };
}

export const gatheringUntil = (model: string, time: string): LedgerRecord =>
  recordOf(model, { untold: [{ alarm: 'Throttles', at: at('09:06:00') }], tellAt: at(time) });
export const remindedAt = (model: string, time: string): LedgerRecord =>
  recordOf(model, { told, remindAt: at(time) });
export const recoveringAt = (model: string, time: string): LedgerRecord =>
  recordOf(model, { told, recoverAt: at(time) }, { okAt: at('09:05:00') });

export const toldPart = (model: string, more: Partial<ToldPart> = {}): ToldPart => ({
  kind: 'telling',
  model,
  reference: `of ${model}`,
  severity: 'CRITICAL',
  at: NOW,
  isMailed: true,
  mayBeRepeat: false,
  modelId: 'amazon.nova-pro-v1:0',
  telling: 1,
  openedAt: at('09:06:00'),
  category: 'Quota Request',
  scenario: 'high_usage',
  alarms: [{ name: 'Throttles', since: at('09:06:00') }],
  isAutomated: true,
  ...more,
});

export const errors = (model: string): ToldPart =>
  toldPart(model, {
    category: 'Investigation Request',
    scenario: 'non_quota',
    alarms: [{ name: 'ServerErrors', since: at('09:06:00') }],
  });
export const stateOf = (models: readonly LedgerRecord[], handed: readonly Handed[] = []) => ({
  models,
  handed,
});
