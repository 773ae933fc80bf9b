import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Email, Report, SupportCase } from '../../rehearsal/report';
import { clockOf, closingsOf, mailAbout, mailsAbout, topicsOf } from './mails';
import { at, ourBodies, rehearseWell, secondsBetween } from './rehearse';

/** Many models in trouble at once: people get one e-mail, AWS few cases. */

const modelsNamed = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `Model-${String(index + 1).padStart(3, '0')}`);

/** `L-00000001` and so on, one for each model: models on one quota would have one request or case for it. */
const codeOf = (place: number): string => `L-${String(place + 1).padStart(8, '0')}`;

const settingsOf = (models: readonly string[], more: Readonly<Record<string, unknown>> = {}) => ({
  customer: 'AcmeCorp',
  stakeholders: ['sre@acme.example'],
  ...more,
  models: models.map((name, place) => ({
    name,
    modelId: 'global.anthropic.claude-opus-4-6-v1',
    rpmQuotaCode: codeOf(place),
    tpmQuotaCode: 'NA',
    acceptQuotaCodeMismatch: true,
  })),
});

const quotasOf = (models: readonly string[]) =>
  Object.fromEntries(models.map((_, place) => [codeOf(place), 10_000]));

const allGoTo = (minutes: number, models: readonly string[], alarm: string, state: 'ALARM' | 'OK') =>
  models.map((model) => at(minutes, { setAlarm: { model, alarm, state } }));

/** Where the models of a digest stand, in its list. */
const listedIn = ({ body }: Email): readonly string[] =>
  [...body.matchAll(/^- (Model-\d+): (?:CRITICAL|WARNING),/gm)].map(([, model = '']) => model).sort();

describe('of eight models that go off in one minute', () => {
  const models = modelsNamed(8);
  const [errors, throttled] = [models.slice(0, 3), models.slice(3)];
  let report: Report;
  let waitingAtTheEnd: readonly unknown[];

  /** They go off, recover, and do so once more, an hour later. */
  beforeAll(async () => {
    const storm = (minutes: number) => [
      ...allGoTo(minutes, errors, 'ServerErrors', 'ALARM'),
      ...allGoTo(minutes, throttled, 'Throttles', 'ALARM'),
      ...allGoTo(minutes + 10, errors, 'ServerErrors', 'OK'),
      ...allGoTo(minutes + 10, throttled, 'Throttles', 'OK'),
    ];
    report = await rehearseWell(
      {
        name: 'A storm, twice',
        settings: settingsOf(models, { maxNewCasesPerDay: 4 }),
        quotas: quotasOf(models),
        models: {},
        events: [...storm(2), ...storm(65)],
        until: '95m',
      },
      {
        inspect: (aws) => {
          const [region] = aws.allRegions();
          const items = region?.dynamoDb.items('AcmeCorp-Bedrock-OpsAlert-incidents', aws.agenda.now) ?? [];
          expect(items.length).toBeGreaterThan(models.length);
          waitingAtTheEnd = items.filter(
            ({ sk, toldAt }) => JSON.stringify(sk).includes('handed#') && toldAt === undefined,
          );
        },
      },
    );
  });

  test('people get one e-mail when it begins, one about the cases, and one when it is over', () => {
    expect(topicsOf(report)).toEqual([
      'Quota Request and Investigation Request',
      'cases',
      'over',
      'Quota Request and Investigation Request',
      'cases',
      'over',
    ]);
  });

  test('each names every model once', () => {
    for (const topic of ['Quota Request and Investigation Request', 'over'])
      for (const mail of mailsAbout(report, topic)) expect(listedIn(mail)).toEqual(models);
  });

  test('everybody is told within three minutes', () => {
    const [begin] = report.emails;
    expect(secondsBetween('2026-03-02T09:02:00Z', begin?.at ?? '')).toBeLessThan(180);
  });

  test('models with one cause share one case; of the others the worst get what the settings allow', () => {
    expect(report.cases.map(({ subject }) => subject)).toEqual([
      'AcmeCorp - Bedrock Ops Alert - 3 models - Investigation Request - us-east-1',
      ...throttled
        .slice(0, 3)
        .map((model) => `AcmeCorp - Bedrock Ops Alert - ${model} - Quota Request - us-east-1`),
    ]);
    const [shared] = report.cases;
    for (const model of errors) expect(shared?.communications[0]?.body).toContain(model);
  });

  test('whoever gets no case is named, and why', () => {
    const [begin] = report.emails;
    const text = begin?.body.replace(/\s+/g, ' ') ?? '';
    expect(text).toMatch(
      /maxNewCasesPerDay \(4\) allows no further new case today[^.]*Model-007 and Model-008/,
    );
  });

  test('nobody is told of a case before it exists', () => {
    for (const { openedAt, displayId } of report.cases) {
      const mentioning = report.emails.filter(({ body }) => body.includes(displayId));
      expect(mentioning.length).toBeGreaterThan(0);
      for (const { at: sentAt } of mentioning) expect(sentAt >= openedAt).toBe(true);
    }
  });

  test('the second time nothing new is opened', () => {
    expect(report.cases.every(({ openedAt }) => openedAt < '2026-03-02T09:10:00Z')).toBe(true);
  });

  test('each case is told once that it is over, and all incidents are closed', () => {
    const [shared, ...own] = report.cases;
    expect(closingsOf(shared).map(clockOf)).toHaveLength(2);
    for (const one of own) expect(closingsOf(one)).toHaveLength(2);
    expect(report.incidents).toHaveLength(16);
    expect(report.incidents.every(({ closedAt }) => closedAt !== null)).toBe(true);
  });

  test('nothing is left in the ledger or in a queue', () => {
    expect(waitingAtTheEnd).toEqual([]);
    expect(report.deadLetters).toBe(0);
  });
});

describe('of a hundred models that go off in one minute', () => {
  const models = modelsNamed(100);
  let report: Report;

  beforeAll(async () => {
    report = await rehearseWell({
      name: 'A storm of a hundred models',
      settings: settingsOf(models),
      quotas: quotasOf(models),
      models: {},
      events: [
        ...allGoTo(2, models.slice(0, 50), 'ServerErrors', 'ALARM'),
        ...allGoTo(2, models.slice(50), 'Throttles', 'ALARM'),
      ],
      until: '6m',
    });
  }, 180_000);

  test('everybody is told within three minutes, in one e-mail, which takes 15 requests at most', () => {
    expect(topicsOf(report)).toEqual(['Quota Request and Investigation Request', 'cases']);
    const [begin] = report.emails;
    expect(begin && listedIn(begin)).toEqual(models);
    expect(secondsBetween('2026-03-02T09:02:00Z', begin?.at ?? '')).toBeLessThan(180);
  });

  test('there are no more cases than AWS takes in an hour, and the settings allow in a day', () => {
    expect(report.cases.map(({ category }) => category).sort()).toEqual([
      'Investigation Request',
      ...Array.from({ length: 9 }, () => 'Quota Request'),
    ]);
  });
});

describe('of twelve models whose use proves that their quotas, three in all, are too small', () => {
  const CODES = ['L-00000001', 'L-00000002', 'L-00000003'] as const;
  const models = modelsNamed(12);
  const onQuota = (index: number) => models.filter((_, place) => place % CODES.length === index);

  /** Service Quotas takes two requests, and refuses the third. */
  const play = (maxNewCasesPerDay: number): Promise<Report> =>
    rehearseWell({
      name: 'A storm of high usage',
      settings: {
        customer: 'AcmeCorp',
        stakeholders: ['sre@acme.example'],
        maxNewCasesPerDay,
        defaults: { acceptQuotaCodeMismatch: true, tpmQuotaCode: 'NA' },
        models: models.map((name, place) => ({
          name,
          modelId: `us.anthropic.claude-${place}-v1`,
          rpmQuotaCode: CODES[place % CODES.length],
        })),
      },
      quotas: Object.fromEntries(CODES.map((code) => [code, 10_000])),
      quotaRequestLimits: { account: 2 },
      models: Object.fromEntries(
        models.map((name) => [name, { history: { interval: '1m', Invocations: '9000 1x60' } }]),
      ),
      events: allGoTo(2, models, 'HighInvocationRate', 'ALARM'),
      until: '20m',
    });

  const requestedCodes = ({ quotaRequests }: Report) =>
    quotaRequests.filter(({ status }) => status === 'PENDING').map(({ quotaCode }) => quotaCode);
  const oneLine = ({ body }: Email): string => body.replace(/\s+/g, ' ');
  /** The models that a case was told of, each as often as it was. */
  const toldOf = (one: SupportCase | undefined) =>
    (one === undefined ? [] : ourBodies(one)).map((body) => /^Model: (\S+)$/m.exec(body)?.[1] ?? '').sort();

  test('each quota is asked for once, and its case is told of each of its models once', async () => {
    const report = await play(models.length);
    expect(listedIn(mailAbout(report, 'Quota Request'))).toEqual(models);
    expect(requestedCodes(report)).toEqual([CODES[0], CODES[1]]);
    expect(report.cases).toHaveLength(CODES.length);
    const ofAws = report.cases.filter(({ via }) => via === 'service-quotas');
    expect(ofAws.map(toldOf)).toEqual([onQuota(0), onQuota(1)]);
    const [ours] = report.cases.filter(({ via }) => via === 'support');
    expect(toldOf(ours)).toEqual(onQuota(2));

    // Whoever has to wait for the case of another is told in a second e-mail about cases.
    const text = mailsAbout(report, 'cases').map(oneLine).join(' ');
    for (const index of [0, 1]) {
      const [first, second, third, last] = onQuota(index);
      expect(text).toMatch(
        new RegExp(
          `Service Quotas has a request to raise RPM \\(${CODES[index]}\\) to 12,500 RPM \\(request [0-9a-f]+, made 2026-03-02 09:03 UTC\\) for 4 models: ${first}, ${second}, ${third} and ${last}\\.`,
        ),
      );
    }
    const [opening, ...added] = onQuota(2);
    expect(text).toContain(`case ${ours?.displayId} (Quota Request) was opened for 1 model: ${opening}.`);
    expect(text).toContain(
      `case ${ours?.displayId} (Quota Request) was open already; the new details were added for 3 models: ${added[0]}, ${added[1]} and ${added[2]}.`,
    );
  });

  test('a request counts as a new case, and whoever gets none is named', async () => {
    const report = await play(2);
    expect(requestedCodes(report)).toEqual([CODES[0], CODES[1]]);
    expect(report.cases.map(({ via }) => via)).toEqual(['service-quotas', 'service-quotas']);
    const [begin] = report.emails;
    expect(begin === undefined ? '' : oneLine(begin)).toMatch(
      /No case for 10 models, since maxNewCasesPerDay \(2\) allows no further new case today[^.]*: Model-003, .*Model-012\./,
    );
  });
});

test('five models get an e-mail each, six get one', async () => {
  for (const [count, emails] of [
    [5, 5],
    [6, 1],
  ] as const) {
    const models = modelsNamed(count);
    const report = await rehearseWell({
      name: `${count} models`,
      settings: settingsOf(models, { defaults: { automatedSupportCase: false } }),
      quotas: quotasOf(models),
      models: {},
      events: allGoTo(2, models, 'Throttles', 'ALARM'),
      until: '6m',
    });
    expect(report.emails).toHaveLength(emails);
  }
});

test('a reminder of a storm is one e-mail as well', async () => {
  const models = modelsNamed(6);
  const report = await rehearseWell({
    name: 'A storm that goes on',
    settings: settingsOf(models, { defaults: { automatedSupportCase: false, reminderHours: 1 } }),
    quotas: quotasOf(models),
    models: {},
    events: allGoTo(2, models, 'ServerErrors', 'ALARM'),
    until: '80m',
  });
  expect(topicsOf(report)).toEqual(['Investigation Request', 'still in alarm']);
  expect(listedIn(mailAbout(report, 'still in alarm'))).toEqual(models);
});
