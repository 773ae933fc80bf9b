import type { RecoveredPart } from '../contract/handed';
import type { LedgerRecord } from '../contract/ledger';
import { holdsLine, incidentReferenceLine } from '../domain/case-identity';
import { closingCommunication, sharedClosingCommunication } from '../domain/closing-text';
import type { RecoveryDigest } from '../domain/digest';
import type { Closing } from '../domain/follow-up';
import { asError, isRefusal } from '../ports/failures';
import { logger } from '../ports/logger';
import { addCommunication, casesNow, communicationsOf } from '../ports/support';
import { owner } from './environment';
import { known } from './known';
import { logText } from './log-text';
import type { MonitoredModel } from './read-model';
import type { FollowedCaseWithId, ReadStanding } from './standing';

type Outcome = Pick<Closing, 'kind' | 'error'>;

export const isClosingWanted = ({ config }: MonitoredModel): boolean =>
  config.closingCommunication && config.automatedSupportCase;

/** Tells each open case of an incident, once, that it is over. Never throws: the e-mail says what became of it. */
export async function addClosings(
  standing: ReadStanding,
  settings: MonitoredModel,
  overAt: Date,
): Promise<readonly Closing[]> {
  const closings: Closing[] = [];
  for (const one of standing.cases) {
    const outcome: Outcome = isClosingWanted(settings)
      ? await addClosing(one, standing, overAt)
      : { kind: 'off' };
    closings.push({ displayId: one.displayId, ...outcome });
  }
  return closings;
}

async function addClosing(
  { caseId, state, category, isShared, asks }: FollowedCaseWithId,
  { incident, alarms, asked }: ReadStanding,
  overAt: Date,
): Promise<Outcome> {
  if (state === 'unread') return { kind: 'unread' };
  if (state !== 'open') return { kind: 'not-open' };
  const { reference, model } = incident;
  const over = { model: model.modelName, reference, overAt };
  const ofCase =
    category === 'Quota Request' ? asked.filter(({ code }) => asks === undefined || asks.includes(code)) : [];
  return tellOnce(caseId, [reference], () => {
    if (isShared) return sharedClosing([over], true);
    const text = closingCommunication({ incident, alarms, overAt, asked: ofCase });
    logText(text, { customer: owner.customer, model: model.modelName, incident: reference });
    return text.text;
  });
}

/** Tells the open cases that tell of several models, once each, which of these are over. Never throws. */
export async function closeSharedCases(
  parts: readonly RecoveredPart[],
  models: readonly LedgerRecord[],
): Promise<RecoveryDigest['sharedClosings']> {
  const displayIds = new Map(parts.flatMap(({ sharedCases }) => sharedCases).map(idAndNumber));
  if (displayIds.size === 0) return [];
  const found = await known('cases', casesNow([...displayIds.keys()]));
  const closings: RecoveryDigest['sharedClosings'][number][] = [];
  for (const [caseId, displayId] of displayIds) {
    const over = parts.filter(({ sharedCases }) => sharedCases.some((one) => one.caseId === caseId));
    const now = found?.find((one) => one.caseId === caseId);
    const outcome = await closeShared(caseId, over, {
      isRead: found !== undefined,
      isOpen: now !== undefined && !now.isResolved,
      othersGoOn: models.some((record) => tellsOf(record, caseId)),
    });
    closings.push({ displayId, models: over.map(({ model }) => model), ...outcome });
  }
  return closings;
}

const idAndNumber = ({ caseId, displayId }: RecoveredPart['sharedCases'][number]) =>
  [caseId, displayId] as const;

const tellsOf = ({ incident }: LedgerRecord, caseId: string): boolean =>
  incident?.toldCases.some((one) => one.caseId === caseId) ?? false;

async function closeShared(
  caseId: string,
  over: readonly RecoveredPart[],
  { isRead, isOpen, othersGoOn }: { isRead: boolean; isOpen: boolean; othersGoOn: boolean },
): Promise<Outcome> {
  if (!isRead) return { kind: 'unread' };
  if (!isOpen) return { kind: 'not-open' };
  const references = over.map(({ reference }) => reference);
  return tellOnce(caseId, references, (untold) =>
    sharedClosing(
      over.filter(({ reference }) => untold.includes(reference)),
      othersGoOn,
    ),
  );
}

/** The text, whose facts are logged for each model. */
function sharedClosing(
  over: readonly Pick<RecoveredPart, 'model' | 'reference' | 'overAt'>[],
  othersMayGoOn: boolean,
): string {
  const { text, about } = sharedClosingCommunication({ ...owner, models: over, othersMayGoOn });
  for (const { model, reference, claims } of about)
    logText({ text, claims }, { customer: owner.customer, model, incident: reference });
  return text;
}

/** Adds to a case what `text` makes of those incidents of which no line there says that they are over. */
async function tellOnce(
  caseId: string,
  references: readonly string[],
  text: (untold: readonly string[]) => string,
): Promise<Outcome> {
  const before = await bodiesOf(caseId);
  if (before instanceof Error) return { kind: 'unread', error: before.name };
  const untold = references.filter((reference) => {
    const line = incidentReferenceLine(reference, 'over');
    return !before.some((body) => holdsLine(body, line));
  });
  if (untold.length === 0) return { kind: 'was-there' };
  try {
    await addCommunication(caseId, text(untold), []);
    return { kind: 'added' };
  } catch (error) {
    logger.error('the closing communication could not be added', asError(error));
    return { kind: isRefusal(error) ? 'refused' : 'unclear', error: asError(error).name };
  }
}

async function bodiesOf(caseId: string): Promise<readonly string[] | Error> {
  try {
    return await communicationsOf(caseId);
  } catch (error) {
    logger.error(`case ${caseId} could not be read`, asError(error));
    return asError(error);
  }
}
