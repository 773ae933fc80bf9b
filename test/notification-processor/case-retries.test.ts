import './environment';

import { expect, test } from '@jest/globals';
import { RETRY_DELAYS_SECONDS } from '../../lambda/notification-processor/case-retries';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const LONGEST_DELAY_OF_SQS = 900;
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
const ROUNDS_BEFORE_LAMBDA_ENDS_A_LOOP = 16;

test('the first retry finds a case that the first try opened without an answer: AWS lists it within a minute or so', () => {
  expect(RETRY_DELAYS_SECONDS[0]).toBeGreaterThanOrEqual(60);
});

test('SQS can delay each by so much', () => {
  expect(Math.max(...RETRY_DELAYS_SECONDS)).toBeLessThanOrEqual(LONGEST_DELAY_OF_SQS);
});

test('the last comes after the hour in which AWS opens no more than ten cases', () => {
  expect(RETRY_DELAYS_SECONDS.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(3600);
});

test('Lambda takes them for no endless loop', () => {
  expect(1 + RETRY_DELAYS_SECONDS.length).toBeLessThan(ROUNDS_BEFORE_LAMBDA_ENDS_A_LOOP);
});
