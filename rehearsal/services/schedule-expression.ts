import { AwsError, NotRehearsed } from '../service';

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The milliseconds between two runs of `rate(1 hour)`, `rate(5 minutes)` and the like. Throws AwsError
 * ValidationException for what EventBridge refuses, NotRehearsed for cron expressions.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function rateMs(expression: string): number {
  if (expression.startsWith('cron(')) throw new NotRehearsed(`the schedule ${expression}`);
  const [, count = '', unit = '', plural] = /^rate\((\d+) (minute|hour|day)(s)?\)$/.exec(expression) ?? [];
  const unitMs = UNITS_MS[unit];
  // The unit's number has to agree with the value.
  if (unitMs === undefined || Number(count) < 1 || (Number(count) === 1) !== (plural === undefined)) {
    throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  }
  return Number(count) * unitMs;
}
