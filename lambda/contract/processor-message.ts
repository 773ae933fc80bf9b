import { type AlarmMessage, parseAlarmMessage } from './alarm-message';
import { type Attend, parseAttend } from './attend-message';
import { type CaseRetry, parseCaseRetry } from './case-retry';
import { type ChildAlarmEvent, parseChildAlarmEvent } from './child-alarm-event';
import { type DigestRequest, parseDigest } from './digest-message';
import { type NoCapacity, parseNoCapacity } from './no-capacity';
import { parseQuotaAnswer, type QuotaAnswer } from './quota-answer';
import { parseRequestDetails, type RequestDetails } from './request-details';
import { parseThresholdDrift, type ThresholdDrift } from './threshold-drift';

/** What comes to the processor through its queues. */
export type ProcessorMessage =
  | { readonly kind: 'composite'; readonly message: AlarmMessage }
  | { readonly kind: 'child'; readonly event: ChildAlarmEvent }
  | { readonly kind: 'attend'; readonly attend: Attend }
  | { readonly kind: 'case-retry'; readonly retry: CaseRetry }
  | { readonly kind: 'digest'; readonly digest: DigestRequest }
  | { readonly kind: 'no-capacity'; readonly noCapacity: NoCapacity }
  | { readonly kind: 'threshold-drift'; readonly thresholdDrift: ThresholdDrift }
  | { readonly kind: 'request-details'; readonly details: RequestDetails }
  | { readonly kind: 'quota-answer'; readonly quotaAnswer: QuotaAnswer };

/** Throws when the text is none of these. */
export function parseProcessorMessage(text: string): ProcessorMessage {
  const message: unknown = JSON.parse(text);
  if (has(message, 'attend')) return { kind: 'attend', attend: parseAttend(message) };
  if (has(message, 'caseRetry')) return { kind: 'case-retry', retry: parseCaseRetry(message) };
  if (has(message, 'digest')) return { kind: 'digest', digest: parseDigest(message) };
  if (has(message, 'noCapacity')) return { kind: 'no-capacity', noCapacity: parseNoCapacity(message) };
  if (has(message, 'thresholdDrift'))
    return { kind: 'threshold-drift', thresholdDrift: parseThresholdDrift(message) };
  if (has(message, 'requestDetails'))
    return { kind: 'request-details', details: parseRequestDetails(message) };
  if (has(message, 'quotaAnswer')) return { kind: 'quota-answer', quotaAnswer: parseQuotaAnswer(message) };
  if (has(message, 'detail-type')) return { kind: 'child', event: parseChildAlarmEvent(message) };
  return { kind: 'composite', message: parseAlarmMessage(message) };
}

const has = (message: unknown, key: string): boolean =>
  typeof message === 'object' && message !== null && key in message;
