import type { Transition } from '../cloudwatch/cloudwatch';
import type { ClaimsCheck } from '../product';
import type { Email, Invocation } from '../report';

/** One invocation, with the calls in the order in which they came and the lines that it logged. */
export interface RecordedInvocation extends Omit<Invocation, 'calls'> {
  readonly functionName: string;
  readonly calls: readonly string[];
  readonly logs: readonly string[];
}

/** Everything that happened, in the order in which it did. */
export class RehearsalRecord {
  readonly transitions: Transition[] = [];
  readonly emails: Email[] = [];
  /** In the order in which their handlers ended. */
  readonly invocations: RecordedInvocation[] = [];
  /** One for each text that a function sent. */
  readonly checkedTexts: ClaimsCheck[] = [];
}
