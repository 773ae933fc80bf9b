import {
  DeleteParametersCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { READ } from './client-settings';

const parameterStore = new SSMClient(READ);

/**
 * The values of at most 10 parameters, in one call; a parameter that does not exist is left out.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export async function getParameters(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { Parameters = [] } = await parameterStore.send(new GetParametersCommand({ Names: [...names] }));
  return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
}

export async function putParameter(name: string, value: string): Promise<void> {
  await parameterStore.send(
    new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true }),
  );
}

/** Deletes at most 10 parameters; those that do not exist are ignored. */
export async function deleteParameters(names: readonly string[]): Promise<void> {
  await parameterStore.send(new DeleteParametersCommand({ Names: [...names] }));
}
