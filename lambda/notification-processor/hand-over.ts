import { digestMessage } from '../contract/digest-message';
import type { DigestKind, Handed } from '../contract/handed';
import type { Transition } from '../contract/ledger';
import { toldWith } from '../domain/attention';
import type { Severity } from '../domain/decision';
import type { Incident } from '../domain/incident';
import { severeAlarms } from '../domain/standing-text';
import { toldSeverity } from '../domain/told-severity';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { sendLater } from '../ports/queue';
import { lastToldOf } from './case-changes';
import { closeIncident } from './close-incident';
import { addClosings, isClosingWanted } from './closings';
import { digests, environment } from './environment';
import { logIncidentTold } from './log-incident';
import type { MonitoredModel } from './read-model';
import { aDayAfter, toldNow } from './remind';
import type { Run } from './run';
import { afterSending, isWanted, MayHaveGoneOut } from './send-email';
import { settleRun } from './settle-run';
import { readStanding } from './standing';
import { finish, nextReminder, readNews, tellWhatWasRead, toldAfter } from './tell';

/** So long a digest is gathered after its first part. */
const DIGEST_SECONDS: Readonly<Record<DigestKind, number>> = {
  telling: 30,
  reminder: 30,
  recovery: 30,
  case: 60,
};

/** Puts parts of one kind down and sees to it that somebody sends the digest. `by`: the id of the message. */
export async function handOver([part, ...more]: readonly [Handed, ...Handed[]], by: string): Promise<void> {
  const { kind } = part;
  await digests.handOver([part, ...more], now());
  // The digest may tell it from now on, whatever becomes of this run.
  await afterSending(askForDigest(kind, by));
}

async function askForDigest(kind: DigestKind, by: string): Promise<void> {
  const seconds = DIGEST_SECONDS[kind];
  const sendAt = new Date(now().getTime() + seconds * 1000);
  if (await digests.ask(kind, by, sendAt, now()))
    await sendLater(environment.QUEUE_URL, digestMessage({ kind }), seconds);
}

/** What every part has. */
const partOf = ({ model, incident, mayBeRepeat }: Run, settings: MonitoredModel, severity: Severity) => ({
  model,
  reference: incident.reference,
  severity,
  at: now(),
  isMailed: isWanted(settings.config, severity),
  mayBeRepeat: mayBeRepeat !== undefined,
});

/**
 * Hands the news of an incident over, which counts as told from then on; its case is tried once the digest is out. What
 * cannot be handed over is told by an e-mail of its own.
 */
export async function handOverTelling(
  run: Run,
  news: readonly Transition[],
  settings: MonitoredModel,
): Promise<void> {
  const incident = await readNews(run, news, settings);
  try {
    await handOver([toldPartOf(run, settings, incident)], run.by);
  } catch (error) {
    if (error instanceof MayHaveGoneOut) throw error;
    logger.error('the part of a digest could not be put down', asError(error));
    return tellWhatWasRead({ ...run, mayBeRepeat: 'unclear' }, news, settings, {
      ...incident,
      mayBeRepeat: 'unclear',
    });
  }
  const told = toldAfter(run, news);
  logIncidentTold(incident, Object.keys(told));
  await finish(run, news, {
    incident: {
      told,
      tellings: incident.telling,
      lastTold: lastToldOf(run.incident, incident, undefined, now()),
      ...nextReminder(settings),
    },
  });
}

function toldPartOf(run: Run, settings: MonitoredModel, incident: Incident): Handed {
  const { decision, triggered, telling, openedAt, model } = incident;
  return {
    ...partOf(run, settings, decision.severity),
    kind: 'telling',
    modelId: model.modelId,
    telling,
    openedAt,
    category: decision.category,
    scenario: decision.scenario,
    alarms: triggered.map(({ name, since }) => ({ name, since: since ?? openedAt })),
    isAutomated: model.automatedSupportCase,
  };
}

/** Hands over that an incident goes on. */
export async function handOverReminder(run: Run, settings: MonitoredModel): Promise<void> {
  const { incident, repeated } = run;
  const at = now();
  const standing = await readStanding(run, settings, at, at);
  const severity = toldSeverity(severeAlarms(standing.alarms).map(({ name }) => name));
  await handOver(
    [
      {
        ...partOf(run, settings, severity),
        kind: 'reminder',
        dueAt: incident.remindAt ?? at,
        openedAt: standing.incident.openedAt,
        inAlarm: standing.alarms.filter(({ now: state }) => state === 'ALARM').map(({ name }) => name),
        cases: standing.cases.map(({ displayId }) => displayId),
      },
    ],
    run.by,
  );
  const settled = settleRun(run, {
    told: repeated,
    incident: {
      told: toldWith(incident, repeated),
      lastTold: toldNow(standing, at, incident),
      remindAt: aDayAfter(incident.remindAt ?? at, at),
    },
  });
  await afterSending(settled);
}

/** Hands over that an incident is over, and closes it. A case that tells of other models too hears of it from the digest. */
export async function handOverRecovery(run: Run, settings: MonitoredModel, overAt: Date): Promise<void> {
  const standing = await readStanding(run, settings, now(), overAt);
  const { alarms, cases, severity, incident } = standing;
  const shared = isClosingWanted(settings) ? cases.filter(({ isShared }) => isShared) : [];
  const own = { ...standing, cases: cases.filter((one) => !shared.includes(one)) };
  const closings = await addClosings(own, settings, overAt);
  await handOver(
    [
      {
        ...partOf(run, settings, severity),
        isMailed: settings.config.recoveryNotice && isWanted(settings.config, severity),
        kind: 'recovery',
        openedAt: incident.openedAt,
        overAt,
        alarms: alarms.map(({ name, since, times }) => ({ name, since, times })),
        closings: [...closings],
        sharedCases: shared.map(({ caseId, displayId }) => ({ caseId, displayId })),
      },
    ],
    run.by,
  );
  await afterSending(closeIncident(run, { overAt }));
}
