import { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import { confirmedSubscriptions } from '../../lambda/ports/notifications';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-notifications';
const send = jest.spyOn(SNSClient.prototype, 'send');

beforeEach(() => {
  send.mockReset();
});

test.each([
  ['3', 3],
  ['0', 0],
])('of a topic %s subscriptions are confirmed', async (SubscriptionsConfirmed, confirmed) => {
  send.mockResolvedValue({ Attributes: { SubscriptionsConfirmed, SubscriptionsPending: '2' } } as never);
  expect(await confirmedSubscriptions(TOPIC)).toBe(confirmed);
  expect(send.mock.calls.map(([{ input }]) => input)).toEqual([{ TopicArn: TOPIC }]);
});

test.each([[undefined], [{}], [{ SubscriptionsConfirmed: '' }], [{ SubscriptionsConfirmed: 'some' }]])(
  'how many is not made up from %j',
  async (Attributes) => {
    send.mockResolvedValue({ Attributes } as never);
    await expect(confirmedSubscriptions(TOPIC)).rejects.toThrow('did not say');
  },
);
