import { expect, test } from '@jest/globals';
import { sentTexts } from '../../../rehearsal/engine/sent-texts';
import { Support } from '../../../rehearsal/services/support';

const NOW = new Date('2026-03-02T09:06:00Z');
const support = new Support({ accountId: '111122223333' });
const { caseId } = support.putCase({ subject: 'An older case', createdAt: NOW });

const publish = {
  TopicArn: 'arn:aws:sns:us-east-1:111122223333:t',
  Subject: 'CRITICAL',
  Message: 'Throttles.',
};
const done = { error: undefined, carriedOut: true };

test('the texts that AWS took, in their order', () => {
  const calls = [
    { name: 'ssm:GetParameters', input: { Names: ['a'] }, ...done },
    { name: 'support:CreateCase', input: { subject: 'A new case', communicationBody: 'Please.' }, ...done },
    { name: 'support:AddCommunicationToCase', input: { caseId, communicationBody: 'Further.' }, ...done },
    { name: 'sns:Publish', input: publish, ...done },
  ];
  const at = '2026-03-02T09:06:00Z';
  expect(sentTexts(calls, support, NOW)).toEqual([
    { medium: 'case', subject: 'A new case', body: 'Please.', at },
    { medium: 'case', subject: 'An older case', body: 'Further.', at },
    { medium: 'e-mail', subject: 'CRITICAL', body: 'Throttles.', at },
  ]);
});

test('one whose answer was lost is sent all the same; one that was refused is not', () => {
  const lost = { name: 'sns:Publish', input: publish, error: 'connection cut', carriedOut: true };
  const refused = { name: 'sns:Publish', input: publish, error: 'AuthorizationError', carriedOut: false };
  expect(sentTexts([lost], support, NOW)).toHaveLength(1);
  expect(sentTexts([refused], support, NOW)).toEqual([]);
});
