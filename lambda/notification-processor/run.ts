import type { Context } from 'aws-lambda';
import type { LedgerIncident, LedgerRecord, Transition } from '../contract/ledger';
import type { ModelAlarms } from '../domain/attention';
import type { MonitoredModel, UnusableConfig } from './read-model';

/** One look at a model, by the one run that holds its lease. */
export interface Run {
  readonly model: string;
  /** The id of the message that made it. */
  readonly by: string;
  readonly record: LedgerRecord;
  readonly incident: LedgerIncident;
  /** As they are; undefined where CloudWatch could not be asked. */
  readonly alarms: ModelAlarms | undefined;
  readonly settings: MonitoredModel | UnusableConfig;
  /** Transitions that are no news: the alarm was told in this incident and goes off again and again. */
  readonly repeated: readonly Transition[];
  readonly mayBeRepeat: 'unclear' | undefined;
  /** Whether what is told may wait for that of other models: not where the queue cannot be used. */
  readonly canWait: boolean;
  /** How many new cases of the day there may be before one of this model; undefined where nobody has counted them. */
  readonly newCases: number | undefined;
  readonly context: Context | undefined;
}
