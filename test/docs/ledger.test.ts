import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, type jest as Jest, test } from '@jest/globals';
import {
  closedIncidentsKey,
  GATHERING_SECONDS,
  KEPT_DAYS,
  LEASE_SECONDS,
  MODELS_KEY,
  REPEAT_SECONDS,
} from '../../lambda/contract/ledger';
import { incidentTableName } from '../../lambda/contract/names';
import { closeIncident } from '../../lambda/notification-processor/close-incident';
import { incidentReference } from '../../lambda/notification-processor/incident-reference';
import { UnusableConfig } from '../../lambda/notification-processor/read-model';
import type { Run } from '../../lambda/notification-processor/run';
import { type Changes, IncidentLedger } from '../../lambda/ports/ledger';
import { readDocument } from './documents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/logger', () => ({ logger: { info: jest.fn(), warn: jest.fn() } }));
jest.mock('../../lambda/notification-processor/environment', () => {
  const port = jest.requireActual<typeof import('../../lambda/ports/ledger')>('../../lambda/ports/ledger');
  return {
    environment: { CUSTOMER: 'Acme' },
    owner: { customer: 'Acme', region: 'us-east-1', accountId: '111122223333' },
    ledger: new port.IncidentLedger('Acme-Bedrock-OpsAlert-incidents'),
  };
});

const LEDGER = readDocument('docs/ledger.md');
const NOW = new Date('2026-03-02T09:41:03Z');
const MODEL = 'G-Opus-4-6';

/** All that a run can put down: the compiler asks for what is added. */
const EVERYTHING: Required<Changes> & { readonly incident: Required<NonNullable<Changes['incident']>> } = {
  told: [{ alarm: 'Throttles', at: NOW }],
  incident: {
    told: { Throttles: { since: NOW, last: NOW, times: 1 } },
    tellings: 1,
    toldCases: [{ category: 'Quota Request', caseId: 'case-1' }],
    asked: [{ quota: 'RPM', code: 'L-3DD46812', requested: 12_500, was: 10_000 }],
    lastTold: { at: NOW, inAlarm: ['Throttles'], openCases: ['17'], quotas: {} },
    remindAt: NOW,
    reference: '2a9987487b28',
    openedAt: NOW,
    recoverAt: NOW,
    mutedAt: NOW,
  },
  caseMailed: '2a9987487b28 1',
  okAt: NOW,
  cases: { CATEGORY: { caseId: 'case-1', displayId: '17', at: NOW } },
  awaiting: { CATEGORY: NOW },
};

const INCIDENT: Run['incident'] = {
  ...EVERYTHING.incident,
  untold: [],
  tellAt: undefined,
  tellBy: undefined,
  isInStorm: false,
};

const RUN: Run = {
  model: MODEL,
  by: 'message-1',
  record: {
    model: MODEL,
    incident: INCIDENT,
    claimed: {},
    claimedBy: {},
    okAt: NOW,
    caseMailed: undefined,
    cases: {},
    awaiting: {},
    lease: undefined,
  },
  incident: INCIDENT,
  alarms: undefined,
  settings: new UnusableConfig('', ''),
  repeated: [],
  mayBeRepeat: undefined,
  canWait: true,
  context: undefined,
};

interface Update {
  readonly Key: Readonly<Record<string, unknown>>;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
}

interface Written {
  readonly input: Update | { readonly Item: Readonly<Record<string, unknown>> };
}

const WORDS_OF_DYNAMODB = ['SET', 'REMOVE', 'ADD', 'DELETE', 'if_not_exists'];

/** The attributes that an update sets, adds to or takes out, under their own names. */
const namesIn = ({ Key, UpdateExpression, ExpressionAttributeNames = {} }: Update): readonly string[] => [
  ...Object.keys(Key),
  ...(UpdateExpression.match(/[#:]?\w+/g) ?? [])
    .filter((word) => !word.startsWith(':') && !WORDS_OF_DYNAMODB.includes(word))
    .map((word) => ExpressionAttributeNames[word] ?? word),
];

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** The names in the first column of the table below a heading. */
function documented(heading: string): readonly string[] {
  const section = LEDGER.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return Array.from(section.matchAll(/^\| `([^`]+)` \|/gm), ([, name = '']) => name);
}

describe('the document of the incident ledger', () => {
  const ofModel: string[] = [];
  const ofClosed: string[] = [];

  beforeAll(async () => {
    const written: Written['input'][] = [];
    DynamoDBDocumentClient.prototype.send = async ({ input }: Written) => {
      written.push(input);
      return {};
    };
    await writeEverything();
    for (const input of written)
      if ('Item' in input) ofClosed.push(...Object.keys(input.Item));
      else ofModel.push(...namesIn(input));
  });

  test('has a row for each attribute of a model, and no other', () => {
    expect(ofModel).toContain('claimed.ALARM');
    expect(sorted(documented('The attributes of a model'))).toEqual(sorted(ofModel));
  });

  test('has a row for each attribute of a closed incident, and no other', () => {
    expect(ofClosed).toContain('closedAt');
    expect(sorted(documented('The attributes of a closed incident'))).toEqual(sorted(ofClosed));
  });

  test('says the same keys, times and table as the code', () => {
    const [, keys = ''] = LEDGER.split('## What an item is');
    expect(keys).toContain(`\`pk\` is \`${MODELS_KEY}\``);
    expect(LEDGER).toContain(`| \`pk\` | \`${closedIncidentsKey(MODEL)}\` |`);
    expect(LEDGER).toContain(closedIncidentsKey('MODEL_NAME'));
    expect(LEDGER).toContain(`\`${incidentTableName('CUSTOMER')}\``);
    expect(LEDGER).toContain(`${GATHERING_SECONDS} seconds after the first was heard`);
    expect(LEDGER).toContain(`up to ${REPEAT_SECONDS} seconds later is a repeat`);
    expect(LEDGER).toContain(`at the latest (${LEASE_SECONDS} seconds)`);
    expect(LEDGER).toContain(`An item goes ${KEPT_DAYS} days after it was last written`);
  });

  test('says the reference that the incident of its example has', () => {
    const at = new Date('2026-03-02T09:06:02Z');
    expect(documentedExample('reference')).toBe(incidentReference(MODEL, { alarm: 'Throttles', at }));
  });
});

const documentedExample = (name: string): string | undefined =>
  new RegExp(`^\\| \`${name}\` \\| \`([^\`]+)\``, 'm').exec(LEDGER)?.[1];

/** Each way in which the ledger is written, once. */
async function writeEverything(): Promise<void> {
  const ledger = new IncidentLedger('Acme-Bedrock-OpsAlert-incidents');
  const by = 'message-1';
  await ledger.claim(MODEL, { alarm: 'ALARM', at: NOW }, { by, now: NOW, reference: '2a9987487b28' });
  await ledger.putOk(MODEL, NOW, NOW, NOW);
  await ledger.takeLease(MODEL, by, NOW);
  await ledger.putDown(MODEL, by, NOW, EVERYTHING);
  await ledger.settle(MODEL, by, NOW, EVERYTHING);
  await ledger.forgetCase(MODEL, 'CATEGORY', 'case-1', NOW);
  await closeIncident(RUN, { overAt: NOW });
}
