import { expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
import {
  alarmGoesTo,
  at,
  caseText,
  emailText,
  MODEL,
  QUIET_HISTORY,
  rehearse,
  rehearseWell,
  SETTINGS,
} from './rehearse';

/** Where application profiles share a model's quotas, texts count their traffic and say so. */

const PARAMETER = `/${SETTINGS.customer}/bedrock/quota-monitoring/${MODEL}/quota-sharers`;
const [{ modelId }] = SETTINGS.models as [(typeof SETTINGS.models)[number]];

/** Application profiles copied from the model, each with this traffic from the start on. */
const profiles = (count: number, series: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `Team ${letter(index)}`,
      { id: `teamteamteam${letter(index)}`.slice(-12), copyFrom: modelId, series },
    ]),
  );

const letter = (index: number): string => String.fromCharCode(97 + index);

/** The parameter as the alarm updater writes it; `watched` of the sharers have room in the alarms. */
const sharers = (count: number, watched: number, unlisted = 0) => ({
  sharers: Object.entries(profiles(count, {})).map(([name, { id }], index) => ({
    id,
    name,
    watchedBy: index < watched ? ['RPM', 'TPM'] : [],
  })),
  unlisted,
});

const stored = (minutes: number, value: unknown) =>
  at(minutes, {
    call: 'ssm.PutParameter',
    with: {
      Name: PARAMETER,
      Value: typeof value === 'string' ? value : JSON.stringify(value),
      Type: 'String',
      Overwrite: true,
    },
  });

const throttling = alarmGoesTo(10, 'Throttles', 'ALARM');

/** What the processor called in the invocation that sent the first e-mail. */
const callsOfEmail = ({ invocations }: Report) =>
  invocations.find(
    ({ function: name, calls }) => name === 'notification-processor' && calls['sns:Publish'] !== undefined,
  )?.calls;

test('with ten profiles the e-mail takes no more requests, and counts the traffic of all', async () => {
  // Both break the bound of 15 requests as a failure, if they do.
  const alone = await rehearseWell({
    name: 'No profile',
    models: { [MODEL]: { history: QUIET_HISTORY, series: { Invocations: '8500x59' } } },
    events: [throttling],
    until: '20m',
  });
  const shared = await rehearseWell({
    name: 'Ten profiles',
    inferenceProfiles: profiles(10, { Invocations: '500x59', EstimatedTPMQuotaUsage: '300000x59' }),
    events: [stored(5, sharers(10, 9)), throttling],
    until: '20m',
  });
  expect(callsOfEmail(shared)).toMatchObject({ 'cloudwatch:GetMetricData': 2, 'ssm:GetParameters': 1 });
  expect(callsOfEmail(shared)).toEqual(callsOfEmail(alone));
  expect(emailText(alone)).toContain('RPM: peak of 14 days 8,500 RPM');
  expect(emailText(shared)).toContain('RPM: peak of 14 days 9,000 RPM');
  expect(emailText(shared)).toContain(
    `Usage counted: ${MODEL} and 10 inference profiles sharing its quotas: Team a, Team b, Team c, Team d, Team e, Team f, Team g, Team h, Team i and Team j`,
  );
  expect(emailText(shared)).toContain(
    'HighInvocationRate and HighTPMQuotaUsage do not count Team j (an alarm has room for ten metrics).',
  );
  expect(caseText(shared)).toContain('The use is proven (RPM)');
  expect(caseText(shared)).toContain('10 inference profiles sharing its quotas: Team a');
});

test('with more than are listed the texts stay short, and say that some are not counted', async () => {
  const report = await rehearseWell({
    name: 'Many profiles',
    inferenceProfiles: profiles(12, { Invocations: '10x59' }),
    events: [stored(5, sharers(12, 9, 7)), throttling],
    until: '20m',
  });
  for (const text of [emailText(report), caseText(report)]) {
    expect(text).toContain('Team i, Team j and 2 more; 7 more of their kind are not counted');
    expect(text).toContain('do not count Team j, Team k and Team l (an alarm has room for ten metrics)');
  }
});

test('where it cannot be read what shares the quotas, the texts say that only the own traffic is counted', async () => {
  const report = await rehearseWell({
    name: 'Unreadable sharers',
    inferenceProfiles: profiles(2, { Invocations: '5000x59' }),
    events: [stored(5, '{'), throttling],
    until: '20m',
  });
  for (const text of [emailText(report), caseText(report)])
    expect(text).toContain(
      "Usage counted: only the model's own; which application profiles share its quotas could not be read",
    );
  expect(emailText(report)).toContain('RPM: peak of 14 days 4,000 RPM');
});

test('a case about no quota says whose usage it counts without a word of quotas', async () => {
  const report = await rehearseWell({
    name: 'Server errors',
    inferenceProfiles: profiles(2, { Invocations: '10x59' }),
    events: [stored(5, sharers(2, 2)), alarmGoesTo(10, 'ServerErrors', 'ALARM')],
    until: '20m',
  });
  expect(caseText(report)).toContain(
    `Usage counted: ${MODEL} and 2 inference profiles of the same model: Team a`,
  );
  expect(caseText(report)).not.toMatch(/\bquotas?\b/i);
  expect(emailText(report)).not.toContain('Usage counted');
});

test('what comes after the first e-mail counts the same traffic', async () => {
  const report = await rehearseWell({
    name: 'Recovery',
    models: { [MODEL]: { history: QUIET_HISTORY, series: { Invocations: '4000x119' } } },
    inferenceProfiles: profiles(2, { Invocations: '100x14 1500 100x104' }),
    events: [stored(5, sharers(2, 2)), throttling, alarmGoesTo(20, 'Throttles', 'OK')],
    until: '45m',
  });
  const recovery = emailText(report, report.emails.length - 1);
  expect(recovery).toContain('Highest RPM: 7,000 RPM (2026-03-02 09:15 UTC)');
  expect(recovery).toContain(
    `Usage counted: ${MODEL} and 2 inference profiles sharing its quotas: Team a and Team b`,
  );
});

test('where requests and tokens rank the profiles the other way round, what the alarms leave out is told as it is', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => index);
  const report = await rehearseWell({
    name: 'Opposite ranks',
    inferenceProfiles: Object.fromEntries(
      ids.map((index) => {
        // The later, the more requests and the fewer tokens.
        const Invocations = `${index + 5}x59`;
        const EstimatedTPMQuotaUsage = `${5_000 - index * 100}x59`;
        const history = {
          interval: '1h',
          Invocations: `${index + 5}x3`,
          EstimatedTPMQuotaUsage: `${5_000 - index * 100}x3`,
        };
        const id = `teamteamteam${letter(index)}`.slice(-12);
        return [
          `Team ${letter(index)}`,
          { id, copyFrom: modelId, history, series: { Invocations, EstimatedTPMQuotaUsage } },
        ];
      }),
    ),
    events: [throttling],
    until: '20m',
  });
  for (const text of [emailText(report), caseText(report)]) {
    // The texts' claims are held against the metrics of both alarms.
    expect(text).toContain(
      'HighInvocationRate and HighTPMQuotaUsage do not count Team j, Team k and Team l (an alarm has room for ten metrics).',
    );
  }
});

test('that the alarms leave out what they count is no true claim', async () => {
  const report = await rehearse({
    name: 'A parameter that is wrong',
    inferenceProfiles: profiles(2, { Invocations: '10x59' }),
    events: [stored(5, sharers(2, 1)), throttling],
    until: '20m',
  });
  expect(emailText(report)).toContain('HighInvocationRate and HighTPMQuotaUsage do not count Team b.');
  expect(report.failures.filter((failure) => failure.includes('alarmLeavesOut'))).not.toEqual([]);
  for (const failure of report.failures) expect(failure).toContain('the alarm leaves out none');
});

test('a profile that was deleted after its flood is counted still, and said to be deleted', async () => {
  const report = await rehearseWell({
    name: 'A job that cleans up behind itself',
    inferenceProfiles: {
      Job: { id: 'jobjobjobjob', copyFrom: modelId, series: { Invocations: '5000x49 _x100' } },
    },
    events: [
      at(50, {
        call: 'bedrock.DeleteInferenceProfile',
        with: { inferenceProfileIdentifier: 'jobjobjobjob' },
      }),
      alarmGoesTo(140, 'Throttles', 'ALARM'),
    ],
    models: { [MODEL]: { history: QUIET_HISTORY, series: { Invocations: '4000x149' } } },
    until: '150m',
  });
  const told = report.emails.findIndex(({ subject }) => subject.startsWith('CRITICAL'));
  expect(emailText(report, told)).toContain('RPM: peak of 14 days 9,000 RPM');
  expect(emailText(report, told)).toContain(
    `Usage counted: ${MODEL} and 1 inference profile sharing its quotas: Job (deleted)`,
  );
  expect(emailText(report, told)).not.toContain('not count Job');
});
