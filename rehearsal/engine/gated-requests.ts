import type { Input } from '../service';

/** Services whose state invocations change for one another, by the name that credentials are scoped to. */
const SHARED: readonly string[] = ['dynamodb', 'support', 'sns', 'sqs'];

const READ = /^(Get|List|Describe|Query|Scan)/;

export const isRead = (operation: string): boolean => READ.test(operation);

interface Request {
  readonly scope: string;
  readonly operation: string;
  readonly input: Input;
}

/** Whether it matters when a request is served among those of other invocations. */
export const isGated = ({ scope, operation }: Request): boolean =>
  SHARED.includes(scope) || !isRead(operation);

/** Orders requests that were made in parallel, whichever came in first. */
export const gateKey = ({ scope, operation, input }: Request): string =>
  JSON.stringify([scope, operation, input]);
