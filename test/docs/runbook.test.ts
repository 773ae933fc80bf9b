import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { closedIncidentsKey, MODELS_KEY } from '../../lambda/contract/ledger';
import {
  childAlarmName,
  compositeAlarmName,
  deadLetterQueueName,
  foundationStackName,
  functionName,
  healthAlarmPrefix,
  modelStackName,
  notificationTopicName,
  parameterName,
} from '../../lambda/contract/names';
import { ALARM_CATALOGUE, type CatalogueAlarm } from '../../lambda/domain/alarm-catalogue';
import { FOLLOWED_WITHIN_HOURS } from '../../lambda/domain/quota-answer';
import { RUNBOOK_LINE as ANSWER_LINE } from '../../lambda/domain/quota-answer-text';
import { PAUSE_DAYS } from '../../lambda/domain/quota-request';
import { requestSentences } from '../../lambda/domain/quota-request-text';
import { DRIFT_TOPIC, RUNBOOK_LINE } from '../../lambda/domain/threshold-drift-text';
import { grouped } from '../../lambda/domain/words';
import { NOTICE_KEPT_DAYS } from '../../lambda/ports/notice-ledger';
import { HEALTH_CATALOGUE, type HealthAlarm } from '../../lib/health/health-catalogue';
import { BUILT_IN, fileSchema } from '../../lib/settings/schema';
import { noRequestReasons, notRequested, requestIncidents, rpmRequest } from '../domain/incidents';
import { settingsOf, stackOf } from '../stacks/synthesized';

const RUNBOOK = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
/** Without the commands, whose back ticks and words are not ours. */
const PROSE = RUNBOOK.replace(/^```[\s\S]*?^```$/gm, '');

const [INTRODUCTION = '', ...ARTICLES] = PROSE.split(/^## /m);
const headingOf = (article: string): string => article.slice(0, article.indexOf('\n'));
const articleOn = ({ name }: CatalogueAlarm | HealthAlarm): string =>
  ARTICLES.find((article) => headingOf(article) === name) ?? '';
/** With its commands. */
const wholeArticleOn = ({ name }: HealthAlarm): string =>
  RUNBOOK.split(/^## /m).find((article) => headingOf(article) === name) ?? '';

const PARTS = ['What it means.', 'Where to look.', 'What to do.', 'When it goes green.'];

const SETTINGS = Object.keys({ ...fileSchema.shape, ...fileSchema.shape.models.element.shape });
const DEFAULTS: Readonly<Record<string, unknown>> = BUILT_IN;

/** The words in back ticks that can be nothing but settings: metrics begin with a capital, `max_tokens` holds none. */
const namedSettings = (text: string): readonly string[] =>
  Array.from(text.matchAll(/`([a-z]+[A-Z][A-Za-z]*)`/g), ([, word = '']) => word);

/** What decides when an alarm fires, as its article must name it. */
const deciders = (alarm: CatalogueAlarm): readonly string[] => [
  alarm.metricName,
  limitOf(alarm),
  ...windowOf(alarm),
];

function limitOf({ limit }: CatalogueAlarm): string {
  switch (limit.kind) {
    case 'setting':
      return limit.setting;
    case 'quota':
      return limit.quota === 'RPM' ? 'rpmThresholdPercent' : 'tpmThresholdPercent';
    case 'band':
      return 'anomalyBandWidth';
  }
}

/** The settings whose product is the window; a fixed period is none. */
const windowOf = ({ evaluations, period }: CatalogueAlarm): readonly string[] =>
  period === 60 ? [evaluations] : [evaluations, period];

/** On one line. */
const partOf = (article: string, part: string): string =>
  article
    .split(/^\*\*(?=[A-Z])/m)
    .find((text) => text.startsWith(`${part}**`))
    ?.replace(/\s+/g, ' ') ?? '';

const ALL_ALARMS = [...ALARM_CATALOGUE, ...HEALTH_CATALOGUE];

/** The last lines of an e-mail that is of no alarm name it. */
const ON_DRIFT = 'A threshold that is not as the quota';
const ON_ANSWER = 'The answer to a quota request';

test('the runbook has an article for each alarm, in the order of the catalogues, and one on drifts and answers each', () => {
  expect(ARTICLES.map(headingOf)).toEqual([...ALL_ALARMS.map(({ name }) => name), ON_DRIFT, ON_ANSWER]);
});

test('the article on answers to quota requests has the words of its e-mail, and our bounds', () => {
  const article = (ARTICLES.find((one) => headingOf(one) === ON_ANSWER) ?? '').replace(/\s+/g, ' ');
  for (const topic of ['TPM quota raised', 'TPM quota raised in part', 'TPM increase denied'])
    expect(article).toContain(`*${topic}*`);
  expect(article).toContain(`within ${PAUSE_DAYS} days of the last one`);
  expect(FOLLOWED_WITHIN_HOURS).toBe(6);
  expect(article).toContain('within six hours');
  expect(ANSWER_LINE).toBe(`Runbook: docs/runbook.md, ${ON_ANSWER}`);
});

const [, NO_REQUEST = ''] = RUNBOOK.split('**When no increase was requested.**');

/** By the first cell of each row, what the e-mail says: one phrase or more. */
const NO_REQUEST_ROWS: readonly (readonly string[])[] = Array.from(
  (NO_REQUEST.split(/^\*\*/m)[0] ?? '').matchAll(/^\| (`.+?`) \|/gm),
  ([, cell = '']) => Array.from(cell.matchAll(/`(.+?)`/g), ([, phrase = '']) => phrase),
);

test('the runbook says what to do for each reason for which no increase was requested, in the words of the e-mail', () => {
  expect(NO_REQUEST_ROWS.length).toBeGreaterThan(8);
  const sentences = Object.entries(noRequestReasons).map(([why, reason]) => {
    const incident = {
      ...requestIncidents.increaseRequested,
      quotaRequests: [rpmRequest(notRequested(reason))],
    };
    return {
      why,
      said: requestSentences(incident)
        .map(({ text }) => text)
        .join(' '),
    };
  });
  const rowsOf = (said: string) =>
    NO_REQUEST_ROWS.filter((row) => row.some((phrase) => said.includes(phrase)));
  for (const { why, said } of sentences) expect([why, rowsOf(said).length]).toEqual([why, 1]);
  for (const phrase of NO_REQUEST_ROWS.flat())
    expect([phrase, sentences.some(({ said }) => said.includes(phrase))]).toEqual([phrase, true]);
});

test('the article on drifts has the words of its e-mail', () => {
  const article = ARTICLES.find((one) => headingOf(one) === ON_DRIFT) ?? '';
  expect(article).toContain(`*${DRIFT_TOPIC}*`);
  expect(article).toContain(`within ${NOTICE_KEPT_DAYS} days`);
  expect(RUNBOOK_LINE).toBe(`Runbook: docs/runbook.md, ${ON_DRIFT}`);
});

test.each(ALL_ALARMS.map((alarm) => [alarm.name, alarm] as const))(
  'the article on %s has its four parts, each with a text, in this order',
  (_name, alarm) => {
    const article = articleOn(alarm);
    expect(Array.from(article.matchAll(/^\*\*(.+?)\*\*/gm), ([, lead]) => lead)).toEqual(PARTS);
    for (const part of PARTS) expect(partOf(article, part).length).toBeGreaterThan(part.length + 80);
  },
);

test.each(ALARM_CATALOGUE.map((alarm) => [alarm.name, alarm] as const))(
  'the article on %s tells its severity, its metric, and the settings that decide when it fires',
  (_name, alarm) => {
    const meaning = partOf(articleOn(alarm), 'What it means.');
    expect(meaning).toMatch(new RegExp(`^What it means\\.\\*\\* ${alarm.severity}\\. `));
    for (const decider of deciders(alarm)) expect(meaning).toContain(`\`${decider}\``);
    const green = partOf(articleOn(alarm), 'When it goes green.');
    expect(green).toContain(
      windowOf(alarm)
        .map((setting) => `\`${setting}\``)
        .join(' × '),
    );
  },
);

test.each(HEALTH_CATALOGUE.map((alarm) => [alarm.name, alarm] as const))(
  'the article on %s tells what is watched, and beyond which value in which time it fires',
  (_name, alarm) => {
    const { metric, threshold, fires, periodSeconds } = alarm;
    const meaning = partOf(articleOn(alarm), 'What it means.');
    expect(meaning).toMatch(
      new RegExp(
        `^What it means\\.\\*\\* The ${metric.statistic.toLowerCase()} of \`${metric.name}\` of the `,
      ),
    );
    expect(meaning).toContain(`was ${fires} ${grouped(threshold)} `);
    if (metric.namespace !== 'AWS/SQS')
      expect(meaning).toContain(
        `${grouped(threshold)} in ${periodSeconds === 300 ? 'five minutes' : `${grouped(periodSeconds)} seconds`}:`,
      );
    expect(wholeArticleOn(alarm)).toContain(metric.of('CUSTOMER'));
  },
);

test('dead letters are sent through again with one command, of the one article that says so', () => {
  const redrives = RUNBOOK.split(/^## /m).filter((article) => article.includes('start-message-move-task'));
  expect(redrives.map(headingOf)).toEqual(['DeadLetters']);
  expect(redrives[0]).toContain(
    `start-message-move-task --source-arn arn:aws:sqs:REGION_CODE:ACCOUNT_ID:${deadLetterQueueName('CUSTOMER')}\n`,
  );
});

describe('the incident ledger', () => {
  const [table] = Object.values(
    stackOf(settingsOf({ customer: 'CUSTOMER' }), foundationStackName('CUSTOMER')).template.findResources(
      'AWS::DynamoDB::Table',
    ),
  );
  const { TableName, KeySchema, AttributeDefinitions, BillingMode, TimeToLiveSpecification } =
    table?.Properties ?? {};
  /** Of the first command that begins so, on one line. */
  const optionsOf = (command: string): string =>
    RUNBOOK.replace(/\\\n +/g, '')
      .split('\n')
      .find((line) => line.startsWith(`aws dynamodb ${command} `)) ?? '';
  const asCli = (list: readonly Readonly<Record<string, string>>[]): string =>
    list
      .map((one) =>
        Object.entries(one)
          .map(([key, value]) => `${key}=${value}`)
          .join(','),
      )
      .join(' ');

  test('is made again by hand as it is deployed', () => {
    const create = optionsOf('create-table');
    expect(create).toContain(`--table-name ${TableName} `);
    expect(create).toContain(`--key-schema ${asCli(KeySchema)}`);
    expect(create).toContain(`--attribute-definitions ${asCli(AttributeDefinitions)} `);
    expect(create).toContain(`--billing-mode ${BillingMode} `);
    expect(optionsOf('update-time-to-live')).toContain(
      `--time-to-live-specification Enabled=true,AttributeName=${TimeToLiveSpecification.AttributeName}`,
    );
    expect(optionsOf('update-continuous-backups')).toContain('PointInTimeRecoveryEnabled=true');
    expect(optionsOf('restore-table-from-backup')).toContain(`--target-table-name ${TableName}`);
  });

  test('is read where the functions write it', () => {
    expect(optionsOf('get-item')).toContain(
      `--key '${JSON.stringify({ pk: { S: MODELS_KEY }, sk: { S: 'MODEL_NAME' } })}'`,
    );
    for (const key of [MODELS_KEY, closedIncidentsKey('MODEL_NAME')])
      expect(RUNBOOK).toContain(`--expression-attribute-values '${JSON.stringify({ ':pk': { S: key } })}'`);
  });
});

test('every setting in back ticks exists', () => {
  const named = namedSettings(PROSE);
  expect(named).toContain('errorThreshold');
  expect(named.filter((setting) => !SETTINGS.includes(setting))).toEqual([]);
});

test('what stands in brackets after a setting is its default', () => {
  const stated = Array.from(PROSE.matchAll(/`([a-z]+[A-Z][A-Za-z]*)`\s\((\w+)\)/g), ([, setting, value]) => [
    setting,
    value,
  ]);
  expect(stated.length).toBeGreaterThan(30);
  expect(stated).toEqual(stated.map(([setting = '']) => [setting, String(DEFAULTS[setting])]));
});

test('the introduction tests a child alarm, and the commands have the deployed names', () => {
  expect(INTRODUCTION).toContain('never the composite');
  for (const name of [
    childAlarmName('CUSTOMER', 'HighLatency', 'Warning', 'MODEL_NAME'),
    compositeAlarmName('CUSTOMER', 'MODEL_NAME'),
    deadLetterQueueName('CUSTOMER'),
    healthAlarmPrefix('CUSTOMER'),
    modelStackName('CUSTOMER', 'MODEL_NAME'),
    notificationTopicName('CUSTOMER'),
    `/aws/lambda/${functionName('CUSTOMER', 'notification-processor')}`,
    parameterName('CUSTOMER', 'MODEL_NAME', 'automatedSupportCase'),
    parameterName('CUSTOMER', 'MODEL_NAME', 'thresholds'),
  ]) {
    expect(RUNBOOK).toContain(name);
  }
});
