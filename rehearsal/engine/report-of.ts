import type { Transition } from '../cloudwatch/cloudwatch';
import { instantText } from '../instant';
import type { IncidentEvent, MonitoredModel, Product } from '../product';
import type {
  AlarmTransition,
  Claims,
  Incident,
  Invocation,
  QuotaRequest,
  Report,
  Threshold,
} from '../report';
import type { LocalAws } from './local-aws';
import { type LogLine, logLinesOf } from './log-lines';
import type { RecordedInvocation, RehearsalRecord } from './record';
import { casesOf } from './reported-cases';

export interface Played {
  readonly aws: LocalAws;
  readonly product: Product;
  readonly models: readonly MonitoredModel[];
  /** When something was being deployed: first an hour before the scenario starts. */
  readonly deployments: readonly TimeSpan[];
}

/** From and to, both included. */
export interface TimeSpan {
  readonly from: Date;
  readonly to: Date;
}

/** All that happened, without the verdict. */
export function reportOf(
  name: string,
  { aws, product, models, deployments }: Played,
): Omit<Report, 'passed' | 'failures'> {
  const { record, access } = aws;
  const incidents = incidentsOf(record.invocations, product);
  return {
    scenario: name,
    alarms: record.transitions.flatMap((transition) => alarmTransition(transition, models, deployments)),
    incidents,
    cases: casesOf({ aws, product, models, incidents }),
    quotaRequests: quotaRequestsOf(aws),
    emails: [...record.emails].sort((a, b) => compare(a.at + a.subject + a.body, b.at + b.subject + b.body)),
    thresholds: thresholdsOf(aws, product),
    invocations: record.invocations.map(reportedInvocation).sort((a, b) => compare(a.at, b.at)),
    denied: access.denied(),
    unusedPermissions: access.use.unused((arn) => product.functionLabel(arn.slice(arn.lastIndexOf(':') + 1))),
    deadLetters: aws.allRegions().reduce((sum, { sqs }) => sum + sqs.deadLetters(aws.agenda.now), 0),
    claims: claimsOf(record),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** New alarms settle when they are deployed: that they reach OK then is no news. */
function alarmTransition(
  transition: Transition,
  models: readonly MonitoredModel[],
  deployments: readonly TimeSpan[],
): AlarmTransition[] {
  const { alarmName, alarmArn, from, to, at } = transition;
  const isNew = from === 'INSUFFICIENT_DATA' && deployments.some((one) => one.from <= at && at <= one.to);
  if (to === 'OK' && isNew) return [];
  const [, , , region, accountId] = alarmArn.split(':');
  return models
    .filter((model) => model.region === region && model.accountId === accountId)
    .flatMap((model) =>
      Object.entries(model.alarms)
        .filter(([, fullName]) => fullName === alarmName)
        .map(([alarm]) => ({ at: instantText(at), model: model.name, alarm, name: alarmName, from, to })),
    );
}

const reportedInvocation = ({ at, function: label, ms, calls, outcome }: RecordedInvocation): Invocation => ({
  at,
  function: label,
  ms: Math.round(ms * 10) / 10,
  calls: countsOf(calls),
  outcome,
});

const countsOf = (calls: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...new Set(calls)].sort().map((call) => [call, calls.filter((other) => other === call).length]),
  );

/** What the functions' logs say of incidents, one entry per incident; the scenario is that of its first telling. */
function incidentsOf(invocations: readonly RecordedInvocation[], product: Product): readonly Incident[] {
  const incidents = new Map<string, Incident>();
  for (const event of invocations
    .flatMap(({ logs }) => logLinesOf(logs))
    .flatMap((line) => incidentEvent(line, product))) {
    if ('told' in event) {
      const known = incidents.get(event.told.id);
      const openedAt = withoutMilliseconds(event.told.openedAt);
      const scenario = known?.scenario ?? event.told.scenario;
      incidents.set(
        event.told.id,
        incidentEntry({ ...event.told, openedAt, scenario }, known?.closedAt ?? null),
      );
      continue;
    }
    for (const [id, incident] of incidents)
      if (incident.model === event.over.model && incident.closedAt === null)
        incidents.set(id, { ...incident, closedAt: withoutMilliseconds(event.over.at) });
  }
  return [...incidents.values()];
}

const withoutMilliseconds = (instant: string): string => instantText(new Date(instant));

const incidentEntry = (
  { id, model, openedAt, alarms, scenario, severity }: Omit<Incident, 'closedAt'>,
  closedAt: string | null,
): Incident => ({ id, model, openedAt, closedAt, alarms, scenario, severity });

function incidentEvent(line: LogLine, product: Product): IncidentEvent[] {
  const event = product.readIncident(line);
  return event === undefined ? [] : [event];
}

const claimsOf = ({ checkedTexts }: RehearsalRecord): Claims => ({
  texts: checkedTexts.length,
  checked: checkedTexts.reduce((sum, { checked }) => sum + checked, 0),
  failed: checkedTexts.reduce((sum, { failures }) => sum + failures.length, 0),
});

/** Every status that a request had, when it came to have it. */
const quotaRequestsOf = (aws: LocalAws): readonly QuotaRequest[] =>
  aws.accountIds
    .flatMap((accountId) => aws.quotaRequests(accountId).changes)
    .map(({ at, status, request: { quotaCode, desiredValue } }) => ({
      at: instantText(at),
      quotaCode,
      desiredValue,
      status,
    }))
    .sort((a, b) => compare(a.at + a.quotaCode, b.at + b.quotaCode));

const thresholdsOf = (aws: LocalAws, product: Product): readonly Threshold[] =>
  aws
    .allRegions()
    .flatMap(({ parameterStore }) => parameterStore.writes)
    .flatMap(({ at, name, value }) => {
      const threshold = product.readThreshold(name, value);
      return threshold === undefined
        ? []
        : [{ at: instantText(at), model: threshold.model, quota: threshold.quota, value: threshold.value }];
    })
    .sort((a, b) => compare(a.at + a.model + a.quota, b.at + b.model + b.quota));
