import { AwsError } from '../service';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface CompositeRule {
  /** The names of the alarms it rests on, each once, in the order of the rule. */
  readonly children: readonly string[];
  /** Whether the composite is to be in ALARM, given its children's states. */
  evaluate(stateOf: (alarmName: string) => AlarmState): boolean;
}

type Condition = (stateOf: (alarmName: string) => AlarmState) => boolean;

interface Token {
  readonly text: string;
  /** A quoted name is never a keyword. */
  readonly quoted: boolean;
  /** Counted from 1. */
  readonly position: number;
}

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([(),])|([^\s(),"]+)|(\S))/g;
const ALARM_ARN = /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/;
const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] satisfies readonly AlarmState[];
const MAXIMUM_LENGTH = 10_240;
const MAXIMUM_CHILDREN = 100;

/**
 * Parses the rule of a composite alarm: `ALARM(x)`, `OK(x)`, `INSUFFICIENT_DATA(x)`, `AT_LEAST(2, ALARM, (x, y, z))`,
 * `AND`, `OR`, `NOT`, `TRUE`, `FALSE` and parentheses; NOT binds before AND, AND before OR. Alarms go by name or ARN,
 * bare or in double quotes. Throws AwsError ValidationException that names the position (from 1) of a syntax error.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function parseCompositeRule(source: string): CompositeRule {
  if (source.length > MAXIMUM_LENGTH) throw invalid(`is longer than ${MAXIMUM_LENGTH} characters`);
  return new Parser(source).parse();
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly children = new Set<string>();
  private next = 0;

  constructor(private readonly source: string) {
    this.tokens = tokenize(source);
  }

  parse(): CompositeRule {
    const evaluate = this.disjunction();
    if (this.tokens[this.next] !== undefined) throw this.unexpected('AND, OR or the end of the rule');
    if (this.children.size > MAXIMUM_CHILDREN) throw invalid(`names more than ${MAXIMUM_CHILDREN} alarms`);
    return { children: [...this.children], evaluate };
  }

  private disjunction(): Condition {
    const operands = [this.conjunction()];
    while (this.accept('OR')) operands.push(this.conjunction());
    return (stateOf) => operands.some((operand) => operand(stateOf));
  }

  private conjunction(): Condition {
    const operands = [this.negation()];
    while (this.accept('AND')) operands.push(this.negation());
    return (stateOf) => operands.every((operand) => operand(stateOf));
  }

  private negation(): Condition {
    if (!this.accept('NOT')) return this.primary();
    const operand = this.negation();
    return (stateOf) => !operand(stateOf);
  }

  private primary(): Condition {
    if (this.accept('(')) {
      const inner = this.disjunction();
      this.expect(')');
      return inner;
    }
    if (this.accept('AT_LEAST')) return this.atLeast();
    const literal = this.keyword()?.toUpperCase();
    if (literal === 'TRUE' || literal === 'FALSE') {
      this.next += 1;
      return () => literal === 'TRUE';
    }
    const state = this.state();
    this.expect('(');
    const alarmName = this.alarmName();
    this.expect(')');
    return (stateOf) => stateOf(alarmName) === state;
  }

  private atLeast(): Condition {
    this.expect('(');
    const threshold = this.threshold();
    this.expect(',');
    const state = this.state();
    this.expect(',');
    this.expect('(');
    const alarmNames = [this.alarmName()];
    while (this.accept(',')) alarmNames.push(this.alarmName());
    this.expect(')');
    this.expect(')');
    const least = threshold(alarmNames.length);
    return (stateOf) => alarmNames.filter((alarmName) => stateOf(alarmName) === state).length >= least;
  }

  /** `2`, or `50%` of the alarms listed. */
  private threshold(): (listed: number) => number {
    const match = /^([1-9]\d*)(%?)$/.exec(this.keyword() ?? '');
    if (match === null) throw this.unexpected('a number or a percentage');
    this.next += 1;
    const amount = Number(match[1]);
    return match[2] === '%' ? (listed) => Math.ceil((amount / 100) * listed) : () => amount;
  }

  private state(): string {
    const state = this.keyword();
    if (state === undefined || !STATES.includes(state)) throw this.unexpected('a condition on an alarm');
    this.next += 1;
    return state;
  }

  private alarmName(): string {
    const token = this.tokens[this.next];
    if (token === undefined || (!token.quoted && '(),"'.includes(token.text))) {
      throw this.unexpected('the name of an alarm');
    }
    this.next += 1;
    const name = ALARM_ARN.exec(token.text)?.[1] ?? token.text;
    this.children.add(name);
    return name;
  }

  private keyword(): string | undefined {
    const token = this.tokens[this.next];
    return token?.quoted === false ? token.text : undefined;
  }

  private accept(text: string): boolean {
    if (this.keyword() !== text) return false;
    this.next += 1;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(text);
  }

  private unexpected(wanted: string): AwsError {
    const token = this.tokens[this.next];
    const found = token === undefined ? 'the rule ends' : `"${token.text}" stands`;
    const position = token?.position ?? this.source.length + 1;
    return invalid(`has a syntax error at position ${position}: ${found} where ${wanted} is expected`);
  }
}

function tokenize(source: string): Token[] {
  return [...source.matchAll(TOKEN)].map((match) => {
    const [whole, quoted, mark, word, stray] = match;
    const position = match.index + whole.length - whole.trimStart().length + 1;
    if (quoted !== undefined) return { text: quoted.replace(/\\(.)/g, '$1'), quoted: true, position };
    return { text: mark ?? word ?? stray ?? '', quoted: false, position };
  });
}

function invalid(reason: string): AwsError {
  return new AwsError('ValidationException', `AlarmRule ${reason}`);
}
