import type { CasePart, RecoveredPart, RemindedPart, ToldPart } from '../contract/handed';
import type { Closing } from './follow-up';

/** One e-mail that tells of many models: those that are to be mailed, the worst first. */
export interface Digest<Part> {
  readonly customer: string;
  readonly accountId: string;
  readonly region: string;
  /** When this is written. */
  readonly at: Date;
  readonly models: readonly Part[];
  /** Whether an e-mail with some of this may have gone out already. */
  readonly mayBeRepeat: boolean;
}

/** What is tried for a model once the e-mail is out; how it ends is told by a later one. */
export type PlannedCase =
  /** A case of its own: the open one is added to, or another opened. */
  | { readonly kind: 'own' }
  /** One case for all models that the same thing has happened to, `models` in all; `lead` is the first of them. */
  | { readonly kind: 'shared'; readonly lead: string; readonly models: number }
  /** `day-limit`: the settings allow no further new case today. */
  | { readonly kind: 'none'; readonly why: 'automation-off' | 'day-limit' };

/** `maxNewCasesPerDay`: as the settings have it. `triedBefore`: the cases of earlier digests that are still being tried. */
export interface TellingDigest extends Digest<ToldPart & { readonly plan: PlannedCase }> {
  readonly maxNewCasesPerDay: number;
  readonly triedBefore: number;
}

export type ReminderDigest = Digest<RemindedPart>;

/** `sharedClosings`: what became of the word that it is over, on cases that tell of several models. */
export interface RecoveryDigest extends Digest<RecoveredPart> {
  readonly sharedClosings: readonly (Closing & { readonly models: readonly string[] })[];
}

/** What became of the cases that an earlier digest said are tried. `maxNewCasesPerDay`: as the settings have it. */
export interface CaseDigest extends Digest<CasePart> {
  readonly maxNewCasesPerDay: number;
}
