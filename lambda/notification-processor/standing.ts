import type { LedgerIncident, LedgerRecord } from '../contract/ledger';
import { childAlarmName, compositeAlarmName } from '../contract/names';
import type { UsageSeries } from '../contract/usage-series';
import { ALARM_CATALOGUE, type Quota } from '../domain/alarm-catalogue';
import { beginningOf, toldWith } from '../domain/attention';
import { CASE_CATEGORIES } from '../domain/decision';
import type { AskedQuota, FollowedCase, IncidentAlarm, Standing } from '../domain/follow-up';
import { highestUsage } from '../domain/highest';
import { readModelId } from '../domain/model-id';
import { toldSeverity } from '../domain/told-severity';
import { readQuota } from '../ports/quotas';
import { casesNow } from '../ports/support';
import { readUsage } from '../ports/usage';
import { owner } from './environment';
import { known } from './known';
import { sharerIds, stateNow } from './read-incident';
import type { MonitoredModel } from './read-model';
import type { Run } from './run';

/** A case of the incident, and AWS's long id of it. */
export type FollowedCaseWithId = FollowedCase & {
  readonly caseId: string;
  /** It tells of other models as well. */
  readonly isShared: boolean;
  /** The codes of the quotas that it asks AWS to raise; undefined of a case of an earlier version. */
  readonly asks: readonly string[] | undefined;
};

export type ReadStanding = Omit<Standing, 'cases'> & { readonly cases: readonly FollowedCaseWithId[] };

/** How things stand with an incident that has been told, read in one round of parallel calls. `until`: how far usage counts. */
export async function readStanding(
  run: Run,
  model: MonitoredModel,
  now: Date,
  until: Date,
): Promise<ReadStanding> {
  const { incident, record } = run;
  const { config, sharers } = model;
  const openedAt = beginningOf(incident);
  const { metricModelId } = readModelId(config.modelId);
  const [series, asked, cases] = await Promise.all([
    known('usage', readUsage(metricModelId, sharerIds(model), now)),
    Promise.all(incident.asked.map((one) => askedNow(one, record))),
    readCases(run),
  ]);
  const alarms = alarmsOf(run);
  return {
    incident: {
      ...owner,
      reference: incident.reference,
      model: config,
      compositeAlarmName: compositeAlarmName(owner.customer, config.modelName),
      openedAt,
    },
    severity: toldSeverity(alarms.map(({ name }) => name)),
    alarms,
    highest: series && highestOf(series, openedAt, until),
    sharers,
    asked,
    cases,
    mayBeRepeat: run.mayBeRepeat !== undefined,
  };
}

/** The alarms of an incident, in the order of the catalogue; those whose going off nobody was told of are left out. */
export function alarmsOf({ model, incident, alarms }: Run): readonly IncidentAlarm[] {
  const again = incident.untold.filter(({ alarm }) => incident.told[alarm] !== undefined);
  const told = toldWith(incident, again);
  return ALARM_CATALOGUE.flatMap(({ name, severity }) => {
    const alarm = told[name];
    if (alarm === undefined) return [];
    const alarmName = childAlarmName(owner.customer, name, severity, model);
    return [{ name, alarmName, since: alarm.since, times: alarm.times, now: stateNow(name, alarms) }];
  });
}

const highestOf = (series: UsageSeries, from: Date, to: Date): NonNullable<Standing['highest']> => {
  const of = (quota: Quota) => highestUsage(series, quota, from, to);
  return { RPM: of('RPM'), TPM: of('TPM') };
};

/** The ledger forgets a request when its answer was told. */
async function askedNow(
  { request, ...asked }: LedgerIncident['asked'][number],
  { requests }: LedgerRecord,
): Promise<AskedQuota> {
  const quota = await known(`quota ${asked.code}`, readQuota(asked.code));
  return {
    ...asked,
    now: quota?.value,
    isDefault: quota?.isDefault ?? false,
    isAnswered: request !== undefined && requests[request] === undefined,
  };
}

/** The cases that tell of the incident. A case whose number was never told goes by its long id. */
async function readCases({ incident }: Run): Promise<readonly FollowedCaseWithId[]> {
  if (incident.toldCases.length === 0) return [];
  const found = await known('cases', casesNow(incident.toldCases.map(({ caseId }) => caseId)));
  return CASE_CATEGORIES.flatMap((category) =>
    incident.toldCases
      .filter((one) => one.category === category)
      .map(({ caseId, displayId, isShared = false, asks }) => {
        const now = found?.find((one) => one.caseId === caseId);
        const state = stateOf(now, found !== undefined);
        return {
          caseId,
          category,
          displayId: now?.displayId ?? displayId ?? caseId,
          state,
          isShared,
          asks,
        };
      }),
  );
}

function stateOf(now: { readonly isResolved: boolean } | undefined, isRead: boolean): FollowedCase['state'] {
  if (!isRead) return 'unread';
  if (now === undefined) return 'gone';
  return now.isResolved ? 'resolved' : 'open';
}
