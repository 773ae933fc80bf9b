import { caseRetryMessage } from '../contract/case-retry';
import type { ToldPart } from '../contract/handed';
import type { CaseToTry } from '../domain/case-plan';
import { now } from '../ports/clock';
import { sendLater } from '../ports/queue';
import { digests, environment } from './environment';

/** Sends the messages that try the cases of a digest, after it was put down that each is expected. */
export async function tryCases(tries: readonly CaseToTry[]): Promise<void> {
  await Promise.all(tries.map(expect));
  await Promise.all(tries.map(send));
}

const expect = ({ lead, together }: CaseToTry): Promise<void> =>
  digests.expectCase(
    {
      kind: 'case',
      model: lead.model,
      reference: lead.reference,
      severity: lead.severity,
      at: now(),
      isMailed: [lead, ...together].some(({ isMailed }) => isMailed),
      mayBeRepeat: mayBeRepeat([lead, ...together]),
      telling: lead.telling,
      category: lead.category,
      together: together.map(({ model }) => model),
      outcome: null,
    },
    now(),
  );

const send = ({ lead, together }: CaseToTry): Promise<void> =>
  sendLater(
    environment.QUEUE_URL,
    caseRetryMessage({
      attempt: 1,
      model: lead.model,
      reference: lead.reference,
      telling: lead.telling,
      openedAt: lead.openedAt.toISOString(),
      alarms: alarmsOf(lead),
      digest: {
        severity: lead.severity,
        category: lead.category,
        isMailed: [lead, ...together].some(({ isMailed }) => isMailed),
        mayBeRepeat: mayBeRepeat([lead, ...together]),
        together: together.map((part) => ({
          model: part.model,
          modelId: part.modelId,
          reference: part.reference,
          telling: part.telling,
          alarms: alarmsOf(part),
        })),
      },
    }),
    0,
  );

const mayBeRepeat = (parts: readonly ToldPart[]): boolean => parts.some((part) => part.mayBeRepeat);

const alarmsOf = ({ alarms }: ToldPart) =>
  alarms.map(({ name, since }) => ({ alarm: name, since: since.toISOString() }));
