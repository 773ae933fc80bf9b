import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { contactSecretName } from '../lambda/contract/names';
import { acknowledge } from './access/acknowledge';

export interface ContactsProps {
  readonly customer: string;
  readonly stakeholders: readonly string[];
  readonly key: IKey;
}

/** Who is put on cc of support cases: `{"emails": [...]}`. */
export class Contacts extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { customer, stakeholders, key }: ContactsProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      secretName: contactSecretName(customer),
      description: `Bedrock Ops Alert of ${customer}: who is put on cc of support cases`,
      encryptionKey: key,
      // The addresses stand in the template anyway, as the endpoints of the e-mail subscriptions.
      secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ emails: stakeholders })),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(
      this.secret,
      'AwsSolutions-SMG4',
      'It holds e-mail addresses, not credentials: nothing can be rotated.',
    );
  }
}
