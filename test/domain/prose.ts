import type { Claim } from '../../lambda/contract/claims';

/** What any text that leaves the product is examined for. */

/** The text as one line, so that an expectation does not depend on where a line breaks. */
export const flowing = (text: string): string => text.replace(/\s+/g, ' ');

/** Figures that mean that something was not known, or was never formatted. */
export const LEAKS = /undefined|NaN|null|Infinity|\[object|999999999|10000\.0|Invalid Date|\{"/;

const CODES_LINKS_AND_IDS =
  /https:\/\/\S+|arn:aws\S+|L-[0-9A-F]{8}|case-[0-9]{12}-\S+|\b[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b|(?:Account )[0-9]{12}|(?:[Cc]ases? )[0-9]{10,}(?:,? (?:and )?[0-9]{10,})*/g;

/** The text as one line, without what holds digits that are no figures. */
export const withoutIds = (text: string): string => flowing(text).replace(CODES_LINKS_AND_IDS, '');

/** Numbers of five digits or more without a comma, codes, links and ids aside. */
export const ungroupedNumbers = (text: string): readonly string[] => withoutIds(text).match(/\d{5,}/g) ?? [];

/** The figures that a text shows grouped: those of 1,000 and more. */
export const groupedNumbers = (text: string): readonly string[] =>
  withoutIds(text).match(/\d{1,3}(?:,\d{3})+/g) ?? [];

/** Marks of severity, states, and what every SRE of a Bedrock application reads daily. */
const CAPITALS = ['CRITICAL', 'WARNING', 'ALARM', 'OK', 'RPM', 'TPM', 'AWS', 'UTC', 'API'];
/** Values of settings are told as they are written in the settings. */
const SETTING_VALUES = ['TEXT', 'IMAGE', 'NA'];

/** Words in capitals that a reader need not know, or that shout; `names` are the owner's own. */
export const shoutedWords = (text: string, ...names: readonly string[]): readonly string[] =>
  names
    .reduce((rest, name) => rest.replaceAll(name, ''), withoutIds(text))
    .replace(/[A-Za-z]*-Bedrock-\S*/g, '')
    .match(/\b[A-Z]{2,}\b/g)
    ?.filter((word) => ![...CAPITALS, ...SETTING_VALUES].includes(word)) ?? [];

const WIDEST = 78;
/** A word that no line can hold, such as a link or an ARN, makes its line as long as it is. */
const UNBREAKABLE = /\S{60,}/;

/** The lines that are longer than they need be. */
export const overlongLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.length > WIDEST && !UNBREAKABLE.test(line));

/** The sections of a text by their titles, in order; what comes before the first title stands under ''. */
export function sectionsOf(text: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  const lines = text.split('\n');
  let title = '';
  lines.forEach((line, index) => {
    if (isUnderlined(line, lines[index + 1])) {
      if (sections.has(line)) throw new Error(`two sections are titled ${line}`);
      title = line;
      sections.set(title, '');
    } else if (!isUnderlined(lines[index - 1], line))
      sections.set(title, flowing(`${sections.get(title) ?? ''} ${line}`).trim());
  });
  return sections;
}

const isUnderlined = (title: string | undefined, line: string | undefined): boolean =>
  title !== undefined && title.length > 2 && line === '-'.repeat(title.length);

/** One section of a text; throws where there is none of that title. */
export function sectionOf(text: string, title: string): string {
  const found = sectionsOf(text).get(title);
  if (found === undefined) throw new Error(`no section ${title} in:\n${text}`);
  return found;
}

/** The figures of a claim that its reader is shown; zeros are told in words. */
export function figuresOf(claim: Claim): readonly number[] {
  switch (claim.claim) {
    case 'setting':
      return typeof claim.value === 'number' ? [claim.value] : [];
    case 'timeAtThreshold':
      return [claim.threshold, claim.minutes, claim.longestRun];
    case 'lastHour':
    case 'peakWhileThrottled':
    case 'highest':
      return claim.value === 0 ? [] : [claim.value];
    case 'defaultQuota':
      return claim.value === null ? [] : [claim.value];
    case 'increase':
      return [claim.value];
    case 'thresholdOf':
      return [claim.percent, claim.value];
    case 'noQuotaRequest':
      return [claim.ceiling ?? [], claim.limit ?? []].flat();
    case 'alarmLimit':
      return claim.threshold === null || !Number.isInteger(claim.threshold) ? [] : [claim.threshold];
    case 'peakOverMean':
      return [claim.times];
    case 'peakOfQuota':
      return [claim.percent];
    case 'headroom':
      return claim.value === 0 ? [] : [Math.abs(claim.value)];
    case 'quotaRequestStatus':
    case 'quotaBefore':
    case 'thresholdBefore':
      return [claim.value];
    case 'asked':
      return [claim.was, claim.value];
    case 'wentToAlarm':
      return claim.times === 1 ? [] : [claim.times];
    case 'quota':
    case 'quotaRequest':
    case 'threshold':
    case 'peak':
    case 'steady':
    case 'perRequest':
    case 'lastHourPeak':
      return [claim.value];
    default:
      return [];
  }
}

/** The instants of a claim that its reader is shown. */
export function instantsOf(claim: Claim): readonly string[] {
  switch (claim.claim) {
    case 'alarm':
      return claim.since === null ? [] : [claim.since];
    case 'quotaRequest':
      return claim.since === undefined ? [] : [claim.since];
    case 'incident':
    case 'quotaRequestStatus':
    case 'wentToAlarm':
      return [claim.since];
    case 'recovered':
    case 'wentOff':
    case 'inAlarmAt':
      return [claim.at];
    case 'quiet':
      return [claim.from, claim.to];
    case 'highest':
      return claim.value === 0 ? [] : [claim.minute];
    case 'peak':
    case 'lastUse':
    case 'lastHourPeak':
      return [claim.minute];
    case 'caseIsRetried':
      return [claim.until];
    default:
      return [];
  }
}
