import type { Call, Input, Permission, Service } from '../../../rehearsal/service';
import { AwsError } from '../../../rehearsal/service';

export const place = { accountId: '111122223333', region: 'us-east-1' };

/** Runs an operation as the endpoint does, at an instant. */
export function calling(service: Service, at: string) {
  const call: Call = { now: new Date(at), ...place };
  return {
    run: (operation: string, input: Input = {}): unknown => operationOf(service, operation).run(input, call),
    permissions: (operation: string, input: Input = {}): readonly Permission[] =>
      operationOf(service, operation).permissions(input, call),
  };
}

/** `code status` of the AwsError that `run` throws. */
export function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code} ${error.status}`;
    throw error;
  }
  return 'no error';
}

function operationOf(service: Service, name: string) {
  const operation = service.operations[name];
  if (operation === undefined) throw new Error(`${service.name} has no operation ${name}`);
  return operation;
}
