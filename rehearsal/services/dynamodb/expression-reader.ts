import type { AwsError } from '../../service';
import type { AttributeValue } from './attribute-value';
import type { Path } from './document-path';
import { invalid } from './errors';
import type { Placeholders } from './placeholders';
import { isReserved } from './reserved-words';

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /[#:]?[A-Za-z0-9_]+|<>|<=|>=|\S/g;
const NAME = /^[A-Za-z_]/;

/** Reads one expression from left to right, its placeholders already resolved. The first fault is the one told. */
export class ExpressionReader {
  private readonly tokens: readonly Token[];
  private at = 0;
  /** The top-level attributes that the paths read so far begin with. */
  readonly attributes = new Set<string>();

  /** @param kind as messages name it, for example `ConditionExpression`. */
  constructor(
    private readonly text: string,
    private readonly kind: string,
    private readonly placeholders: Placeholders,
  ) {
    if (text === '') throw this.refusal('The expression can not be empty;');
    const size = Buffer.byteLength(text);
    if (size > 4096) {
      throw this.refusal(`Expression size has exceeded the maximum allowed size; expression size: ${size}`);
    }
    this.tokens = [...text.matchAll(TOKEN)].map(({ 0: token, index }) => ({
      text: token,
      start: index,
      end: index + token.length,
    }));
  }

  refusal(message: string): AwsError {
    return invalid(`Invalid ${this.kind}: ${message}`);
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Whether the next word or sign is this one, `ahead` tokens on; words in any case. */
  sees(word: string, ahead = 0): boolean {
    return this.tokens[this.at + ahead]?.text.toUpperCase() === word;
  }

  /** Whether a function is called here. */
  seesCall(): boolean {
    return NAME.test(this.next) && this.sees('(', 1);
  }

  /** Takes the next token if it is one of these. */
  takes<Word extends string>(...words: readonly Word[]): Word | undefined {
    const word = words.find((each) => this.sees(each));
    if (word !== undefined) this.at += 1;
    return word;
  }

  expect(word: string): void {
    if (this.takes(word) === undefined) throw this.syntaxError();
  }

  expectEnd(): void {
    if (!this.atEnd) throw this.syntaxError();
  }

  /** A function's name and its arguments. */
  call<T>(argument: () => T): { readonly name: string; readonly operands: readonly T[] } {
    const name = this.take();
    this.expect('(');
    const operands = this.list(argument);
    this.expect(')');
    return { name, operands };
  }

  list<T>(element: () => T): readonly T[] {
    const elements = [element()];
    while (this.takes(',') !== undefined) elements.push(element());
    return elements;
  }

  /** A `:value`; undefined when something else stands here. */
  value(): AttributeValue | undefined {
    if (!this.next.startsWith(':')) return undefined;
    const placeholder = this.take();
    const value = this.placeholders.value(placeholder);
    if (value !== undefined) return value;
    throw this.refusal(
      `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
    );
  }

  path(): Path {
    const attribute = this.name();
    this.attributes.add(attribute);
    const path: (string | number)[] = [attribute];
    for (let sign = this.takes('.', '['); sign !== undefined; sign = this.takes('.', '[')) {
      path.push(sign === '.' ? this.name() : this.place());
    }
    return path;
  }

  syntaxError(): AwsError {
    const token = this.tokens[this.at];
    const near = this.tokens.slice(Math.max(0, this.at - 1), this.at + 2);
    const around = this.text.slice(near.at(0)?.start ?? 0, near.at(-1)?.end);
    return this.refusal(`Syntax error; token: "${token?.text ?? '<EOF>'}", near: "${around}"`);
  }

  private get next(): string {
    return this.tokens[this.at]?.text ?? '';
  }

  private take(): string {
    const token = this.next;
    this.at += 1;
    return token;
  }

  private name(): string {
    if (this.next.startsWith('#')) return this.named();
    if (!NAME.test(this.next)) throw this.syntaxError();
    if (isReserved(this.next)) {
      throw this.refusal(`Attribute name is a reserved keyword; reserved keyword: ${this.next}`);
    }
    return this.take();
  }

  private named(): string {
    const placeholder = this.take();
    const name = this.placeholders.name(placeholder);
    if (name !== undefined) return name;
    throw this.refusal(
      `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
    );
  }

  private place(): number {
    if (!/^\d+$/.test(this.next)) throw this.syntaxError();
    const place = Number(this.take());
    this.expect(']');
    return place;
  }
}
