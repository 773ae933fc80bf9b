import { NotRehearsed } from '../../service';
import { compareValues, typeOf, VALUE_TYPES } from './attribute-value';
import { COMPARATORS, type Condition, type Operand } from './condition';
import { pathText } from './document-path';
import type { ExpressionReader } from './expression-reader';

/** How many operands each function takes. */
const FUNCTIONS = new Map([
  ['attribute_exists', 1],
  ['attribute_not_exists', 1],
  ['attribute_type', 2],
  ['begins_with', 2],
  ['contains', 2],
  ['size', 1],
]);

/** Reads a whole condition, filter or key condition. */
export function parseCondition(reader: ExpressionReader): Condition {
  const condition = new ConditionParser(reader).either();
  reader.expectEnd();
  return condition;
}

class ConditionParser {
  /** What stood in parentheses of its own last: a second pair around it is refused. */
  private inParentheses: Condition | undefined;

  constructor(private readonly reader: ExpressionReader) {}

  either(): Condition {
    let condition = this.both();
    while (this.reader.takes('OR') !== undefined) {
      condition = { kind: 'or', left: condition, right: this.both() };
    }
    return condition;
  }

  private both(): Condition {
    let condition = this.negation();
    while (this.reader.takes('AND') !== undefined) {
      condition = { kind: 'and', left: condition, right: this.negation() };
    }
    return condition;
  }

  private negation(): Condition {
    if (this.reader.takes('NOT') === undefined) return this.primary();
    return { kind: 'not', condition: this.negation() };
  }

  private primary(): Condition {
    if (this.reader.takes('(') === undefined) return this.test();
    const condition = this.either();
    this.reader.expect(')');
    if (condition === this.inParentheses) {
      throw this.reader.refusal('The expression has redundant parentheses;');
    }
    this.inParentheses = condition;
    return condition;
  }

  private test(): Condition {
    if (this.reader.seesCall() && !this.reader.sees('SIZE')) return this.functionCall();
    const operand = this.operand();
    const comparator = this.reader.takes(...COMPARATORS);
    if (comparator !== undefined) return this.comparison(operand, comparator);
    if (this.reader.takes('BETWEEN') !== undefined) return this.between(operand);
    if (this.reader.takes('IN') !== undefined) return this.membership(operand);
    if (operand.kind === 'size') throw this.misused('size');
    throw this.reader.syntaxError();
  }

  private comparison(left: Operand, comparator: (typeof COMPARATORS)[number]): Condition {
    const right = this.operand();
    this.refuseSame(comparator, left, right);
    if (comparator !== '=' && comparator !== '<>') {
      for (const operand of [left, right]) this.refuseUnordered(comparator, operand);
    }
    return { kind: 'compare', comparator, left, right };
  }

  private between(operand: Operand): Condition {
    const lower = this.operand();
    this.reader.expect('AND');
    const upper = this.operand();
    for (const each of [operand, lower, upper]) this.refuseUnordered('BETWEEN', each);
    if (lower.kind === 'value' && upper.kind === 'value') {
      const order = compareValues(lower.value, upper.value);
      const bounds = `lower bound operand: AttributeValue: ${shown(lower)}, upper bound operand: AttributeValue: ${shown(upper)}`;
      if (order === undefined) {
        throw this.reader.refusal(
          `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
        );
      }
      if (order > 0) {
        throw this.reader.refusal(
          `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
        );
      }
    }
    return { kind: 'between', operand, lower, upper };
  }

  private membership(operand: Operand): Condition {
    this.reader.expect('(');
    const candidates = this.reader.list(() => this.operand());
    this.reader.expect(')');
    if (candidates.length > 100) throw this.wrongNumber('IN', candidates.length + 1);
    return { kind: 'in', operand, candidates };
  }

  private operand(): Operand {
    const value = this.reader.value();
    if (value !== undefined) return { kind: 'value', value };
    if (!this.reader.seesCall()) return { kind: 'path', path: this.reader.path() };
    const { name, operands } = this.knownCall();
    const [of] = operands;
    if (name !== 'size' || of === undefined) throw this.misused(name);
    if (of.kind === 'value') this.refuseType('size', of, ['S', 'SS', 'NS', 'L', 'M']);
    return { kind: 'size', of };
  }

  private functionCall(): Condition {
    const { name, operands } = this.knownCall();
    const [operand, part] = operands;
    if (operand === undefined) throw this.wrongNumber(name, 0);
    if (part === undefined) {
      if (operand.kind === 'path') return { kind: 'exists', path: operand.path, name };
      throw this.reader.refusal(
        `Operator or function requires a document path; operator or function: ${name}`,
      );
    }
    if (name === 'attribute_type') return this.typeTest(operand, part);
    this.refuseSame(name, operand, part);
    if (name === 'contains') return { kind: 'contains', operand, part };
    for (const each of [operand, part]) this.refuseType(name, each, ['S']);
    return { kind: 'begins_with', operand, part };
  }

  private knownCall() {
    const call = this.reader.call(() => this.operand());
    const expected = FUNCTIONS.get(call.name);
    if (expected === undefined) throw this.reader.refusal(`Invalid function name; function: ${call.name}`);
    if (call.operands.length !== expected) throw this.wrongNumber(call.name, call.operands.length);
    return call;
  }

  private typeTest(operand: Operand, named: Operand): Condition {
    const name = named.kind === 'value' && 'S' in named.value ? named.value.S : undefined;
    if (name === undefined) {
      const actual =
        named.kind === 'value'
          ? typeOf(named.value)
          : named.kind === 'size'
            ? 'N'
            : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}';
      throw this.wrongType('operator or function: attribute_type', actual);
    }
    if (name === 'B' || name === 'BS') throw new NotRehearsed('binary values in DynamoDB');
    const type = VALUE_TYPES.find((each) => each === name);
    if (type !== undefined) return { kind: 'type', operand, type };
    throw this.reader.refusal(
      `Invalid attribute type name found; type: ${name}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }

  private refuseSame(operator: string, left: Operand, right: Operand): void {
    if (left.kind !== 'path' || right.kind !== 'path') return;
    if (pathText(left.path) !== pathText(right.path)) return;
    throw this.reader.refusal(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${pathText(left.path)}`,
    );
  }

  private refuseUnordered(operator: string, operand: Operand): void {
    if (operand.kind !== 'value' || /^[SN]$/.test(typeOf(operand.value))) return;
    throw this.wrongType(`operator: ${operator}`, typeOf(operand.value));
  }

  private refuseType(name: string, operand: Operand, allowed: readonly string[]): void {
    const type = operand.kind === 'value' ? typeOf(operand.value) : operand.kind === 'size' ? 'N' : undefined;
    if (type === undefined || allowed.includes(type)) return;
    throw this.wrongType(`operator or function: ${name}`, type);
  }

  private wrongType(operator: string, type: string) {
    return this.reader.refusal(
      `Incorrect operand type for operator or function; ${operator}, operand type: ${type}`,
    );
  }

  private wrongNumber(name: string, count: number) {
    return this.reader.refusal(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
    );
  }

  private misused(name: string) {
    return this.reader.refusal(
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  }
}

function shown(operand: Operand): string {
  if (operand.kind !== 'value') return '';
  const [[type, value] = []] = Object.entries(operand.value);
  return `{${type}:${value}}`;
}
