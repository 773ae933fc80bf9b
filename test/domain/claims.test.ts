import { describe, expect, test } from '@jest/globals';
import { claimSchema } from '../../lambda/contract/claims';
import { textDigest } from '../../lambda/contract/text-log';

describe('a claim', () => {
  test.each([
    ['a figure that is no whole number', { claim: 'steady', metrics: ['Invocations'], value: 1.5 }],
    ['a figure that is none', { claim: 'threshold', quota: 'RPM', value: Number.NaN }],
    ['no metric', { claim: 'noUsage', metrics: [] }],
    ['a severity of no alarm', { claim: 'severity', severity: 'CRITICAL', alarmNames: [] }],
    ['a kind that nobody can check', { claim: 'weather', value: 1 }],
  ])('with %s is refused', (_case, claim) => {
    expect(claimSchema.safeParse(claim).success).toBe(false);
  });
});

test('the digest of a text is the beginning of its SHA-256, as sha256sum gives it', () => {
  expect(textDigest('')).toBe('e3b0c44298fc1c14');
  expect(textDigest('abc')).toBe('ba7816bf8f01cfea');
});
