import { expect, test } from '@jest/globals';
import { SecretsManager } from '../../../rehearsal/services/secrets-manager';
import { calling, errorOf, place } from './calls';

const nine = new Date('2026-03-02T09:00:00Z');
const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234';

function withContact() {
  const secrets = new SecretsManager(place);
  const arn = secrets.putSecret({ name: 'acme/contact', secretString: '{"a":1}', kmsKeyArn }, nine);
  return { secrets, arn, ...calling(secrets.service, '2026-03-02T10:00:00Z') };
}

test('is found by ARN, by ARN without its suffix, and by name', () => {
  const { arn, run } = withContact();
  expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:acme\/contact-[A-Za-z0-9]{6}$/);
  for (const SecretId of [arn, arn.slice(0, -7), 'acme/contact']) {
    expect(run('GetSecretValue', { SecretId })).toMatchObject({
      ARN: arn,
      Name: 'acme/contact',
      SecretString: '{"a":1}',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: nine,
    });
  }
});

test('a new value keeps the ARN', () => {
  const { secrets, arn, run } = withContact();
  expect(secrets.putSecret({ name: 'acme/contact', secretString: 'new' }, nine)).toBe(arn);
  expect(run('GetSecretValue', { SecretId: arn })).toMatchObject({ SecretString: 'new' });
});

test.each([
  ['another name', { SecretId: 'acme/no' }, 'ResourceNotFoundException 400'],
  ['another suffix', { SecretId: 'acme/contact-AAAAAA' }, 'ResourceNotFoundException 400'],
  [
    'a previous version',
    { SecretId: 'acme/contact', VersionStage: 'AWSPREVIOUS' },
    'ResourceNotFoundException 400',
  ],
  ['nothing', {}, 'InvalidParameterException 400'],
])('does not find %s', (_, input, error) => {
  expect(errorOf(() => withContact().run('GetSecretValue', input))).toBe(error);
});

test('IAM is asked about the full ARN whatever names the secret, KMS about the key', () => {
  const { arn, permissions } = withContact();
  expect(permissions('GetSecretValue', { SecretId: 'acme/contact' })).toEqual([
    { action: 'secretsmanager:GetSecretValue', resource: arn },
    {
      action: 'kms:Decrypt',
      resource: kmsKeyArn,
      context: {
        'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
        'kms:CallerAccount': '111122223333',
        'kms:EncryptionContext:SecretARN': arn,
      },
    },
  ]);
});

test('without a key of the customer KMS is not asked', () => {
  const { secrets, permissions } = withContact();
  secrets.putSecret({ name: 'plain', secretString: 's' }, nine);
  expect(permissions('GetSecretValue', { SecretId: 'plain' })).toHaveLength(1);
});

test('a secret scheduled for deletion cannot be read and keeps its name until it goes', () => {
  const { secrets, arn, run } = withContact();
  expect(run('DeleteSecret', { SecretId: 'acme/contact', RecoveryWindowInDays: 7 })).toEqual({
    ARN: arn,
    Name: 'acme/contact',
    DeletionDate: new Date('2026-03-09T10:00:00Z'),
  });
  expect(errorOf(() => run('GetSecretValue', { SecretId: arn }))).toBe('InvalidRequestException 400');
  const refusedAt = (at: string) => errorOf(() => secrets.refuseTaken('acme/contact', new Date(at)));
  expect(refusedAt('2026-03-09T09:59:59Z')).toBe('InvalidRequestException 400');
  expect(refusedAt('2026-03-09T10:00:00Z')).toBe('no error');
});

test('a secret deleted without recovery frees its name for one with another ARN', () => {
  const { secrets, arn, run } = withContact();
  expect(errorOf(() => secrets.refuseTaken('acme/contact', nine))).toBe('ResourceExistsException 400');
  run('DeleteSecret', { SecretId: arn, ForceDeleteWithoutRecovery: true });
  expect(errorOf(() => run('GetSecretValue', { SecretId: arn }))).toBe('ResourceNotFoundException 400');
  expect(errorOf(() => secrets.refuseTaken('acme/contact', nine))).toBe('no error');
  expect(secrets.putSecret({ name: 'acme/contact', secretString: 'new' }, nine)).not.toBe(arn);
});
