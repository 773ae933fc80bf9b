import { basename } from 'node:path';
import { instantText } from '../instant';
import type { Denial, Report, SupportCase } from '../report';
import { formatNumber } from '../scenario/describe-expectation';
import { formatOffset } from '../scenario/duration';
import { after } from '../scenario/instant';
import type { Scenario, ScenarioEvent, SettingsSource } from '../scenario/scenario';
import { fill } from './text-layout';

interface Entry {
  readonly at: string;
  readonly what: string;
  readonly text: string;
}

/** What happens is reported from the deployment on, an hour before the start. */
const REPORTED_BEFORE_MS = 3_600_000;

/** All that happened in the order of its instants; within one instant in the order in which one causes the next. */
export function renderTimeline(report: Report, scenario: Scenario): string[] {
  const entries = [
    ...scenario.events.map((event) => entryOfEvent(event, scenario.start)),
    ...entriesOf(report),
  ]
    .filter(({ at }) => Date.parse(at) >= scenario.start.getTime() - REPORTED_BEFORE_MS)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return entries.flatMap((entry, index) => {
    const day = entry.at.slice(0, 10);
    const isNewDay = day !== entries[index - 1]?.at.slice(0, 10);
    return [...(isNewDay ? [day] : []), ...renderEntry(entry, scenario.start)];
  });
}

function renderEntry({ at, what, text }: Entry, start: Date): string[] {
  const time = at.slice(11, 19).replace(/:00$/, '');
  const offset = formatOffset(Date.parse(at) - start.getTime());
  return fill(text, `  ${time.padEnd(8)}  ${offset.padEnd(9)} ${what.padEnd(9)} `);
}

function entriesOf(report: Report): Entry[] {
  return [
    ...report.alarms.map(({ at, model, alarm, from, to }) =>
      entry(at, 'alarm', `${alarm} of ${model}: ${from} → ${to}`),
    ),
    ...report.denied.map(entryOfDenial),
    ...report.invocations
      .filter(({ outcome }) => outcome === 'error')
      .map((one) => entry(one.at, 'error', `${one.function} failed`)),
    ...report.incidents.map((one) =>
      entry(
        one.openedAt,
        'incident',
        `opened for ${one.model}: ${one.severity}, ${one.scenario}, ${one.alarms.join(', ')}`,
      ),
    ),
    ...report.quotaRequests.map(({ at, quotaCode, desiredValue, status }) =>
      entry(
        at,
        'quota',
        status === 'PENDING'
          ? `${quotaCode} asked for ${formatNumber(desiredValue)}`
          : `${quotaCode} asked for ${formatNumber(desiredValue)}: ${status}`,
      ),
    ),
    ...report.cases.flatMap(entriesOfCase),
    ...report.emails.map(({ at, subject }) => entry(at, 'e-mail', subject)),
    ...report.thresholds.map(({ at, model, quota, value }) =>
      entry(at, 'threshold', `${quota} of ${model}: ${formatNumber(value)}`),
    ),
    ...report.incidents.flatMap(({ closedAt, model }) =>
      closedAt === null ? [] : [entry(closedAt, 'incident', `closed for ${model}`)],
    ),
  ];
}

function entry(at: string, what: string, text: string): Entry {
  return { at, what, text };
}

/** The communication that a case is opened with is no entry of its own. */
function entriesOfCase({ displayId, openedAt, subject, communications }: SupportCase): Entry[] {
  return [
    entry(openedAt, 'case', `${displayId} opened: ${subject}`),
    ...communications
      .filter(({ at }, index) => index > 0 || at !== openedAt)
      .map(({ at, by }) => entry(at, 'case', `${displayId}: ${by === 'us' ? 'the customer' : 'AWS'} writes`)),
  ];
}

function entryOfDenial(denial: Denial): Entry {
  const who = 'function' in denial ? denial.function : denial.principal;
  return entry(denial.at, 'denied', `${who}: ${denial.action} on ${denial.resource}`);
}

function entryOfEvent(event: ScenarioEvent, start: Date): Entry {
  return entry(
    instantText(after(start, event.atMs)),
    event.kind === 'note' ? 'note' : 'event',
    describeEvent(event),
  );
}

function describeEvent(event: ScenarioEvent): string {
  switch (event.kind) {
    case 'setQuota':
      return Object.entries(event.quotas)
        .map(([code, quota]) =>
          quota.applied === undefined
            ? `${code} has only its default of ${formatNumber(quota.default)}`
            : `${code} becomes ${formatNumber(quota.applied)}`,
        )
        .join(', ');
    case 'answerQuotaRequest':
      return Object.entries(event.answers)
        .map(([code, { status, value }]) =>
          value === undefined
            ? `AWS answers the request for ${code}: ${status}`
            : `AWS answers the request for ${code}: ${status}, ${formatNumber(value)} from now on`,
        )
        .join('; ');
    case 'resolveCases':
      return event.displayId === 'all' ? 'all cases are resolved' : `case ${event.displayId} is resolved`;
    case 'setAlarm':
      return event.state === 'AUTO'
        ? `${event.alarm} of ${event.model} follows its metric again`
        : `${event.alarm} of ${event.model} is set to ${event.state}`;
    case 'mute':
      return `${event.alarm ?? 'every alarm'} of ${event.model} is muted for ${event.forMs / 60_000} minutes`;
    case 'remove':
      return `${event.model} is removed`;
    case 'removeStack':
      return `the stack ${event.stack} is removed`;
    case 'note':
      return event.text;
    case 'deploy':
      return `deployment of ${event.settings.map(nameOfSettings).join(' and ')}`;
    case 'makeProfile':
      return `the inference profile ${event.profile} is made`;
    case 'call':
      return `${event.service}.${event.operation} is called`;
  }
}

const nameOfSettings = (settings: SettingsSource): string =>
  typeof settings === 'string' ? basename(settings) : 'other settings';
