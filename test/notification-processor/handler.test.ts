// The variables must be set before the handler reads them.
import './environment';

import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import { handler } from '../../lambda/notification-processor/handler';
import { readIncident } from '../../lambda/notification-processor/read-incident';
import { settleCase } from '../../lambda/notification-processor/settle-case';
import { publish } from '../../lambda/ports/notifications';
import { incidents } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/notification-processor/read-incident', () => ({ readIncident: jest.fn() }));
jest.mock('../../lambda/notification-processor/settle-case', () => ({ settleCase: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/notifications', () => ({ publish: jest.fn() }));

const alarm = {
  AlarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
  AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
  AWSAccountId: '111122223333',
  NewStateValue: 'ALARM',
  OldStateValue: 'OK',
  StateChangeTime: '2026-03-02T09:15:00.000+0000',
};

/** The processor with so much of its time left. */
async function handle(timeLeftMs: number) {
  const event = { Records: [{ messageId: '1', body: JSON.stringify(alarm), eventSource: 'aws:sqs' }] };
  return handler(event as SQSEvent, { getRemainingTimeInMillis: () => timeLeftMs } as Context);
}

beforeEach(() => {
  jest.resetAllMocks();
  jest
    .mocked(readIncident)
    .mockResolvedValue({ incident: incidents.throttled, contacts: ['sre@acme.example'] });
});

test('the e-mail tells what became of the case', async () => {
  jest.mocked(settleCase).mockResolvedValue({ kind: 'opened', displayId: '12345678901' });
  expect(await handle(60_000)).toEqual({ batchItemFailures: [] });
  const [topic, , body] = jest.mocked(publish).mock.calls[0] ?? [];
  expect(topic).toBe(process.env.NOTIFICATION_TOPIC_ARN);
  expect(body).toContain('AWS Support case 12345678901 was opened');
});

test('the e-mail goes out in time though AWS Support never answers, and nothing is begun after it', async () => {
  let signal: AbortSignal | undefined;
  jest.mocked(settleCase).mockImplementation((_incident, _cc, _now, given) => {
    signal = given;
    return new Promise(() => {});
  });
  expect(await handle(12_050)).toEqual({ batchItemFailures: [] });
  const [, , body = ''] = jest.mocked(publish).mock.calls[0] ?? [];
  expect(body.replace(/\s+/g, ' ')).toContain('AWS Support did not answer in time');
  expect(signal?.aborted).toBe(true);
});

test('a message whose e-mail cannot be published goes back to the queue', async () => {
  jest.mocked(settleCase).mockResolvedValue({ kind: 'opened', displayId: '12345678901' });
  jest.mocked(publish).mockRejectedValue(new Error('no answer'));
  expect(await handle(60_000)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
});

test('without contacts the case is opened, and the e-mail says that nobody is on cc', async () => {
  jest.mocked(readIncident).mockResolvedValue({ incident: incidents.throttled, contacts: undefined });
  jest.mocked(settleCase).mockResolvedValue({ kind: 'opened', displayId: '12345678901' });
  await handle(60_000);
  expect(jest.mocked(settleCase).mock.calls[0]?.[1]).toEqual([]);
  expect(jest.mocked(publish).mock.calls[0]?.[2]).toContain('nobody was put on cc');
});

test('without a case nothing is said of cc', async () => {
  jest.mocked(readIncident).mockResolvedValue({ incident: incidents.throttled, contacts: undefined });
  jest.mocked(settleCase).mockResolvedValue({ kind: 'none', reason: { why: 'no-support-plan' } });
  await handle(60_000);
  expect(jest.mocked(publish).mock.calls[0]?.[2]).not.toContain('on cc');
});
