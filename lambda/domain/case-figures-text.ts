import type { Quota } from './alarm-catalogue';
import { figuresOfFirst } from './case-together-text';
import { lastHourIsOwn, leftOutOfAlarms } from './counted-text';
import { reaches } from './decision';
import {
  amountingTo,
  byPercent,
  currentQuota,
  noQuotas,
  peakOfUsage,
  quotaName,
  requestedQuota,
  settingOf,
  steadyUsage,
  thresholdOfAlarm,
  timeAtOrOver,
  tokensPerRequest,
} from './facts';
import type { Incident, Increase, QuotaFacts } from './incident';
import { increasesOf } from './increases';
import { figuresOfLastHour } from './last-hour';
import { readModelId } from './model-id';
import { hasServerErrors, refusedWithoutThrottles, throttledBelowThreshold } from './possible-causes';
import { fact, item, joined, type Prose, plain, prose } from './prose';
import { type Ask, otherRequest, pendingRequests, whyNotRequested } from './quota-request-text';
import { modelQuotas, unreadable } from './situation';
import { peakOf, type Usage } from './usage';

/** The figures of a case: usage, the quotas that it asks for, and what justifies them. */

export function usageLines(incident: Incident): readonly Prose[] {
  const { usage } = incident;
  return [
    ...figuresOfFirst(incident),
    ...(usage === undefined ? [unreadUsage] : usageFigures(usage, incident)),
    ...(incident.decision.scenario === 'non_quota' ? [] : leftOutOfAlarms(incident)),
    prose`Input modalities: ${settingOf(incident, 'inputModalities')}`,
    ...residency(incident),
  ];
}

const unreadUsage = fact(
  { claim: 'unread', what: 'usage' },
  'The usage could not be read when this was written; none of its figures is known.',
);

const usageFigures = (usage: Usage, { decision }: Incident): readonly Prose[] => [
  prose`Peak RPM: ${peakOfUsage(usage, 'RPM')}`,
  prose`Steady-state RPM: ${steadyUsage(usage, 'RPM')}`,
  prose`Peak TPM: ${peakOfUsage(usage, 'TPM')}`,
  prose`Steady-state TPM: ${steadyUsage(usage, 'TPM')}`,
  ...(usage.TPM.peak === undefined || decision.scenario === 'non_quota'
    ? []
    : [amountingTo(`TPM is measured as ${usage.TPM.metrics.join(' + ')}.`, peakOfUsage(usage, 'TPM'))]),
  prose`Average input tokens per request: ${tokensPerRequest(usage, 'InputTokenCount')}`,
  prose`Average output tokens per request: ${tokensPerRequest(usage, 'OutputTokenCount')}`,
];

/** A global profile and required residency contradict each other; which of the two is wrong cannot be told from here. */
function residency(incident: Incident): readonly Prose[] {
  const { dataResidency, modelId } = incident.model;
  if (dataResidency !== 'Yes') return [];
  const required = settingOf(incident, 'dataResidency', 'geographic residency is required');
  return readModelId(modelId).kind === 'global profile'
    ? [prose`Data residency: ${required}, although the model id above is that of a global profile.`]
    : [prose`Data residency: ${required}, so global cross-Region inference is ruled out.`];
}

interface IncreaseSection {
  readonly title: string;
  readonly parts: readonly Prose[];
}

/** The quotas concerned, and what a case of ours asks for. */
export function increaseSection(incident: Incident, asks: readonly Ask[]): readonly IncreaseSection[] {
  const increases = increasesOf(incident);
  if (incident.decision.scenario === 'non_quota' || increases.length === 0) return [];
  return [
    {
      title: asks.length === 0 ? `${INCREASES} (for reference only)` : INCREASES,
      parts: increases.map((increase) =>
        quotaItem(increase, [
          ...askedLine(
            increase,
            asks.find(({ quota }) => quota === increase.quota),
          ),
          ...notRequestedLine(increase, incident),
        ]),
      ),
    },
  ];
}

const INCREASES = 'Quota increase requests';

/** The quotas concerned, as the case that AWS opened for a request to raise some of them tells of them. */
export function requestedSection(incident: Incident, asks: readonly Ask[]): IncreaseSection {
  const others = increasesOf(incident).filter(({ quota }) => asks.every((ask) => ask.quota !== quota));
  return {
    title: INCREASES,
    parts: [
      ...asks.map((ask) => {
        const { quota, code } = ask;
        const facts = incident.quotas[quota];
        const asked = requestedLine(ask);
        return facts?.code === code
          ? quotaItem({ quota, facts }, [asked])
          : joined([item(plain(`${quota} (${code})`)), asked], '\n');
      }),
      ...others.map((other) => quotaItem(other, [besidesThisRequest(other, incident)])),
    ],
  };
}

function besidesThisRequest({ quota }: Increase, incident: Incident): Prose {
  const separate = pendingRequests(incident).find((one) => one.quota === quota);
  return separate === undefined
    ? plain('For reference: no part of this request')
    : prose`Requested separately: ${otherRequest(separate)}`;
}

const quotaItem = ({ quota, facts }: Pick<Increase, 'quota' | 'facts'>, lines: readonly Prose[]): Prose =>
  joined(
    [
      item(prose`${quota}: ${quotaName(facts)} (${facts.code})`),
      prose`Current: ${currentQuota(quota, facts)}${facts.isDefault ? '; no value was ever applied to this account' : ''}`,
      ...lines,
    ],
    '\n',
  );

const askedLine = (increase: Increase, ask: Ask | undefined): readonly Prose[] => [
  ask === undefined
    ? prose`Would be requested: ${requestedQuota(increase)}${byPercent(increase)}`
    : requestedLine(ask),
];

const requestedLine = ({ code, value, more, on }: Ask): Prose =>
  prose`${fact({ claim: 'caseAsks', code, ...on }, 'Requested')}: ${value}${more}`;

function notRequestedLine({ quota }: Increase, incident: Incident): readonly Prose[] {
  const asked = incident.quotaRequests.find((one) => one.quota === quota);
  return asked?.outcome.kind === 'none'
    ? [prose`Not requested through Service Quotas: ${whyNotRequested(asked, asked.outcome.reason, incident)}`]
    : [];
}

export function justification(incident: Incident): readonly Prose[] {
  const { decision, usage } = incident;
  const ownFigures = [
    ...figuresOfFirst(incident),
    ...figuresOfLastHour(incident),
    ...lastHourIsOwn(incident),
  ];
  if (decision.scenario === 'non_quota') return ownFigures;
  if (usage === undefined) return [unreadable(incident), ...ownFigures];
  const quotas = modelQuotas(incident).map(([quota, facts]) => againstThreshold(usage, quota, facts));
  const compared = quotas.length > 0 ? quotas : [noQuotas];
  return [...compared, ...ownFigures, ...otherCauses(incident)];
}

function againstThreshold(usage: Usage, quota: Quota, facts: QuotaFacts): Prose {
  const { threshold } = facts;
  const compared = item(
    prose`${quota}: ${peakOfUsage(usage, quota, 'peak ')}; ${thresholdOfAlarm(quota, facts, 'threshold ')}.`,
  );
  if (threshold === undefined || !reaches(peakOf(usage, quota), threshold)) return compared;
  return prose`${compared} At or over the threshold in ${timeAtOrOver(threshold, usage[quota])}.`;
}

/** What speaks for another cause than a quota that is too small. */
function otherCauses(incident: Incident): readonly Prose[] {
  const throttled = throttledBelowThreshold(incident);
  const noThrottles =
    incident.decision.scenario === 'low_usage' ? refusedWithoutThrottles(incident) : undefined;
  return [
    ...(throttled === undefined
      ? []
      : [
          prose`${throttled}. What throttled cannot be seen from our side: the reservation of max_tokens at the start of a request, the account's tokens per day, or capacity.`,
        ]),
    ...(noThrottles === undefined
      ? []
      : [
          prose`Throttled requests: ${noThrottles}. A faulty request or a missing permission is likelier than a quota.`,
        ]),
    ...(hasServerErrors(incident)
      ? [plain('Server errors (5xx) point to capacity or a fault of the service, not to a quota.')]
      : []),
  ];
}
