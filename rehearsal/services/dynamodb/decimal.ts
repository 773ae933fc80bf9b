import { NotRehearsed } from '../../service';
import { invalid } from './errors';

/** coefficient × 10 ** exponent; the coefficient ends in no zero, and 0 is 0 × 10 ** 0. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const NUMBER = /^(?<sign>[+-]?)(?=\.?\d)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d+))?$/;

/**
 * A number as DynamoDB keeps it: no exponent, no needless zeros.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 *
 * @throws AwsError ValidationException: no number, more than 38 significant digits, or beyond 1E-130 to 9.9…E+125
 */
export const decimalText = (text: string): string => write(readStored(text));

export function compareDecimals(a: string, b: string): number {
  const [left, right] = aligned(read(a), read(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** @throws NotRehearsed for a sum that DynamoDB could not keep */
export function addDecimals(a: string, b: string): string {
  const [left, right, exponent] = aligned(read(a), read(b));
  const sum = `${left + right}e${exponent}`;
  if (faultOf(read(sum)) !== undefined) throw new NotRehearsed(`what DynamoDB makes of ${a} + ${b}`);
  return write(read(sum));
}

export const negated = (text: string): string => {
  const { coefficient, exponent } = read(text);
  return write({ coefficient: -coefficient, exponent });
};

/** For the size of an item. */
export const significantDigits = (text: string): number => digitsOf(read(text)).length;

function readStored(text: string): Decimal {
  const decimal = read(text);
  const fault = faultOf(decimal);
  if (fault !== undefined) throw invalid(fault);
  return decimal;
}

function read(text: string): Decimal {
  const groups = NUMBER.exec(text)?.groups;
  if (groups === undefined) {
    const shown = text === '' ? '' : `: ${text}`;
    throw invalid(`The parameter cannot be converted to a numeric value${shown}`);
  }
  const { sign = '', whole = '', fraction = '', exponent = '0' } = groups;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return { coefficient: 0n, exponent: 0 };
  return {
    coefficient: BigInt(`${sign}${significant}`),
    exponent: Number(exponent) - fraction.length + digits.length - significant.length,
  };
}

function faultOf(decimal: Decimal): string | undefined {
  const digits = digitsOf(decimal).length;
  const magnitude = digits - 1 + decimal.exponent;
  if (magnitude > 125) {
    return 'Number overflow. Attempting to store a number with magnitude larger than supported range';
  }
  if (magnitude < -130) {
    return 'Number underflow. Attempting to store a number with magnitude smaller than supported range';
  }
  return digits > 38 ? 'Attempting to store more than 38 significant digits in a Number' : undefined;
}

const digitsOf = ({ coefficient }: Decimal): string => coefficient.toString().replace('-', '');

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (decimal: Decimal) => decimal.coefficient * 10n ** BigInt(decimal.exponent - exponent);
  return [scaled(a), scaled(b), exponent];
}

function write(decimal: Decimal): string {
  const { coefficient, exponent } = decimal;
  const sign = coefficient < 0n ? '-' : '';
  if (exponent >= 0) return `${coefficient}${'0'.repeat(exponent)}`;
  const digits = digitsOf(decimal).padStart(1 - exponent, '0');
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}
