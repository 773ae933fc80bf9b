/** An e-mail may take this many requests. */
export const MAX_REQUESTS = 15;

/** Of these requests only so many count: how many there are depends on what others have in the account. */
const COUNTED_AT_MOST: Readonly<Record<string, number>> = {
  'support:DescribeCases': 3,
  'support:DescribeCommunications': 0,
  'cloudwatch:ListAlarmMuteRules': 1,
};

/**
 * How many of an invocation's calls, `service:Operation` in their order, count against the bound: those before its
 * e-mail, or, where it sent none, before it put down what it found. An invocation that looks at no alarm hears what
 * several messages say, and none of it is before an e-mail. Once a case is open, its number is looked up by one more
 * request.
 */
export function requestsBeforeEmail(calls: readonly string[]): number {
  const email = calls.indexOf('sns:Publish');
  if (email < 0 && !calls.includes('cloudwatch:DescribeAlarms')) return 0;
  const before = email < 0 ? withoutSettling(calls) : calls.slice(0, email);
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
