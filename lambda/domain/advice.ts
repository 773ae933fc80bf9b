import { lackOf } from './capacity';
import { amountingTo, peakOfUsage, thresholdOfAlarm } from './facts';
import type { CaseOutcome, Incident, NoCase, NoCaseReason, RequestedIncrease } from './incident';
import { hasServerErrors, refusedWithoutThrottles, throttledBelowThreshold } from './possible-causes';
import { fact, type Prose, plain, prose, sentences } from './prose';
import { askedIncreases } from './quota-request';
import { afterNoRequest, pendingRequests, unsettledRequests } from './quota-request-text';
import {
  isReadable,
  lowUse,
  noCapacity,
  reachedQuotas,
  unreadable,
  watching,
  withoutUsage,
} from './situation';
import { elsewhereBesidesGeography, evenlySpread } from './usage-advice';
import { listed, minuteUtc, newCaseLink, quotaLink } from './words';

/** What the SRE team should do, the most telling first; one sentence or two each. */
export const advice = (incident: Incident, outcome: CaseOutcome): readonly Prose[] => [
  ...throttled(incident),
  ...refused(incident),
  ...serverErrors(incident),
  ...slowAnswers(incident),
  ...byScenario(incident),
  ...ofUsage(incident),
  ...(outcome.kind === 'requested' ? whileRequested(incident, outcome) : []),
  ...afterNoRequest(incident, outcome),
  ...(outcome.kind === 'none' ? byHand(incident, outcome) : []),
];

function throttled(incident: Incident): readonly Prose[] {
  const below = throttledBelowThreshold(incident);
  if (below === undefined) return [];
  return [
    prose`${below}, so what throttled cannot be seen from here. Possible are: the reservation of max_tokens when a request starts, which these figures do not show (lower max_tokens first); the account's quota of tokens per day; a lack of capacity (spread the load, or try another model or Region).`,
  ];
}

function refused(incident: Incident): readonly Prose[] {
  const noThrottles = refusedWithoutThrottles(incident);
  if (noThrottles === undefined) return [];
  return [
    prose`Throttled requests: ${noThrottles}. A faulty request or a missing permission after a release is likelier than a quota: look at what was released before and at the errors in the application's log.`,
  ];
}

const serverErrors = (incident: Incident): readonly Prose[] =>
  hasServerErrors(incident)
    ? [
        plain(
          'Server errors (5xx) come from a lack of capacity or a fault at AWS, so more quota does not help. Look at the AWS Health Dashboard, retry with growing pauses, and fall back to another model or Region if users are affected.',
        ),
      ]
    : [];

const slowAnswers = (incident: Incident): readonly Prose[] =>
  watching(incident.triggered, 'latency') === undefined
    ? []
    : [
        plain(
          'Check whether prompts or answers have grown, look at the AWS Health Dashboard, and fall back to another model or Region if users are affected.',
        ),
      ];

function byScenario(incident: Incident): readonly Prose[] {
  switch (incident.decision.scenario) {
    case 'non_quota':
      return [];
    case 'new_model':
      return isReadable(incident)
        ? newModel(incident)
        : [
            ...capacity(incident),
            sentences(unreadable(incident), ...unlessCapacity(incident, LOOK_AT_METRICS)),
          ];
    case 'high_usage':
      return noCapacity(incident) === undefined ? highUsage(incident) : capacity(incident);
    case 'low_usage':
      return [...capacity(incident), lowUsage(incident)].filter(({ text }) => text !== '');
  }
}

/** What else than more quota helps, by the figures. */
const ofUsage = (incident: Incident): readonly Prose[] =>
  incident.decision.scenario === 'non_quota'
    ? []
    : [evenlySpread(incident), elsewhereBesidesGeography(incident)].flatMap((told) => told ?? []);

function capacity(incident: Incident): readonly Prose[] {
  const none = noCapacity(incident);
  if (none === undefined) return [];
  const ask =
    lackOf(incident.usage) === 'taken-away'
      ? 'Contact AWS to learn why, and use another model or Region until there is some again.'
      : 'Ask AWS for it, and use another model or Region until it is there.';
  return [prose`${none} ${ask}`];
}

function newModel(incident: Incident): readonly Prose[] {
  const asked = capacity(incident);
  if (asked.length > 0) return asked;
  const { isCalled, words } = withoutUsage(incident);
  return [
    prose`${words}: ${isCalled ? 'compare its quotas with what the application needs' : 'check that the application calls the model it should'}.`,
  ];
}

function highUsage(incident: Incident): readonly Prose[] {
  const reached = reachedQuotas(incident);
  if (reached.length === 0) return [];
  const facts = reached.flatMap(({ quota, facts }) => [
    peakOfUsage(incident.usage, quota),
    thresholdOfAlarm(quota, facts),
  ]);
  const quotas = listed(reached.map(({ quota }) => quota));
  if (reached.some(({ isRecent }) => isRecent))
    return [
      amountingTo(
        `Usage has reached the alarm threshold${reached.length > 1 ? 's' : ''} (${quotas}). Slow down batch work or move traffic to another model or Region${askedIncreases(incident).length > 0 ? ' until the quota is raised' : ''}.`,
        ...facts,
      ),
    ];
  return [
    amountingTo(
      `Usage has reached the alarm threshold${reached.length > 1 ? 's' : ''} (${quotas}), but not in the last hour; it peaked at ${listed([...new Set(reached.map(({ peakAt }) => peakAt))])}. Look for what set off these alarms before you slow anything down.`,
      ...facts,
    ),
  ];
}

const lowUsage = (incident: Incident): Prose =>
  sentences(lowUse(incident), ...unlessCapacity(incident, LOOK_FOR_CAUSE));

const LOOK_AT_METRICS = plain('Look at the metrics by hand before you judge whether a quota is too small.');
const LOOK_FOR_CAUSE = plain('Look for the cause before you ask for more quota.');

/** Where the account has no capacity, the cause is known. */
const unlessCapacity = (incident: Incident, words: Prose): readonly Prose[] =>
  noCapacity(incident) === undefined ? [words] : [];

function whileRequested(incident: Incident, { detailsFollow }: RequestedIncrease): readonly Prose[] {
  const asked = listed(pendingRequests(incident).map(({ quota }) => quota));
  return [
    plain(
      `Wait for the answer of AWS (${asked}), which another e-mail tells. Do not ask by hand meanwhile: Service Quotas takes one request at a time for a quota.`,
    ),
    ...(detailsFollow
      ? []
      : [plain('If AWS opens a case for it, add what stands here: AWS asks for it there.')]),
  ];
}

function byHand(incident: Incident, { reason, retriedUntil }: NoCase): readonly Prose[] {
  if (retriedUntil !== undefined) {
    const until = fact(
      { claim: 'caseIsRetried', until: retriedUntil.toISOString() },
      minuteUtc(retriedUntil),
    );
    if (reason.why === 'quota-request')
      return [
        prose`This is tried again until ${until}, and a short e-mail follows once an increase is requested, or a case exists. Do not ask by hand before then. If no e-mail has come by then, ${lookForRequest(incident)}`,
      ];
    return [
      prose`The case is tried again until ${until}, and a short e-mail follows once it exists. If none has come by then, look for an open case, then open one by hand: ${newCaseLink}`,
    ];
  }
  if (reason.why === 'quota-request') return [plain(`First ${lookForRequest(incident)}`)];
  const quotaCodes = askedIncreases(incident).map(({ facts }) => facts.code);
  const moreQuota =
    quotaCodes.length > 0
      ? `To ask for more quota, use Service Quotas, whatever the support plan: ${listed(quotaCodes)}.`
      : undefined;
  return [...(moreQuota === undefined ? [] : [plain(moreQuota)]), plain(raiseByHand(reason))];
}

/** Nobody knows whether there is one, and there must not be two. */
function lookForRequest(incident: Incident): string {
  const links = unsettledRequests(incident).map(({ code }) => quotaLink(incident.region, code));
  const there = links.length === 0 ? '.' : `: ${listed(links)}`;
  return `look in Service Quotas whether a request is open, and ask for more there if none is${there}`;
}

function raiseByHand({ why }: NoCaseReason): string {
  switch (why) {
    case 'no-support-plan':
      return 'A technical case needs a plan that includes technical support: raise it by hand once the account has one.';
    case 'no-ledger':
      return `Find out why the incident ledger cannot be used. If you need AWS meanwhile, look for an open case first, since there may be one of this incident, then open one by hand: ${newCaseLink}`;
    case 'awaiting':
      return `Look in the list of cases for the one that AWS was asked to open. If there is none and you need AWS, open one by hand: ${newCaseLink}`;
    default:
      return `If you need AWS, look for an open case first, then open one by hand: ${newCaseLink}`;
  }
}
