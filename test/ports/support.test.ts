import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addCommunication,
  caseCommunications,
  caseNow,
  caseOfNumber,
  casesNow,
  communicationsOf,
  createCase,
  isNoSupportPlan,
} from '../../lambda/ports/support';
import { LocalEndpoint } from './local-endpoint';

const NOW = new Date('2026-03-02T09:06:30Z');
const UNKNOWN = 'case-111122223333-muen-2026-0';
const aws = new LocalEndpoint(() => NOW);

beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => aws.clear());

const putCase = (number: number) =>
  aws.support.putCase({ subject: `case ${number}`, createdAt: NOW, body: `Hello from ${number}.` });

describe('cases by their ids', () => {
  test('are open or resolved', async () => {
    const [open, resolved] = [putCase(1), putCase(2)];
    aws.support.resolve(resolved.caseId);
    const found = await casesNow([open.caseId, resolved.caseId]);
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        { caseId: open.caseId, displayId: open.displayId, isResolved: false },
        { caseId: resolved.caseId, displayId: resolved.displayId, isResolved: true },
      ]),
    );
    expect(aws.calls).toHaveLength(1);
  });

  test('are asked for one by one where AWS does not know one of them, which fails the call', async () => {
    const open = putCase(1);
    expect(await casesNow([UNKNOWN, open.caseId])).toEqual([
      { caseId: open.caseId, displayId: open.displayId, isResolved: false },
    ]);
    expect(aws.calls).toHaveLength(3);
  });

  test('are none without asking where there is no id', async () => {
    expect(await casesNow([])).toEqual([]);
    expect(aws.calls).toEqual([]);
  });

  test('one alone is found, or not known', async () => {
    const open = putCase(1);
    expect((await caseNow(open.caseId))?.displayId).toBe(open.displayId);
    expect(await caseNow(UNKNOWN)).toBeUndefined();
    expect(aws.calls).toHaveLength(2);
  });

  test('a failure is none of these', async () => {
    aws.misfortunes.push({ operation: 'DescribeCases', as: 'AccessDeniedException' });
    await expect(caseNow(putCase(1).caseId)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('a case by the number that people know it by', () => {
  test('is found whoever opened it, open or resolved, with the time of its opening', async () => {
    const opened = aws.support.putCase({
      subject: 'Quota increase request',
      createdAt: NOW,
      body: 'Service Quotas opened this case.',
      openedBy: 'aws',
    });
    const found = { caseId: opened.caseId, displayId: opened.displayId, createdAt: NOW };
    expect(await caseOfNumber(opened.displayId)).toEqual({ ...found, isResolved: false });
    aws.support.resolve(opened.caseId);
    expect(await caseOfNumber(opened.displayId)).toEqual({ ...found, isResolved: true });
    expect(aws.calls).toHaveLength(2);
  });

  test('is not another one', async () => {
    const [, second] = [putCase(1), putCase(2)];
    expect((await caseOfNumber(second.displayId))?.caseId).toBe(second.caseId);
  });

  test('may not be listed', async () => {
    putCase(1);
    expect(await caseOfNumber('99999999999')).toBeUndefined();
  });

  test('that cannot be read is an error, which says whether the support plan is why', async () => {
    const { displayId } = putCase(1);
    aws.misfortunes.push({ operation: 'DescribeCases', as: 'SubscriptionRequiredException' });
    const error = await caseOfNumber(displayId).catch((caught: unknown) => caught);
    expect(isNoSupportPlan(error)).toBe(true);
    aws.misfortunes.push({ operation: 'DescribeCases', as: 'AccessDeniedException' });
    const other = await caseOfNumber(displayId).catch((caught: unknown) => caught);
    expect(other).toMatchObject({ name: 'AccessDeniedException' });
    expect(isNoSupportPlan(other)).toBe(false);
  });
});

test('all communications of a case are read, however many pages they fill', async () => {
  const { caseId } = putCase(1);
  for (let reply = 1; reply <= 120; reply += 1) aws.support.reply(caseId, `Reply ${reply}.`, NOW);
  const bodies = await communicationsOf(caseId);
  expect(bodies).toHaveLength(121);
  expect(bodies).toEqual(expect.arrayContaining(['Hello from 1.', 'Reply 1.', 'Reply 120.']));
  expect(aws.calls.length).toBeGreaterThan(1);
});

test('of each communication it is known whether AWS wrote it, and when', async () => {
  const { caseId } = putCase(1);
  aws.support.reply(caseId, 'Hello back.', NOW);
  expect(await caseCommunications(caseId)).toEqual([
    { body: 'Hello back.', isByAws: true, at: NOW },
    { body: 'Hello from 1.', isByAws: false, at: NOW },
  ]);
});

describe('what cannot be undone is asked for once, whatever becomes of the answer', () => {
  const opened = () => createCase({ subject: 'Help', body: 'Please.', severityCode: 'normal', cc: [] });

  test.each(['lost', 'InternalServerError'])('to open a case (%s)', async (as) => {
    aws.misfortunes.push({ operation: 'CreateCase', as });
    await expect(opened()).rejects.toThrow();
    expect(aws.calls).toHaveLength(1);
  });

  test.each(['lost', 'InternalServerError'])('to add to one (%s)', async (as) => {
    const { caseId } = putCase(1);
    aws.misfortunes.push({ operation: 'AddCommunicationToCase', as });
    await expect(addCommunication(caseId, 'More.', [])).rejects.toThrow();
    expect(aws.calls).toHaveLength(1);
  });
});
