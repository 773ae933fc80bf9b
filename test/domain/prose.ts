/** What any text that leaves the product is examined for. */

/** The text as one line, so that an expectation does not depend on where a line breaks. */
export const flowing = (text: string): string => text.replace(/\s+/g, ' ');

/** Figures that mean that something was not known, or was never formatted. */
export const LEAKS = /undefined|NaN|null|Infinity|\[object|999999999|10000\.0|Invalid Date/;

const CODES_LINKS_AND_IDS =
  /https:\/\/\S+|arn:aws\S+|L-[0-9A-F]{8}|(?:reference: )[0-9a-f]{12}|(?:Account )[0-9]{12}|(?:[Cc]ase )[0-9]{10,}/g;

/** Numbers of five digits or more without a comma, codes, links and ids aside. */
export const ungroupedNumbers = (text: string): readonly string[] =>
  flowing(text)
    .replace(CODES_LINKS_AND_IDS, '')
    .match(/\d{5,}/g) ?? [];

const WIDEST = 78;
/** A word that no line can hold, such as a link or an ARN, makes its line as long as it is. */
const UNBREAKABLE = /\S{60,}/;

/** The lines that are longer than they need be. */
export const overlongLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.length > WIDEST && !UNBREAKABLE.test(line));

/** The sections of a text by their titles, in order; what comes before the first title stands under ''. */
export function sectionsOf(text: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  let title = '';
  for (const line of text.split('\n')) {
    if (/^[A-Z][A-Z0-9 ]{4,}(?: \(for reference only\))?$/.test(line)) {
      if (sections.has(line)) throw new Error(`two sections are titled ${line}`);
      title = line;
      sections.set(title, '');
    } else sections.set(title, flowing(`${sections.get(title) ?? ''} ${line}`).trim());
  }
  return sections;
}

/** One section of a text; throws where there is none of that title. */
export function sectionOf(text: string, title: string): string {
  const found = sectionsOf(text).get(title);
  if (found === undefined) throw new Error(`no section ${title} in:\n${text}`);
  return found;
}
