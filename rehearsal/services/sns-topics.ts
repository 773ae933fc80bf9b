import * as z from 'zod';
import { AwsError, type Input } from '../service';
import { parseInput } from './input';
import type { Place } from './kms';
import { page } from './pages';
import type { Topic } from './sns';
import type { Subscription } from './sns-deliveries';

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const PAGE = 100;

const ofTopic = { TopicArn: z.string() };
const subscription = z.strictObject({ SubscriptionArn: z.string() });
const listing = z.strictObject({ ...ofTopic, NextToken: z.string().optional() });

export const parseTopic = (input: Input, operation: string) =>
  parseInput(z.strictObject(ofTopic), input, `sns:${operation}`, 'InvalidParameter');

export const parseListing = (input: Input) =>
  parseInput(listing, input, 'sns:ListSubscriptionsByTopic', 'InvalidParameter');

export const parseSubscription = (input: Input) =>
  parseInput(subscription, input, 'sns:Unsubscribe', 'InvalidParameter');

/**
 * A topic's attributes, all of them text. Without delivery policies, which are not played, and without the policy that
 * AWS gives to a topic that has none.
 * https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
 */
export function topicAttributes(
  { arn, kmsKeyArn, policy }: Topic,
  { accountId }: Place,
  counts: { readonly confirmed: number; readonly deleted: number },
): ReadonlyMap<string, string> {
  const attributes = {
    TopicArn: arn,
    Owner: accountId,
    DisplayName: '',
    ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
    ...(kmsKeyArn === undefined ? {} : { KmsMasterKeyId: kmsKeyArn }),
    SubscriptionsConfirmed: String(counts.confirmed),
    // A subscription is confirmed at once.
    SubscriptionsPending: '0',
    SubscriptionsDeleted: String(counts.deleted),
  };
  return new Map(Object.entries(attributes));
}

/** 100 subscriptions at a time, by their ARNs. */
export function subscriptionPage(
  subscriptions: readonly Subscription[],
  { accountId }: Place,
  { TopicArn, NextToken }: { readonly TopicArn: string; readonly NextToken?: string | undefined },
) {
  const { items, nextToken } = page({
    all: [...subscriptions].sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    keyOf: ({ arn }) => arn,
    size: PAGE,
    nextToken: NextToken,
    scope: `ListSubscriptionsByTopic ${TopicArn}`,
    invalidToken: () => new AwsError('InvalidParameter', 'Invalid parameter: NextToken'),
  });
  return {
    Subscriptions: items.map(({ arn, protocol, endpoint }) => ({
      SubscriptionArn: arn,
      Owner: accountId,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn,
    })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}
