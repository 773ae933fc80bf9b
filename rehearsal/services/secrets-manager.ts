import * as z from 'zod';
import { AwsError, type Input, NotRehearsed, type Permission, type Service } from '../service';
import { DerivedIds, digest, uuidFrom } from './derived-ids';
import { parseInput } from './input';
import { type Place, viaService } from './kms';

/** A secret as CloudFormation makes it. */
export interface SecretSettings {
  readonly name: string;
  readonly secretString: string;
  /** A customer-managed key; without one nothing is asked of KMS. */
  readonly kmsKeyArn?: string;
}

export interface Secret extends SecretSettings {
  readonly arn: string;
  readonly versionId: string;
  readonly createdAt: Date;
}

const getSecretValue = z.strictObject({
  SecretId: z.string().min(1).max(2048),
  VersionId: z.string().min(32).max(64).optional(),
  VersionStage: z.string().min(1).max(256).optional(),
});

/**
 * AWS Secrets Manager of one account and Region.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export class SecretsManager {
  readonly #secrets = new Map<string, Secret>();
  readonly #ids: DerivedIds;

  readonly service: Service = {
    name: 'secretsmanager',
    operations: {
      GetSecretValue: {
        permissions: (input) => this.readPermissions(this.#parse(input).SecretId),
        run: (input) => this.#getSecretValue(input),
      },
    },
  };

  constructor(private readonly place: Place) {
    this.#ids = new DerivedIds(`secretsmanager ${place.accountId} ${place.region}`);
  }

  /** Creates a secret or gives it a new value. Returns the ARN. */
  putSecret(settings: SecretSettings, now: Date): string {
    const existing = this.#secrets.get(settings.name);
    const arn = existing?.arn ?? `${this.#arnWithoutSuffix(settings.name)}-${this.#suffix(settings.name)}`;
    const versionId = uuidFrom(this.#ids.next(now, settings.name, settings.secretString));
    this.#secrets.set(settings.name, { ...settings, arn, versionId, createdAt: now });
    return arn;
  }

  deleteSecret(secretId: string): void {
    const secret = this.find(secretId);
    if (secret !== undefined) this.#secrets.delete(secret.name);
  }

  /** By name, ARN, or ARN without the six characters. */
  find(secretId: string): Secret | undefined {
    const byArn = [...this.#secrets.values()].find(({ arn }) => arn === secretId);
    return byArn ?? this.#secrets.get(this.#nameOf(secretId));
  }

  /** IAM is asked about the full ARN; a secret that does not exist has no suffix. */
  readPermissions(secretId: string): readonly Permission[] {
    const secret = this.find(secretId);
    const resource = secret?.arn ?? this.#arnWithoutSuffix(this.#nameOf(secretId));
    return [{ action: 'secretsmanager:GetSecretValue', resource }, ...this.#keyPermissions(secret)];
  }

  #keyPermissions(secret: Secret | undefined): readonly Permission[] {
    if (secret?.kmsKeyArn === undefined) return [];
    return viaService('secretsmanager', this.place, secret.kmsKeyArn, ['Decrypt'], { SecretARN: secret.arn });
  }

  #parse(input: Input) {
    const operation = 'secretsmanager:GetSecretValue';
    const parsed = parseInput(getSecretValue, input, operation, 'InvalidParameterException');
    if (parsed.VersionId !== undefined) throw new NotRehearsed(`the key VersionId of ${operation}`);
    return parsed;
  }

  #getSecretValue(input: Input) {
    const { SecretId, VersionStage = 'AWSCURRENT' } = this.#parse(input);
    const secret = this.find(SecretId);
    if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.");
    if (VersionStage !== 'AWSCURRENT') {
      throw notFound(
        `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.versionId,
      SecretString: secret.secretString,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: secret.createdAt,
    };
  }

  #nameOf(secretId: string): string {
    const prefix = this.#arnWithoutSuffix('');
    return secretId.startsWith(prefix) ? secretId.slice(prefix.length) : secretId;
  }

  #arnWithoutSuffix(name: string): string {
    return `arn:aws:secretsmanager:${this.place.region}:${this.place.accountId}:secret:${name}`;
  }

  #suffix(name: string): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const bytes = Buffer.from(digest('secret', this.#arnWithoutSuffix(name)), 'hex').subarray(0, 6);
    return [...bytes].map((byte) => letters.charAt(byte % letters.length)).join('');
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
