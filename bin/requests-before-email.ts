/** An e-mail may take this many requests. */
export const MAX_REQUESTS = 15;

/** Of these requests only so many count: how many there are depends on what others have in the account. */
const COUNTED_AT_MOST: Readonly<Record<string, number>> = {
  'support:DescribeCases': 3,
  'support:DescribeCommunications': 0,
  'cloudwatch:ListAlarmMuteRules': 1,
};

/**
 * How many of an invocation's calls, `service:Operation` in their order, count against the bound: those before an e-mail,
 * or, where it sent none, before it put down what it found; the most, where it sent several. Once a case is open, its number
 * is looked up by one more request.
 */
export const requestsBeforeEmail = (calls: readonly string[]): number =>
  Math.max(...looksOf(calls).map(countedBeforeCase));

/** What an invocation did for each of its e-mails. */
function looksOf(calls: readonly string[]): readonly (readonly string[])[] {
  const email = calls.indexOf('sns:Publish');
  if (email < 0) return [withoutSettling(fromItsLease(calls) ?? [])];
  const before = calls.slice(0, email);
  return [fromItsLease(before) ?? before, ...looksOf(calls.slice(email + 1))];
}

/**
 * A look takes a lease, then looks at the alarms. What comes before is no part of it: an invocation may hear several alarms
 * first, and looks itself only where it cannot send the message for that. Undefined where no alarm is looked at: a digest
 * has all it tells from the ledger, and without an e-mail alarms are only heard.
 */
function fromItsLease(calls: readonly string[]): readonly string[] | undefined {
  const look = calls.indexOf('cloudwatch:DescribeAlarms');
  return look < 0 ? undefined : calls.slice(Math.max(0, look - 1));
}

function countedBeforeCase(before: readonly string[]): number {
  const newCase = before.indexOf('support:CreateCase');
  return (
    countedOf(before.slice(0, newCase < 0 ? before.length : newCase)) +
    (newCase < 0 ? 0 : before.length - newCase)
  );
}

/** A run without an e-mail ends with writes to the ledger and messages. */
const withoutSettling = (calls: readonly string[]): readonly string[] =>
  calls.slice(0, calls.findLastIndex((call) => !SETTLING.includes(call)) + 1);

const SETTLING: readonly string[] = [
  'dynamodb:UpdateItem',
  'dynamodb:PutItem',
  'dynamodb:TransactWriteItems',
  'sqs:SendMessage',
];

const countedOf = (calls: readonly string[]): number =>
  [...new Set(calls)].reduce(
    (sum, call) =>
      sum + Math.min(calls.filter((one) => one === call).length, COUNTED_AT_MOST[call] ?? calls.length),
    0,
  );
