import {
  DeleteParametersCommand,
  GetParametersCommand,
  PutParameterCommand,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { PACES, type Pace } from './pace';

const clients: Readonly<Record<Pace, SSMClient>> = {
  brisk: new SSMClient(PACES.brisk),
  patient: new SSMClient(PACES.patient),
};

/**
 * The values of at most `MOST_PARAMETER_NAMES` parameters, in one call; a parameter that does not exist is left out.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export async function getParameters(
  names: readonly string[],
  pace: Pace = 'brisk',
): Promise<ReadonlyMap<string, string>> {
  const { Parameters = [] } = await clients[pace].send(new GetParametersCommand({ Names: [...names] }));
  return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
}

/**
 * The values of all parameters below `path`, at any depth, page by page: 10 parameters a call.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export async function getParametersUnder(path: string): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const pages = paginateGetParametersByPath({ client: clients.patient }, { Path: path, Recursive: true });
  for await (const { Parameters = [] } of pages)
    for (const { Name = '', Value = '' } of Parameters) values.set(Name, Value);
  return values;
}

export async function putParameter(name: string, value: string, pace: Pace = 'brisk'): Promise<void> {
  await clients[pace].send(
    new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true }),
  );
}

/** Deletes at most `MOST_PARAMETER_NAMES` parameters; those that do not exist are ignored. */
export async function deleteParameters(names: readonly string[]): Promise<void> {
  await clients.brisk.send(new DeleteParametersCommand({ Names: [...names] }));
}
