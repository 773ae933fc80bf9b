// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, beforeAll, beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import type { AlarmNow } from '../../lambda/contract/alarms-now';
import { attendMessage } from '../../lambda/contract/attend-message';
import { caseRetryMessage } from '../../lambda/contract/case-retry';
import { textWrittenSchema } from '../../lambda/contract/claims';
import { digestMessage } from '../../lambda/contract/digest-message';
import { INCIDENT_OVER, INCIDENT_TOLD } from '../../lambda/contract/incident-log';
import { childAlarmName, compositeAlarmName } from '../../lambda/contract/names';
import { TEXT_WRITTEN, textDigest } from '../../lambda/contract/text-log';
import { ALARM_CATALOGUE, type AlarmName } from '../../lambda/domain/alarm-catalogue';
import { handler } from '../../lambda/notification-processor/handler';
import { describeAlarms, mutedAmong } from '../../lambda/ports/alarms';
import { now } from '../../lambda/ports/clock';
import { readContacts } from '../../lambda/ports/contacts';
import { DigestLedger } from '../../lambda/ports/digest-ledger';
import { IncidentLedger } from '../../lambda/ports/ledger';
import { logger } from '../../lambda/ports/logger';
import { publish } from '../../lambda/ports/notifications';
import { getParameters } from '../../lambda/ports/parameters';
import { sendLater } from '../../lambda/ports/queue';
import { readQuota } from '../../lambda/ports/quotas';
import { readLastHour, readUsage } from '../../lambda/ports/usage';
import { hourOf, opus, RPM_CODE, TPM_CODE } from '../domain/incidents';
import { LocalEndpoint, TABLE_NAME } from '../ports/local-endpoint';
import { childEvent, compositeMessage } from './messages';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/alarms', () => ({ describeAlarms: jest.fn(), mutedAmong: jest.fn() }));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/contacts', () => ({ readContacts: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/notifications', () => ({ publish: jest.fn() }));
jest.mock('../../lambda/ports/parameters', () => ({ getParameters: jest.fn() }));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));
jest.mock('../../lambda/ports/usage', () => ({ readLastHour: jest.fn(), readUsage: jest.fn() }));

const MODEL = 'G-Opus-4-6';
const COMPOSITE = compositeAlarmName('Acme', MODEL);
const SUCCEEDED = { batchItemFailures: [] };
const FAILED = { batchItemFailures: [{ itemIdentifier: expect.any(String) }] };

/** An instant of 2 March, as CloudWatch writes it. */
const at = (time: string): string => `2026-03-02T${time}.000Z`;

const alarmNameOf = (alarm: AlarmName): string => {
  const severity = ALARM_CATALOGUE.find(({ name }) => name === alarm)?.severity ?? '';
  return childAlarmName('Acme', alarm, severity, MODEL);
};

let time: Date;
/** The alarms of the model as CloudWatch has them. */
let alarms: Map<string, AlarmNow>;
let muted: string[];
let parameters: Map<string, string>;
let messages = 0;

const aws = new LocalEndpoint(() => time);
const ledger = new IncidentLedger(TABLE_NAME);
const counted = jest.spyOn(Metrics.prototype, 'addMetric');
jest.spyOn(Metrics.prototype, 'publishStoredMetrics');

beforeAll(() => aws.start());
afterAll(() => aws.stop());

beforeEach(() => {
  jest.resetAllMocks();
  aws.clear();
  muted = [];
  alarms = new Map();
  for (const name of [COMPOSITE, ...ALARM_CATALOGUE.map((alarm) => alarmNameOf(alarm.name))])
    alarms.set(name, { name, state: 'OK', since: new Date('2026-03-01T00:00:00Z'), isMuted: false });
  parameters = new Map(
    Object.entries({
      config: JSON.stringify(opus),
      notificationPreference: 'all',
      rpmIncreasePercent: '25',
      tpmIncreasePercent: '25',
      automatedSupportCase: 'true',
      automatedQuotaRequest: 'false',
      useCase: opus.useCase,
      'thresholds/rpm-threshold-calculated': '8000',
      'thresholds/tpm-threshold-calculated': '5000000',
    }).map(([key, value]) => [`/Acme/bedrock/quota-monitoring/${MODEL}/${key}`, value]),
  );
  jest.mocked(now).mockImplementation(() => time);
  jest.mocked(describeAlarms).mockImplementation(async () => [...alarms.values()]);
  jest.mocked(mutedAmong).mockImplementation(async () => muted);
  jest
    .mocked(getParameters)
    .mockImplementation(async (names) => new Map([...parameters].filter(([name]) => names.includes(name))));
  jest.mocked(readContacts).mockResolvedValue(['sre@acme.example']);
  jest.mocked(readQuota).mockImplementation(async (code) => ({
    code,
    name: 'a quota',
    value: 10_000,
    isDefault: false,
    awsDefault: undefined,
    isAdjustable: true,
  }));
  jest.mocked(readUsage).mockResolvedValue({
    start: new Date('2026-03-02T08:06:00Z'),
    invocations: Float64Array.of(9_500),
    estimatedTpm: Float64Array.of(3_000_000),
    inputTokens: Float64Array.of(1),
    outputTokens: Float64Array.of(1),
  });
  jest.mocked(readLastHour).mockResolvedValue(hourOf({ throttles: [7, 12] }));
});

/** CloudWatch: a child goes to ALARM at this time, and with it the composite. */
function goesOff(alarm: AlarmName, when: string): string {
  const name = alarmNameOf(alarm);
  const since = new Date(at(when));
  alarms.set(name, { name, state: 'ALARM', since, isMuted: false });
  alarms.set(COMPOSITE, { name: COMPOSITE, state: 'ALARM', since, isMuted: false });
  return name;
}

/** CloudWatch: everything is OK again. */
function allIsOver(when: string): void {
  for (const alarm of alarms.values())
    alarms.set(alarm.name, { ...alarm, state: 'OK', since: new Date(at(when)) });
}

interface Delivery {
  /** The message's id; a new one where none is given. */
  readonly id?: string;
  readonly timeLeftMs?: number;
  /** How often it has come, this time included. */
  readonly receives?: number;
}

/** The processor with a message, at a time of the day. */
async function handle(when: string, body: string, { id, timeLeftMs = 60_000, receives = 1 }: Delivery = {}) {
  time = new Date(at(when));
  messages += 1;
  const attributes = { ApproximateReceiveCount: String(receives) };
  const messageId = id ?? `message ${messages}`;
  const event = { Records: [{ messageId, body, attributes, eventSource: 'aws:sqs' }] };
  return handler(event as SQSEvent, { getRemainingTimeInMillis: () => timeLeftMs } as Context);
}

const attend = (when: string, delivery?: Delivery) =>
  handle(when, attendMessage({ model: MODEL, mustTell: true }), delivery);
const hear = (when: string, alarm: AlarmName) =>
  handle(when, compositeMessage('ALARM', at(when), [goesOff(alarm, when)]));
const hearOk = (when: string) => {
  allIsOver(when);
  return handle(when, compositeMessage('OK', at(when)));
};

/** Throttles goes off at 09:06:00 and is told at 09:06:30. */
async function throttlesTold(): Promise<void> {
  await hear('09:06:00', 'Throttles');
  expect(await attend('09:06:30')).toEqual(SUCCEEDED);
}

/** `text`: the body without line breaks. */
const emails = () =>
  jest
    .mocked(publish)
    .mock.calls.map(([, subject, body]) => ({ subject, body, text: body.replaceAll(/\s+/g, ' ') }));
/** The e-mails since the last look. */
const newEmails = () => {
  const sent = emails();
  jest.mocked(publish).mockClear();
  return sent;
};
const queued = () =>
  jest.mocked(sendLater).mock.calls.map(([, message, delay]) => [JSON.parse(message), delay]);
const attendIn = (seconds: number) => [{ attend: { model: MODEL } }, seconds];
/** The message for a telling: with it people are told even if the ledger fails. */
const tellIn = (seconds: number) => [{ attend: { model: MODEL, mustTell: true } }, seconds];
/** That of whoever heard of it first, who counts the day's new cases. */
const firstTellIn = (seconds: number) => [{ attend: { model: MODEL, mustTell: true, newCases: 0 } }, seconds];
const cases = () => aws.support.cases();
const recordNow = async () => (await ledger.read()).models.find(({ model }) => model === MODEL);
const metricsCounted = () => counted.mock.calls.map(([name]) => name);
const logged = (message: string) =>
  jest
    .mocked(logger.info)
    .mock.calls.filter(([line]) => line === message)
    .map(([, more]) => more);
const set = (key: string, value: string) =>
  parameters.set(`/Acme/bedrock/quota-monitoring/${MODEL}/${key}`, value);
const configure = (changes: Partial<typeof opus>) => set('config', JSON.stringify({ ...opus, ...changes }));
/** Why no increase is requested, as a later try is to know. */
const OFF = { quota: 'RPM', code: RPM_CODE, reason: { why: 'off' } };
const MAY_BE_REPEAT = 'This e-mail may be a repeat';
const refused = Object.assign(new Error('no'), {
  name: 'InvalidParameter',
  $metadata: { httpStatusCode: 400 },
});

describe('a message of an alarm', () => {
  test('is claimed, and its telling sent for in 30 seconds', async () => {
    expect(await hear('09:06:00', 'Throttles')).toEqual(SUCCEEDED);
    expect(queued()).toEqual([firstTellIn(30)]);
    expect((await recordNow())?.incident?.untold).toEqual([
      { alarm: 'Throttles', at: new Date(at('09:06:00')) },
    ]);
    expect(emails()).toEqual([]);
  });

  test('and its copies, by whatever way and however skewed, send for one telling', async () => {
    await hear('09:06:00', 'Throttles');
    await handle('09:06:01', compositeMessage('ALARM', at('09:06:00'), [alarmNameOf('Throttles')]));
    await handle('09:06:03', childEvent(alarmNameOf('Throttles'), at('09:06:02')));
    await handle('09:06:04', childEvent(alarmNameOf('Throttles'), at('09:05:58')));
    expect(queued()).toEqual([firstTellIn(30)]);
    expect((await recordNow())?.incident?.untold).toHaveLength(1);
  });

  test('is told at once where the message for its telling cannot be sent', async () => {
    jest.mocked(sendLater).mockRejectedValueOnce(new Error('no answer'));
    expect(await hear('09:06:00', 'Throttles')).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
    expect((await recordNow())?.incident?.untold).toEqual([]);
    await attend('09:06:30');
    expect(emails()).toHaveLength(1);
  });

  test('that comes again after its function died before it sent for the telling sends for it', async () => {
    const body = compositeMessage('ALARM', at('09:06:00'), [goesOff('Throttles', '09:06:00')]);
    await handle('09:06:00', body, { id: 'sns' });
    jest.mocked(sendLater).mockClear();
    expect(await handle('09:12:00', body, { id: 'sns' })).toEqual(SUCCEEDED);
    expect(queued()).toEqual([firstTellIn(30)]);
  });

  test('of a second child, which the composite keeps silent about, is told with the first', async () => {
    await hear('09:06:00', 'Throttles');
    await handle('09:06:20', childEvent(goesOff('HighLatency', '09:06:20'), at('09:06:20')));
    expect(queued()).toEqual([firstTellIn(30)]);
    await attend('09:06:30');
    expect(emails()).toHaveLength(1);
    expect(logged(INCIDENT_TOLD)).toMatchObject([
      { incident: { alarms: expect.arrayContaining(['Throttles', 'HighLatency']) } },
    ]);
  });

  test('that names no children, as after SetAlarmState, is of those that CloudWatch has in ALARM', async () => {
    goesOff('ServerErrors', '09:05:50');
    await handle('09:06:00', compositeMessage('ALARM', at('09:06:00')));
    expect((await recordNow())?.claimed).toEqual({ ServerErrors: new Date(at('09:05:50')) });
  });

  test('that names no children goes back to the queue where CloudWatch cannot be asked', async () => {
    jest.mocked(describeAlarms).mockRejectedValue(new Error('no answer'));
    expect(await handle('09:06:00', compositeMessage('ALARM', at('09:06:00')))).toEqual(FAILED);
  });

  const nothingHeard = async () => {
    expect((await ledger.read()).models).toEqual([]);
    expect([queued(), emails()]).toEqual([[], []]);
  };

  test.each([
    ['of nobody', compositeMessage('ALARM', at('09:06:00'))],
    ["of somebody else's composite", compositeMessage('ALARM', at('09:06:00'), [], { AlarmName: 'CpuHigh' })],
    ["of somebody else's child", childEvent('CpuHigh', at('09:06:00'))],
    ['that a child is OK', childEvent(alarmNameOf('Throttles'), at('09:06:00'), 'OK')],
    [
      'that a deployed composite is OK',
      compositeMessage('OK', at('09:06:00'), [], { OldStateValue: 'INSUFFICIENT_DATA' }),
    ],
    [
      'that nothing is measured',
      compositeMessage('ALARM', at('09:06:00'), [], { NewStateValue: 'INSUFFICIENT_DATA' }),
    ],
  ])('%s is nothing to do', async (_case, body) => {
    expect(await handle('09:06:00', body)).toEqual(SUCCEEDED);
    await nothingHeard();
  });

  test('that is none is left to the dead-letter queue', async () => {
    expect(await handle('09:06:00', '{"caseRetry":{}}')).toEqual(FAILED);
    await nothingHeard();
  });
});

describe('news', () => {
  test('is told in one e-mail, with a case', async () => {
    await throttlesTold();
    const [opened] = cases();
    expect(cases()).toMatchObject([
      { subject: `Acme - Bedrock Ops Alert - ${MODEL} - Quota Request - us-east-1` },
    ]);
    expect(emails()).toHaveLength(1);
    const [email] = emails();
    expect(email?.subject).toContain('CRITICAL');
    expect(email?.text).toContain(`AWS Support case ${opened?.displayId} was opened`);
    expect(email?.text).not.toContain(MAY_BE_REPEAT);
    expect(metricsCounted()).toEqual(['CasesOpened', 'EmailsPublished']);
    expect(logged(INCIDENT_TOLD)).toHaveLength(1);
  });

  test('is put down: what was told, the case, what it asks for, and when people are reminded', async () => {
    await throttlesTold();
    expect(await recordNow()).toMatchObject({
      incident: {
        untold: [],
        tellAt: undefined,
        tellings: 1,
        told: { Throttles: { since: new Date(at('09:06:00')), times: 1 } },
        toldCases: [{ category: 'Quota Request', caseId: expect.any(String) }],
        asked: [{ quota: 'RPM', requested: 12_500, was: 10_000 }, { quota: 'TPM' }],
        lastTold: { inAlarm: ['Throttles'], openCases: [cases()[0]?.displayId] },
        remindAt: new Date(at('13:06:30')),
      },
      cases: { 'Quota Request': { displayId: cases()[0]?.displayId } },
      lease: undefined,
    });
  });

  test('is told once, however often the model is looked at', async () => {
    await throttlesTold();
    await attend('09:06:31');
    await attend('09:20:00');
    expect([emails().length, cases().length]).toEqual([1, 1]);
  });

  test('is left in the queue where the messages before it have taken the time; those are done', async () => {
    time = new Date(at('09:06:00'));
    const records = (['Throttles', 'HighLatency'] as const).map((alarm) => ({
      messageId: alarm,
      body: childEvent(goesOff(alarm, '09:06:00'), at('09:06:00')),
      attributes: { ApproximateReceiveCount: '1' },
      eventSource: 'aws:sqs',
    }));
    const left = await handler(
      { Records: records } as SQSEvent,
      {
        getRemainingTimeInMillis: () => 29_999,
      } as Context,
    );
    expect(left).toEqual({ batchItemFailures: [{ itemIdentifier: 'HighLatency' }] });
    expect((await recordNow())?.claimed).toEqual({ Throttles: new Date(at('09:06:00')) });
  });

  test('is not told before it is gathered', async () => {
    await hear('09:06:00', 'Throttles');
    jest.mocked(sendLater).mockClear();
    await attend('09:06:10');
    expect([emails(), queued()]).toEqual([[], [tellIn(20)]]);
  });

  test('that comes while another run has the model waits for that run, and is told then', async () => {
    await hear('09:06:00', 'Throttles');
    await ledger.takeLease(MODEL, 'another run', new Date(at('09:06:29')));
    jest.mocked(sendLater).mockClear();
    expect(await attend('09:06:30')).toEqual(SUCCEEDED);
    expect([emails(), cases(), queued()]).toEqual([
      [],
      [],
      [[{ attend: { model: MODEL, mustTell: true, waits: 1 } }, 60]],
    ]);
    await ledger.settle(MODEL, 'another run', new Date(at('09:06:40')));
    await attend('09:07:30');
    expect(emails()).toHaveLength(1);
  });

  test.each([
    ['a look', attendMessage({ model: MODEL, waits: 10 })],
    [
      'a try of a case',
      caseRetryMessage({
        attempt: 2,
        model: MODEL,
        reference: '3f9a27c1e5b0',
        telling: 1,
        openedAt: at('09:06:00'),
        alarms: [{ alarm: 'Throttles', since: at('09:06:00') }],
        waits: 10,
      }),
    ],
    ['a digest', digestMessage({ kind: 'telling', waits: 10 })],
  ])('%s that has waited for longer than a lease fails, so that SQS counts how often', async (_, message) => {
    await ledger.takeLease(MODEL, 'another run', new Date(at('09:06:29')));
    await new DigestLedger(TABLE_NAME).take('telling', 'another run', new Date(at('09:06:29')));
    expect(await handle('09:06:30', message)).toEqual(FAILED);
    expect(queued()).toEqual([]);
  });

  test('that failed before is not sent anew while another run has the model', async () => {
    await ledger.takeLease(MODEL, 'another run', new Date(at('09:06:29')));
    expect(await attend('09:06:30', { receives: 2 })).toEqual(FAILED);
    expect(queued()).toEqual([]);
  });

  test('that comes later is an e-mail of its own, on the same case where the category is the same', async () => {
    await throttlesTold();
    newEmails();
    await handle('09:20:00', childEvent(goesOff('HighInvocationRate', '09:20:00'), at('09:20:00')));
    await attend('09:20:30');
    expect(newEmails()).toHaveLength(1);
    expect(cases()).toHaveLength(1);
    expect((await recordNow())?.incident).toMatchObject({
      tellings: 2,
      told: { Throttles: {}, HighInvocationRate: {} },
    });
    expect(metricsCounted()).toEqual(['CasesOpened', 'EmailsPublished', 'CasesUpdated', 'EmailsPublished']);
  });

  test('that no message told is found at CloudWatch, and its message is then a repeat', async () => {
    await throttlesTold();
    const name = goesOff('ServerErrors', '09:10:00');
    await attend('09:15:00');
    expect((await recordNow())?.claimed.ServerErrors).toEqual(new Date(at('09:10:00')));
    await attend('09:15:30');
    await attend('09:16:00');
    expect(emails()).toHaveLength(2);
    await handle('09:17:00', childEvent(name, at('09:10:01')));
    await attend('09:17:30');
    expect(emails()).toHaveLength(2);
  });

  test('is not that an alarm flaps; how often is put down', async () => {
    await throttlesTold();
    await handle('09:30:00', childEvent(goesOff('Throttles', '09:30:00'), at('09:30:00')));
    await attend('09:30:30');
    expect(emails()).toHaveLength(1);
    expect((await recordNow())?.incident).toMatchObject({ untold: [], told: { Throttles: { times: 2 } } });
  });

  test('that the notification preference leaves out has its case, and no e-mail', async () => {
    set('notificationPreference', 'warning');
    await throttlesTold();
    expect([emails(), cases().length]).toEqual([[], 1]);
    expect((await recordNow())?.incident?.tellings).toBe(1);
  });

  test('of a model without configuration is told, and no case is tried', async () => {
    parameters.delete(`/Acme/bedrock/quota-monitoring/${MODEL}/config`);
    await throttlesTold();
    expect(emails()).toHaveLength(1);
    expect(emails()[0]?.text).toContain('does not exist');
    expect(cases()).toEqual([]);
    expect((await recordNow())?.incident).toMatchObject({ untold: [], told: { Throttles: {} } });
  });

  test('is logged, as what its texts state is, before it is sent', async () => {
    const digests: string[][] = [];
    jest.mocked(publish).mockImplementation(async () => {
      digests.push(
        logged(TEXT_WRITTEN).map(
          (more) => textWrittenSchema.parse(Object.assign({ message: TEXT_WRITTEN }, more)).text.digest,
        ),
      );
    });
    await throttlesTold();
    const [email] = emails();
    expect(digests).toEqual([[expect.any(String), textDigest(email?.body ?? '')]]);
  });
});

describe('whoever mutes an alarm', () => {
  test.each([
    ['by a rule on the child', () => muted.push(alarmNameOf('Throttles'))],
    ['by a rule on the composite', () => muted.push(COMPOSITE)],
    [
      'by disabling the actions of the composite',
      () => alarms.set(COMPOSITE, { name: COMPOSITE, state: 'ALARM', since: undefined, isMuted: true }),
    ],
  ])('%s hears nothing of it until then, and all of it if it still burns', async (_case, mute) => {
    await hear('09:06:00', 'Throttles');
    mute();
    await attend('09:06:30');
    expect([emails(), cases()]).toEqual([[], []]);
    expect((await recordNow())?.incident?.mutedAt).toEqual(new Date(at('09:06:00')));
    muted = [];
    goesOff('Throttles', '09:06:00');
    await attend('09:30:00');
    expect([emails().length, cases().length]).toEqual([1, 1]);
  });

  test('hears nothing at all of what is over before', async () => {
    await hear('09:06:00', 'Throttles');
    muted.push(COMPOSITE);
    await attend('09:06:30');
    await hearOk('09:10:00');
    await attend('09:20:00');
    expect([emails(), cases()]).toEqual([[], []]);
    expect((await recordNow())?.incident).toBeUndefined();
  });
});

describe('an e-mail', () => {
  test('that AWS refuses did not go out: the model is given back, and the next one is no repeat', async () => {
    await hear('09:06:00', 'Throttles');
    jest.mocked(publish).mockRejectedValueOnce(refused);
    expect(await attend('09:06:30', { id: 'attend' })).toEqual(FAILED);
    expect((await recordNow())?.lease).toBeUndefined();
    newEmails();
    expect(await attend('09:12:30', { id: 'attend' })).toEqual(SUCCEEDED);
    const [email] = newEmails();
    expect(email?.text).not.toContain(MAY_BE_REPEAT);
    expect(cases()).toHaveLength(1);
  });

  test('that may have gone out is sent again, and says that it may be a repeat; the case is the same', async () => {
    await hear('09:06:00', 'Throttles');
    jest.mocked(publish).mockRejectedValueOnce(new Error('no answer'));
    expect(await attend('09:06:30', { id: 'attend' })).toEqual(FAILED);
    expect((await recordNow())?.lease?.by).toBe('attend');
    newEmails();
    expect(await attend('09:07:30')).toEqual(SUCCEEDED);
    expect(newEmails()).toEqual([]);
    expect(await attend('09:12:30', { id: 'attend' })).toEqual(SUCCEEDED);
    const [email] = newEmails();
    expect(email?.text).toContain(MAY_BE_REPEAT);
    expect(cases()).toHaveLength(1);
    expect(cases()[0]?.communications).toHaveLength(1);
  });

  test('that went out and could not be put down is sent again, and says that it may be a repeat', async () => {
    await hear('09:06:00', 'Throttles');
    jest.mocked(publish).mockImplementationOnce(async () => {
      aws.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
    });
    expect(await attend('09:06:30', { id: 'attend' })).toEqual(FAILED);
    newEmails();
    expect(await attend('09:12:30', { id: 'attend' })).toEqual(SUCCEEDED);
    expect(newEmails()[0]?.text).toContain(MAY_BE_REPEAT);
    expect(cases()).toHaveLength(1);
  });

  test('goes out in time when AWS Support never answers, and the case is tried again, once it would be listed', async () => {
    await hear('09:06:00', 'Throttles');
    jest.mocked(sendLater).mockClear();
    aws.misfortunes.push({ operation: 'CreateCase', as: 'silent' });
    expect(await attend('09:06:30', { timeLeftMs: 22_300 })).toEqual(SUCCEEDED);
    expect(emails()[0]?.text).toContain('It is not clear whether the AWS Support case was opened');
    const [[retry, delay] = []] = queued();
    expect([retry?.caseRetry.attempt, delay]).toEqual([1, 120]);
    expect((await recordNow())?.awaiting['Quota Request']).toEqual(new Date(at('09:06:30')));
    await handle('09:08:30', JSON.stringify(retry));
    expect(cases()).toHaveLength(1);
    expect(emails()).toHaveLength(2);
  });
});

describe('a ledger that cannot be written', () => {
  const broken = (count: number) => {
    for (let call = 0; call < count; call += 1)
      aws.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
  };

  test('when an alarm is heard: people are told at once, and no case is opened', async () => {
    broken(1);
    expect(await hear('09:06:00', 'Throttles')).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
    expect(emails()[0]?.text).toContain('the incident ledger could not be used (AccessDeniedException)');
    expect([cases(), queued()]).toEqual([[], []]);
    expect(metricsCounted()).toEqual(['CasesFailed', 'EmailsPublished']);
  });

  test('when news is due: people are told what CloudWatch says', async () => {
    await hear('09:06:00', 'Throttles');
    broken(1);
    expect(await attend('09:06:30')).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
    expect(cases()).toEqual([]);
  });

  test('when news is due that nobody knows of: it is tried again', async () => {
    broken(1);
    expect(await attend('09:06:30')).toEqual(FAILED);
  });

  test('when an alarm is heard that is muted: nobody is told', async () => {
    broken(1);
    muted.push(COMPOSITE);
    await hear('09:06:00', 'Throttles');
    expect(emails()).toEqual([]);
  });

  test('when several alarms are heard: one message is told before the next is begun', async () => {
    time = new Date(at('09:06:00'));
    const heard = (['Throttles', 'HighLatency'] as const).map((alarm) => ({
      messageId: alarm,
      body: childEvent(goesOff(alarm, '09:06:00'), at('09:06:00')),
      attributes: { ApproximateReceiveCount: '1' },
      eventSource: 'aws:sqs',
    }));
    broken(heard.length);
    const done: string[] = [];
    jest.mocked(describeAlarms).mockImplementation(async () => {
      done.push('looked');
      return [...alarms.values()];
    });
    jest.mocked(publish).mockImplementation(async () => {
      // As long as another message takes to find the ledger broken.
      await ledger.read();
      done.push('mailed');
    });
    await handler({ Records: heard } as SQSEvent, { getRemainingTimeInMillis: () => 60_000 } as Context);
    expect(done).toEqual(['looked', 'mailed', 'looked', 'mailed']);
  });

  test('when an OK is heard: it is tried again', async () => {
    await throttlesTold();
    broken(1);
    expect(await hearOk('09:20:00')).toEqual(FAILED);
  });
});

describe('a reminder', () => {
  test('is sent when it is due, and then once a day', async () => {
    await throttlesTold();
    newEmails();
    await attend('13:06:29');
    expect(newEmails()).toEqual([]);
    await attend('13:06:30');
    await attend('13:20:00');
    expect(newEmails()).toHaveLength(1);
    expect((await recordNow())?.incident).toMatchObject({
      remindAt: new Date('2026-03-03T13:06:30Z'),
      lastTold: { at: new Date(at('13:06:30')), inAlarm: ['Throttles'] },
    });
    expect(cases()[0]?.communications).toHaveLength(1);
  });

  test('is never due where the settings want none', async () => {
    configure({ reminderHours: 0 });
    await throttlesTold();
    expect((await recordNow())?.incident?.remindAt).toBeUndefined();
  });
});

describe('the end of an incident', () => {
  const ended = async () => {
    await throttlesTold();
    newEmails();
    jest.mocked(sendLater).mockClear();
    await hearOk('09:20:00');
  };

  test('is told after the hold time, on the case and by e-mail, once', async () => {
    await ended();
    expect(queued()).toEqual([attendIn(600)]);
    await attend('09:29:59');
    expect(newEmails()).toEqual([]);
    await attend('09:30:00');
    await attend('09:30:01');
    expect(newEmails()).toHaveLength(1);
    expect(cases()[0]?.communications).toHaveLength(2);
    expect(cases()[0]?.communications.at(-1)?.body).toMatch(/^Incident reference: [0-9a-f]{12}, over$/m);
    expect(logged(INCIDENT_OVER)).toEqual([{ incident: { model: MODEL, closedAt: at('09:20:00') } }]);
    expect(await recordNow()).toMatchObject({ incident: undefined, lease: undefined });
  });

  test('is not told before the alarm has been quiet for the hold time', async () => {
    await ended();
    await handle('09:25:00', childEvent(goesOff('Throttles', '09:25:00'), at('09:25:00')));
    await attend('09:30:00');
    expect(newEmails()).toEqual([]);
    await hearOk('09:40:00');
    await attend('09:50:00');
    expect(newEmails()).toHaveLength(1);
  });

  test('that is further away than a delayed message reaches is left to the reconciler', async () => {
    configure({ flapHoldMinutes: 16 });
    await ended();
    expect(queued()).toEqual([]);
    await attend('09:36:00');
    expect((await recordNow())?.incident).toBeUndefined();
  });

  test('whose message did not come is held since CloudWatch’s OK, and put down', async () => {
    await throttlesTold();
    jest.mocked(sendLater).mockClear();
    allIsOver('09:20:00');
    await attend('09:26:00');
    expect(queued()).toEqual([attendIn(240)]);
    expect(await recordNow()).toMatchObject({
      okAt: new Date(at('09:20:00')),
      incident: { recoverAt: new Date(at('09:30:00')) },
    });
  });

  test('is not concluded where CloudWatch cannot be asked', async () => {
    await ended();
    jest.mocked(describeAlarms).mockRejectedValue(new Error('no answer'));
    await attend('09:30:00');
    expect(newEmails()).toEqual([]);
    expect((await recordNow())?.incident).toBeDefined();
  });

  test('without an e-mail, where recoveryNotice is false', async () => {
    configure({ recoveryNotice: false });
    await ended();
    await attend('09:30:00');
    expect([newEmails(), cases()[0]?.communications.length]).toEqual([[], 2]);
  });

  test('without a communication, where closingCommunication is false', async () => {
    configure({ closingCommunication: false });
    await ended();
    await attend('09:30:00');
    expect([newEmails().length, cases()[0]?.communications.length]).toEqual([1, 1]);
  });

  test('is told on no case that is resolved', async () => {
    await ended();
    aws.support.resolveAll(time);
    await attend('09:30:00');
    expect([newEmails().length, cases()[0]?.communications.length]).toEqual([1, 1]);
  });

  test('is added to the case once, where the e-mail has to be sent again', async () => {
    await ended();
    jest.mocked(publish).mockRejectedValueOnce(new Error('no answer'));
    expect(await attend('09:30:00', { id: 'end' })).toEqual(FAILED);
    newEmails();
    await attend('09:36:00', { id: 'end' });
    expect(newEmails()[0]?.text).toContain(MAY_BE_REPEAT);
    expect(cases()[0]?.communications).toHaveLength(2);
  });

  test('of a model that is muted by then is told to nobody', async () => {
    await ended();
    muted.push(COMPOSITE);
    await attend('09:30:00');
    expect(newEmails()).toEqual([]);
    expect((await recordNow())?.incident).toBeUndefined();
  });

  test('of a model that is no longer monitored is told by e-mail', async () => {
    await throttlesTold();
    newEmails();
    alarms.clear();
    parameters.clear();
    await attend('10:00:00');
    expect(newEmails()).toHaveLength(1);
    expect((await recordNow())?.incident).toBeUndefined();
  });

  test('of a model that is no longer monitored and was never told is told to nobody', async () => {
    await hear('09:06:00', 'Throttles');
    alarms.clear();
    await attend('09:06:30');
    expect(emails()).toEqual([]);
    expect((await recordNow())?.incident).toBeUndefined();
  });

  test('after which it goes off again is another incident', async () => {
    await ended();
    await attend('09:30:00');
    newEmails();
    await hear('12:00:00', 'Throttles');
    await attend('12:00:30');
    expect(newEmails()).toHaveLength(1);
    expect(new Set(logged(INCIDENT_TOLD).map((line) => JSON.stringify(line))).size).toBe(2);
  });
});

describe('a model without an incident that is looked at', () => {
  test('has one where CloudWatch has an alarm that nobody heard of', async () => {
    goesOff('Throttles', '08:50:00');
    await attend('09:00:00');
    expect((await recordNow())?.incident?.untold).toHaveLength(1);
    expect(queued()).toEqual([firstTellIn(30)]);
    await attend('09:00:30');
    expect(emails()).toHaveLength(1);
  });

  test('has none where all is quiet, and is given back', async () => {
    await attend('09:00:00');
    expect(await recordNow()).toMatchObject({ incident: undefined, lease: undefined });
    expect([queued(), emails()]).toEqual([[], []]);
  });
});

describe('an increase that is asked for', () => {
  beforeEach(() => {
    set('automatedQuotaRequest', 'true');
    aws.serviceQuotas.setQuota(RPM_CODE, { name: 'a quota', value: 10_000 });
  });
  const detailsIn = (attempt: number, seconds: number) => [
    {
      requestDetails: expect.objectContaining({
        attempt,
        requests: [expect.objectContaining({ code: RPM_CODE })],
      }),
    },
    seconds,
  ];

  test('is told in one e-mail and put down, without a case of ours', async () => {
    await throttlesTold();
    const [request] = aws.serviceQuotas.requests();
    expect(request).toMatchObject({ quotaCode: RPM_CODE, desiredValue: 12_500, status: 'PENDING' });
    expect([emails().length, cases()]).toEqual([1, []]);
    expect(emails()[0]?.text).toContain('12,500 RPM');
    expect(await recordNow()).toMatchObject({
      requests: {
        [request?.id ?? '']: { code: RPM_CODE, quota: 'RPM', desired: 12_500, was: 10_000, threshold: 8_000 },
      },
      incident: { asked: [{ quota: 'RPM', requested: 12_500, was: 10_000 }], toldCases: [] },
      lease: undefined,
    });
  });

  test('has its details added by a message, which comes again while AWS has opened no case', async () => {
    await throttlesTold();
    expect(queued().at(-1)).toEqual(detailsIn(1, 150));
    const own = JSON.stringify(queued().at(-1)?.[0]);
    expect(await handle('09:09:00', own)).toEqual(SUCCEEDED);
    expect(queued().at(-1)).toEqual(detailsIn(2, 180));
    expect(emails()).toHaveLength(1);
  });

  test('is not asked for twice, though the answer to the first was lost', async () => {
    aws.misfortunes.push({ operation: 'RequestServiceQuotaIncrease', as: 'lost' });
    await throttlesTold();
    const own = JSON.stringify(queued().at(-1)?.[0]);
    expect(await handle('09:08:30', own)).toEqual(SUCCEEDED);
    expect([aws.serviceQuotas.requests().length, cases()]).toEqual([1, []]);
    expect(emails()).toHaveLength(2);
    expect(Object.values((await recordNow())?.requests ?? {})).toMatchObject([{ code: RPM_CODE }]);
  });

  test('is not, where a case of ours asks already: that gets the details', async () => {
    set('automatedQuotaRequest', 'false');
    await throttlesTold();
    expect(cases()).toHaveLength(1);
    set('automatedQuotaRequest', 'true');
    await hear('09:16:00', 'HighInvocationRate');
    expect(await attend('09:16:30')).toEqual(SUCCEEDED);
    expect([aws.serviceQuotas.requests(), cases().length]).toEqual([[], 1]);
    expect(emails()).toHaveLength(2);
    expect((await recordNow())?.requests).toEqual({});
  });

  test('is not while the open cases cannot be read, and is at the next try, which searches them', async () => {
    aws.misfortunes.push(...Array(4).fill({ operation: 'DescribeCases', as: 'InternalServerError' }));
    await throttlesTold();
    expect(aws.serviceQuotas.requests()).toEqual([]);
    const own = queued().at(-1)?.[0];
    expect(own?.caseRetry?.isSearched).toBeUndefined();
    aws.misfortunes.length = 0;
    expect(await handle('09:08:30', JSON.stringify(own))).toEqual(SUCCEEDED);
    expect([aws.serviceQuotas.requests().length, cases()]).toEqual([1, []]);
  });

  test('has its details added though another is to be tried again, which then adds them to no case twice', async () => {
    aws.serviceQuotas.setQuota(TPM_CODE, { name: 'a quota', value: 10_000 });
    jest.mocked(readUsage).mockResolvedValue({
      start: new Date('2026-03-02T08:06:00Z'),
      invocations: Float64Array.of(9_500),
      estimatedTpm: Float64Array.of(6_000_000),
      inputTokens: Float64Array.of(1),
      outputTokens: Float64Array.of(1),
    });
    aws.misfortunes.push({
      operation: 'RequestServiceQuotaIncrease',
      as: 'TooManyRequestsException',
    });
    await throttlesTold();
    const [first] = aws.serviceQuotas.requests();
    expect(queued().slice(-2)).toEqual([
      [
        {
          requestDetails: expect.objectContaining({ requests: [expect.objectContaining({ id: first?.id })] }),
        },
        150,
      ],
      [{ caseRetry: expect.objectContaining({ detailed: [first?.id], isSearched: true }) }, 120],
    ]);
    const own = JSON.stringify(queued().at(-1)?.[0]);
    expect(await handle('09:08:30', own)).toEqual(SUCCEEDED);
    const second = aws.serviceQuotas.requests().find(({ id }) => id !== first?.id);
    expect(queued().at(-1)).toEqual([
      {
        requestDetails: expect.objectContaining({ requests: [expect.objectContaining({ id: second?.id })] }),
      },
      150,
    ]);
  });

  test('and refused is followed by a case, whose further tries do not ask again', async () => {
    aws.misfortunes.push({ operation: 'RequestServiceQuotaIncrease', as: 'QuotaExceededException' });
    aws.misfortunes.push({ operation: 'CreateCase', as: 'CaseCreationLimitExceeded' });
    await throttlesTold();
    const own = JSON.stringify(queued().at(-1)?.[0]);
    expect(await handle('09:08:30', own)).toEqual(SUCCEEDED);
    expect([aws.serviceQuotas.requests(), cases().length]).toEqual([[], 1]);
    const asked = aws.calls.filter(({ operation }) => operation === 'RequestServiceQuotaIncrease');
    expect(asked).toHaveLength(1);
    expect((await recordNow())?.cases['Quota Request']?.asks).toContain(RPM_CODE);
  });
});

describe('a case that could not be settled', () => {
  const LIMITED = { operation: 'CreateCase', as: 'CaseCreationLimitExceeded' };

  test('is tried again two minutes later, and the e-mail says until when', async () => {
    aws.misfortunes.push(LIMITED);
    await throttlesTold();
    expect(emails()[0]?.text).toContain('10:08');
    expect(queued().at(-1)).toEqual([
      {
        caseRetry: {
          attempt: 1,
          model: MODEL,
          reference: expect.stringMatching(/^[0-9a-f]{12}$/),
          telling: 1,
          openedAt: at('09:06:00'),
          alarms: [{ alarm: 'Throttles', since: at('09:06:00') }],
          isReserved: true,
          isSearched: true,
          refusals: [OFF],
        },
      },
      120,
    ]);
    expect(metricsCounted()).toEqual(['EmailsPublished']);
  });

  test.each([
    ['because the support plan has no API', 'SubscriptionRequiredException', ['EmailsPublished']],
    ['because AWS refuses it', 'ValidationException', ['CasesFailed', 'EmailsPublished']],
  ])('%s is not tried again', async (_case, as, metrics) => {
    aws.misfortunes.push(
      as.startsWith('Sub') ? { operation: 'DescribeCases', as } : { operation: 'CreateCase', as },
    );
    await throttlesTold();
    expect(queued()).toEqual([firstTellIn(30)]);
    expect(metricsCounted()).toEqual(metrics);
  });

  test('is said not to be tried again when the message for it cannot be sent', async () => {
    aws.misfortunes.push(LIMITED);
    await hear('09:06:00', 'Throttles');
    jest.mocked(sendLater).mockRejectedValueOnce(new Error('no answer'));
    expect(await attend('09:06:30')).toEqual(SUCCEEDED);
    expect(metricsCounted()).toEqual(['CasesFailed', 'EmailsPublished']);
    expect(emails()[0]?.text).not.toContain('10:08');
  });
});

describe('a retry', () => {
  const LIMITED = { operation: 'CreateCase', as: 'CaseCreationLimitExceeded' };
  const retryOf = (attempt: number, alarm: AlarmName = 'Throttles') =>
    caseRetryMessage({
      attempt,
      model: MODEL,
      reference: '3f9a27c1e5b0',
      telling: 1,
      openedAt: at('09:06:00'),
      alarms: [{ alarm, since: at('09:06:00') }],
    });
  const retry = (attempt: number) => handle('09:08:30', retryOf(attempt));

  test('that settles the case says so in one short e-mail, and the ledger knows it', async () => {
    expect(await retry(1)).toEqual(SUCCEEDED);
    expect([emails().length, cases().length]).toEqual([1, 1]);
    expect(metricsCounted()).toEqual(['CasesOpened', 'EmailsPublished']);
    expect(await recordNow()).toMatchObject({
      cases: { 'Quota Request': { displayId: cases()[0]?.displayId } },
      lease: undefined,
    });
    expect(logged(INCIDENT_TOLD)).toEqual([]);
  });

  test('is about the alarms that were told, whatever has come since', async () => {
    goesOff('ServerErrors', '09:07:00');
    await retry(1);
    expect(cases()[0]?.subject).toContain('Quota Request');
  });

  test('tells the open incident of its case, and no later one', async () => {
    aws.misfortunes.push(LIMITED);
    await throttlesTold();
    const own = queued().at(-1)?.[0];
    await retry(1);
    expect((await recordNow())?.incident?.toldCases).toEqual([]);
    await handle('09:09:30', JSON.stringify(own));
    expect((await recordNow())?.incident?.toldCases).toHaveLength(1);
  });

  test('respects the notification preference', async () => {
    set('notificationPreference', 'warning');
    await retry(1);
    expect([emails(), cases().length]).toEqual([[], 1]);
  });

  test.each([
    [1, 300],
    [2, 600],
    [3, 900],
    [4, 900],
    [5, 900],
  ])('%i in vain is followed by the next, %i seconds later, without an e-mail', async (attempt, delay) => {
    aws.misfortunes.push(LIMITED);
    expect(await retry(attempt)).toEqual(SUCCEEDED);
    // AWS was asked for a case, so one of the day's new ones is this one's.
    const { caseRetry } = JSON.parse(retryOf(attempt + 1));
    const known = { isReserved: true, isSearched: true, refusals: [OFF] };
    expect(queued()).toEqual([[{ caseRetry: { ...caseRetry, ...known } }, delay]]);
    expect([emails(), metricsCounted()]).toEqual([[], []]);
  });

  test.each([
    ['the sixth was the last', 6, () => aws.misfortunes.push(LIMITED)],
    ['another would be no use', 1, () => aws.misfortunes.push({ ...LIMITED, as: 'ValidationException' })],
    ['the setting has changed', 1, () => set('automatedSupportCase', 'false')],
    ['the configuration is gone', 1, () => parameters.clear()],
  ])('is given up when %s: an error in the log, no e-mail', async (_case, attempt, given) => {
    given();
    expect(await retry(attempt)).toEqual(SUCCEEDED);
    expect([queued(), emails(), metricsCounted()]).toEqual([[], [], ['CasesFailed']]);
    expect(logger.error).toHaveBeenCalled();
    expect((await recordNow())?.lease).toBeUndefined();
  });

  test('waits a minute while another run has the model', async () => {
    await ledger.takeLease(MODEL, 'another run', new Date(at('09:08:29')));
    expect(await retry(2)).toEqual(SUCCEEDED);
    const { caseRetry } = JSON.parse(retryOf(2));
    expect(queued()).toEqual([[{ caseRetry: { ...caseRetry, waits: 1 } }, 60]]);
    expect(cases()).toEqual([]);
  });

  test.each([
    [
      'whose successor cannot be sent',
      () => jest.mocked(sendLater).mockRejectedValue(new Error('no answer')),
    ],
    [
      'that cannot read the settings',
      () => jest.mocked(getParameters).mockRejectedValue(new Error('no answer')),
    ],
  ])('%s goes back to the queue, and gives the model back', async (_case, given) => {
    aws.misfortunes.push(LIMITED);
    given();
    expect(await retry(1)).toEqual(FAILED);
    expect(emails()).toEqual([]);
    expect((await recordNow())?.lease).toBeUndefined();
  });

  test('whose e-mail may have gone out comes again, finds its case, and says that it may be a repeat', async () => {
    jest.mocked(publish).mockRejectedValueOnce(new Error('no answer'));
    expect(await handle('09:08:30', retryOf(1), { id: 'retry' })).toEqual(FAILED);
    newEmails();
    expect(await handle('09:14:30', retryOf(1), { id: 'retry' })).toEqual(SUCCEEDED);
    expect(newEmails()[0]?.text).toContain(MAY_BE_REPEAT);
    expect(cases()).toHaveLength(1);
    expect(cases()[0]?.communications).toHaveLength(1);
  });
});
