import { MAX_REQUESTS, requestsBeforeEmail } from '../bin/requests-before-email';
import { instantText } from '../rehearsal/instant';
import type { Figure, Part } from './figure';
import {
  CUSTOMER,
  MODEL,
  ONE_MODEL,
  PROCESSOR,
  played,
  REGION,
  START,
  settingsOf,
  steadyTraffic,
} from './played';
import { stormOf } from './storm';

const MINUTE_MS = 60_000;

/** A way in which an e-mail comes about. */
interface Path {
  readonly name: string;
  /** What is played, besides its name. */
  readonly scenario: Readonly<Record<string, unknown>>;
  /** The minute from which on the e-mails are this path's. */
  readonly from: number;
}

const goesTo = (minute: number, alarm: string, state: 'ALARM' | 'OK') => ({
  at: `${minute}m`,
  setAlarm: { model: MODEL, alarm, state },
});

const TRAFFIC = { models: { [MODEL]: { history: { interval: '1h', ...steadyTraffic(47) } } } };

const alarmPath = (name: string, alarm: string): Path => ({
  name,
  scenario: { ...TRAFFIC, events: [goesTo(5, alarm, 'ALARM')], until: '10m' },
  from: 5,
});

const OPEN_CASE = {
  subject: `${CUSTOMER} - Bedrock Ops Alert - ${MODEL} - Quota Request - ${REGION}`,
  createdAt: '2026-03-01T09:00:00Z',
  count: 1,
};

const PATHS: readonly Path[] = [
  alarmPath('RPM alarm', 'HighInvocationRate'),
  alarmPath('TPM alarm', 'HighTPMQuotaUsage'),
  alarmPath('undetermined alarm', 'Throttles'),
  alarmPath('investigation', 'ServerErrors'),
  {
    name: 'addition to an open case',
    scenario: { ...alarmPath('', 'Throttles').scenario, cases: [OPEN_CASE] },
    from: 5,
  },
  {
    name: 'second alarm',
    scenario: {
      ...TRAFFIC,
      events: [goesTo(5, 'HighInvocationRate', 'ALARM'), goesTo(10, 'Throttles', 'ALARM')],
      until: '15m',
    },
    from: 10,
  },
  {
    name: 'recovery',
    scenario: {
      ...TRAFFIC,
      events: [goesTo(5, 'Throttles', 'ALARM'), goesTo(15, 'Throttles', 'OK')],
      until: '40m',
    },
    from: 15,
  },
  {
    name: 'reminder',
    scenario: {
      ...TRAFFIC,
      settings: settingsOf([{ ...ONE_MODEL, reminderHours: 1 }]),
      events: [goesTo(5, 'Throttles', 'ALARM')],
      until: '80m',
    },
    from: 60,
  },
  { name: 'storm of 20 models', scenario: stormOf(20), from: 0 },
];

export const requestsBeforeEmails: Part = {
  name: 'requests',
  title: 'Requests before the e-mail',
  measure: async () => {
    const figures: Figure[] = [];
    for (const path of PATHS)
      figures.push({
        name: path.name,
        value: await mostRequests(path),
        unit: 'requests',
        target: { atMost: MAX_REQUESTS },
      });
    return figures;
  },
};

/** Of all e-mails on the path. Rejects where there is none. */
async function mostRequests({ name, scenario, from }: Path): Promise<number> {
  const counts: number[] = [];
  await played(
    { name, ...scenario },
    {
      inspect: ({ record }) => {
        const since = instantText(new Date(START.getTime() + from * MINUTE_MS));
        for (const { at, function: label, calls } of record.invocations)
          if (label === PROCESSOR && at >= since && calls.includes('sns:Publish'))
            counts.push(requestsBeforeEmail(calls));
      },
    },
  );
  if (counts.length === 0) throw new Error(`${name}: no e-mail was sent`);
  return Math.max(...counts);
}
