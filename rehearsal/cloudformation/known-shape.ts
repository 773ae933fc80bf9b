import type * as z from 'zod';
import { NotRehearsed } from '../service';

/**
 * Reads `value` with `schema`. Strict schemas make every key that nobody implemented an error instead of a silence.
 * Throws NotRehearsed that names `where` and each key or value outside the schema.
 */
export function readKnown<Shape extends z.ZodType>(
  schema: Shape,
  value: unknown,
  where: string,
): z.output<Shape> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new NotRehearsed(`${where}: ${result.error.issues.map(describeIssue).join('; ')}`);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}
