import * as z from 'zod';
import type { DeployedResource, PhysicalResource, ResourceHandlers } from '../../cloudformation/deployment';
import type { LocalAws } from '../local-aws';
import { handler, type Removal, type Target, tags } from './handler';

/** Secrets and parameters. */
export const valueResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::SecretsManager::Secret': handler(aws, secretSchema, createSecret),
  'AWS::SSM::Parameter': handler(aws, parameterSchema, createParameter, deleteParameter),
});

const secretSchema = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  KmsKeyId: z.string().optional(),
  SecretString: z.string(),
  Tags: tags,
});

function createSecret(
  { Name, KmsKeyId, SecretString }: z.output<typeof secretSchema>,
  { region, aws }: Target,
): PhysicalResource {
  const key = KmsKeyId === undefined ? {} : { kmsKeyArn: KmsKeyId };
  const arn = region.secretsManager.putSecret(
    { name: Name, secretString: SecretString, ...key },
    aws.agenda.now,
  );
  return { ref: arn, attributes: { Id: arn } };
}

const parameterSchema = z.strictObject({
  Name: z.string(),
  Type: z.literal('String'),
  Value: z.string(),
  Description: z.string().optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});

function createParameter(
  { Name, Value }: z.output<typeof parameterSchema>,
  { region, aws }: Target,
): PhysicalResource {
  region.parameterStore.put({ name: Name, value: Value }, aws.agenda.now);
  return { ref: Name, attributes: { Type: 'String', Value } };
}

function deleteParameter({ ref }: DeployedResource, { region }: Removal): void {
  region.parameterStore.delete(ref);
}
