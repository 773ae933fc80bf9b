import { AwsError, NotRehearsed } from '../service';

/** The value over the minutes from `from` to `to` (exclusive); NaN where there is none. */
export type ValueAt = (from: number, to: number) => number;

/** What the ids of an expression stand for. */
export interface MathSource {
  /** The metric or expression of that id. */
  valuesOf(id: string): ValueAt;
  /** The ids of the metrics, expressions left out: what METRICS() stands for. */
  readonly metricIds: readonly string[];
}

export interface ArithmeticExpression {
  readonly kind: 'arithmetic';
  /** The ids it names. */
  readonly identifiers: readonly string[];
  /** Looks the ids up once, since two weeks have 20,160 minutes. */
  bind(source: MathSource): ValueAt;
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
  bind(source: MathSource): ValueAt;
}

interface Token {
  readonly text: string;
  readonly position: number;
}

/** Taken once: Jest makes each look at a global slow, and these are needed for every minute of every series. */
const { NaN: NONE, isNaN: isNone } = Number;

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
    return { kind: 'arithmetic', identifiers: [...this.identifiers], bind: (source) => term.bind(source) };
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
    return {
      constant: operand.constant,
      bind: (source) => {
        const value = operand.bind(source);
        return (from, to) => -value(from, to);
      },
    };
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
    return { constant: false, bind: (source) => source.valuesOf(id) };
  }

  /** SUM of a list adds the values that are there; SUM of one series is a number over the whole range. */
  private sumOfList(): Term {
    this.expect('(');
    const idsOf = this.list();
    this.expect(')');
    return {
      constant: false,
      bind: (source) => {
        const values = idsOf(source).map((id) => source.valuesOf(id));
        return (from, to) => sumOfPresent(values.map((value) => value(from, to)));
      },
    };
  }

  private list(): (source: MathSource) => readonly string[] {
    if (this.accept('METRICS')) {
      this.expect('(');
      this.expect(')');
      return (source) => source.metricIds;
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
  return { constant: true, bind: () => () => value };
}

type Operate = (a: number, b: number) => number;

function combine(left: Term, right: Term, operate: Operate): Term {
  return {
    constant: left.constant && right.constant,
    bind: (source) => {
      const [leftAt, rightAt] = [left.bind(source), right.bind(source)];
      if (!left.constant && !right.constant) return ofTwoSeries(leftAt, rightAt, operate);
      return (from, to) => operate(leftAt(from, to), rightAt(from, to));
    },
  };
}

const ofTwoSeries =
  (leftAt: ValueAt, rightAt: ValueAt, operate: Operate): ValueAt =>
  (from, to) => {
    const a = leftAt(from, to);
    const b = rightAt(from, to);
    if (isNone(a)) return isNone(b) ? NONE : operate(0, b);
    return operate(a, isNone(b) ? 0 : b);
  };

function divide(dividend: number, divisor: number): number {
  return divisor === 0 ? NONE : dividend / divisor;
}

function sumOfPresent(values: readonly number[]): number {
  const present = values.filter((value) => !isNone(value));
  return present.length === 0 ? NONE : present.reduce((sum, value) => sum + value, 0);
}
