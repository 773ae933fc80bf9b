import * as z from 'zod';
import type { PhysicalResource, ResourceHandlers } from '../../cloudformation/stack-resources';
import type { LocalAws } from '../local-aws';
import { handler, type Target, tags } from './handler';

/** Secrets and parameters. */
export const valueResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::SecretsManager::Secret': handler(aws, {
    schema: secretSchema,
    name: 'Name',
    create: (properties, target) => {
      target.region.secretsManager.refuseTaken(properties.Name, target.aws.agenda.now);
      return putSecret(properties, target);
    },
    update: putSecret,
    // CloudFormation waits for no recovery window.
    remove: ({ ref }, { region }) => region.secretsManager.deleteSecret(ref),
  }),
  'AWS::SSM::Parameter': handler(aws, {
    schema: parameterSchema,
    name: 'Name',
    exists: (name, { region }) => region.parameterStore.parameter(name) !== undefined,
    create: putParameter,
    update: putParameter,
    remove: ({ ref }, { region }) => {
      region.parameterStore.delete(ref);
    },
  }),
});

const secretSchema = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  KmsKeyId: z.string().optional(),
  SecretString: z.string(),
  Tags: tags,
});

function putSecret(
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

function putParameter(
  { Name, Value, Description }: z.output<typeof parameterSchema>,
  { region, aws }: Target,
): PhysicalResource {
  region.parameterStore.put({ name: Name, value: Value, description: Description }, aws.agenda.now);
  return { ref: Name, attributes: { Type: 'String', Value } };
}
