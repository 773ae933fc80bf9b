import { whoseUsage } from './counted-text';
import { unread } from './facts';
import type { AskedQuota, IncidentAlarm, IncidentIdentity, Standing } from './follow-up';
import { askedOf, caseStateOf, courseOf, currentValue, highestOf, isGranted } from './follow-up-facts';
import { item, type Prose, plain, prose } from './prose';
import { alarmLink, caseLink, minutesBetween, minuteUtc, quotaLink } from './words';

/** What a reminder and a recovery have both to say of how things stand. */

export const alarmItems = (alarms: readonly IncidentAlarm[]): readonly Prose[] =>
  alarms.map((alarm) => item(prose`${alarm.name}: ${courseOf(alarm)}`));

/** The alarms that make a reminder's severity what it is: there is none while all are over. */
export const severeAlarms = (alarms: readonly IncidentAlarm[]): readonly IncidentAlarm[] =>
  alarms.filter(({ now }) => now !== 'over');

/** The highest usage from the incident's beginning until `to`. */
export function highestItems({ highest, incident, sharers }: Standing, to: Date): readonly Prose[] {
  if (highest === undefined)
    return [item(prose`Highest usage: ${unread('usage', undefined, 'could not be read')}`)];
  const perQuota = (['RPM', 'TPM'] as const).map((quota) => {
    const of = highest[quota];
    const value = highestOf(quota, of, incident.openedAt, to);
    return item(prose`Highest ${quota}: ${value}${of === undefined ? '' : reach(of.from, incident)}`);
  });
  return [...perQuota, ...whoseUsage({ ...incident, sharers }).map(item)];
}

/** Where usage was not read back to the beginning. */
const reach = (from: Date, { openedAt }: IncidentIdentity): string =>
  minutesBetween(openedAt, from) > 0 ? `; measured from ${minuteUtc(from)} on` : '';

/** What was asked and where it stands, and the cases. */
export const requestItems = ({ asked, cases }: Standing): readonly Prose[] =>
  asked.length + cases.length === 0
    ? [item(plain('No AWS Support case is known to tell of this incident.'))]
    : [...cases.map((one) => item(prose`${caseStateOf(one)}.`)), ...asked.map(askedItem)];

const askedItem = (asked: AskedQuota): Prose =>
  item(prose`${asked.quota} quota: ${askedOf(asked)}; now ${currentValue(asked)}${verdict(asked)}`);

function verdict(asked: AskedQuota): string {
  if (isGranted(asked)) return ', as requested';
  const { now, was, isAnswered } = asked;
  const isRaised = now !== undefined && now > was;
  const less = isRaised ? ', less than requested' : '';
  if (isAnswered) return `${less}; AWS has answered the request, and an e-mail told how`;
  return now === undefined || isRaised ? less : ', not raised yet';
}

/** Where to look at all of it. */
export const links = ({ incident, alarms, asked, cases }: Standing): readonly Prose[] =>
  [
    ...cases.map(({ displayId }) => `- Case ${displayId}: ${caseLink(displayId)}`),
    `- All alarms: ${alarmLink(incident.region, incident.compositeAlarmName)}`,
    ...alarms.map(({ name, alarmName }) => `- ${name}: ${alarmLink(incident.region, alarmName)}`),
    ...asked.map(({ quota, code }) => `- ${quota} quota: ${quotaLink(incident.region, code)}`),
  ].map(plain);
