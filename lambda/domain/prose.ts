import type { Claim } from '../contract/claims';
import { wrapped } from './words';

/** A piece of text and the facts that it states; a text about many models says of which one each fact is. */
export interface Prose<Stated = Claim> {
  readonly text: string;
  readonly claims: readonly Stated[];
}

/** Words that state one fact. */
export const fact = (claim: Claim, text: string): Prose => ({ text, claims: [claim] });

/** Words that state none: advice, requests, names. */
export const plain = (text: string): Prose<never> => ({ text, claims: [] });

export const NOTHING = plain('');

/** A sentence with facts in it. */
export const prose = <Stated = never>(
  words: TemplateStringsArray,
  ...parts: readonly (Prose<Stated> | string)[]
): Prose<Stated> =>
  joined(
    words.flatMap((word, index): readonly Prose<Stated>[] => {
      const part = parts[index];
      return part === undefined
        ? [plain(word)]
        : [plain(word), typeof part === 'string' ? plain(part) : part];
    }),
    '',
  );

export const joined = <Stated>(parts: readonly Prose<Stated>[], separator: string): Prose<Stated> => ({
  text: parts.map(({ text }) => text).join(separator),
  claims: parts.flatMap(({ claims }) => claims),
});

/** One after the other; what is empty leaves no gap. */
export const sentences = <Stated>(...parts: readonly Prose<Stated>[]): Prose<Stated> =>
  joined(
    parts.filter(({ text }) => text !== ''),
    ' ',
  );

/** `RPM`, `RPM and TPM`, `a, b and c`. */
export const enumerated = <Stated>(parts: readonly Prose<Stated>[]): Prose<Stated> =>
  parts.length < 2
    ? joined(parts, '')
    : joined([joined(parts.slice(0, -1), ', '), ...parts.slice(-1)], ' and ');

/** The item of a list. */
export const item = <Stated>(words: Prose<Stated>): Prose<Stated> => prose`- ${words}`;

/** Lines that fit a narrow screen; `indent` goes before all but the first. */
export const fitted = <Stated>({ text, claims }: Prose<Stated>, indent = ''): Prose<Stated> => ({
  text: wrapped(text, indent),
  claims,
});

/** A title, underlined, and its paragraphs and items. */
export const section = <Stated>(title: string, ...parts: readonly Prose<Stated>[]): Prose<Stated> =>
  joined([plain(title), plain('-'.repeat(title.length)), ...parts.map(fittedPart)], '\n');

const fittedPart = <Stated>(part: Prose<Stated>): Prose<Stated> =>
  fitted(part, part.text.startsWith('- ') ? '  ' : '');
