import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { rehearsedProduct } from '../../bin/rehearsed-product';
import { ALARM_NAMES } from '../../lambda/domain/alarm-catalogue';
import { playScenario } from '../../rehearsal/engine/play-scenario';
import { readScenario } from '../../rehearsal/engine/read-scenario';
import type { Report, SupportCase } from '../../rehearsal/report';
import { at, MODEL, QUIET_HISTORY, RPM_CODE, rehearseWell, SETTINGS } from './rehearse';

/** However messages arrive, the same is told, opened and added. */

const PLAIN = { duplicate: 1, reorder: '0s' };

const LATE = {
  how: 'twice, up to half a minute late, to ten processors, and the instants in them differ by seconds',
  deliver: { duplicate: 2, reorder: '30s', skew: '2s', concurrency: 10 },
};
/** So many invocations take their time, so this is for the play with the most stories. */
const AT_ONCE = {
  how: 'four times at one instant, to four processors',
  deliver: { duplicate: 4, reorder: '0s', concurrency: 4 },
};

interface Told {
  readonly emails: readonly Pick<Report['emails'][number], 'to' | 'subject' | 'body'>[];
  readonly cases: readonly {
    readonly subject: string;
    readonly status: string;
    readonly bodies: readonly string[];
  }[];
  readonly quotaRequests: readonly Omit<Report['quotaRequests'][number], 'at'>[];
  readonly incidents: readonly Omit<Report['incidents'][number], 'id'>[];
}

/**
 * What people and AWS were told, by model: what two models are told at one time may come in any order. Of instants only
 * the minutes of incidents count, not when something was sent; and the numbers of cases, the ids of quota requests and the
 * references of incidents, which are derived from instants, go by their order. A model's quota requests are made at once,
 * so that their cases may be opened in any order.
 */
function toldIn(report: Report): Told {
  const emails = byModel(report.emails, ({ subject }) => / Bedrock (\S+) - /.exec(subject)?.[1]);
  const cases = byModel(report.cases, ({ model, subject }) => `${model} ${subject}`);
  const incidents = byModel(report.incidents, ({ model }) => model);
  const names = new Map([
    ...cases.map(({ displayId }, index) => [displayId, `(number of case ${index + 1})`] as const),
    ...cases.flatMap((one, index) =>
      requestIdsOf(one).map((id) => [id, `(request of case ${index + 1})`] as const),
    ),
    ...incidents.map(({ id }, index) => [id, `(reference of incident ${index + 1})`] as const),
  ]);
  const named = (text: string): string =>
    [...names].reduce((result, [id, name]) => result.replaceAll(id, name), text);
  return {
    emails: emails.map(({ to, subject, body }) => ({ to, subject: named(subject), body: named(body) })),
    cases: cases.map(({ subject, status, communications }) => ({
      subject,
      status,
      bodies: communications.map(({ body }) => named(body)),
    })),
    quotaRequests: byModel(report.quotaRequests, ({ quotaCode }) => quotaCode).map(
      ({ at: _, ...request }) => request,
    ),
    incidents: incidents.map(({ id: _, openedAt, closedAt, ...incident }) => ({
      ...incident,
      openedAt: minuteOf(openedAt),
      closedAt: closedAt === null ? null : minuteOf(closedAt),
    })),
  };
}

/** Of the quota request for which AWS opened the case, as AWS itself says there. */
const requestIdsOf = ({ communications: [opening] }: SupportCase): readonly string[] =>
  [...(opening?.body ?? '').matchAll(/^Request: ([0-9a-f]{40})$/gm)].map(([, id = '']) => id);

const byModel = <T>(all: readonly T[], modelOf: (one: T) => string | null | undefined): readonly T[] =>
  [...all].sort((a, b) => (modelOf(a) ?? '').localeCompare(modelOf(b) ?? ''));

const minuteOf = (instant: string): string => instant.slice(0, '2026-03-02T09:06'.length);

/** Figures of the last hour are the same a minute later: the highest are those of the first minute. */
const STEADY = {
  history: QUIET_HISTORY,
  series: {
    Invocations: '4500 4000x119',
    EstimatedTPMQuotaUsage: '2600000 2500000x119',
    InputTokenCount: '1600000 1500000x119',
    OutputTokenCount: '210000 200000x119',
    InvocationLatency: '950 900x119',
  },
};

/** Goes off and comes back, as many times as there are pairs of minutes. */
const offAndBack = (
  model: string,
  alarm: string,
  ...minutes: readonly (readonly [off: number, back: number])[]
) =>
  minutes.flatMap(([off, back]) => [
    at(off, { setAlarm: { model, alarm, state: 'ALARM' } }),
    at(back, { setAlarm: { model, alarm, state: 'OK' } }),
  ]);

/** One model for each story, so that one play tells them all. */
const settingsOf = (models: readonly string[]) => ({
  ...SETTINGS,
  models: models.map((name) => ({ ...SETTINGS.models[0], name })),
});
const steadyTrafficOf = (models: readonly string[]) =>
  Object.fromEntries(models.map((model) => [model, STEADY]));

/** Half of the alarms, then the other half, when the incidents of the first are over. */
const FIVE_MODELS = Array.from({ length: 5 }, (_, index) => `Model-${index + 1}`);

const TEN_ALARMS = {
  name: 'Each of the ten alarms alone',
  settings: settingsOf(FIVE_MODELS),
  models: steadyTrafficOf(FIVE_MODELS),
  events: ALARM_NAMES.flatMap((alarm, index) => {
    const start = index < 5 ? 5 : 25;
    return offAndBack(`Model-${(index % 5) + 1}`, alarm, [start + (index % 5), start + 7]);
  }),
  until: '44m',
};

const SIX_MODELS = Array.from({ length: 6 }, (_, index) => `Model-${index + 1}`);

/** Nobody sends them anything, which is soon read. Five share a case. */
const MANY_AT_ONCE = {
  name: 'Many models at once',
  settings: settingsOf(SIX_MODELS),
  models: {},
  events: SIX_MODELS.flatMap((model, index) =>
    offAndBack(model, index < 5 ? 'ServerErrors' : 'Throttles', [5, 12]),
  ),
  until: '25m',
};

/** Whatever goes off stays so for longer than messages are late, or it would depend on that how it is told. */
const STORIES = {
  // The first to ask for a case.
  'Support-busy': (model: string) => offAndBack(model, 'Throttles', [2, 20]),
  'Both-kinds': (model: string) => [
    ...offAndBack(model, 'Throttles', [5, 30]),
    ...offAndBack(model, 'HighLatency', [5, 35]),
    ...offAndBack(model, 'ServerErrors', [10, 20]),
    ...offAndBack(model, 'HighTPMQuotaUsage', [15, 20]),
    ...offAndBack(model, 'LatencyAnomaly', [15, 25]),
  ],
  Flapping: (model: string) => offAndBack(model, 'HighLatency', [5, 9], [13, 17], [21, 25], [29, 33]),
  'Back-while-held': (model: string) => offAndBack(model, 'ClientErrors', [5, 10], [17, 25]),
  'Back-later': (model: string) => offAndBack(model, 'InvocationAnomaly', [5, 10], [25, 30]),
  'Case-before': (model: string) => offAndBack(model, 'Throttles', [5, 10]),
} as const;

const SIX_STORIES = {
  name: 'A story for each model',
  settings: settingsOf(Object.keys(STORIES)),
  models: steadyTrafficOf(Object.keys(STORIES)),
  faults: [{ call: 'support.CreateCase', error: 'ThrottlingException', times: 1 }],
  cases: [
    {
      subject: 'AcmeCorp - Bedrock Ops Alert - Case-before - Quota Request - us-east-1',
      createdAt: '2026-02-20T00:00:00Z',
    },
  ],
  events: Object.entries(STORIES).flatMap(([model, events]) => events(model)),
  until: '50m',
};

const SCENARIO_FILES = join(__dirname, '../../rehearsal/scenarios');

/** What they tell is told by the stories above in less time. */
const TOLD_ABOVE = [
  'a-day-in-the-life.yaml',
  'errors-at-aws.yaml',
  'many-models-at-once.yaml',
  'throttled-at-half-use.yaml',
];

const playFile = (file: string, deliver: object): Promise<Report> => {
  const path = join(SCENARIO_FILES, file);
  const text = stringify({ ...parse(readFileSync(path, 'utf8')), deliver }, { aliasDuplicateObjects: false });
  return playScenario(readScenario(text, path, rehearsedProduct), rehearsedProduct);
};

const TOLD_HERE = [
  { story: TEN_ALARMS, deliveries: [LATE] },
  { story: MANY_AT_ONCE, deliveries: [LATE] },
  { story: SIX_STORIES, deliveries: [LATE, AT_ONCE] },
];

const PLAYS = [
  ...TOLD_HERE.map(({ story, deliveries }) => ({
    name: story.name,
    play: (deliver: object) => rehearseWell({ ...story, deliver }),
    deliveries,
  })),
  ...readdirSync(SCENARIO_FILES)
    .filter((file) => !TOLD_ABOVE.includes(file))
    .map((file) => ({
      name: file,
      play: (deliver: object) => playFile(file, deliver),
      deliveries: [LATE],
    })),
];

describe.each(PLAYS)('$name', ({ play, deliveries }) => {
  let plain: Report;

  beforeAll(async () => {
    plain = await play(PLAIN);
  });

  test.each(deliveries)('is told the same when messages come $how', async ({ deliver }) => {
    const report = await play(deliver);
    expect(report.invocations.length).toBeGreaterThan(plain.invocations.length);
    expect(plain.emails).not.toEqual([]);
    expect(toldIn(report)).toEqual(toldIn(plain));
  });
});

describe('a difference is seen', () => {
  let report: Report;
  let plain: Told;

  beforeAll(async () => {
    report = await rehearseWell({
      name: 'Throttles and a late case',
      models: { [MODEL]: STEADY },
      events: offAndBack(MODEL, 'Throttles', [5, 20]),
      until: '40m',
      deliver: PLAIN,
    });
    plain = toldIn(report);
  });

  const otherEmail = (change: (body: string) => string): Report => ({
    ...report,
    emails: report.emails.map((email) => ({ ...email, body: change(email.body) })),
  });

  test.each<readonly [string, (report: Report) => Report]>([
    ['an e-mail comes twice', (one) => ({ ...one, emails: [...one.emails, ...one.emails.slice(0, 1)] })],
    ['e-mails come in another order', (one) => ({ ...one, emails: [...one.emails].reverse() })],
    ['an e-mail is missing', (one) => ({ ...one, emails: one.emails.slice(1) })],
    ['an e-mail does not name the alarm', () => otherEmail((body) => body.replaceAll('- Throttles: ', ''))],
    ['a figure is another', () => otherEmail((body) => body.replace('4,500 RPM', '4,501 RPM'))],
    ['an instant is another', () => otherEmail((body) => body.replace('09:05 UTC', '09:06 UTC'))],
    [
      'an e-mail names the number of another case',
      ({ cases: [first] }) => otherEmail((body) => body.replace(first?.displayId ?? '', '123456789012345')),
    ],
    [
      'an e-mail has another reference',
      ({ incidents: [first] }) => otherEmail((body) => body.replace(first?.id ?? '', '0123456789ab')),
    ],
    ['there is a second case', (one) => ({ ...one, cases: [...one.cases, ...one.cases] })],
    [
      'something is added twice',
      (one) => ({
        ...one,
        cases: one.cases.map((each) => ({
          ...each,
          communications: [...each.communications, ...each.communications.slice(1)],
        })),
      }),
    ],
    [
      'a request more is made',
      (one) => ({
        ...one,
        quotaRequests: [
          ...one.quotaRequests,
          { at: '2026-03-02T09:06:00Z', quotaCode: RPM_CODE, desiredValue: 12_500, status: 'PENDING' },
        ],
      }),
    ],
    ['an incident is missing', (one) => ({ ...one, incidents: [] })],
    [
      'an incident began a minute later',
      (one) => ({
        ...one,
        incidents: one.incidents.map((each) => ({ ...each, openedAt: '2026-03-02T09:06:00Z' })),
      }),
    ],
  ])('when %s', (_, change) => {
    const changed = change(report);
    expect(changed).not.toEqual(report);
    expect(toldIn(changed)).not.toEqual(plain);
  });
});
