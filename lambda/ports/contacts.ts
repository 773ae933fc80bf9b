import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { READ } from './client-settings';

const secretsManager = new SecretsManagerClient(READ);

const contactsSchema = z.object({ emails: z.array(z.string()) });

/** The e-mail addresses of the contact secret: `{"emails": ["sre@acme.example"]}`. */
export async function readContacts(secretArn: string): Promise<readonly string[]> {
  const { SecretString = '' } = await secretsManager.send(new GetSecretValueCommand({ SecretId: secretArn }));
  return contactsSchema.parse(JSON.parse(SecretString)).emails;
}
