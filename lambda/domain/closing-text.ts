import { incidentReferenceLine } from './case-identity';
import { amountingTo, beginningOf, settingOf } from './facts';
import type { AskedQuota, Recovery } from './follow-up';
import { askedOf, courseOf, isGranted, lasted, overSince, quotaNow } from './follow-up-facts';
import { fitted, item, joined, type Prose, plain, prose, section } from './prose';
import { listed } from './words';

/** An incident that is over, as one case is told of it. `asked`: the quotas that this case asked AWS to raise. */
export type OverForCase = Pick<Recovery, 'incident' | 'overAt' | 'alarms' | 'asked'>;

/** What is added to an open case once the incident is over: its reader sees nothing else. */
export const closingCommunication = (over: OverForCase): Prose =>
  joined(
    [
      fitted(itIsOver(over)),
      header(over),
      section('What happened', whatHappened(over), ...over.alarms.map(alarmItem)),
      section('What we still ask for', ...stillWanted(over)),
    ],
    '\n\n',
  );

const itIsOver = ({ incident, overAt }: OverForCase): Prose =>
  prose`The incident that this case was told of is over: no alarm of the model has been in ALARM since ${overSince(incident, overAt)}.`;

const header = ({ incident }: OverForCase): Prose =>
  joined(
    [
      plain(`Customer: ${incident.customer}`),
      plain(`Model: ${incident.model.modelName}`),
      prose`Model id: ${settingOf(incident, 'modelId')}`,
      plain(`Region: ${incident.region}`),
      plain(`Composite alarm: ${incident.compositeAlarmName}`),
      plain(incidentReferenceLine(incident.reference, 'over')),
    ],
    '\n',
  );

const whatHappened = ({ incident, overAt }: OverForCase): Prose =>
  prose`It began at ${beginningOf(incident)} and lasted ${lasted(incident.openedAt, overAt)}. The alarms:`;

/** Not in the form by which a case is known to tell of an alarm in full. */
const alarmItem = (alarm: OverForCase['alarms'][number]): Prose =>
  item(prose`${alarm.alarmName}: ${courseOf(alarm)}`);

const NOTHING_ELSE = plain('Nothing else is needed from you.');

function stillWanted({ asked }: OverForCase): readonly Prose[] {
  if (asked.length === 0)
    return [
      plain('Please still tell us the root cause, or close this case if nothing is left to find.'),
      NOTHING_ELSE,
    ];
  const pending = asked.filter((one) => !isGranted(one));
  return [
    ...asked.map((one) => item(prose`${one.quota} (${one.code}): ${askedOf(one)}; current ${quotaNow(one)}`)),
    pending.length === 0
      ? amountingTo('The quota has been raised as requested: please close this case.', ...asked.map(quotaNow))
      : stands(pending),
    NOTHING_ELSE,
  ];
}

function stands(pending: readonly AskedQuota[]): Prose {
  const which = listed(pending.map(({ quota }) => quota));
  return plain(
    pending.length === 1
      ? `The request for ${which} stands, although the alarms are over: please raise it as requested.`
      : `The requests for ${which} stand, although the alarms are over: please raise them as requested.`,
  );
}
