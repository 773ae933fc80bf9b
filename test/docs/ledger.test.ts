import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { DigestKind, Handed } from '../../lambda/contract/handed';
import {
  closedIncidentsKey,
  digestKey,
  driftKey,
  GATHERING_SECONDS,
  handedKey,
  KEPT_DAYS,
  LEASE_SECONDS,
  MODELS_KEY,
  newCasesKey,
  noCapacityKey,
  REPEAT_SECONDS,
} from '../../lambda/contract/ledger';
import { incidentTableName } from '../../lambda/contract/names';
import { closeIncident } from '../../lambda/notification-processor/close-incident';
import { incidentReference } from '../../lambda/notification-processor/incident-reference';
import { UnusableConfig } from '../../lambda/notification-processor/read-model';
import type { Run } from '../../lambda/notification-processor/run';
import { DigestLedger } from '../../lambda/ports/digest-ledger';
import { type Changes, IncidentLedger } from '../../lambda/ports/ledger';
import { NOTICE_KEPT_DAYS, NoticeLedger } from '../../lambda/ports/notice-ledger';
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
    toldCases: [{ category: 'Quota Request', caseId: 'case-1', isShared: true, asks: ['L-3DD46812'] }],
    asked: [{ quota: 'RPM', code: 'L-3DD46812', requested: 12_500, was: 10_000, request: '5a3f' }],
    lastTold: { at: NOW, inAlarm: ['Throttles'], openCases: ['17'], quotas: {} },
    remindAt: NOW,
    reference: '2a9987487b28',
    openedAt: NOW,
    recoverAt: NOW,
    mutedAt: NOW,
    sharedCase: undefined,
  },
  caseMailed: '2a9987487b28 1',
  okAt: NOW,
  cases: { CATEGORY: { caseId: 'case-1', displayId: '17', at: NOW, asks: ['L-3DD46812'] } },
  requests: {
    ID: { code: 'L-3DD46812', quota: 'RPM', desired: 12_500, at: NOW, was: 10_000, threshold: 8_000 },
  },
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
    requests: {},
    lease: undefined,
  },
  incident: INCIDENT,
  alarms: undefined,
  settings: new UnusableConfig('', ''),
  repeated: [],
  mayBeRepeat: undefined,
  canWait: true,
  newCases: undefined,
  context: undefined,
};

const OF_EACH = {
  model: MODEL,
  reference: '2a9987487b28',
  severity: 'CRITICAL',
  at: NOW,
  isMailed: true,
  mayBeRepeat: false,
} as const;

/** What a model can hand over: the compiler asks for what is added. */
const PARTS: { readonly [Kind in DigestKind]: Extract<Handed, { readonly kind: Kind }> } = {
  telling: {
    ...OF_EACH,
    kind: 'telling',
    modelId: 'global.anthropic.claude-opus-4-6-v1',
    telling: 1,
    openedAt: NOW,
    category: 'Investigation Request',
    scenario: 'non_quota',
    alarms: [{ name: 'ServerErrors', since: NOW }],
    isAutomated: true,
  },
  reminder: {
    ...OF_EACH,
    kind: 'reminder',
    dueAt: NOW,
    openedAt: NOW,
    inAlarm: ['ServerErrors'],
    cases: ['17'],
  },
  recovery: {
    ...OF_EACH,
    kind: 'recovery',
    openedAt: NOW,
    overAt: NOW,
    alarms: [{ name: 'ServerErrors', since: NOW, times: 1 }],
    closings: [],
    sharedCases: [],
  },
  case: {
    ...OF_EACH,
    kind: 'case',
    telling: 1,
    category: 'Investigation Request',
    together: [],
    outcome: null,
  },
};

const NO_CAPACITY = noCapacityKey({ model: MODEL, requestId: 'b2f1c3d4-…' });
const DRIFT = driftKey({ model: MODEL, quota: 'TPM' }, ['99000000*1', '5000000*1']);

interface Update {
  readonly Key: Readonly<Record<string, unknown>>;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
}

interface Put {
  readonly Item: Readonly<Record<string, unknown>>;
}

interface Transaction {
  readonly TransactItems: readonly ({ readonly Put: Put } | { readonly Update: Update })[];
}

interface Written {
  readonly input: Update | Put | Transaction;
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

const sectionOf = (heading: string): string =>
  LEDGER.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';

/** The names in the first column of the table below a heading. */
const documented = (heading: string): readonly string[] =>
  Array.from(sectionOf(heading).matchAll(/^\| `([^`]+)` \|/gm), ([, name = '']) => name);

/** The rows of the table of parts that hold for a kind, by their last column. */
const documentedOfPart = (kind: DigestKind): readonly string[] =>
  Array.from(sectionOf(PART).matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \|$/gm))
    .filter(([, , kinds = '']) => kinds === 'all' || kinds.split(', ').includes(kind))
    .map(([, name = '']) => name);

const PART = 'The attributes of a part that was handed over';
const KINDS: readonly DigestKind[] = ['telling', 'reminder', 'recovery', 'case'];
const DAY_SECONDS = 24 * 60 * 60;

type ItemKind = 'model' | 'closed' | 'digest' | 'newCases' | 'notice';

/** By the sort key of what an update is of. */
const KIND_OF: Readonly<Record<string, ItemKind>> = {
  [digestKey('telling')]: 'digest',
  [newCasesKey(NOW)]: 'newCases',
  [NO_CAPACITY]: 'notice',
};

describe('the document of the incident ledger', () => {
  /** Names of attributes, by the kind of the item. */
  const written: Readonly<Record<ItemKind, string[]>> = {
    model: [],
    closed: [],
    digest: [],
    newCases: [],
    notice: [],
  };
  /** By their sort keys. */
  const parts = new Map<unknown, Put['Item']>();

  const noteItem = (item: Put['Item']): void => {
    if (item.pk === MODELS_KEY) parts.set(item.sk, item);
    else written.closed.push(...Object.keys(item));
  };
  const notePutAway = (update: Update): void => {
    const names = namesIn(update).map((name) => [name, undefined]);
    const { sk } = update.Key;
    parts.set(sk, { ...Object.fromEntries(names), ...parts.get(sk) });
  };
  const noteUpdate = (update: Update): void => {
    const { sk } = update.Key;
    written[KIND_OF[String(sk)] ?? 'model'].push(...namesIn(update));
  };

  beforeAll(async () => {
    DynamoDBDocumentClient.prototype.send = async ({ input }: Written) => {
      if ('TransactItems' in input)
        for (const write of input.TransactItems)
          'Put' in write ? noteItem(write.Put.Item) : notePutAway(write.Update);
      else if ('Item' in input) noteItem(input.Item);
      else noteUpdate(input);
      return {};
    };
    await writeEverything();
  });

  test('has a row for each attribute of a model, and no other', () => {
    expect(written.model).toContain('claimed.ALARM');
    expect(sorted(documented('The attributes of a model'))).toEqual(sorted(written.model));
  });

  test('has a row for each attribute of a closed incident, and no other', () => {
    expect(written.closed).toContain('closedAt');
    expect(sorted(documented('The attributes of a closed incident'))).toEqual(sorted(written.closed));
  });

  test('has a row for each attribute of a digest, and no other', () => {
    expect(written.digest).toContain('sendAt');
    expect(sorted(documented('The attributes of a digest'))).toEqual(sorted(written.digest));
  });

  test('has a row for each attribute of the new cases of a day, and no other', () => {
    expect(written.newCases).toContain('tellings');
    expect(sorted(documented('The attributes of the new cases of a day'))).toEqual(sorted(written.newCases));
  });

  test('has a row for each attribute of the word of a quota that is 0, or of a drift, and no other', () => {
    const heading = 'The attributes of the word of a quota that is 0, or of a drift';
    expect(written.notice).toContain('toldAt');
    expect(sorted(documented(heading))).toEqual(sorted(written.notice));
    expect(sectionOf(heading)).toContain(`| ${NOTICE_KEPT_DAYS} days after the last write;`);
  });

  test.each(KINDS)('has a row for each attribute of a part of the kind %s, and no other', (kind) => {
    const item = parts.get(handedKey(PARTS[kind])) ?? {};
    expect(sorted(documentedOfPart(kind))).toEqual(sorted(Object.keys(item)));
    expect(documentedOfPart(kind)).toContain('isMailed');
  });

  test('names the sort keys of what concerns several models as the code makes them', () => {
    const day = new Date('2026-03-02T23:59:59Z');
    expect(sectionOf(PART)).toContain(`| \`sk\` | \`${handedKey(PARTS.telling)}\` |`);
    expect(LEDGER).toContain(`| \`sk\` | \`${digestKey('telling')}\` |`);
    expect(LEDGER).toContain(`| \`sk\` | \`${newCasesKey(day)}\` |`);
    expect(LEDGER).toContain(`| \`sk\` | \`${NO_CAPACITY}\` |`);
    expect(LEDGER).toContain(`| | \`${DRIFT}\` |`);
    expect(handedKey(PARTS.recovery)).toMatch(/#over$/);
  });

  test('says how long a part is kept', () => {
    const [{ expiresAt } = {}] = parts.values();
    expect(Number(expiresAt) - NOW.getTime() / 1000).toBe(2 * DAY_SECONDS);
    expect(sectionOf(PART)).toContain('| Two days after it was written | all |');
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
  const digests = new DigestLedger('Acme-Bedrock-OpsAlert-incidents');
  const by = 'message-1';
  await ledger.claim(MODEL, { alarm: 'ALARM', at: NOW }, { by, now: NOW, reference: '2a9987487b28' });
  await ledger.putOk(MODEL, NOW, NOW, NOW);
  await ledger.takeLease(MODEL, by, NOW);
  await ledger.putDown(MODEL, by, NOW, EVERYTHING);
  await ledger.settle(MODEL, by, NOW, EVERYTHING);
  await ledger.forgetCase(MODEL, 'CATEGORY', 'case-1', NOW);
  await ledger.forgetRequest(MODEL, 'ID', NOW);
  await ledger.markStorm(MODEL, NOW);
  await ledger.shareCase(
    { model: MODEL, reference: '2a9987487b28' },
    'CATEGORY',
    { caseId: 'case-1', at: NOW },
    NOW,
  );
  await closeIncident(RUN, { overAt: NOW });
  await ledger.reserveCase('2a9987487b28 1', 10, NOW);
  await digests.handOver(Object.values(PARTS), NOW);
  await digests.expectCase(PARTS.case, NOW);
  await digests.ask('telling', by, NOW, NOW);
  await digests.take('telling', by, NOW);
  await digests.giveBack('telling', by, NOW);
  await digests.putAway(Object.values(PARTS), NOW);
  const notices = new NoticeLedger('Acme-Bedrock-OpsAlert-incidents');
  await notices.take(NO_CAPACITY, by, NOW);
  await notices.giveBack(NO_CAPACITY, by, NOW, true);
  await notices.putTold(NO_CAPACITY, NOW);
  await notices.keep(NO_CAPACITY, NOW);
}
