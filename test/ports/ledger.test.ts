import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Transition } from '../../lambda/contract/ledger';
import { type Changes, IncidentLedger, LeaseLost } from '../../lambda/ports/ledger';
import { LocalEndpoint, TABLE_NAME } from './local-endpoint';

const MODEL = 'G-Opus-4-6';
const QUOTA_REQUEST = 'Quota Request';

/** An instant of the morning of 2 March. */
const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const GONE_OFF = at('09:06:00');
const LOOKED_AT = at('09:06:30');

let now = GONE_OFF;
const dynamoDb = new LocalEndpoint(() => now);
const ledger = new IncidentLedger(TABLE_NAME);

beforeAll(() => dynamoDb.start());
afterAll(() => dynamoDb.stop());
beforeEach(() => {
  dynamoDb.clear();
  now = GONE_OFF;
});

const throttles = (time = '09:06:00'): Transition => ({ alarm: 'Throttles', at: at(time) });
const latency = (time = '09:06:10'): Transition => ({ alarm: 'HighLatency', at: at(time) });

const claim = (transition: Transition, by = 'sns', reference = '3f9a27c1e5b0') =>
  ledger.claim(MODEL, transition, { by, now, reference });

const recordNow = async () => (await ledger.read()).models.find(({ model }) => model === MODEL);
const untoldNow = async () => (await recordNow())?.incident?.untold ?? [];
const take = async (by = 'run', instant = LOOKED_AT) => {
  const lease = await ledger.takeLease(MODEL, by, instant);
  if (lease === undefined) throw new Error('another run has the model');
  return lease;
};

describe('a claim', () => {
  test('opens an incident and gathers for 30 seconds', async () => {
    expect(await claim(throttles())).toEqual({
      model: MODEL,
      incident: {
        reference: '3f9a27c1e5b0',
        openedAt: GONE_OFF,
        untold: [throttles()],
        tellAt: at('09:06:30'),
        tellBy: 'sns',
        isInStorm: false,
        recoverAt: undefined,
        mutedAt: undefined,
        told: {},
        tellings: 0,
        toldCases: [],
        asked: [],
        lastTold: undefined,
        remindAt: undefined,
      },
      claimed: { Throttles: GONE_OFF },
      claimedBy: { Throttles: 'sns' },
      okAt: undefined,
      cases: {},
      awaiting: {},
      requests: {},
      lease: undefined,
    });
  });

  test.each([
    ['at the same instant', false, '09:06:00.000'],
    ['2 seconds later', false, '09:06:02.000'],
    ['2 seconds earlier', false, '09:05:58.000'],
    ['an hour earlier, late on its way', false, '08:06:00.000'],
    ['59.999 seconds later', false, '09:06:59.999'],
    ['60 seconds later', false, '09:07:00.000'],
    ['60.001 seconds later', true, '09:07:00.001'],
    ['an hour later', true, '10:06:00.000'],
  ])('of a transition %s: whether it is new is %p', async (_case, isNews, time) => {
    await claim(throttles());
    const { claimed, claimedBy, incident } = await claim(throttles(time), 'event');
    expect(claimed.Throttles).toEqual(isNews ? at(time) : GONE_OFF);
    expect(claimedBy.Throttles).toBe(isNews ? 'event' : 'sns');
    expect(incident?.untold).toEqual(isNews ? [throttles(), throttles(time)] : [throttles()]);
    expect([incident?.tellBy, incident?.openedAt]).toEqual(['sns', GONE_OFF]);
  });

  test('of ten messages of one transition at once: one is first, and one transition is untold', async () => {
    const messages = Array.from({ length: 10 }, (_, index) => `message ${index}`);
    const records = await Promise.all(
      messages.map((by, index) => claim(throttles(`09:06:0${index % 3}`), by)),
    );
    const first = messages.filter((by, index) => records[index]?.incident?.tellBy === by);
    expect(first).toHaveLength(1);
    expect(new Set(records.map(({ claimedBy }) => claimedBy.Throttles))).toEqual(new Set(first));
    expect(await untoldNow()).toHaveLength(1);
  });

  test('of two alarms in parallel: both are untold, one message sends for the telling, one reference counts', async () => {
    const [one, two] = await Promise.all([
      claim(throttles(), 'one', '000000000001'),
      claim(latency(), 'two', '000000000002'),
    ]);
    expect(await untoldNow()).toHaveLength(2);
    expect(['one', 'two']).toContain(one?.incident?.tellBy);
    expect(two?.incident?.tellBy).toBe(one?.incident?.tellBy);
    expect(two?.incident?.reference).toBe(one?.incident?.reference);
  });

  test('whose answer is lost is repeated by the SDK, and still shows as the message’s own', async () => {
    dynamoDb.misfortunes.push({ operation: 'UpdateItem', as: 'lost' });
    const { claimedBy, incident } = await claim(throttles());
    expect(dynamoDb.calls).toHaveLength(2);
    expect([claimedBy.Throttles, incident?.tellBy, incident?.untold]).toEqual(['sns', 'sns', [throttles()]]);
  });

  test('of another model is of another incident', async () => {
    await claim(throttles());
    await ledger.claim('Haiku', throttles(), { by: 'sns', now, reference: '000000000003' });
    expect((await ledger.read()).models.map(({ model, incident }) => [model, incident?.reference])).toEqual([
      [MODEL, '3f9a27c1e5b0'],
      ['Haiku', '000000000003'],
    ]);
  });

  test('that DynamoDB refuses is thrown', async () => {
    dynamoDb.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
    await expect(claim(throttles())).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the OK of the composite', () => {
  const putOk = (time: string) => ledger.putOk(MODEL, at(time), at('09:40:00'), now);

  test.each([
    ['09:30:00', '09:31:00', '09:31:00'],
    ['09:31:00', '09:30:00', '09:31:00'],
    ['09:30:00', '09:30:00', '09:30:00'],
  ])('after one at %s, one at %s: the last is at %s', async (first, second, last) => {
    await claim(throttles());
    await putOk(first);
    expect((await putOk(second)).okAt).toEqual(at(last));
    expect(await recordNow()).toMatchObject({ okAt: at(last), incident: { recoverAt: at('09:40:00') } });
  });

  test('opens no incident', async () => {
    expect((await putOk('09:30:00')).incident).toBeUndefined();
  });
});

describe('the lease', () => {
  beforeEach(() => claim(throttles()));

  test('is taken by one of ten', async () => {
    const messages = Array.from({ length: 10 }, (_, index) => `message ${index}`);
    const leases = await Promise.all(messages.map((by) => ledger.takeLease(MODEL, by, LOOKED_AT)));
    const taken = leases.filter((lease) => lease !== undefined);
    expect(taken).toHaveLength(1);
    expect(taken[0]?.isAfterUnfinishedRun).toBe(false);
    expect(taken[0]?.record.incident?.untold).toEqual([throttles()]);
    expect((await recordNow())?.lease).toEqual({
      until: at('09:09:30'),
      by: messages[leases.findIndex((lease) => lease !== undefined)],
    });
  });

  test.each([
    ['another message, at its end', 'other', '09:09:30.000', undefined],
    ['another message, after it', 'other', '09:09:30.001', true],
    ['a copy of its own message, while its run is at work', 'run', '09:06:31', undefined],
    ['its own message, after it', 'run', '09:12:30', true],
  ])(
    'that was not given back, asked for by %s (%s, %s): after an unfinished run %p',
    async (_case, by, time, isAfterUnfinishedRun) => {
      await take('run');
      expect((await ledger.takeLease(MODEL, by, at(time)))?.isAfterUnfinishedRun).toBe(isAfterUnfinishedRun);
    },
  );

  test('whose answer is lost is taken by the SDK’s repeat, and no run before is made up', async () => {
    dynamoDb.misfortunes.push({ operation: 'UpdateItem', as: 'lost' });
    expect((await take()).isAfterUnfinishedRun).toBe(false);
  });

  test('whose answer is lost after a run that died: nobody else gets it', async () => {
    await take('dead', LOOKED_AT);
    dynamoDb.misfortunes.push({ operation: 'UpdateItem', as: 'lost' });
    await take('run', at('09:10:00'));
    expect(await ledger.takeLease(MODEL, 'other', at('09:10:01'))).toBeUndefined();
  });

  test('that was given back is taken anew', async () => {
    await take('run');
    await ledger.settle(MODEL, 'run', LOOKED_AT);
    expect((await take('other')).isAfterUnfinishedRun).toBe(false);
  });

  test('of a model that the ledger does not know yet can be taken', async () => {
    const lease = await ledger.takeLease('Haiku', 'run', LOOKED_AT);
    expect(lease).toMatchObject({
      isAfterUnfinishedRun: false,
      record: { model: 'Haiku', incident: undefined },
    });
  });
});

describe('a run that settles', () => {
  beforeEach(async () => {
    await claim(throttles());
    await take();
  });

  const told = [throttles()];

  test('takes out exactly what was told, keeps what came meanwhile, and gives its lease back', async () => {
    await claim(latency(), 'event');
    const record = await ledger.settle(MODEL, 'run', LOOKED_AT, { told });
    expect(record.incident).toMatchObject({ untold: [latency()], tellAt: undefined, tellBy: undefined });
    expect(record.lease).toBeUndefined();
    expect(await recordNow()).toEqual(record);
  });

  test('takes out the last, so that nothing is untold', async () => {
    expect((await ledger.settle(MODEL, 'run', LOOKED_AT, { told })).incident?.untold).toEqual([]);
  });

  test('that told nothing leaves what is untold, and who sends for the telling', async () => {
    expect((await ledger.settle(MODEL, 'run', LOOKED_AT)).incident).toMatchObject({
      untold: [throttles()],
      tellAt: at('09:06:30'),
      tellBy: 'sns',
    });
  });

  test('puts down all that it did, and it is read as it was written', async () => {
    const incident: NonNullable<Changes['incident']> = {
      told: { Throttles: { since: GONE_OFF, last: LOOKED_AT, times: 2 } },
      tellings: 1,
      toldCases: [{ category: QUOTA_REQUEST, caseId: 'case-1' }],
      asked: [{ quota: 'RPM', code: 'L-A52F3C5A', requested: 12_500, was: 10_000 }],
      lastTold: { at: LOOKED_AT, inAlarm: ['Throttles'], openCases: ['12345678901'], quotas: { 'L-A': 1.5 } },
      remindAt: at('13:06:30'),
      mutedAt: at('09:08:00'),
    };
    const cases = {
      [QUOTA_REQUEST]: { caseId: 'case-1', displayId: '12345678901', at: LOOKED_AT, asks: ['L-A52F3C5A'] },
      'Investigation Request': { caseId: 'case-2', at: LOOKED_AT },
    };
    const requests = {
      '5a3f0c9e': {
        code: 'L-A52F3C5A',
        quota: 'RPM' as const,
        desired: 12_500,
        at: at('09:06:29'),
        was: 10_000,
        threshold: 8_000,
      },
    };
    const awaiting = { [QUOTA_REQUEST]: LOOKED_AT };
    const record = await ledger.settle(MODEL, 'run', LOOKED_AT, {
      told,
      incident,
      cases,
      requests,
      awaiting,
      okAt: at('09:30:00'),
    });
    expect(record).toMatchObject({ incident, cases, requests, awaiting, okAt: at('09:30:00') });
  });

  test('puts down what it knows, and leaves out what is not known', async () => {
    const cases = { [QUOTA_REQUEST]: { caseId: 'case-1', at: LOOKED_AT } };
    const requests = { '5a3f': { code: 'L-A', quota: 'TPM' as const, desired: 7, at: LOOKED_AT } };
    const unknown = { was: undefined, threshold: undefined };
    const record = await ledger.settle(MODEL, 'run', LOOKED_AT, {
      cases: { [QUOTA_REQUEST]: { ...cases[QUOTA_REQUEST], displayId: undefined, asks: undefined } },
      requests: { '5a3f': { ...requests['5a3f'], ...unknown } },
    });
    expect(record).toMatchObject({ cases, requests });
  });

  test('puts down a quota request beside an earlier one of the same quota', async () => {
    const request = { code: 'L-A', quota: 'RPM' as const, desired: 12_500, at: LOOKED_AT };
    await ledger.putDown(MODEL, 'run', LOOKED_AT, { requests: { one: request } });
    const record = await ledger.settle(MODEL, 'run', LOOKED_AT, { requests: { two: request } });
    expect(record.requests).toEqual({ one: request, two: request });
  });

  test('forgets what is awaited no more', async () => {
    await ledger.putDown(MODEL, 'run', LOOKED_AT, { awaiting: { [QUOTA_REQUEST]: LOOKED_AT } });
    const record = await ledger.settle(MODEL, 'run', LOOKED_AT, { awaiting: { [QUOTA_REQUEST]: undefined } });
    expect(record.awaiting).toEqual({});
  });

  test('may only put down what it has done so far, and keeps its lease', async () => {
    await ledger.putDown(MODEL, 'run', LOOKED_AT, { incident: { tellings: 1 } });
    expect(await recordNow()).toMatchObject({ incident: { tellings: 1 }, lease: { by: 'run' } });
  });

  test('after another run has taken over finds out, and changes nothing', async () => {
    await take('other', at('09:12:30'));
    const before = await recordNow();
    const changes = { told, incident: { tellings: 7 } };
    await expect(ledger.settle(MODEL, 'run', at('09:12:31'), changes)).rejects.toBeInstanceOf(LeaseLost);
    await expect(ledger.putDown(MODEL, 'run', at('09:12:31'), changes)).rejects.toBeInstanceOf(LeaseLost);
    expect(await recordNow()).toEqual(before);
  });

  test('whose answer is lost is repeated by the SDK, and its lease is not taken for lost', async () => {
    dynamoDb.misfortunes.push({ operation: 'UpdateItem', as: 'lost' });
    const record = await ledger.settle(MODEL, 'run', LOOKED_AT, { told, incident: { tellings: 1 } });
    expect(record).toMatchObject({ incident: { untold: [], tellings: 1 }, lease: undefined });
  });
});

describe('the end of an incident', () => {
  const END = at('11:20:00');
  const KNOWN_CASE = { caseId: 'case-1', displayId: '12345678901', at: LOOKED_AT };

  async function toldIncident() {
    await claim(throttles());
    await take();
    await ledger.settle(MODEL, 'run', LOOKED_AT, {
      told: [throttles()],
      incident: { told: { Throttles: { since: GONE_OFF, last: GONE_OFF, times: 1 } }, tellings: 1 },
      cases: { [QUOTA_REQUEST]: KNOWN_CASE },
    });
    await ledger.putOk(MODEL, at('11:10:00'), END, now);
    return (await take('last', END)).record;
  }

  const closed = {
    model: MODEL,
    reference: '3f9a27c1e5b0',
    alarms: [{ name: 'Throttles', since: GONE_OFF }],
  };

  test('leaves the model without one, and what is remembered beyond it', async () => {
    expect(await ledger.close(await toldIncident(), 'last', END, closed)).toBeUndefined();
    expect(await recordNow()).toEqual({
      model: MODEL,
      incident: undefined,
      claimed: { Throttles: GONE_OFF },
      claimedBy: { Throttles: 'sns' },
      okAt: at('11:10:00'),
      cases: { [QUOTA_REQUEST]: KNOWN_CASE },
      awaiting: {},
      requests: {},
      lease: undefined,
    });
    const current = dynamoDb.items().find(({ pk }) => pk && 'S' in pk && pk.S === 'models');
    expect(Object.keys(current ?? {}).sort()).toEqual([
      'case.Quota Request',
      'claimed.Throttles',
      'claimedBy.Throttles',
      'expiresAt',
      'okAt',
      'pk',
      'sk',
    ]);
  });

  test('is kept as an item of its own for 400 days', async () => {
    await ledger.close(await toldIncident(), 'last', END, closed);
    expect(dynamoDb.items()).toContainEqual({
      pk: { S: 'closed#G-Opus-4-6' },
      sk: { S: '2026-03-02T09:06:00.000Z' },
      model: { S: MODEL },
      reference: { S: '3f9a27c1e5b0' },
      alarms: { L: [{ M: { name: { S: 'Throttles' }, since: { S: '2026-03-02T09:06:00.000Z' } } }] },
      // 6 April 2027, 11:20.
      expiresAt: { N: String(Date.parse('2027-04-06T11:20:00Z') / 1000) },
    });
  });

  test('is refused when an alarm was claimed meanwhile: the incident goes on', async () => {
    const record = await toldIncident();
    await claim(latency('11:19:50'), 'event');
    const before = await recordNow();
    expect(await ledger.close(record, 'last', END, closed)).toBeDefined();
    expect(await recordNow()).toEqual(before);
  });

  test('after a refusal is written down with what came meanwhile', async () => {
    const record = await toldIncident();
    await claim(latency('11:19:50'), 'event');
    await ledger.close(record, 'last', END, closed);
    await ledger.settle(MODEL, 'last', END);
    const later = (await take('later', at('11:40:00'))).record;
    expect(await ledger.close(later, 'later', at('11:40:00'), { ...closed, tellings: 2 })).toBeUndefined();
    const history = dynamoDb.items().filter(({ pk }) => pk && 'S' in pk && pk.S === 'closed#G-Opus-4-6');
    expect(history).toMatchObject([{ tellings: { N: '2' } }]);
  });

  test('is refused when another run has the model', async () => {
    const record = await toldIncident();
    await take('other', at('11:30:00'));
    expect(await ledger.close(record, 'last', at('11:30:01'), closed)).toBeDefined();
    expect((await recordNow())?.incident).toBeDefined();
  });

  test('with something untold that nobody wants to hear is possible', async () => {
    await toldIncident();
    await claim(latency('11:09:00'), 'event');
    const { record } = await take('muted', at('11:30:00'));
    expect(await ledger.close(record, 'muted', at('11:30:00'), closed)).toBeUndefined();
    expect((await recordNow())?.incident).toBeUndefined();
  });

  test.each(['PutItem', 'UpdateItem'])(
    'is the end, also where the answer to %s is lost and the SDK repeats it',
    async (operation) => {
      const record = await toldIncident();
      dynamoDb.misfortunes.push({ operation, as: 'lost' });
      expect(await ledger.close(record, 'last', END, closed)).toBeUndefined();
      expect((await recordNow())?.incident).toBeUndefined();
      expect(dynamoDb.items()).toHaveLength(2);
    },
  );

  test('that cannot be written down is none', async () => {
    const record = await toldIncident();
    dynamoDb.misfortunes.push({ operation: 'PutItem', as: 'AccessDeniedException' });
    await expect(ledger.close(record, 'last', END, closed)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect((await recordNow())?.incident).toBeDefined();
  });

  test('is not undone by a late copy of a message of it', async () => {
    await ledger.close(await toldIncident(), 'last', END, closed);
    expect((await claim(throttles('09:06:02'), 'late copy')).incident).toBeUndefined();
  });

  test('is followed by an incident of its own when the alarm goes off again', async () => {
    await ledger.close(await toldIncident(), 'last', END, closed);
    now = at('12:00:00');
    const { incident } = await claim(throttles('12:00:00'), 'next', '00000000000a');
    expect(incident).toMatchObject({
      reference: '00000000000a',
      openedAt: at('12:00:00'),
      tellBy: 'next',
      told: {},
      tellings: 0,
      recoverAt: undefined,
    });
  });

  test('is none where no incident is open', async () => {
    const { record } = await take();
    await expect(ledger.close(record, 'run', END, closed)).rejects.toThrow('no incident to close');
  });
});

describe('a case', () => {
  beforeEach(async () => {
    await take();
    await ledger.settle(MODEL, 'run', LOOKED_AT, {
      cases: {
        [QUOTA_REQUEST]: { caseId: 'case-1', at: LOOKED_AT },
        'Investigation Request': { caseId: 'case-2', at: LOOKED_AT },
      },
    });
  });

  test.each([
    ['is forgotten', 'case-1', ['Investigation Request']],
    ['is kept when another one is to be forgotten', 'case-0', [QUOTA_REQUEST, 'Investigation Request']],
  ])('%s', async (_case, caseId, left) => {
    await ledger.forgetCase(MODEL, QUOTA_REQUEST, caseId, now);
    expect(Object.keys((await recordNow())?.cases ?? {}).sort()).toEqual([...left].sort());
  });

  test('of a model that has none is nothing to forget', async () => {
    await ledger.forgetCase('Haiku', QUOTA_REQUEST, 'case-1', now);
    expect((await ledger.read()).models.map(({ model }) => model)).toEqual([MODEL]);
  });
});

describe('a quota request whose answer was told', () => {
  const REQUEST = {
    M: {
      code: { S: 'L-3DCCFAA4' },
      quota: { S: 'TPM' },
      desired: { N: '7812500' },
      at: { S: '2026-03-02T09:06:40.000Z' },
    },
  };
  beforeEach(() =>
    dynamoDb.put({
      pk: { S: 'models' },
      sk: { S: MODEL },
      'request.one': REQUEST,
      'request.two': REQUEST,
    }),
  );

  test.each([
    ['is forgotten, and no other of its quota', 'one', ['two']],
    ['is forgotten once', 'three', ['one', 'two']],
  ])('%s', async (_case, id, left) => {
    await ledger.forgetRequest(MODEL, id, now);
    expect(Object.keys((await recordNow())?.requests ?? {})).toEqual(left);
  });

  test('of a model that is not known is nothing to forget', async () => {
    await ledger.forgetRequest('Haiku', 'one', now);
    expect((await ledger.read()).models.map(({ model }) => model)).toEqual([MODEL]);
  });
});

test('all models are read, however many pages of 1 MB they fill', async () => {
  const names = ['A', 'B', 'C', 'D', 'E'];
  for (const sk of names)
    dynamoDb.put({ pk: { S: 'models' }, sk: { S: sk }, remark: { S: 'x'.repeat(300_000) } });
  dynamoDb.put({ pk: { S: 'closed#A' }, sk: { S: '2026-03-02T09:06:00.000Z' } });
  expect((await ledger.read()).models.map(({ model }) => model)).toEqual(names);
  const queries = dynamoDb.calls.filter(({ operation }) => operation === 'Query');
  expect(queries.length).toBeGreaterThan(1);
  expect(queries.every(({ input }) => input.ConsistentRead === true)).toBe(true);
});

test('every write says when DynamoDB may forget the item: 400 days later', async () => {
  await claim(throttles());
  await ledger.putOk(MODEL, at('09:10:00'), at('09:20:00'), at('09:10:01'));
  const [item] = dynamoDb.items();
  expect(item?.expiresAt).toEqual({ N: String(Date.parse('2027-04-06T09:10:01Z') / 1000) });
});
