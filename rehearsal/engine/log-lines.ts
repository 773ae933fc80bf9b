import * as z from 'zod';

export type LogLine = Readonly<Record<string, unknown>>;

const logLine = z.record(z.string(), z.unknown());

/** A log holds lines of any kind; only those that are a JSON object say something to others than people. */
export const logLinesOf = (lines: readonly string[]): readonly LogLine[] => lines.flatMap(jsonObject);

function jsonObject(line: string): LogLine[] {
  try {
    const { data } = logLine.safeParse(JSON.parse(line));
    return data === undefined ? [] : [data];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
