import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Plugin } from 'esbuild';
import * as z from 'zod';
import { attendMessage } from '../../lambda/contract/attend-message';
import { GATHERING_SECONDS } from '../../lambda/contract/ledger';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { Report } from '../../rehearsal/report';
import { newsOfCase, newsOfEmail } from './news';
import { alarmGoesTo, at, MODEL, rehearse, rehearseWell } from './rehearse';

/** What keeps anything from being told twice or not at all, each taken out in turn: then a rehearsal must fail. */

const LAMBDA = join(__dirname, '../../lambda');

/** A change of the processor's source that takes a guard out. `found` stands in the file exactly once. */
interface Mutation {
  readonly file: string;
  readonly found: string;
  readonly replacement: string;
}

interface Guard {
  readonly guard: string;
  readonly mutation: Mutation;
  readonly scenario: Readonly<Record<string, unknown>>;
  /** What is told with the guard, and without it. */
  readonly tells: (report: Report) => unknown;
  readonly withGuard: unknown;
  readonly without: unknown;
}

const QUEUE_URL = 'http://127.0.0.1/111122223333/AcmeCorp-Bedrock-OpsAlert-tasks';

const PLAIN = { duplicate: 1, reorder: '0s' };

/** Comes when the gathering of what goes off now ends. */
const ASK_TO_ATTEND = {
  call: 'sqs.SendMessage',
  with: {
    QueueUrl: QUEUE_URL,
    MessageBody: attendMessage({ model: MODEL }),
    DelaySeconds: GATHERING_SECONDS,
  },
};

const newsOfEmails = ({ emails }: Report) =>
  emails.map(({ body }) => newsOfEmail(body)).filter((news) => news.length > 0);
const newsOfCases = ({ cases }: Report) =>
  cases.map(({ communications }) =>
    communications.map(({ body }) => newsOfCase(body)).filter((news) => news.length > 0),
  );

const NO_LOOK_UP = {
  file: 'notification-processor/settle-case.ts',
  found: 'if (found !== undefined) return { found };',
  replacement: '',
};

const TABLE = 'AcmeCorp-Bedrock-OpsAlert-incidents';
const KEY_OF_MODEL = { pk: { S: 'models' }, sk: { S: MODEL } };

const GUARDS: readonly Guard[] = [
  {
    guard: 'the claim: a message that comes again after the end opens no incident',
    mutation: {
      file: 'ports/ledger.ts',
      found: "'attribute_not_exists(#claimed) OR #claimed < :repeatUntil'",
      replacement:
        "'attribute_not_exists(#claimed) OR #claimed < :repeatUntil OR attribute_exists(#claimed)'",
    },
    scenario: {
      events: [alarmGoesTo(5, 'Throttles', 'ALARM'), alarmGoesTo(7, 'Throttles', 'OK')],
      deliver: { duplicate: 2, reorder: '20m' },
      until: '60m',
    },
    tells: (report) => (newsOfEmails(report).length === 1 ? 'told once' : 'told again'),
    withGuard: 'told once',
    without: 'told again',
  },
  {
    guard: 'the lease: one run at a time has a model',
    mutation: {
      file: 'ports/ledger-table.ts',
      found:
        "'attribute_not_exists(leaseUntil) OR leaseUntil < :now OR (leaseBy = :by AND leaseUntil = :until)'",
      replacement:
        "'attribute_not_exists(leaseUntil) OR leaseUntil < :now OR (leaseBy = :by AND leaseUntil = :until) OR attribute_exists(leaseUntil)'",
    },
    scenario: {
      // SQS delivers at least once: what asks for the telling comes twice, and once more.
      events: [alarmGoesTo(5, 'Throttles', 'ALARM'), at(5, ASK_TO_ATTEND), at(5, ASK_TO_ATTEND)],
      deliver: PLAIN,
      until: '15m',
    },
    tells: newsOfCases,
    withGuard: [[['Throttles']]],
    without: [[['Throttles']], [['Throttles']]],
  },
  {
    guard: 'the look-up: a case that was opened though its answer was lost is found by its subject',
    mutation: NO_LOOK_UP,
    scenario: {
      events: [alarmGoesTo(5, 'Throttles', 'ALARM')],
      faults: [{ call: 'support.CreateCase', error: 'none', kind: 'cut', effect: 'after' }],
      until: '15m',
    },
    tells: newsOfCases,
    withGuard: [[['Throttles']]],
    without: [[['Throttles']], [['Throttles']]],
  },
  {
    guard: 'the look-up: a case that the ledger has forgotten is found by its subject',
    mutation: NO_LOOK_UP,
    scenario: {
      events: [
        alarmGoesTo(5, 'Throttles', 'ALARM'),
        alarmGoesTo(8, 'Throttles', 'OK'),
        at(10, { call: 'dynamodb.DeleteItem', with: { TableName: TABLE, Key: KEY_OF_MODEL } }),
        alarmGoesTo(15, 'ClientErrors', 'ALARM'),
      ],
      until: '25m',
    },
    tells: newsOfCases,
    withGuard: [[['Throttles'], ['ClientErrors']]],
    without: [[['Throttles']], [['ClientErrors']]],
  },
  {
    guard: 'the wait for the list: no case is opened while AWS may not list one yet that it was asked for',
    mutation: {
      file: 'notification-processor/settle-case.ts',
      found: 'export const LISTING_LAG_MS = 110_000;',
      replacement: 'export const LISTING_LAG_MS = 0;',
    },
    scenario: {
      events: [alarmGoesTo(5, 'Throttles', 'ALARM'), alarmGoesTo(6, 'ClientErrors', 'ALARM')],
      faults: [{ call: 'support.CreateCase', error: 'none', kind: 'cut' }],
      deliver: PLAIN,
      until: '15m',
    },
    tells: ({ cases }) => cases.map(({ openedAt }) => openedAt.slice(11, 16)),
    withGuard: ['09:07'],
    without: ['09:06'],
  },
  {
    guard: 'the gathering: what starts together is told together',
    mutation: {
      file: 'contract/ledger.ts',
      found: 'export const GATHERING_SECONDS = 30;',
      replacement: 'export const GATHERING_SECONDS = 0;',
    },
    scenario: {
      events: [alarmGoesTo(5, 'Throttles', 'ALARM'), alarmGoesTo(5, 'ServerErrors', 'ALARM')],
      // The messages alone tell what is in ALARM.
      faults: [
        { call: 'cloudwatch.DescribeAlarms', error: 'InternalServiceFault', always: true, from: '4m' },
      ],
      deliver: { duplicate: 1, reorder: '25s' },
      until: '15m',
    },
    tells: newsOfEmails,
    withGuard: [['ServerErrors', 'Throttles']],
    without: [['ServerErrors'], ['Throttles']],
  },
  {
    guard: 'the hold: what comes back within ten minutes is the same incident',
    mutation: {
      file: 'notification-processor/read-model.ts',
      found: 'flapHoldMinutes * MINUTE_MS;',
      replacement: 'flapHoldMinutes * 0;',
    },
    scenario: {
      events: [
        alarmGoesTo(5, 'Throttles', 'ALARM'),
        alarmGoesTo(8, 'Throttles', 'OK'),
        alarmGoesTo(15, 'Throttles', 'ALARM'),
      ],
      until: '25m',
    },
    tells: ({ incidents, emails }) => ({ incidents: incidents.length, emails: emails.length }),
    withGuard: { incidents: 1, emails: 1 },
    without: { incidents: 2, emails: 3 },
  },
  {
    guard: 'the minute of repeats: messages of one change to ALARM may name instants that differ by seconds',
    mutation: {
      file: 'contract/ledger.ts',
      found: 'export const REPEAT_SECONDS = 60;',
      replacement: 'export const REPEAT_SECONDS = 0;',
    },
    scenario: {
      // Of a second alarm its own event tells alone, two seconds early here; CloudWatch is asked besides.
      events: [
        alarmGoesTo(5, 'Throttles', 'ALARM'),
        alarmGoesTo(8, 'ServerErrors', 'ALARM'),
        alarmGoesTo(12, 'ServerErrors', 'OK'),
        alarmGoesTo(12, 'Throttles', 'OK'),
      ],
      deliver: { ...PLAIN, skew: '2s' },
      until: '30m',
    },
    tells: ({ emails }) => /^- ServerErrors: (went to ALARM [^;]*);/m.exec(emails.at(-1)?.body ?? '')?.[1],
    withGuard: 'went to ALARM at 2026-03-02 09:08 UTC',
    without: 'went to ALARM 2 times, first at 2026-03-02 09:07 UTC',
  },
  {
    guard: 'the message that sees to the telling: it sends for it again when it comes again',
    mutation: {
      file: 'notification-processor/claim.ts',
      found: 'record.incident.tellBy === by',
      replacement: 'record.incident.tellAt.getTime() > now().getTime() + 29_000',
    },
    scenario: {
      // Of a second alarm one message tells, whose first try is in vain altogether.
      events: [alarmGoesTo(2, 'Throttles', 'ALARM'), alarmGoesTo(5, 'ServerErrors', 'ALARM')],
      faults: [
        { call: 'sqs.SendMessage', error: 'InternalError', times: 3, from: '5m' },
        { call: 'sns.Publish', error: 'AuthorizationErrorException', from: '5m' },
        // The reconciler would find it, too.
        { call: 'dynamodb.Query', error: 'InternalServerError', always: true },
      ],
      deliver: PLAIN,
      until: '25m',
    },
    tells: newsOfEmails,
    withGuard: [['Throttles'], ['ServerErrors']],
    without: [['Throttles']],
  },
];

describe.each(GUARDS)('$guard', ({ guard, mutation, scenario, tells, withGuard, without }) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'processor-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('holds', async () => {
    expect(tells(await rehearseWell({ name: guard, ...scenario }))).toEqual(withGuard);
  });

  test('is missed when it is taken out', async () => {
    await bundle(mutation, folder);
    const report = await rehearse({ name: guard, ...scenario }, { alterStack: withProcessor(folder) });
    expect(tells(report)).toEqual(without);
  });
});

test('a guard that is written otherwise by now is not taken for one that was taken out', async () => {
  const gone = { file: 'ports/ledger.ts', found: 'no such text', replacement: '' };
  const twice = { ...gone, found: ':expiresAt' };
  for (const mutation of [gone, twice])
    await expect(bundle(mutation, join(tmpdir(), 'never-written'))).rejects.toThrow(
      `lambda/ports/ledger.ts does not hold exactly once: ${mutation.found}`,
    );
});

/** Bundles the changed processor as it is bundled for deployment. */
async function bundle(mutation: Mutation, folder: string): Promise<void> {
  await build({
    entryPoints: [join(LAMBDA, 'notification-processor', 'handler.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'silent',
    plugins: [mutating(mutation)],
  });
}

const mutating = ({ file, found, replacement }: Mutation): Plugin => ({
  name: 'mutation',
  setup(esbuild) {
    esbuild.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path !== join(LAMBDA, file)) return undefined;
      const [before, after, ...more] = readFileSync(path, 'utf8').split(found);
      if (before === undefined || after === undefined || more.length > 0)
        throw new Error(`lambda/${file} does not hold exactly once: ${found}`);
      return { contents: `${before}${replacement}${after}`, loader: 'ts' };
    });
  },
});

const functionProperties = z.object({ FunctionName: z.string(), Code: z.object({ S3Key: z.string() }) });

/** The stack with other code for the processor: that of the folder. */
const withProcessor =
  (folder: string) =>
  (stack: Stack): Stack => {
    const keys = [...stack.template.resources.values()]
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ properties }) => functionProperties.parse(properties))
      .filter(({ FunctionName }) => FunctionName.endsWith('-notification-processor'))
      .map(({ Code }) => Code.S3Key);
    return { ...stack, assets: new Map([...stack.assets, ...keys.map((key) => [key, folder] as const)]) };
  };
