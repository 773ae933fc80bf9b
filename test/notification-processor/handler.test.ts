// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import { TEXT_WRITTEN, textDigest, textWrittenSchema } from '../../lambda/contract/claims';
import { INCIDENT_OVER, INCIDENT_TOLD } from '../../lambda/contract/incident-log';
import { caseSettledEmail, incidentEmail } from '../../lambda/domain/email-text';
import type { NoCaseReason } from '../../lambda/domain/incident';
import { handler } from '../../lambda/notification-processor/handler';
import { readIncident } from '../../lambda/notification-processor/read-incident';
import { UnusableConfig } from '../../lambda/notification-processor/read-model';
import { settleCase, type UnsettledCase } from '../../lambda/notification-processor/settle-case';
import { countedRequests } from '../../lambda/ports/client-settings';
import { now } from '../../lambda/ports/clock';
import { logger } from '../../lambda/ports/logger';
import { publish } from '../../lambda/ports/notifications';
import { sendLater } from '../../lambda/ports/queue';
import { incidentOf, incidents } from '../domain/incidents';
import { alarmMessage, retryMessage } from './messages';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/notification-processor/read-incident', () => ({ readIncident: jest.fn() }));
jest.mock('../../lambda/notification-processor/settle-case', () => ({
  ...jest.requireActual<object>('../../lambda/notification-processor/settle-case'),
  settleCase: jest.fn(),
}));
jest.mock('../../lambda/ports/client-settings', () => ({
  ...jest.requireActual<object>('../../lambda/ports/client-settings'),
  countedRequests: jest.fn(),
}));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/notifications', () => ({ publish: jest.fn() }));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));

const NOW = new Date('2026-03-02T09:16:00Z');
/** An hour and two minutes: 2 + 5 + 10 + 15 + 15 + 15. */
const LAST_TRY = new Date('2026-03-02T10:18:00Z');
const CONTACTS = ['sre@acme.example'];
const { throttled } = incidents;

const unsettled = (reason: NoCaseReason, isWorthAnotherTry = true): UnsettledCase => ({
  kind: 'none',
  reason,
  isWorthAnotherTry,
});
const CASE_LIMIT = unsettled({ why: 'case-limit' });
const REFUSED = unsettled({ why: 'refused', displayId: undefined, error: 'ValidationException' }, false);
const OPENED = { kind: 'opened', displayId: '12345678901' } as const;

const SUCCEEDED = { batchItemFailures: [] };
const FAILED = { batchItemFailures: [{ itemIdentifier: '1' }] };

/** The processor with this message, and so much of its time left. */
async function handle(body: string, timeLeftMs = 60_000) {
  const event = { Records: [{ messageId: '1', body, eventSource: 'aws:sqs' }] };
  return handler(event as SQSEvent, { getRemainingTimeInMillis: () => timeLeftMs } as Context);
}

const counted = jest.spyOn(Metrics.prototype, 'addMetric');
jest.spyOn(Metrics.prototype, 'publishStoredMetrics');

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(now).mockReturnValue(NOW);
  jest.mocked(countedRequests).mockReturnValue(7);
  jest.mocked(readIncident).mockResolvedValue({ incident: throttled, contacts: CONTACTS });
  jest.mocked(settleCase).mockResolvedValue(OPENED);
});

const countedMetrics = () => counted.mock.calls.map(([name]) => name);
const emails = () => jest.mocked(publish).mock.calls;
const logged = (message: string) => jest.mocked(logger.info).mock.calls.filter(([line]) => line === message);

describe('an alarm', () => {
  test('is told in an e-mail that says what became of the case', async () => {
    expect(await handle(alarmMessage())).toEqual(SUCCEEDED);
    const { subject, body } = incidentEmail(throttled, OPENED, { nobodyOnCc: false });
    expect(emails()).toEqual([[process.env.NOTIFICATION_TOPIC_ARN, subject, body.text]]);
    expect(countedMetrics()).toEqual(['CasesOpened', 'EmailsPublished']);
    expect(logged(INCIDENT_TOLD)).toHaveLength(1);
    expect(sendLater).not.toHaveBeenCalled();
  });

  test('whose e-mail cannot be published goes back to the queue', async () => {
    jest.mocked(publish).mockRejectedValue(new Error('no answer'));
    expect(await handle(alarmMessage())).toEqual(FAILED);
    expect(logged(INCIDENT_TOLD)).toEqual([]);
  });

  test('without contacts has a case all the same, and the e-mail says that nobody is on cc', async () => {
    jest.mocked(readIncident).mockResolvedValue({ incident: throttled, contacts: undefined });
    await handle(alarmMessage());
    expect(jest.mocked(settleCase).mock.calls[0]?.[1]).toEqual([]);
    expect(emails()[0]?.[2]).toBe(incidentEmail(throttled, OPENED, { nobodyOnCc: true }).body.text);
  });

  test('without contacts and without a case: nothing is said of cc', async () => {
    jest.mocked(readIncident).mockResolvedValue({ incident: throttled, contacts: undefined });
    jest.mocked(settleCase).mockResolvedValue(REFUSED);
    await handle(alarmMessage());
    const { kind, reason } = REFUSED;
    const outcome = { kind, reason, retriedUntil: undefined } as const;
    expect(emails()[0]?.[2]).toBe(incidentEmail(throttled, outcome, { nobodyOnCc: false }).body.text);
  });

  test('of at most ten contacts on cc', async () => {
    const contacts = Array.from({ length: 12 }, (_, index) => `sre${index}@acme.example`);
    jest.mocked(readIncident).mockResolvedValue({ incident: throttled, contacts });
    await handle(alarmMessage());
    expect(jest.mocked(settleCase).mock.calls[0]?.[1]).toEqual(contacts.slice(0, 10));
  });

  test('that the notification preference leaves out has its case, and no e-mail', async () => {
    const incident = incidentOf({ alarms: ['Throttles'], model: { notificationPreference: 'warning' } });
    jest.mocked(readIncident).mockResolvedValue({ incident, contacts: CONTACTS });
    await handle(alarmMessage());
    expect(emails()).toEqual([]);
    expect(countedMetrics()).toEqual(['CasesOpened']);
    expect(logged(TEXT_WRITTEN)).toEqual([]);
  });

  test('that is over is logged', async () => {
    await handle(alarmMessage({ NewStateValue: 'OK', OldStateValue: 'ALARM' }));
    expect(logged(INCIDENT_OVER)).toHaveLength(1);
    expect(readIncident).not.toHaveBeenCalled();
  });

  test('of somebody else is nothing to do', async () => {
    expect(await handle(alarmMessage({ AlarmName: 'CpuHigh' }))).toEqual(SUCCEEDED);
    expect(readIncident).not.toHaveBeenCalled();
  });

  test('of a model without configuration is told, and no case is tried', async () => {
    const parameter = '/Acme/bedrock/quota-monitoring/G-Opus-4-6/config';
    jest.mocked(readIncident).mockRejectedValue(new UnusableConfig('It is gone.', parameter));
    expect(await handle(alarmMessage())).toEqual(SUCCEEDED);
    expect(emails()[0]?.[2]).toContain('It is gone.');
    const [line] = writtenTexts();
    expect(line).toMatchObject({ customer: 'Acme', model: 'G-Opus-4-6', incident: null });
    expect(line?.claims).toContainEqual({ claim: 'unusableConfig', parameter });
    expect(sendLater).not.toHaveBeenCalled();
  });
});

const writtenTexts = () =>
  logged(TEXT_WRITTEN).map(
    ([message, extra]) => textWrittenSchema.parse(Object.assign({ message }, extra)).text,
  );

describe('what an e-mail states', () => {
  test.each([
    ['of an incident', alarmMessage(), incidentEmail(throttled, OPENED, { nobodyOnCc: false }).body],
    ['of a case that was settled later', retryMessage(1), caseSettledEmail(throttled, OPENED).body],
  ])('%s is logged before it is published', async (_case, message, { text, claims }) => {
    let before: unknown;
    jest.mocked(publish).mockImplementation(async () => {
      before = writtenTexts();
    });
    await handle(message);
    expect(before).toEqual([
      {
        digest: textDigest(text),
        customer: 'Acme',
        model: 'G-Opus-4-6',
        incident: throttled.reference,
        claims,
      },
    ]);
  });
});

describe('AWS Support never answers', () => {
  const neverSettled = (): { signal?: AbortSignal } => {
    const seen: { signal?: AbortSignal } = {};
    jest.mocked(settleCase).mockImplementation((_incident, _cc, _now, signal) => {
      seen.signal = signal;
      return new Promise(() => {});
    });
    return seen;
  };

  test('the e-mail goes out in time, nothing is begun after it, and the case is tried again', async () => {
    const seen = neverSettled();
    expect(await handle(alarmMessage(), 12_050)).toEqual(SUCCEEDED);
    const reason = { why: 'unclear', displayId: undefined, error: undefined } as const;
    const outcome = { kind: 'none', reason, retriedUntil: LAST_TRY } as const;
    expect(emails()[0]?.[2]).toBe(incidentEmail(throttled, outcome, { nobodyOnCc: false }).body.text);
    expect(seen.signal?.aborted).toBe(true);
    expect(sendLater).toHaveBeenCalledTimes(1);
  });
});

describe('a case that could not be settled', () => {
  test('is tried again two minutes later, and the e-mail says until when', async () => {
    jest.mocked(settleCase).mockResolvedValue(CASE_LIMIT);
    await handle(alarmMessage());
    expect(jest.mocked(sendLater).mock.calls).toEqual([[process.env.QUEUE_URL, retryMessage(1), 120]]);
    const outcome = { kind: 'none', reason: CASE_LIMIT.reason, retriedUntil: LAST_TRY } as const;
    expect(emails()[0]?.[2]).toBe(incidentEmail(throttled, outcome, { nobodyOnCc: false }).body.text);
    expect(countedMetrics()).toEqual(['EmailsPublished']);
  });

  test('is not tried again where that is no use, and counts as failed at once', async () => {
    jest.mocked(settleCase).mockResolvedValue(REFUSED);
    await handle(alarmMessage());
    expect(sendLater).not.toHaveBeenCalled();
    expect(countedMetrics()).toEqual(['CasesFailed', 'EmailsPublished']);
  });

  test.each([
    { why: 'automation-off' },
    { why: 'no-support-plan' },
    { why: 'too-many-cases', casesRead: 1_000 },
  ] as const)('because of $why is no failure', async (reason) => {
    jest.mocked(settleCase).mockResolvedValue(unsettled(reason, false));
    await handle(alarmMessage());
    expect(countedMetrics()).toEqual(['EmailsPublished']);
  });

  test.each([
    ['cannot be sent', () => jest.mocked(sendLater).mockRejectedValue(new Error('no answer'))],
    ['would be the sixteenth request', () => jest.mocked(countedRequests).mockReturnValue(11)],
  ])('is said not to be tried again when the message for it %s', async (_case, given) => {
    given();
    jest.mocked(settleCase).mockResolvedValue(CASE_LIMIT);
    expect(await handle(alarmMessage())).toEqual(SUCCEEDED);
    const outcome = { kind: 'none', reason: CASE_LIMIT.reason, retriedUntil: undefined } as const;
    expect(emails()[0]?.[2]).toBe(incidentEmail(throttled, outcome, { nobodyOnCc: false }).body.text);
    expect(logger.error).toHaveBeenCalled();
    expect(countedMetrics()).toEqual(['CasesFailed', 'EmailsPublished']);
  });
});

describe('a retry', () => {
  test.each([OPENED, { kind: 'updated' }, { kind: 'left' }, { kind: 'told' }])(
    'that settles the case ($kind) says so in one short e-mail, and nothing else',
    async ({ kind }) => {
      const settled = { kind, displayId: '12345678901' } as const;
      jest.mocked(settleCase).mockResolvedValue(settled as typeof OPENED);
      expect(await handle(retryMessage(1))).toEqual(SUCCEEDED);
      const { subject, body } = caseSettledEmail(throttled, settled as typeof OPENED);
      expect(emails()).toEqual([[process.env.NOTIFICATION_TOPIC_ARN, subject, body.text]]);
      expect(sendLater).not.toHaveBeenCalled();
      expect(logged(INCIDENT_TOLD)).toEqual([]);
    },
  );

  test('counts a case that it opened', async () => {
    await handle(retryMessage(1));
    expect(countedMetrics()).toEqual(['CasesOpened', 'EmailsPublished']);
  });

  test('reads the incident of the alarm message afresh', async () => {
    await handle(retryMessage(1));
    const [owner, model, message, at] = jest.mocked(readIncident).mock.calls[0] ?? [];
    expect([owner?.customer, model, at]).toEqual(['Acme', 'G-Opus-4-6', NOW]);
    expect(message?.changedAt).toEqual(new Date('2026-03-02T09:15:00Z'));
  });

  test('respects the notification preference', async () => {
    const incident = incidentOf({ alarms: ['Throttles'], model: { notificationPreference: 'warning' } });
    jest.mocked(readIncident).mockResolvedValue({ incident, contacts: CONTACTS });
    await handle(retryMessage(1));
    expect(emails()).toEqual([]);
  });

  test.each([
    [1, 300],
    [2, 600],
    [3, 900],
    [4, 900],
    [5, 900],
  ])('%i in vain is followed by the next, %i seconds later, without an e-mail', async (attempt, delay) => {
    jest.mocked(settleCase).mockResolvedValue(CASE_LIMIT);
    expect(await handle(retryMessage(attempt))).toEqual(SUCCEEDED);
    expect(jest.mocked(sendLater).mock.calls).toEqual([
      [process.env.QUEUE_URL, retryMessage(attempt + 1), delay],
    ]);
    expect(emails()).toEqual([]);
    expect(countedMetrics()).toEqual([]);
  });

  const givenUp = () => {
    expect(sendLater).not.toHaveBeenCalled();
    expect(emails()).toEqual([]);
    expect(countedMetrics()).toEqual(['CasesFailed']);
    expect(logger.error).toHaveBeenCalledTimes(1);
  };

  test.each([
    ['the sixth was the last', 6, CASE_LIMIT],
    ['another would be no use', 1, REFUSED],
    ['the setting has changed', 1, unsettled({ why: 'automation-off' }, false)],
  ])('is given up when %s: an error in the log, no e-mail', async (_case, attempt, settlement) => {
    jest.mocked(settleCase).mockResolvedValue(settlement);
    expect(await handle(retryMessage(attempt))).toEqual(SUCCEEDED);
    givenUp();
  });

  test('is given up when the configuration is gone', async () => {
    jest.mocked(readIncident).mockRejectedValue(new UnusableConfig('It is gone.', '/Acme/config'));
    expect(await handle(retryMessage(1))).toEqual(SUCCEEDED);
    givenUp();
  });

  test('is given up when no alarm is known any more', async () => {
    jest.mocked(readIncident).mockResolvedValue(undefined);
    expect(await handle(retryMessage(1))).toEqual(SUCCEEDED);
    givenUp();
  });

  test.each([
    [
      'whose successor cannot be sent',
      () => jest.mocked(sendLater).mockRejectedValue(new Error('no answer')),
    ],
    [
      'that cannot read the settings',
      () => jest.mocked(readIncident).mockRejectedValue(new Error('no answer')),
    ],
  ])('%s goes back to the queue', async (_case, given) => {
    jest.mocked(settleCase).mockResolvedValue(CASE_LIMIT);
    given();
    expect(await handle(retryMessage(1))).toEqual(FAILED);
    expect(emails()).toEqual([]);
  });

  test('whose e-mail cannot be published goes back to the queue', async () => {
    jest.mocked(publish).mockRejectedValue(new Error('no answer'));
    expect(await handle(retryMessage(1))).toEqual(FAILED);
  });

  test("of somebody else's alarm is nothing to do", async () => {
    expect(await handle(retryMessage(1, alarmMessage({ AlarmName: 'CpuHigh' })))).toEqual(SUCCEEDED);
    expect(readIncident).not.toHaveBeenCalled();
  });

  test('that lacks its alarm message is left to the dead-letter queue', async () => {
    expect(await handle(JSON.stringify({ caseRetry: { attempt: 1 } }))).toEqual(FAILED);
  });
});
