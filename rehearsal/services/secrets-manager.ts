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

const DAY_MS = 24 * 60 * 60 * 1000;

const deleteSecret = z.strictObject({
  SecretId: z.string().min(1).max(2048),
  RecoveryWindowInDays: z.int().min(7).max(30).optional(),
  ForceDeleteWithoutRecovery: z.boolean().optional(),
});

const parseDelete = (input: Input) =>
  parseInput(deleteSecret, input, 'secretsmanager:DeleteSecret', 'InvalidParameterException');

/**
 * AWS Secrets Manager of one account and Region.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export class SecretsManager {
  readonly #secrets = new Map<string, Secret>();
  /** When the secrets that wait to be deleted go, by name. */
  readonly #scheduled = new Map<string, Date>();
  /** How many secrets of a name were deleted. */
  readonly #deletions = new Map<string, number>();
  readonly #ids: DerivedIds;

  readonly service: Service = {
    name: 'secretsmanager',
    operations: {
      GetSecretValue: {
        permissions: (input) => this.readPermissions(this.#parse(input).SecretId),
        run: (input, { now }) => this.#getSecretValue(input, now),
      },
      DeleteSecret: {
        permissions: (input) => this.#permissionsOn('DeleteSecret', parseDelete(input).SecretId),
        run: (input, { now }) => this.#deleteSecret(input, now),
      },
    },
  };

  constructor(private readonly place: Place) {
    this.#ids = new DerivedIds(`secretsmanager ${place.accountId} ${place.region}`);
  }

  /** Creates a secret, whose ARN is always a new one, or gives it a new value. Returns the ARN. */
  putSecret(settings: SecretSettings, now: Date): string {
    const { name } = settings;
    const arn = this.#secrets.get(name)?.arn ?? `${this.#arnWithoutSuffix(name)}-${this.#suffix(name)}`;
    const versionId = uuidFrom(this.#ids.next(now, settings.name, settings.secretString));
    this.#secrets.set(settings.name, { ...settings, arn, versionId, createdAt: now });
    return arn;
  }

  /** Deletes a secret without recovery, so that its name is free at once. */
  deleteSecret(secretId: string): void {
    const secret = this.find(secretId);
    if (secret === undefined) return;
    this.#secrets.delete(secret.name);
    this.#scheduled.delete(secret.name);
    this.#deletions.set(secret.name, (this.#deletions.get(secret.name) ?? 0) + 1);
  }

  /**
   * A secret's name is taken while it exists, also while it waits to be deleted.
   *
   * @throws AwsError ResourceExistsException, InvalidRequestException
   */
  refuseTaken(name: string, now: Date): void {
    this.#forget(now);
    if (this.#scheduled.has(name))
      throw new AwsError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (this.#secrets.has(name))
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
  }

  /** By name, ARN, or ARN without the six characters. */
  find(secretId: string): Secret | undefined {
    const byArn = [...this.#secrets.values()].find(({ arn }) => arn === secretId);
    return byArn ?? this.#secrets.get(this.#nameOf(secretId));
  }

  /** IAM is asked about the full ARN; a secret that does not exist has no suffix. */
  readPermissions(secretId: string): readonly Permission[] {
    const keyPermissions = this.#keyPermissions(this.find(secretId));
    return [...this.#permissionsOn('GetSecretValue', secretId), ...keyPermissions];
  }

  #permissionsOn(operation: string, secretId: string): readonly Permission[] {
    const resource = this.find(secretId)?.arn ?? this.#arnWithoutSuffix(this.#nameOf(secretId));
    return [{ action: `secretsmanager:${operation}`, resource }];
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

  /** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
  #deleteSecret(input: Input, now: Date) {
    const { SecretId, RecoveryWindowInDays = 30, ForceDeleteWithoutRecovery } = parseDelete(input);
    this.#forget(now);
    const { arn, name } = this.#need(SecretId);
    const goesAt = ForceDeleteWithoutRecovery ? now : new Date(now.getTime() + RecoveryWindowInDays * DAY_MS);
    if (ForceDeleteWithoutRecovery) this.deleteSecret(name);
    else this.#scheduled.set(name, goesAt);
    return { ARN: arn, Name: name, DeletionDate: goesAt };
  }

  #forget(now: Date): void {
    for (const [name, goesAt] of this.#scheduled) if (goesAt <= now) this.deleteSecret(name);
  }

  #need(secretId: string): Secret {
    const secret = this.find(secretId);
    if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.");
    return secret;
  }

  #getSecretValue(input: Input, now: Date) {
    const { SecretId, VersionStage = 'AWSCURRENT' } = this.#parse(input);
    this.#forget(now);
    const secret = this.#need(SecretId);
    if (this.#scheduled.has(secret.name))
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
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
    const before = this.#deletions.get(name);
    const parts = before === undefined ? [] : [before];
    const bytes = Buffer.from(digest('secret', this.#arnWithoutSuffix(name), ...parts), 'hex').subarray(0, 6);
    return [...bytes].map((byte) => letters.charAt(byte % letters.length)).join('');
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
