import type { Claim } from '../contract/claims';
import { wrapped } from './words';

/** A piece of text and the facts that it states. */
export interface Prose {
  readonly text: string;
  readonly claims: readonly Claim[];
}

/** Words that state one fact. */
export const fact = (claim: Claim, text: string): Prose => ({ text, claims: [claim] });

/** Words that state none: advice, requests, names. */
export const plain = (text: string): Prose => ({ text, claims: [] });

export const NOTHING: Prose = plain('');

/** A sentence with facts in it. */
export const prose = (words: TemplateStringsArray, ...parts: readonly (Prose | string)[]): Prose =>
  joined(
    words.flatMap((word, index) => {
      const part = parts[index];
      return part === undefined
        ? [plain(word)]
        : [plain(word), typeof part === 'string' ? plain(part) : part];
    }),
    '',
  );

export const joined = (parts: readonly Prose[], separator: string): Prose => ({
  text: parts.map(({ text }) => text).join(separator),
  claims: parts.flatMap(({ claims }) => claims),
});

/** `RPM`, `RPM and TPM`, `a, b and c`. */
export const enumerated = (parts: readonly Prose[]): Prose =>
  parts.length < 2
    ? joined(parts, '')
    : joined([joined(parts.slice(0, -1), ', '), ...parts.slice(-1)], ' and ');

/** The item of a list. */
export const item = (words: Prose): Prose => prose`- ${words}`;

/** Lines that fit a narrow screen; `indent` goes before all but the first. */
export const fitted = ({ text, claims }: Prose, indent = ''): Prose => ({
  text: wrapped(text, indent),
  claims,
});

/** A title, underlined, and its paragraphs and items. */
export const section = (title: string, ...parts: readonly Prose[]): Prose =>
  joined([plain(title), plain('-'.repeat(title.length)), ...parts.map(fittedPart)], '\n');

const fittedPart = (part: Prose): Prose => fitted(part, part.text.startsWith('- ') ? '  ' : '');
