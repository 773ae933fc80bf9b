import { AwsError, NotRehearsed } from '../service';

/** The values of one period that an expression is evaluated over. */
export interface MathValues {
  /** The value of the metric or expression of that id; NaN where it has none. */
  value(id: string): number;
  /** The ids of the metrics, expressions left out: what METRICS() stands for. */
  readonly metricIds: readonly string[];
}

export interface ArithmeticExpression {
  readonly kind: 'arithmetic';
  /** The ids it names. */
  readonly identifiers: readonly string[];
  /** The value of one period; NaN where there is none. */
  evaluate(values: MathValues): number;
}

/** `ANOMALY_DETECTION_BAND(m1, 2)`. */
export interface BandExpression {
  readonly kind: 'band';
  readonly metricId: string;
  readonly width: number;
}

/** A part of an expression. A constant belongs to no instant, so it does not make up for a missing value. */
interface Term {
  readonly constant: boolean;
  at(values: MathValues): number;
}

interface Token {
  readonly text: string;
  readonly position: number;
}

const TOKEN = /\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+|[A-Za-z_][A-Za-z0-9_]*|"[^"]*"|\S)/g;
const NUMBER = /^[\d.]/;
const IDENTIFIER = /^[a-z][A-Za-z0-9_]*$/;
const WORD = /^[A-Za-z_]/;
const DEFAULT_WIDTH = 2;

/**
 * Parses a metric math expression of the part that alarms use: numbers, ids, `+ - * /`, unary minus, parentheses,
 * `SUM([m1, m2])`, `SUM(METRICS())`, and `ANOMALY_DETECTION_BAND(m1, k)` by itself.
 *
 * Between two time series a value that is missing on one side counts as 0, for every operator; where both sides miss
 * there is no value; a division by 0 drops the value.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * Throws NotRehearsed for other functions and operators, AwsError ValidationException for what is no expression.
 */
export function parseMetricMath(source: string): ArithmeticExpression | BandExpression {
  return new Parser(source).parse();
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly identifiers = new Set<string>();
  private next = 0;

  constructor(private readonly source: string) {
    this.tokens = tokenize(source);
  }

  parse(): ArithmeticExpression | BandExpression {
    const band = this.peek() === 'ANOMALY_DETECTION_BAND' ? this.band() : undefined;
    const term = band ?? this.sum();
    if (this.peek() !== undefined) throw this.unexpected();
    if ('kind' in term) return term;
    if (term.constant) throw this.invalid('it is a number, not a time series');
    return { kind: 'arithmetic', identifiers: [...this.identifiers], evaluate: (values) => term.at(values) };
  }

  private band(): BandExpression {
    this.next += 1;
    this.expect('(');
    const metricId = this.take();
    if (!IDENTIFIER.test(metricId)) throw new NotRehearsed(`the anomaly band of ${metricId}`);
    const width = this.accept(',') ? Number(this.take()) : DEFAULT_WIDTH;
    if (Number.isNaN(width) || width <= 0)
      throw this.invalid('the width of the band is not a positive number');
    this.expect(')');
    return { kind: 'band', metricId, width };
  }

  private sum(): Term {
    let left = this.product();
    for (;;) {
      if (this.accept('+')) left = combine(left, this.product(), (a, b) => a + b);
      else if (this.accept('-')) left = combine(left, this.product(), (a, b) => a - b);
      else return left;
    }
  }

  private product(): Term {
    let left = this.unary();
    for (;;) {
      if (this.accept('*')) left = combine(left, this.unary(), (a, b) => a * b);
      else if (this.accept('/')) left = combine(left, this.unary(), divide);
      else return left;
    }
  }

  private unary(): Term {
    if (!this.accept('-')) return this.primary();
    const operand = this.unary();
    return { constant: operand.constant, at: (values) => -operand.at(values) };
  }

  private primary(): Term {
    if (this.accept('(')) {
      const inner = this.sum();
      this.expect(')');
      return inner;
    }
    const token = this.take();
    if (NUMBER.test(token)) return constant(Number(token));
    if (token === 'SUM') return this.sumOfList();
    if (IDENTIFIER.test(token)) return this.reference(token);
    this.next -= 1;
    throw this.unexpected();
  }

  private reference(id: string): Term {
    this.identifiers.add(id);
    return { constant: false, at: (values) => values.value(id) };
  }

  /** SUM of a list adds the values that are there; SUM of one series is a number over the whole range. */
  private sumOfList(): Term {
    this.expect('(');
    const idsOf = this.list();
    this.expect(')');
    return {
      constant: false,
      at: (values) => sumOfPresent(idsOf(values).map((id) => values.value(id))),
    };
  }

  private list(): (values: MathValues) => readonly string[] {
    if (this.accept('METRICS')) {
      this.expect('(');
      this.expect(')');
      return (values) => values.metricIds;
    }
    if (!this.accept('[')) throw new NotRehearsed(`SUM of one time series in the metric math ${this.source}`);
    const ids: string[] = [];
    do ids.push(this.listMember());
    while (this.accept(','));
    this.expect(']');
    return () => ids;
  }

  private listMember(): string {
    const id = this.take();
    if (!IDENTIFIER.test(id)) throw this.invalid(`${id} is not the id of a metric`);
    this.identifiers.add(id);
    return id;
  }

  private peek(): string | undefined {
    return this.tokens[this.next]?.text;
  }

  private take(): string {
    const token = this.tokens[this.next];
    if (token === undefined) throw this.invalid('it ends too early');
    this.next += 1;
    return token.text;
  }

  private accept(text: string): boolean {
    if (this.peek() !== text) return false;
    this.next += 1;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected();
  }

  private unexpected(): Error {
    const token = this.tokens[this.next];
    if (token === undefined) return this.invalid('it ends too early');
    if (WORD.test(token.text)) return new NotRehearsed(`${token.text} in the metric math ${this.source}`);
    if (/[\^=<>!&|]/.test(token.text)) {
      return new NotRehearsed(`the operator ${token.text} in the metric math ${this.source}`);
    }
    return this.invalid(`${token.text} at position ${token.position} is unexpected`);
  }

  private invalid(reason: string): AwsError {
    return new AwsError('ValidationException', `Error in expression '${this.source}': ${reason}`);
  }
}

function tokenize(source: string): Token[] {
  const matches = source.matchAll(TOKEN);
  return [...matches].map((match) => {
    const text = match[1] ?? '';
    return { text, position: match.index + match[0].length - text.length + 1 };
  });
}

function constant(value: number): Term {
  return { constant: true, at: () => value };
}

function combine(left: Term, right: Term, operate: (a: number, b: number) => number): Term {
  const bothSeries = !left.constant && !right.constant;
  return {
    constant: left.constant && right.constant,
    at: (values) => {
      const a = left.at(values);
      const b = right.at(values);
      if (!bothSeries || (Number.isNaN(a) && Number.isNaN(b))) return operate(a, b);
      return operate(Number.isNaN(a) ? 0 : a, Number.isNaN(b) ? 0 : b);
    },
  };
}

function divide(dividend: number, divisor: number): number {
  return divisor === 0 ? Number.NaN : dividend / divisor;
}

function sumOfPresent(values: readonly number[]): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length === 0 ? Number.NaN : present.reduce((sum, value) => sum + value, 0);
}
