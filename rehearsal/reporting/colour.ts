import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** What is coloured, the first that fits a line; the rest of a report is plain. */
const STYLES: readonly (readonly [line: RegExp, style: Style])[] = [
  [/^✓ /, 'green'],
  [/^✗ /, 'red'],
  [/^Passed\.$/, ['bold', 'green']],
  [/^Failed: /, ['bold', 'red']],
  [/^ {2}\S{5,8} +\S+ +alarm .* → ALARM$/, 'red'],
  [/^ {2}\S{5,8} +\S+ +alarm .* → OK$/, 'green'],
  [/^ {2}\S{5,8} +\S+ +(?:error|denied) /, 'red'],
  [/^ {2}\S{5,8} +\S+ +(?:case|e-mail) /, 'cyan'],
  [/^ {2}\S{5,8} +\S+ +event /, 'yellow'],
  [/^ {2}\S{5,8} +\S+ +note /, 'bold'],
  [/^-{3,}$/, 'dim'],
];

/** A text report for a terminal. Lines that continue another stay plain, and no character is added but colour. */
export const coloured = (report: string): string =>
  report
    .split('\n')
    .map((line) => {
      const style = STYLES.find(([pattern]) => pattern.test(line))?.[1];
      return style === undefined ? line : styleText(style, line);
    })
    .join('\n');
