import { holdsLine, incidentReferenceLine } from '../domain/case-identity';
import { closingCommunication } from '../domain/closing-text';
import type { Closing } from '../domain/follow-up';
import { asError, isRefusal } from '../ports/failures';
import { logger } from '../ports/logger';
import { addCommunication, communicationsOf } from '../ports/support';
import { logText } from './log-text';
import type { MonitoredModel } from './read-model';
import type { FollowedCaseWithId, ReadStanding } from './standing';

type Outcome = Pick<Closing, 'kind' | 'error'>;

/** Tells each open case of an incident, once, that it is over. Never throws: the e-mail says what became of it. */
export async function addClosings(
  standing: ReadStanding,
  { config }: MonitoredModel,
  overAt: Date,
): Promise<readonly Closing[]> {
  const isWanted = config.closingCommunication && config.automatedSupportCase;
  const closings: Closing[] = [];
  for (const one of standing.cases) {
    const outcome: Outcome = isWanted ? await addClosing(one, standing, overAt) : { kind: 'off' };
    closings.push({ displayId: one.displayId, ...outcome });
  }
  return closings;
}

async function addClosing(
  { caseId, state, category }: FollowedCaseWithId,
  { incident, alarms, asked }: ReadStanding,
  overAt: Date,
): Promise<Outcome> {
  if (state === 'unread') return { kind: 'unread' };
  if (state !== 'open') return { kind: 'not-open' };
  const before = await bodiesOf(caseId);
  if (before instanceof Error) return { kind: 'unread', error: before.name };
  const ownLine = incidentReferenceLine(incident.reference, 'over');
  if (before.some((body) => holdsLine(body, ownLine))) return { kind: 'was-there' };
  const text = closingCommunication({
    incident,
    alarms,
    overAt,
    asked: category === 'Quota Request' ? asked : [],
  });
  const { customer, model, reference } = incident;
  logText(text, { customer, model: model.modelName, incident: reference });
  try {
    await addCommunication(caseId, text.text, []);
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
