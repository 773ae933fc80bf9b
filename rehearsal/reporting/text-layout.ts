const COLUMNS = 80;

/**
 * Breaks a text between words so that it fits; a longer word stands alone and sticks out.
 *
 * @param prefix begins the first line; the others are indented as far.
 */
export function fill(text: string, prefix = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && prefix.length + longer.length > COLUMNS) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  const margin = ' '.repeat(prefix.length);
  return [...lines, line].map((one, index) => `${index === 0 ? prefix : margin}${one}`);
}

export function heading(title: string): string[] {
  return [title, '-'.repeat(title.length)];
}

/** A text as it is, set off by two spaces. */
export function indent(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => (line === '' ? '' : `  ${line}`));
}
