import type { InferenceProfiles } from '../contract/inference-profiles';
import type { UpdaterTask } from '../contract/updater-event';

/** What is the same for all models of a run. */
export interface Run {
  readonly customer: string;
  readonly task: UpdaterTask;
  /** What stood in Parameter Store, by full name: of one model whose alarm was changed, its configuration only. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Undefined where they could not be listed. */
  readonly profiles: InferenceProfiles | undefined;
  readonly now: Date;
}
