import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { faultsOfCommands } from './commands';
import { DOCUMENTS, PROJECT, passagesOf, readDocument } from './documents';

test.each(DOCUMENTS)('the commands of %s exist, with their options and files', (document) => {
  expect(faultsOfCommands(readDocument(document))).toEqual([]);
});

/** A command, and what is wrong with it. */
const WRONG = [
  ['npm run demmo', 'no script npm run demmo'],
  ['npm tset', 'no command npm tset'],
  ['npx ops-alert play story.yaml', 'no command npx ops-alert play'],
  ['npx ops-alert rehearse --quiet', 'no option --quiet of npx ops-alert rehearse'],
  ['npx cdk deplow --all', 'no command npx cdk deplow'],
  ['npx cdk deploy --every', 'no option --every of npx cdk deploy'],
  ['npx jest --onlyFaild', 'no option --onlyFaild of npx jest'],
  ['npx mocha', 'no tool npx mocha'],
  ['npx jest test/gone.test.ts', 'no file test/gone.test.ts, and no earlier command makes it'],
  ['cp gone.yaml here.yaml', 'no file gone.yaml, and no earlier command makes it'],
  ['curl https://example.com', 'no known program curl'],
  ['aws sqs purge', 'no operation aws sqs purge'],
  ['aws logs tall GROUP', 'no operation aws logs tall'],
  ['aws logs tail GROUP STREAM', 'STREAM is no option of aws logs tail'],
  [
    'aws sns list-subscriptions-by-topic --topic ARN',
    'no option --topic of aws sns list-subscriptions-by-topic',
  ],
  [
    'aws cloudwatch set-alarm-state --alarm-name A --state-value OK',
    'aws cloudwatch set-alarm-state lacks --state-reason',
  ],
  [
    'aws ssm put-parameter --name A --value B --max-items 1',
    'no option --max-items of aws ssm put-parameter',
  ],
] as const;

describe('a command is found wrong', () => {
  test.each(WRONG)('%s', (command, fault) => {
    expect(faultsOfCommands(['```sh', command, '```'].join('\n'))).toContain(`line 2: ${fault}`);
  });

  test('in prose too, where the beginning of one may stand for all of it', () => {
    expect(faultsOfCommands('Look with `aws sqs receive-message`, then\n`npm run demmo`.')).toEqual([
      'line 2: no script npm run demmo',
    ]);
  });
});

test('a command may use what an earlier one has made, however it is wrapped', () => {
  const commands = [
    '```sh',
    'cp ops-alert.example.yaml mine.yaml # and fill it in',
    'npx cdk diff \\',
    '  -c settings=mine.yaml && npx jest mine.yaml',
    '```',
  ];
  expect(faultsOfCommands(commands.join('\n'))).toEqual([]);
});

describe('what a document offers to run', () => {
  const runnable = DOCUMENTS.flatMap((document) =>
    passagesOf(readDocument(document))
      .filter(({ info }) => info === 'sh run')
      .map(({ line, text }) => [`${document}:${line}`, text] as const),
  );
  /** Not for a reader who has just come: installed packages, what was built, the history. */
  const LEFT_OUT = ['node_modules', '.git', '.cache', 'cdk.out', 'coverage'];
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'documented-commands-'));
    cpSync(PROJECT, copy, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
    symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('is there', () => expect(runnable).not.toEqual([]));

  test.each(runnable)('%s runs to its end, without a network', (_place, text) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', text], {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, npm_config_offline: 'true' },
    });
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  });
});
