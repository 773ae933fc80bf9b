import type { InferenceProfiles } from '../contract/inference-profiles';
import type { UpdaterTask } from '../contract/updater-event';
import { logger } from '../ports/logger';

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

/** What lasts until a person acts is a failure of a run that compares thresholds; once an hour would be too often. */
export function lastingFailure(sentence: string, { task }: Run): readonly string[] {
  if (task.kind !== 'sharers') return [sentence];
  logger.warn(sentence);
  return [];
}
