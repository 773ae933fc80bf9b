import { effect, provenQuotas } from './case-summary-text';
import { onModels } from './case-together-text';
import type { Incident } from './incident';
import { increasesOf } from './increases';
import { hasServerErrors, throttledBelowThreshold } from './possible-causes';
import { enumerated, type Prose, plain, prose } from './prose';
import type { Ask } from './quota-request-text';
import { isReadable, modelQuotas, noCapacity, whatHappens } from './situation';
import { listed } from './words';

/** What a case asks of AWS. */

/** What the text is for: a further one must not take back what was asked before. */
export type CaseKind = 'new case' | 'open case' | 'quota request';

/** What is asked, in one line. */
export function request(incident: Incident, asks: readonly Ask[], isOf: CaseKind): Prose {
  const { scenario, severity } = incident.decision;
  const raises = asks.map(({ value, code }) => prose`${value} (${code})`);
  if (scenario === 'non_quota')
    return prose`find the root cause of ${whatHappens(incident)}${onModels(incident)}`;
  if (asks.length === 0 && (scenario === 'low_usage' || !isReadable(incident)))
    return plain(
      noCapacity(incident) === undefined
        ? `investigate the cause; no ${increaseIn(isOf)} is asked for yet`
        : `find out why we have no capacity; no ${increaseIn(isOf)} is asked for yet`,
    );
  if (raises.length === 0) return plain(`look into the alarms; no ${increaseIn(isOf)} is asked for`);
  const expedited = scenario === 'high_usage' && severity === 'CRITICAL' ? '; please expedite' : '';
  return prose`raise the quota${raises.length > 1 ? 's' : ''} to ${enumerated(raises)}${expedited}`;
}

const increaseIn = (isOf: CaseKind): string => (isOf === 'new case' ? 'increase' : 'further increase');

export function action(incident: Incident, asks: readonly Ask[], isOf: CaseKind): readonly Prose[] {
  return [
    plain(requestedAction(incident, asks, isOf)),
    ...(throttledBelowThreshold(incident) === undefined
      ? []
      : [plain('Please tell us which limit throttled these requests.')]),
    ...(isTakenAwayAfterUse(incident) ? [plain(WHY_NO_CAPACITY)] : []),
    ...(hasServerErrors(incident) && incident.decision.scenario !== 'non_quota'
      ? [plain('Please find the root cause of the server errors as well.')]
      : []),
  ];
}

function requestedAction(incident: Incident, asks: readonly Ask[], isOf: CaseKind): string {
  const { scenario, severity } = incident.decision;
  const asked = listed(asks.map(({ quota }) => quota));
  const noIncrease = `${LOOK_INTO_ALARMS}${whyNoIncrease(incident)}`;
  switch (scenario) {
    case 'non_quota':
      return `Please find the root cause of ${whatHappens(incident).text}${onModelsInside(incident)} and tell us what to change on our side, if anything.`;
    case 'new_model':
      if (asked === '' && !isReadable(incident))
        return `${whyNoCapacityOr(LOOK_INTO_ALARMS, incident)} No ${increaseIn(isOf)} is requested until the figures can be read.`;
      return asked === ''
        ? noIncrease
        : `Please raise ${asked} as requested, so that the workload can start.`;
    case 'high_usage':
      return [
        asked === ''
          ? noIncrease
          : `Please raise ${asked} as requested; the use is proven (${provenQuotas(incident)}), so do not wait for a confirmation from us.`,
        ...(severity === 'CRITICAL' ? [`Please expedite: ${effect(incident)}.`] : []),
      ].join(' ');
    case 'low_usage':
      if (asked !== '') return `Please raise ${asked} as requested.`;
      return `${whyNoCapacityOr('Please investigate the cause first.', incident)} No ${increaseIn(isOf)} is requested yet${increasesOf(incident).length === 0 ? '' : '; quota figures are for reference'}.`;
  }
}

function whyNoIncrease(incident: Incident): string {
  if (modelQuotas(incident).length === 0) return '';
  return increasesOf(incident).length === 0
    ? ' Our settings ask for no increase of the quotas concerned.'
    : ' No increase is asked for now: the quota figures are for reference, and say why.';
}

const whyNoCapacityOr = (otherwise: string, incident: Incident): string =>
  noCapacity(incident) === undefined ? otherwise : WHY_NO_CAPACITY;

const WHY_NO_CAPACITY = 'Please tell us why this account has no capacity for this model.';

/** Where more is requested, the reason is asked besides. */
const isTakenAwayAfterUse = (incident: Incident): boolean =>
  incident.decision.scenario === 'high_usage' && noCapacity(incident) !== undefined;

const LOOK_INTO_ALARMS = 'Please look into the alarms named above.';

const onModelsInside = (incident: Incident): string =>
  incident.together.length === 0 ? '' : `${onModels(incident)},`;
