import type { FaultCase } from './fault-case';

/** Every case that ever did harm. */
export const REGRESSIONS: readonly FaultCase[] = [
  // Two messages traded places for as long as the model was taken, and neither became a dead letter.
  { path: 'undetermined', call: 'sns.Publish', nth: 1, kind: '5xx always' },
  { path: 'append', call: 'sns.Publish', nth: 1, kind: '5xx always' },
  { path: 'second alarm', call: 'sns.Publish', nth: 1, kind: '5xx always' },
  { path: 'reminder', call: 'sns.Publish', nth: 1, kind: '5xx always' },
  // An e-mail showed the long id of a case, and a link with it that opens nothing.
  { path: 'undetermined', call: 'support.DescribeCases', nth: 2, kind: '5xx always' },
  { path: 'recovery', call: 'support.DescribeCases', nth: 4, kind: 'denied' },
  // Whoever heard of an alarm told it at once, without requests enough for the search of its case.
  { path: 'investigation', call: 'sqs.SendMessage', nth: 1, kind: 'denied' },
  // The messages of a batch were handled at the same time, and took each other's requests.
  { path: 'storm', call: 'dynamodb.UpdateItem', nth: 7, kind: '5xx always' },
  { path: 'storm', call: 'dynamodb.UpdateItem', nth: 15, kind: 'timeout after' },
  { path: 'storm', call: 'sqs.SendMessage', nth: 3, kind: 'denied' },
  { path: 'storm', call: 'sqs.SendMessage', nth: 6, kind: 'throttled once' },
  // A telling that was handed over twice was marked as a repeat; what became of its case was not.
  { path: 'storm', call: 'dynamodb.UpdateItem', nth: 22, kind: 'killed before' },
  { path: 'storm', call: 'dynamodb.TransactWriteItems', nth: 2, kind: 'killed after' },
  { path: 'storm', call: 'dynamodb.UpdateItem', nth: 23, kind: 'killed before' },
  // An end that was handed over was told alone by the next run, and then by the digest; the case heard of it twice.
  { path: 'storm', call: 'dynamodb.UpdateItem', nth: 63, kind: 'killed after' },
  { path: 'storm', call: 'sqs.SendMessage', nth: 17, kind: 'killed before' },
  // A run that changed an alarm and died had stored nothing; when Lambda repeated it, it found the alarm right and left it so.
  { path: 'alarm changed', call: 'cloudwatch.PutMetricAlarm', nth: 1, kind: 'killed after' },
  { path: 'alarm changed', call: 'ssm.GetParameters', nth: 2, kind: 'killed before' },
  { path: 'alarm changed', call: 'ssm.GetParameters', nth: 2, kind: 'killed after' },
  { path: 'alarm changed', call: 'ssm.PutParameter', nth: 1, kind: 'killed before' },
  { path: 'alarm changed', call: 'ssm.PutParameter', nth: 1, kind: 'killed after' },
  { path: 'alarm changed', call: 'ssm.PutParameter', nth: 2, kind: 'killed before' },
  { path: 'alarm changed', call: 'ssm.PutParameter', nth: 2, kind: 'killed after' },
  { path: 'alarm changed', call: 'ssm.PutParameter', nth: 3, kind: 'killed before' },
  // The list of requests was never read; in the end a case of ours asked for what a request asks for.
  {
    path: 'both quotas',
    call: 'servicequotas.ListRequestedServiceQuotaChangeHistoryByQuota',
    nth: 2,
    kind: 'throttled always',
  },
  {
    path: 'pending request',
    call: 'servicequotas.ListRequestedServiceQuotaChangeHistoryByQuota',
    nth: 1,
    kind: '5xx always',
  },
  // A quota that could not be read was told as it had been, and the check took that for a change.
  { path: 'answer denied', call: 'servicequotas.GetServiceQuota', nth: 2, kind: 'denied' },
  // The message that has the details added was not sent again, and an e-mail said that they are added.
  { path: 'storm and a request', call: 'sqs.SendMessage', nth: 4, kind: 'timeout before' },
  // A case that asked for no increase was told as a Quota Request.
  { path: 'storm and a request', call: 'cloudwatch.GetMetricData', nth: 4, kind: 'denied' },
];
