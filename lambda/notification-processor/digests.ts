import type { CasePart, DigestKind, Handed, RecoveredPart, RemindedPart, ToldPart } from '../contract/handed';
import type { LedgerState } from '../contract/ledger';
import { mergedByModel, newCasesBefore, planCases, worstFirst } from '../domain/case-plan';
import type { Digest } from '../domain/digest';
import {
  caseDigestEmail,
  type DigestEmail,
  recoveryDigestEmail,
  reminderDigestEmail,
  tellingDigestEmail,
} from '../domain/digest-text';
import { now } from '../ports/clock';
import { closeSharedCases } from './closings';
import { environment, owner } from './environment';
import { tryCases } from './try-cases';

export interface PreparedDigest {
  /** Undefined where nobody wants to be mailed any of it. */
  readonly email: DigestEmail | undefined;
  /** What is told with it, and need not be kept any longer. */
  readonly told: readonly Handed[];
  /** What is to be done once it is out. */
  readonly andThen: () => Promise<void>;
}

const NOTHING_MORE = async (): Promise<void> => {};

/** What the e-mail says, and what comes after it. */
export async function prepareDigest(
  kind: DigestKind,
  state: LedgerState,
  mayBeRepeat: boolean,
): Promise<PreparedDigest> {
  switch (kind) {
    case 'telling':
      return prepareTelling(state, mayBeRepeat);
    case 'reminder':
      return prepareReminder(state, mayBeRepeat);
    case 'recovery':
      return await prepareRecovery(state, mayBeRepeat);
    case 'case':
      return prepareCases(state, mayBeRepeat);
  }
}

const digestOf = <Part extends Handed>(models: readonly Part[], mayBeRepeat: boolean): Digest<Part> => ({
  ...owner,
  at: now(),
  models,
  mayBeRepeat: mayBeRepeat || models.some((part) => part.mayBeRepeat),
});

const mailed = <Part extends Handed>(parts: readonly Part[]): readonly Part[] =>
  parts.filter(({ isMailed }) => isMailed);

/** `email` of the parts that are to be mailed, if any. */
const emailOf = <Part extends Handed>(
  parts: readonly Part[],
  email: (models: readonly Part[]) => DigestEmail,
): DigestEmail | undefined => (mailed(parts).length === 0 ? undefined : email(mailed(parts)));

function prepareTelling(state: LedgerState, mayBeRepeat: boolean): PreparedDigest {
  const told = state.handed.filter((part): part is ToldPart => part.kind === 'telling');
  const parts = worstFirst(mergedByModel(told));
  const { MAX_NEW_CASES_PER_DAY: maxNewCasesPerDay } = environment;
  const before = newCasesBefore(
    parts.map(({ model }) => model),
    state,
    now(),
  );
  const { tries, byModel } = planCases(parts, state.models, Math.max(0, maxNewCasesPerDay - before));
  const planOf = ({ model }: ToldPart) => byModel.get(model) ?? { kind: 'none', why: 'automation-off' };
  return {
    email: emailOf(parts, (models) =>
      tellingDigestEmail({
        ...digestOf(models, mayBeRepeat),
        models: models.map((part) => ({ ...part, plan: planOf(part) })),
        maxNewCasesPerDay,
        triedBefore: state.handed.filter((part) => part.kind === 'case' && part.outcome === null).length,
      }),
    ),
    told,
    andThen: () => tryCases(tries),
  };
}

function prepareReminder(state: LedgerState, mayBeRepeat: boolean): PreparedDigest {
  const parts = state.handed.filter((part): part is RemindedPart => part.kind === 'reminder');
  return {
    email: emailOf(bySeverity(parts), (models) => reminderDigestEmail(digestOf(models, mayBeRepeat))),
    told: parts,
    andThen: NOTHING_MORE,
  };
}

async function prepareRecovery(state: LedgerState, mayBeRepeat: boolean): Promise<PreparedDigest> {
  const parts = state.handed.filter((part): part is RecoveredPart => part.kind === 'recovery');
  const sharedClosings = await closeSharedCases(parts, state.models);
  return {
    email: emailOf(bySeverity(parts), (models) =>
      recoveryDigestEmail({ ...digestOf(models, mayBeRepeat), sharedClosings }),
    ),
    told: parts,
    andThen: NOTHING_MORE,
  };
}

/** Cases that are still being tried are told by a later one. */
function prepareCases(state: LedgerState, mayBeRepeat: boolean): PreparedDigest {
  const parts = state.handed.filter(
    (part): part is CasePart => part.kind === 'case' && part.outcome !== null,
  );
  const { MAX_NEW_CASES_PER_DAY: maxNewCasesPerDay } = environment;
  return {
    email: emailOf(bySeverity(parts), (models) =>
      caseDigestEmail({ ...digestOf(models, mayBeRepeat), maxNewCasesPerDay }),
    ),
    told: parts,
    andThen: NOTHING_MORE,
  };
}

const bySeverity = <Part extends Handed>(parts: readonly Part[]): readonly Part[] =>
  [...parts].sort(
    (one, other) =>
      Number(one.severity !== 'CRITICAL') - Number(other.severity !== 'CRITICAL') ||
      (one.model < other.model ? -1 : 1),
  );
