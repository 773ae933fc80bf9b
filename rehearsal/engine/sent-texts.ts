import type { CallSeen } from '../aws-view';
import { instantText } from '../instant';
import type { SentText } from '../product';
import { parsePublish } from '../services/sns-publish';
import type { Support } from '../services/support';
import { addCommunication, createCase } from '../services/support-inputs';

/**
 * The texts that AWS took from an invocation, in the order of its calls, whatever the function was answered: an e-mail or
 * a case does not go away because an answer was lost.
 */
export const sentTexts = (calls: readonly CallSeen[], support: Support, now: Date): readonly SentText[] =>
  calls
    .filter(({ carriedOut }) => carriedOut)
    .flatMap((call) => textOf(call, support) ?? [])
    .map((text) => ({ ...text, at: instantText(now) }));

function textOf({ name, input }: CallSeen, support: Support): Omit<SentText, 'at'> | undefined {
  if (name === 'sns:Publish') {
    const { Subject = '', Message } = parsePublish(input);
    return { medium: 'e-mail', subject: Subject, body: Message };
  }
  if (name === 'support:CreateCase') {
    const { subject, communicationBody } = createCase.parse(input);
    return { medium: 'case', subject, body: communicationBody };
  }
  if (name === 'support:AddCommunicationToCase') {
    const { caseId, communicationBody } = addCommunication.parse(input);
    return { medium: 'case', subject: support.find(caseId).subject, body: communicationBody };
  }
  return undefined;
}
