import type { Email, Report } from '../rehearsal/report';
import type { Figure, Part } from './figure';
import { playedAnyhow } from './played';
import { stormModels, stormOf } from './storm';

const SIZES = [100, 500] as const;

/** AWS Support takes so many cases of an account in an hour. */
const CASES_AN_HOUR = 10;
/** Of the failures of a storm so many are shown, beside their number. */
const SHOWN_FAILURES = 3;
const TOLD_WITHIN_SECONDS = 180;
/** Of real time, the deployment included. */
const PLAYED_WITHIN_SECONDS: Readonly<Record<number, number>> = { 100: 30 };

export const storms: Part = {
  name: 'storm',
  title: 'Storms: all models alarm in one minute',
  measure: async () => {
    const figures: Figure[] = [];
    for (const size of SIZES) figures.push(...(await stormFigures(size)));
    return figures;
  },
};

async function stormFigures(size: number): Promise<readonly Figure[]> {
  const scenario = { name: `Storm of ${size} models`, ...stormOf(size) };
  // Synthesis has figures of its own, and what was synthesised is kept: so it is no part of the time here.
  let began = performance.now();
  const report = await playedAnyhow(scenario, {
    onProgress: (doing) => {
      if (doing.startsWith('deploying')) began = performance.now();
    },
  });
  const seconds = (performance.now() - began) / 1000;
  for (const failure of report.failures.slice(0, SHOWN_FAILURES)) console.error(failure);
  const within = PLAYED_WITHIN_SECONDS[size];
  const name = (what: string): string => `${size} models: ${what}`;
  return [
    {
      name: name('rehearsed in'),
      value: seconds,
      unit: 's',
      ...(within === undefined ? {} : { target: { atMost: within } }),
    },
    { name: name('invocations'), value: report.invocations.length, unit: '' },
    { name: name('e-mails'), value: report.emails.length, unit: '' },
    { name: name('cases'), value: report.cases.length, unit: '', target: { atMost: CASES_AN_HOUR } },
    {
      name: name('everyone told within'),
      value: secondsUntilAllTold(report, stormModels(size)),
      unit: 'virtual s',
      target: { atMost: TOLD_WITHIN_SECONDS },
    },
    { name: name('failures'), value: report.failures.length, unit: '', target: { atMost: 0 } },
  ];
}

/** From the first alarm until an e-mail has named the last of the models; null if one is never named. */
function secondsUntilAllTold({ alarms, emails }: Report, models: readonly string[]): number | null {
  const began = alarms.find(({ to }) => to === 'ALARM')?.at;
  const told = models.map((model) => emails.find((email) => names(email, model))?.at);
  if (began === undefined || told.some((at) => at === undefined)) return null;
  return (Math.max(...told.map((at = '') => Date.parse(at))) - Date.parse(began)) / 1000;
}

const names = ({ subject, body }: Email, model: string): boolean =>
  subject.includes(model) || body.includes(model);
