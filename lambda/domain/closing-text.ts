import { MOST_COMMUNICATION_CHARACTERS } from '../../aws/support';
import { compositeAlarmName } from '../contract/names';
import { incidentReferenceLine } from './case-identity';
import { amountingTo, beganAt, settingOf } from './facts';
import type { AskedQuota, Recovery } from './follow-up';
import { askedOf, courseOf, currentValue, endedAt, isGranted, isPending, lasted } from './follow-up-facts';
import { type AboutModel, aboutEach, type FactOfModel, groupedBy, namesOf, ofModel } from './models-prose';
import { fact, fitted, item, joined, type Prose, plain, prose, section } from './prose';
import { counted, grouped, listed, minuteUtc } from './words';

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
  prose`The incident that this case was told of is over: no alarm of the model has been in ALARM since ${endedAt(incident, overAt)}.`;

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
  prose`It began at ${beganAt(incident)} and lasted ${lasted(incident.openedAt, overAt)}. The alarms:`;

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
  const answered = asked.filter((one) => one.isAnswered && !isGranted(one));
  const pending = asked.filter(isPending);
  return [
    ...asked.map((one) =>
      item(prose`${one.quota} (${one.code}): ${askedOf(one)}; current ${currentValue(one)}`),
    ),
    ...(asked.every(isGranted)
      ? [
          amountingTo(
            'The quota has been raised as requested: please close this case.',
            ...asked.map(currentValue),
          ),
        ]
      : []),
    ...(answered.length === 0 ? [] : [isAnswered(answered)]),
    ...(pending.length === 0 ? [] : [stands(pending)]),
    NOTHING_ELSE,
  ];
}

function isAnswered(answered: readonly AskedQuota[]): Prose {
  const which = listed(answered.map(({ quota }) => quota));
  return plain(
    answered.length === 1
      ? `The request for ${which} has been answered: we ask for no more of it here.`
      : `The requests for ${which} have been answered: we ask for no more of them here.`,
  );
}

function stands(pending: readonly AskedQuota[]): Prose {
  const which = listed(pending.map(({ quota }) => quota));
  return plain(
    pending.length === 1
      ? `The request for ${which} stands, although the alarms are over: please raise it as requested.`
      : `The requests for ${which} stand, although the alarms are over: please raise them as requested.`,
  );
}

/** Incidents that are over, as a case is told of them that tells of several models. */
export interface OverForSharedCase {
  readonly customer: string;
  readonly region: string;
  readonly accountId: string;
  /** At least one. `overAt`: when the model's composite alarm was OK again. */
  readonly models: readonly { readonly model: string; readonly reference: string; readonly overAt: Date }[];
  /** Whether an incident of another model of the case may go on. */
  readonly othersMayGoOn: boolean;
}

/**
 * What is added to an open case for several models once some of their incidents are over, with a line for each by which it
 * is found again.
 */
export function sharedClosingCommunication(over: OverForSharedCase): {
  readonly text: string;
  readonly about: readonly AboutModel[];
} {
  const whole = sharedClosing(over, ends(over));
  const { text, claims } =
    whole.text.length <= MOST_COMMUNICATION_CHARACTERS ? whole : sharedClosing(over, [NO_ROOM]);
  return { text, about: aboutEach(over.models, claims) };
}

const NO_ROOM = plain(
  `Since when is left out for each: AWS Support takes at most ${grouped(MOST_COMMUNICATION_CHARACTERS)} characters.`,
);

const sharedClosing = (over: OverForSharedCase, since: readonly Prose<never>[]): Prose<FactOfModel> =>
  joined(
    [
      fitted(plain(someAreOver(over))),
      joined(
        [
          plain(`Customer: ${over.customer}`),
          plain(`Account: ${over.accountId}`),
          plain(`Region: ${over.region}`),
          ...over.models.map((one) => overLine(one, over)),
        ],
        '\n',
      ),
      section('What happened', plain('No alarm of these models was in ALARM any more.'), ...since),
      section('What we still ask for', ...stillWantedOfShared(over)),
    ],
    '\n\n',
  );

function overLine(
  { model, reference, overAt }: OverForSharedCase['models'][number],
  { customer }: OverForSharedCase,
): Prose<FactOfModel> {
  const at = overAt.toISOString();
  const compositeName = compositeAlarmName(customer, model);
  return ofModel(
    { model },
    fact(
      { claim: 'quiet', compositeAlarmName: compositeName, from: at, to: at },
      incidentReferenceLine(reference, 'over'),
    ),
  );
}

const someAreOver = ({ models, othersMayGoOn }: OverForSharedCase): string =>
  `${models.length === 1 ? 'The incident' : 'The incidents'} of ${counted(models.length, 'model')} that this case was told of ${models.length === 1 ? 'is' : 'are'} over. ${othersMayGoOn ? 'Those of other models of this case may go on.' : 'No other model of this case is known to be in alarm.'}`;

/** One item for each minute, since what has one cause mostly ends together. */
const ends = ({ models }: OverForSharedCase): readonly Prose<never>[] =>
  [...groupedBy(models, ({ overAt }) => minuteUtc(overAt))].map(([minute, group]) =>
    plain(`- from ${minute} on: ${namesOf(group)}`),
  );

const stillWantedOfShared = ({ othersMayGoOn }: OverForSharedCase): readonly Prose<never>[] => [
  plain(
    othersMayGoOn
      ? 'Please go on looking for the root cause.'
      : 'Please still tell us the root cause, or close this case if nothing is left to find.',
  ),
  NOTHING_ELSE,
];
