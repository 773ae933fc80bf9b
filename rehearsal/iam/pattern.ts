/**
 * A pattern of a policy: `*` stands for any characters, `:` and `/` among them, `?` for exactly one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export interface Pattern {
  readonly text: string;
  matches(value: string): boolean;
}

/** Conditions are compared at every call, always with the same few patterns. */
const compiled = new Map<string, Pattern>();

/** Compiles `text`, once; the flag `i` makes it blind to case, as actions are. */
export function pattern(text: string, flags: '' | 'i' = ''): Pattern {
  const key = `${flags}:${text}`;
  const known = compiled.get(key) ?? compile(text, flags);
  compiled.set(key, known);
  return known;
}

function compile(text: string, flags: '' | 'i'): Pattern {
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, `s${flags}`);
  return { text, matches: (value) => expression.test(value) };
}

/** The first five parts of an ARN and the rest of it; undefined for what is no ARN. */
export function arnParts(arn: string): readonly string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
