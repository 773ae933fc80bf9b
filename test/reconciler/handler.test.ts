// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, beforeAll, beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { AlarmNow } from '../../lambda/contract/alarms-now';
import { attendMessage } from '../../lambda/contract/attend-message';
import { compositeAlarmName } from '../../lambda/contract/names';
import { describeAlarms, describeComposites } from '../../lambda/ports/alarms';
import { now } from '../../lambda/ports/clock';
import { readHourlyInvocations } from '../../lambda/ports/hourly-usage';
import { type Changes, IncidentLedger } from '../../lambda/ports/ledger';
import { logger } from '../../lambda/ports/logger';
import { confirmedSubscriptions } from '../../lambda/ports/notifications';
import { getParametersUnder } from '../../lambda/ports/parameters';
import { sendLater } from '../../lambda/ports/queue';
import { handler } from '../../lambda/reconciler/handler';
import { opus } from '../domain/incidents';
import { LocalEndpoint, TABLE_NAME } from '../ports/local-endpoint';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/alarms', () => ({
  describeAlarms: jest.fn(async () => []),
  describeComposites: jest.fn(),
}));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/hourly-usage', () => ({ readHourlyInvocations: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/notifications', () => ({ confirmedSubscriptions: jest.fn() }));
jest.mock('../../lambda/ports/parameters', () => ({ getParametersUnder: jest.fn() }));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));

/** An instant of 2 March. */
const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const NOW = at('10:00:00');
const MODEL = 'G-Opus-4-6';

let composites: AlarmNow[];
const aws = new LocalEndpoint(() => NOW);
const ledger = new IncidentLedger(TABLE_NAME);
const counted = jest.spyOn(Metrics.prototype, 'addMetric');
const published = jest.spyOn(Metrics.prototype, 'publishStoredMetrics');
const hasStored = jest.spyOn(Metrics.prototype, 'hasStoredMetrics');

beforeAll(() => aws.start());
afterAll(() => aws.stop());

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(describeAlarms).mockResolvedValue([]);
  aws.clear();
  composites = [];
  hasStored.mockImplementation(() => counted.mock.calls.length > 0);
  jest.mocked(now).mockReturnValue(NOW);
  jest
    .mocked(describeComposites)
    .mockImplementation(async (prefix, state) =>
      composites.filter(
        (alarm) => alarm.name.startsWith(prefix) && (state === undefined || alarm.state === state),
      ),
    );
});

const ask = (question: string) => handler({ question }, {} as Context);
const asked = () => jest.mocked(sendLater).mock.calls;
const askedFor = (...models: readonly string[]) =>
  models.map((model) => [process.env.QUEUE_URL, attendMessage({ model }), 0]);
const metrics = () => Object.fromEntries(counted.mock.calls.map(([name, , value]) => [name, value]));

/** The composite of a model, in a state since a time. */
const composite = (model: string, state: string, since: Date | undefined = at('09:06:00')): void => {
  composites.push({ name: compositeAlarmName('Acme', model), state, since, isMuted: false });
};

/** An incident that began at 09:06 and was told. Nothing of it is untold. */
async function toldIncident(model: string, changes: Changes = {}): Promise<void> {
  const transition = { alarm: 'Throttles', at: at('09:06:00') };
  await ledger.claim(model, transition, { by: 'sns', now: at('09:06:00'), reference: '3f9a27c1e5b0' });
  await ledger.takeLease(model, 'run', at('09:06:30'));
  await ledger.settle(model, 'run', at('09:06:31'), { told: [transition], ...changes });
  aws.calls.length = 0;
}

describe('the question of the alarms', () => {
  test('is one call as long as no model is in ALARM', async () => {
    composite(MODEL, 'OK');
    await ask('alarms');
    expect(jest.mocked(describeComposites).mock.calls).toEqual([
      ['Acme-Bedrock-QuotaHealth-Composite-', 'ALARM'],
    ]);
    expect([aws.calls, asked(), metrics()]).toEqual([[], [], {}]);
  });

  test('finds the models in ALARM that have no incident, and has each looked at', async () => {
    await toldIncident('Told');
    composite('Told', 'ALARM');
    composite('Unknown', 'ALARM');
    composite('Timeless', 'ALARM', undefined);
    composites.push({
      name: 'Acme-Bedrock-QuotaHealth-Composite-',
      state: 'ALARM',
      since: undefined,
      isMuted: false,
    });
    await ask('alarms');
    expect(asked()).toEqual(askedFor('Unknown', 'Timeless'));
    expect(metrics()).toEqual({ PutRight: 2 });
  });

  test('leaves alone what may still be on its way', async () => {
    composite('Young', 'ALARM', at('09:55:00'));
    await ask('alarms');
    expect([asked(), metrics(), aws.calls]).toEqual([[], {}, []]);
    expect(published).not.toHaveBeenCalled();
  });

  test('counts nothing where every model in ALARM has its incident', async () => {
    await toldIncident(MODEL);
    composite(MODEL, 'ALARM');
    await ask('alarms');
    expect([asked(), metrics()]).toEqual([[], {}]);
  });
});

describe('the question of the ledger', () => {
  test('is one call as long as no incident is open', async () => {
    await ledger.putOk(MODEL, at('09:20:00'), at('09:30:00'), at('09:20:00'));
    aws.calls.length = 0;
    await ask('ledger');
    expect(aws.calls.map(({ operation }) => operation)).toEqual(['Query']);
    expect(describeComposites).not.toHaveBeenCalled();
    expect([asked(), metrics()]).toEqual([[], {}]);
  });

  test('has each model looked at of which something is to be done, once, and counts what went wrong', async () => {
    await toldIncident('Fine');
    composite('Fine', 'ALARM');
    await toldIncident('Gone');
    await toldIncident('Over');
    composite('Over', 'OK', at('09:20:00'));
    await toldIncident('Reminded', { incident: { remindAt: at('09:59:00') } });
    composite('Reminded', 'ALARM');
    await toldIncident('Stuck');
    await ledger.takeLease('Stuck', 'dead', at('09:50:00'));
    composite('Stuck', 'ALARM');
    await ask('ledger');
    expect(asked()).toHaveLength(4);
    expect(asked()).toEqual(expect.arrayContaining(askedFor('Gone', 'Over', 'Reminded', 'Stuck')));
    expect(metrics()).toEqual({ PutRight: 3 });
  });

  test('has a model looked at of which a second alarm was not heard', async () => {
    await toldIncident(MODEL);
    composite(MODEL, 'ALARM');
    jest.mocked(describeAlarms).mockResolvedValue([
      {
        name: `Acme-Bedrock-HighLatency-Warning-${MODEL}`,
        state: 'ALARM',
        since: new Date(NOW.getTime() - 6 * 60_000),
        isMuted: false,
      },
    ]);
    await ask('ledger');
    expect([asked(), metrics()]).toEqual([askedFor(MODEL), { PutRight: 1 }]);
  });

  test('counts nothing where only something is due', async () => {
    await toldIncident(MODEL, { incident: { remindAt: at('09:59:00') } });
    composite(MODEL, 'ALARM');
    await ask('ledger');
    expect([asked(), metrics()]).toEqual([askedFor(MODEL), {}]);
  });

  const knownCase = (caseId: string, since = at('09:06:30')) => ({
    cases: { 'Quota Request': { caseId, at: since } },
  });
  const openedCase = () =>
    aws.support.putCase({ subject: 'Acme - …', createdAt: at('09:06:30'), body: 'Hello.' });
  const casesOf = async (model: string) =>
    Object.keys((await ledger.read()).models.find((record) => record.model === model)?.cases ?? {});

  test('forgets cases that are resolved, or that AWS knows no more, and counts them', async () => {
    const [open, resolved] = [openedCase(), openedCase()];
    aws.support.resolve(resolved.caseId);
    for (const [model, caseId] of [
      ['Open', open.caseId],
      ['Resolved', resolved.caseId],
      ['Vanished', 'case-111122223333-muen-2026-0'],
    ] as const) {
      await toldIncident(model, knownCase(caseId));
      composite(model, 'ALARM');
    }
    await ask('ledger');
    expect(await Promise.all(['Open', 'Resolved', 'Vanished'].map(casesOf))).toEqual([
      ['Quota Request'],
      [],
      [],
    ]);
    expect(metrics()).toEqual({ CasesForgotten: 2 });
    expect(asked()).toEqual([]);
  });

  test('forgets no case that may not be listed yet', async () => {
    await toldIncident(MODEL, knownCase('case-111122223333-muen-2026-0', at('09:55:00')));
    composite(MODEL, 'ALARM');
    await ask('ledger');
    expect(await casesOf(MODEL)).toEqual(['Quota Request']);
    expect(metrics()).toEqual({});
  });

  test.each(['AccessDeniedException', 'SubscriptionRequiredException'])(
    'forgets no case where AWS Support answers %s, and answers all else',
    async (as) => {
      await toldIncident(MODEL, knownCase(openedCase().caseId));
      aws.misfortunes.push({ operation: 'DescribeCases', as });
      await ask('ledger');
      expect(await casesOf(MODEL)).toEqual(['Quota Request']);
      expect(asked()).toEqual(askedFor(MODEL));
    },
  );
});

describe('the question of health', () => {
  const hours = (...hoursAgo: readonly number[]) => hoursAgo;

  const models = (...names: readonly string[]) =>
    new Map(
      names.flatMap((name) => [
        [
          `/Acme/bedrock/quota-monitoring/${name}/config`,
          JSON.stringify({ ...opus, modelName: name, modelId: `amazon.${name.toLowerCase()}` }),
        ],
        [`/Acme/bedrock/quota-monitoring/${name}/thresholds/last-updated`, '2026-03-02'],
      ]),
    );

  beforeEach(() => {
    jest.mocked(confirmedSubscriptions).mockResolvedValue(3);
    jest.mocked(getParametersUnder).mockResolvedValue(models('Used'));
    jest.mocked(readHourlyInvocations).mockResolvedValue(new Map([['amazon.used', hours(0, 5)]]));
  });

  test('counts zeros too, so that the alarms go back to OK', async () => {
    await ask('health');
    expect(metrics()).toEqual({ MissingSubscriptions: 0, SilentModels: 0 });
  });

  test.each([
    [3, 0],
    [2, 1],
    [0, 3],
    [4, 0],
  ])('of three who should, %i have confirmed: %i are missing', async (confirmed, missing) => {
    jest.mocked(confirmedSubscriptions).mockResolvedValue(confirmed);
    await ask('health');
    expect(metrics().MissingSubscriptions).toBe(missing);
  });

  test.each([
    ['used in the newest hour', hours(0), 0],
    ['used 23 hours ago, the last of the day', hours(23, 100), 0],
    ['used before the last day only', hours(24, 100), 1],
    ['never used', hours(), 0],
  ])('a model %s (invocations %j hours ago): %i silent', async (_case, hoursAgo, silent) => {
    jest.mocked(readHourlyInvocations).mockResolvedValue(new Map([['amazon.used', hoursAgo]]));
    await ask('health');
    expect(metrics().SilentModels).toBe(silent);
  });

  const SHARED = JSON.stringify({
    sharers: [{ id: 'abcdefghijkl', name: 'checkout', watchedBy: [] }],
    unlisted: 0,
  });

  test.each([
    ['whose sharer is in use is not', SHARED, 0],
    ['whose sharers cannot be read is', '{', 1],
    ['without sharers is', undefined, 1],
  ])('a model that is silent itself and %s silent', async (_case, text, silent) => {
    const stored = models('Used');
    if (text !== undefined) stored.set('/Acme/bedrock/quota-monitoring/Used/quota-sharers', text);
    jest.mocked(getParametersUnder).mockResolvedValue(stored);
    jest.mocked(readHourlyInvocations).mockResolvedValue(
      new Map([
        ['amazon.used', [30]],
        ['abcdefghijkl', [0, 1]],
      ]),
    );
    await ask('health');
    expect(metrics().SilentModels).toBe(silent);
  });

  test('asks once for each model id of the last two weeks, and skips what is no configuration', async () => {
    jest
      .mocked(getParametersUnder)
      .mockResolvedValue(
        new Map([
          ...models('Used', 'Other'),
          ['/Acme/bedrock/quota-monitoring/Broken/config', '{'],
          ['/Acme/bedrock/quota-monitoring/Empty/config', '{}'],
        ]),
      );
    await ask('health');
    expect(jest.mocked(getParametersUnder).mock.calls[0]).toEqual(['/Acme/bedrock/quota-monitoring']);
    expect(jest.mocked(readHourlyInvocations).mock.calls).toEqual([
      [['amazon.used', 'amazon.other'], NOW, 336],
    ]);
  });

  test('still counts the subscriptions where usage cannot be read, and fails', async () => {
    jest.mocked(readHourlyInvocations).mockRejectedValue(new Error('Rate exceeded'));
    await expect(ask('health')).rejects.toThrow('Rate exceeded');
    expect(metrics()).toEqual({ MissingSubscriptions: 0 });
    expect(published).toHaveBeenCalled();
  });
});

describe('a question that cannot be answered', () => {
  test.each([['what is the weather?'], [undefined]])('because it is none (%p) fails', async (question) => {
    await expect(handler({ question }, {} as Context)).rejects.toThrow();
  });

  test('because a call fails, fails, so that Lambda asks again', async () => {
    jest.mocked(describeComposites).mockRejectedValue(new Error('Rate exceeded'));
    await expect(ask('alarms')).rejects.toThrow('Rate exceeded');
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  test('because a model cannot be had looked at, fails', async () => {
    composite(MODEL, 'ALARM');
    jest.mocked(sendLater).mockRejectedValue(new Error('no answer'));
    await expect(ask('alarms')).rejects.toThrow('no answer');
  });
});
