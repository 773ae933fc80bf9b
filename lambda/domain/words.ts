/** How figures, times and links read in every text that leaves the product. */

/** `6,250,000`; whole numbers only, rounded. Not by Intl: its tables take a function that starts 10 ms to load. */
export const grouped = (value: number): string => value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');

/** `6,250,000`, or `0.5` where it is no whole number: for what a person may have written anywhere. */
export const exact = (value: number): string => String(value).replace(/(?<!\.\d*)\B(?=(\d{3})+(?!\d))/g, ',');

export const UNKNOWN = 'not known';

/** `8,000 RPM`, or the words for a figure that is not known. */
export const figure = (value: number | undefined, unit: string): string =>
  value === undefined ? UNKNOWN : `${grouped(value)} ${unit}`;

/** `2026-03-02 09:15 UTC`. */
export const minuteUtc = (instant: Date): string =>
  `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `09:15 UTC` on the UTC day of `today`, `2026-03-02 09:15 UTC` on any other. */
export const timeUtc = (instant: Date, today: Date): string =>
  dayOf(instant) === dayOf(today) ? `${instant.toISOString().slice(11, 16)} UTC` : minuteUtc(instant);

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** `1 minute`, `12 minutes`, `2 cases`. */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

const MINUTE_MS = 60_000;
const MINUTES_OF_AN_HOUR = 60;
const MINUTES_OF_A_DAY = 24 * MINUTES_OF_AN_HOUR;

/** The minutes between two instants as texts show them: 09:15:50 and 09:16:10 are a minute apart. */
export const minutesBetween = (from: Date, to: Date): number => minuteOf(to) - minuteOf(from);

const minuteOf = (instant: Date): number => Math.floor(instant.getTime() / MINUTE_MS);

/** `2 hours 5 minutes`, `1 day`, `less than a minute`. */
export function duration(minutes: number): string {
  const parts = [
    { count: Math.floor(minutes / MINUTES_OF_A_DAY), noun: 'day' },
    { count: Math.floor((minutes % MINUTES_OF_A_DAY) / MINUTES_OF_AN_HOUR), noun: 'hour' },
    { count: minutes % MINUTES_OF_AN_HOUR, noun: 'minute' },
  ].filter(({ count }) => count > 0);
  return parts.length === 0
    ? 'less than a minute'
    : parts.map(({ count, noun }) => counted(count, noun)).join(' ');
}

/** `RPM`, `RPM and TPM`, `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

const WIDTH = 76;

/**
 * Breaks a paragraph at spaces so that its lines fit a narrow screen; a word longer than a line, such as a link, stays
 * whole. `indent` goes before every line but the first. Line breaks that are in the paragraph stay.
 */
export const wrapped = (paragraph: string, indent = ''): string =>
  paragraph
    .split('\n')
    .map((line) => wrappedLine(line, indent))
    .join(`\n${indent}`);

function wrappedLine(paragraph: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + longer.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((text, index) => (index === 0 ? text : indent + text)).join('\n');
}

/** AWS GovCloud (US) has a console of its own. https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-console.html */
const consoleHost = (region: string): string =>
  region.startsWith('us-gov-') ? 'console.amazonaws-us-gov.com' : `${region}.console.aws.amazon.com`;

/** The alarm's page in the CloudWatch console of its own Region. */
export const alarmLink = (region: string, alarmName: string): string =>
  `https://${consoleHost(region)}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(alarmName)}`;

/** The list of all alarms of a customer's models in the CloudWatch console of that Region. */
export const alarmListLink = (region: string, customer: string): string =>
  `https://${consoleHost(region)}/cloudwatch/home?region=${region}#alarmsV2:?search=${customer}-Bedrock-`;

/** What AWS itself says of the account. https://docs.aws.amazon.com/health/latest/ug/getting-started-health-dashboard.html */
export const healthLink = 'https://health.console.aws.amazon.com/health/home#/account/dashboard/open-issues';

/** The quota's page in the Service Quotas console, where an increase can be requested by hand. */
export const quotaLink = (region: string, quotaCode: string): string =>
  `https://${consoleHost(region)}/servicequotas/home/services/bedrock/quotas/${quotaCode}?region=${region}`;

/** The case's page, or the list of cases while its number is not known. Support is global, so its console has no Region. */
export const caseLink = (displayId: string | undefined): string =>
  `https://support.console.aws.amazon.com/support/home#/case/${isCaseNumber(displayId) ? `?displayId=${displayId}&language=en` : 'history'}`;

/** A case whose number was never told goes by AWS's long id, which the console does not find. */
const isCaseNumber = (displayId: string | undefined): displayId is string =>
  displayId !== undefined && /^\d+$/.test(displayId);

export const newCaseLink = 'https://support.console.aws.amazon.com/support/home#/case/create';
