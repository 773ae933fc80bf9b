import { describe, expect, test } from '@jest/globals';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { LocalAws } from '../../rehearsal/engine/local-aws';
import type { Report } from '../../rehearsal/report';
import { closingsOf, mailAbout, partOf, topicsOf } from './mails';
import { newsOfEmail } from './news';
import { alarmGoesTo, at, emailText, MODEL, rehearseWell } from './rehearse';

/** What went wrong without a word is put right within about ten minutes: the reconciler looks every five. */

const throttlesGoOff = alarmGoesTo(10, 'Throttles', 'ALARM');

/** The sum of a metric that the reconciler published in its logs. */
const sumOf = (metric: string) => {
  let sum = 0;
  return {
    inspect: ({ record }: LocalAws): void => {
      for (const { function: name, logs } of record.invocations)
        if (name === 'reconciler') for (const line of logs) sum += valueIn(line, metric);
    },
    get sum() {
      return sum;
    },
  };
};

function valueIn(line: string, metric: string): number {
  const value: unknown = line.includes('"_aws"') ? JSON.parse(line)[metric] : undefined;
  return Number(Array.isArray(value) ? value[0] : (value ?? 0));
}

describe('no message of an alarm arrives', () => {
  /** The raw topic has no reader, and the rule of the children's events no target. */
  const withoutMessages = (stack: Stack): Stack => ({
    ...stack,
    template: {
      ...stack.template,
      resources: new Map(
        [...stack.template.resources].flatMap(([logicalId, resource]) => {
          const { type, properties } = resource;
          if (type === 'AWS::SNS::Subscription' && properties.Protocol === 'sqs') return [];
          if (type !== 'AWS::Events::Rule' || properties.EventPattern === undefined)
            return [[logicalId, resource]];
          const { Targets: _, ...rest } = properties;
          return [[logicalId, { ...resource, properties: rest }]];
        }),
      ),
    },
  });

  const story = (name: string, ...events: readonly object[]) => ({
    name,
    events: [throttlesGoOff, ...events],
    until: '60m',
  });

  test('it is told once, within about ten minutes', async () => {
    const putRight = sumOf('PutRight');
    const report = await rehearseWell(
      {
        ...story('Nothing arrives'),
        expect: [{ emails: 1, severity: 'CRITICAL', between: ['15m', '22m'] }, { emails: 1 }],
      },
      { alterStack: withoutMessages, inspect: putRight.inspect },
    );
    expect(report.cases).toHaveLength(1);
    expect(emailText(report)).toContain('in alarm since 2026-03-02 09:10 UTC');
    expect(putRight.sum).toBeGreaterThan(0);
  });

  test('its end is told once, with the right time', async () => {
    const report = await rehearseWell(
      story('Nothing arrives, to the end', alarmGoesTo(25, 'Throttles', 'OK')),
      {
        alterStack: withoutMessages,
      },
    );
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(partOf(report, 'over', 'What happened')).toContain('has been over since 2026-03-02 09:25 UTC');
    expect(closingsOf(report.cases[0])).toHaveLength(1);
    expect(report.incidents.map(({ closedAt }) => closedAt)).toEqual(['2026-03-02T09:25:00Z']);
  });

  test('an alarm that is over within five minutes is not told: nobody could do anything', async () => {
    const report = await rehearseWell(story('A short alarm', alarmGoesTo(14, 'Throttles', 'OK')), {
      alterStack: withoutMessages,
    });
    expect(report.emails).toEqual([]);
  });
});

describe('an incident whose model is not monitored any more', () => {
  test('is closed with one e-mail, and the case is left as it is', async () => {
    const report = await rehearseWell({
      name: 'The model is removed while it burns',
      events: [throttlesGoOff, at(20, { remove: { model: MODEL } })],
      until: '60m',
      expect: [{ emails: 1, subject: ' - no longer monitored', between: ['20m', '31m'] }],
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'no longer monitored']);
    expect(mailAbout(report, 'no longer monitored').body).toContain(String(report.cases[0]?.displayId));
    expect(report.cases[0]?.communications).toHaveLength(1);
    expect(report.incidents).toHaveLength(1);
    expect(report.incidents[0]?.closedAt).not.toBeNull();
  });

  test('is closed without a word when nobody was told of it', async () => {
    const report = await rehearseWell({
      name: 'The model is removed under a mute',
      events: [
        at(5, { mute: { model: MODEL, for: '1d' } }),
        throttlesGoOff,
        at(20, { remove: { model: MODEL } }),
      ],
      until: '60m',
    });
    expect(report.emails).toEqual([]);
  });
});

describe('an alarm that is heard of while the queue takes no message', () => {
  test('is told at once, and once', async () => {
    const report = await rehearseWell({
      name: 'SendMessage fails for ever',
      events: [throttlesGoOff],
      faults: [{ call: 'sqs.SendMessage', error: 'InternalError', from: '10m', always: true }],
      until: '18m',
      expect: [
        { emails: 1, severity: 'CRITICAL', between: ['10m', '11m'] },
        { emails: 1, severity: 'CRITICAL' },
        { case: 'Quota Request', count: 1 },
      ],
    });
    expect(report.cases[0]?.communications).toHaveLength(1);
  });
});

describe('a case that is resolved while its incident is open', () => {
  test('is forgotten and counted; the next alarm opens a new one', async () => {
    const forgotten = sumOf('CasesForgotten');
    const report = await rehearseWell(
      {
        name: 'Resolved too early',
        events: [throttlesGoOff, at(20, { resolveCases: 'all' }), alarmGoesTo(30, 'ClientErrors', 'ALARM')],
        until: '50m',
        expect: [
          { case: 'Quota Request', count: 1, between: ['30m', '32m'] },
          { case: 'Quota Request', count: 2 },
        ],
      },
      { inspect: forgotten.inspect },
    );
    expect(forgotten.sum).toBe(1);
    expect(report.cases.map(({ communications }) => communications.length)).toEqual([1, 1]);
    expect(topicsOf(report)).toEqual(['Quota Request', 'Quota Request']);
    expect(report.incidents).toHaveLength(1);
  });
});

describe('the table of the ledger', () => {
  const TableName = 'AcmeCorp-Bedrock-OpsAlert-incidents';
  const deleted = (minute: number) => at(minute, { call: 'dynamodb.DeleteTable', with: { TableName } });
  const made = (minute: number) =>
    at(minute, {
      call: 'dynamodb.CreateTable',
      with: {
        TableName,
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      },
    });

  test('is deleted and made again while a model burns: the incident is found again, and no second case is opened', async () => {
    const report = await rehearseWell({
      name: 'A new table',
      events: [throttlesGoOff, deleted(21), made(22), alarmGoesTo(40, 'Throttles', 'OK')],
      until: '60m',
      expect: [
        { case: 'Quota Request', count: 1 },
        { emails: 1, subject: ' - Quota Request', between: ['22m', '27m'] },
      ],
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'Quota Request', 'over']);
    // By the incident's reference, which is the same again, so that nothing is added either.
    expect(emailText(report, 1)).toContain(
      `AWS Support case ${report.cases[0]?.displayId} (Quota Request) holds the details of this incident.`,
    );
    expect(report.cases[0]?.communications).toHaveLength(2);
    expect(closingsOf(report.cases[0])).toHaveLength(1);
  });

  test('is deleted for good: people are told of a new alarm without a case, and of the reconciler that fails', async () => {
    const report = await rehearseWell({
      name: 'No table',
      events: [deleted(6), throttlesGoOff],
      until: '30m',
      expect: [{ emails: 1, subject: 'AcmeCorp-OpsAlertHealth-ReconcilerErrors', between: ['6m', '16m'] }],
    });
    expect(report.cases).toEqual([]);
    const alarms = report.emails.filter(({ subject }) => subject.startsWith('CRITICAL: '));
    expect(alarms.length).toBeGreaterThanOrEqual(1);
    expect(alarms.map(({ body }) => newsOfEmail(body))).toEqual(alarms.map(() => ['Throttles']));
    for (const { body } of alarms)
      expect(body.replace(/\s+/g, ' ')).toContain('The incident ledger could not be used');
  });

  test('is put back while a model burns of which people were told without it: it is told with a case', async () => {
    const report = await rehearseWell({
      name: 'The table is put back',
      events: [deleted(6), throttlesGoOff, made(25), alarmGoesTo(50, 'Throttles', 'OK')],
      until: '65m',
      expect: [
        { emails: 1, subject: ' - Quota Request', between: ['25m', '31m'] },
        { case: 'Quota Request', count: 1, between: ['25m', '31m'] },
        { case: 'Quota Request', count: 1 },
        { emails: 1, subject: ' - over' },
      ],
    });
    expect(closingsOf(report.cases[0])).toHaveLength(1);
  });
});

describe('while nothing burns', () => {
  const looks = ({ invocations }: Report) =>
    invocations.filter(({ function: name }) => name === 'reconciler').map(({ calls }) => calls);

  test('each look of the reconciler is one call', async () => {
    const report = await rehearseWell({ name: 'A quiet hour', until: '60m' });
    // Two questions, every five minutes, for two hours.
    expect(looks(report)).toHaveLength(2 * 24);
    expect(
      looks(report).filter((calls) => Object.values(calls).reduce((sum, count) => sum + count, 0) !== 1),
    ).toEqual([]);
  });

  test('so it is again after an incident', async () => {
    const report = await rehearseWell({
      name: 'A quiet hour after an incident',
      events: [throttlesGoOff, alarmGoesTo(12, 'Throttles', 'OK')],
      until: '90m',
    });
    const later = report.invocations.filter(
      ({ function: name, at: when }) => name === 'reconciler' && when > '2026-03-02T09:25:00Z',
    );
    expect(later.length).toBeGreaterThan(20);
    expect(later.map(({ calls }) => Object.values(calls))).toEqual(later.map(() => [1]));
  });
});
