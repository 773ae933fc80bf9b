import type { CasePart, RecoveredPart, RemindedPart, ToldPart } from '../../lambda/contract/handed';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import type {
  CaseDigest,
  PlannedCase,
  RecoveryDigest,
  ReminderDigest,
  TellingDigest,
} from '../../lambda/domain/digest';
import { toldSeverity } from '../../lambda/domain/told-severity';

/** Digests as tests tell of them: models that went off from 09:15 on and were looked at a minute later. */

export const WRITTEN_AT = new Date('2026-03-02T09:17:40Z');
const LOOKED_AT = new Date('2026-03-02T09:16:30Z');
const OPENED_AT = new Date('2026-03-02T09:15:20Z');
export const OVER_AT = new Date('2026-03-02T09:40:10Z');
export const OVER_LOOKED_AT = new Date('2026-03-02T09:50:20Z');

const OWNER = { customer: 'Acme', accountId: '111122223333', region: 'us-east-1' };

/** `M-001` and so on. */
export const modelName = (index: number): string => `M-${String(index + 1).padStart(3, '0')}`;
export const referenceOfModel = (index: number): string =>
  (0xa27c1e5b0 + index).toString(16).padStart(12, '0');

const partOf = (index: number, alarms: readonly AlarmName[]) => ({
  model: modelName(index),
  reference: referenceOfModel(index),
  severity: toldSeverity(alarms),
  at: LOOKED_AT,
  isMailed: true,
  mayBeRepeat: false,
});

type Told = ToldPart & { readonly plan: PlannedCase };

export function told(
  index: number,
  alarms: readonly AlarmName[] = ['ServerErrors'],
  more: Partial<Told> = {},
): Told {
  return {
    ...partOf(index, alarms),
    kind: 'telling',
    modelId: 'global.anthropic.claude-opus-4-6-v1',
    telling: 1,
    openedAt: OPENED_AT,
    category: 'Investigation Request',
    scenario: 'non_quota',
    alarms: alarms.map((name, later) => ({ name, since: new Date(OPENED_AT.getTime() + later * 60_000) })),
    isAutomated: true,
    plan: { kind: 'own' },
    ...more,
  };
}

export const tellingOf = (models: readonly Told[], more: Partial<TellingDigest> = {}): TellingDigest => ({
  ...OWNER,
  at: WRITTEN_AT,
  models,
  mayBeRepeat: false,
  maxNewCasesPerDay: 10,
  triedBefore: 0,
  ...more,
});

export const reminded = (
  index: number,
  inAlarm: readonly AlarmName[] = ['ServerErrors'],
  more: Partial<RemindedPart> = {},
): RemindedPart => ({
  ...partOf(index, inAlarm),
  kind: 'reminder',
  dueAt: OPENED_AT,
  openedAt: OPENED_AT,
  inAlarm: [...inAlarm],
  cases: ['12345678901'],
  ...more,
});

export const reminderDigestOf = (
  models: readonly RemindedPart[],
  more: Partial<ReminderDigest> = {},
): ReminderDigest => ({ ...OWNER, at: WRITTEN_AT, models, mayBeRepeat: false, ...more });

export const recovered = (
  index: number,
  alarms: readonly AlarmName[] = ['ServerErrors'],
  more: Partial<RecoveredPart> = {},
): RecoveredPart => ({
  ...partOf(index, alarms),
  at: OVER_LOOKED_AT,
  kind: 'recovery',
  openedAt: OPENED_AT,
  overAt: OVER_AT,
  alarms: alarms.map((name) => ({ name, since: OPENED_AT, times: 1 })),
  closings: [],
  sharedCases: [],
  ...more,
});

export const recoveryDigestOf = (
  models: readonly RecoveredPart[],
  more: Partial<RecoveryDigest> = {},
): RecoveryDigest => ({
  ...OWNER,
  at: new Date('2026-03-02T09:51:40Z'),
  models,
  mayBeRepeat: false,
  sharedClosings: [],
  ...more,
});

type WithDefaults<Outcome> = Outcome extends { noRequests: infer NoRequests }
  ? Omit<Outcome, 'noRequests'> & { readonly noRequests?: NoRequests }
  : Outcome;
type CaseOutcomeOfPart = WithDefaults<CasePart['outcome']>;

export const casePart = (
  index: number,
  outcome: CaseOutcomeOfPart,
  more: Partial<CasePart> = {},
): CasePart => ({
  ...partOf(index, ['ServerErrors']),
  kind: 'case',
  telling: 1,
  category: 'Investigation Request',
  together: [],
  outcome: outcome === null || outcome.kind === 'none' ? outcome : { noRequests: [], ...outcome },
  ...more,
});

export const caseDigestOf = (models: readonly CasePart[], more: Partial<CaseDigest> = {}): CaseDigest => ({
  ...OWNER,
  at: WRITTEN_AT,
  models,
  mayBeRepeat: false,
  maxNewCasesPerDay: 10,
  ...more,
});
