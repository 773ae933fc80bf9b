import { setTimeout } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import * as z from 'zod';
import {
  type ThresholdAnswer,
  thresholdOwnerSchema,
  thresholdRequestSchema,
} from '../contract/threshold-resource';
import { listed } from '../domain/words';
import { now } from '../ports/clock';
import { type Answer, answerCloudFormation } from '../ports/cloudformation';
import { logger } from '../ports/logger';
import { calculateThresholds, deleteThresholds } from './calculate';
import { MAX_REASON_CHARACTERS, QuotaFault } from './quota-fault';

/**
 * The custom resource of a model stack. Whatever happens, CloudFormation is answered: a resource without an answer keeps
 * its stack waiting until the service timeout.
 */
export const handler = async (event: CloudFormationCustomResourceEvent, context: Context): Promise<void> => {
  logger.addContext(context);
  const answer = await Promise.race([answerTo(event), tooLate(context)]);
  await answerCloudFormation(event, physicalId(event), answer);
};

/** What the answer itself may take before Lambda ends the function. */
const RESERVED_FOR_ANSWER_MS = 10_000;

async function tooLate(context: Context): Promise<Answer> {
  await setTimeout(context.getRemainingTimeInMillis() - RESERVED_FOR_ANSWER_MS, undefined, { ref: false });
  return { Status: 'FAILED', Reason: 'AWS did not answer the quota calculator in time; deploy again.' };
}

/** CloudFormation deletes a resource whose id changes, so the first id is kept for life. */
const physicalId = (event: CloudFormationCustomResourceEvent): string =>
  event.RequestType === 'Create'
    ? `${event.ResourceProperties.Customer}-${event.ResourceProperties.ModelName}-thresholds`
    : event.PhysicalResourceId;

async function answerTo(event: CloudFormationCustomResourceEvent): Promise<Answer> {
  try {
    return { Status: 'SUCCESS', Data: asText(await carryOut(event)) };
  } catch (error) {
    logger.error('the request failed', error instanceof Error ? error : String(error));
    return { Status: 'FAILED', Reason: reason(error).slice(0, MAX_REASON_CHARACTERS) };
  }
}

async function carryOut({ RequestType, RequestId, ResourceProperties }: CloudFormationCustomResourceEvent) {
  if (RequestType !== 'Delete')
    return calculateThresholds(
      { request: thresholdRequestSchema.parse(ResourceProperties), requestId: RequestId },
      now(),
    );
  await deleteThresholds(thresholdOwnerSchema.parse(ResourceProperties));
  return {};
}

/** A template may put an attribute into a text only if it is one. */
const asText = (data: ThresholdAnswer | Record<string, never>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));

/** CloudFormation shows this sentence, and no more, to whoever deploys. */
function reason(error: unknown): string {
  if (error instanceof QuotaFault) return error.message;
  if (error instanceof z.ZodError)
    return `The model stack asks the quota calculator for what it does not understand (${listed(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))}); deploy foundation and model stack of the same version.`;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return `The quota thresholds could not be settled (${name}: ${message}); try again, and look into the calculator's log if it stays so.`;
}
