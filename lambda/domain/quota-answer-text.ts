import type { QuotaRequestAnswer } from '../../aws/service-quotas';
import type { ModelConfig } from '../contract/model-config';
import { childAlarmName } from '../contract/names';
import type { Quota } from './alarm-catalogue';
import type { DigestEmail } from './digest-parts';
import { emailSubject, repeatNotice } from './email-parts';
import { amountingTo, currentQuota, peakOfUsage, quotaName, shareOfQuota, unread } from './facts';
import type { MayBeRepeat } from './incident';
import { aboutEach, type FactOfModel, type ModelsProse, ofModel } from './models-prose';
import { fact, item, joined, NOTHING, type Prose, plain, prose, section, sentences } from './prose';
import { QUOTA_ALARMS } from './quota-alarms';
import { quotaBecame } from './quota-answer';
import { PAUSE_DAYS } from './quota-request';
import type { Usage } from './usage';
import { limitOfQuota } from './usage-limit';
import {
  alarmLink,
  alarmListLink,
  caseLink,
  counted,
  figure,
  grouped,
  listed,
  minuteUtc,
  quotaLink,
} from './words';

/** A request to raise a quota that is answered, and what that makes of the models that have the quota. */
export interface AnsweredRequest {
  readonly customer: string;
  readonly accountId: string;
  readonly region: string;
  /** When this is written. */
  readonly at: Date;
  readonly id: string;
  readonly code: string;
  readonly quota: Quota;
  readonly requestedAt: Date;
  /** As Service Quotas has it; undefined: it knows no such request any more. */
  readonly request: RequestAnswer | undefined;
  /** The quota as it is; undefined where it could not be read. */
  readonly now: QuotaValue | undefined;
  /** What it was when the request was made or found; undefined where that is not known. */
  readonly was: number | undefined;
  /** What AWS wrote on the request's case; undefined where that is of no use, or nobody knows which case it is. */
  readonly reply: AwsReply | undefined;
  /** One at least. */
  readonly models: readonly ModelOfQuota[];
  /** The names of further models for which it was made, of which nothing was read. */
  readonly further: readonly string[];
  readonly mayBeRepeat: MayBeRepeat | undefined;
}

export interface RequestAnswer {
  readonly status: QuotaRequestAnswer;
  /** What was asked for. */
  readonly desired: number;
  /** The number of the case that AWS opened for it; undefined where there is none. */
  readonly displayId: string | undefined;
}

export interface QuotaValue {
  readonly name: string;
  readonly value: number;
  readonly isDefault: boolean;
}

/** `none`: nothing but what AWS writes by itself. */
export type AwsReply =
  | { readonly kind: 'found'; readonly body: string }
  | { readonly kind: 'none' | 'unread' };

export interface ModelOfQuota {
  readonly config: ModelConfig;
  /** The stored threshold; undefined where it is not known. */
  readonly threshold: number | undefined;
  /** The same when the request was made or found. */
  readonly thresholdWas: number | undefined;
  /** Of the last 14 days, of the model and all that shares its quotas; undefined where it could not be read. */
  readonly usage: Usage | undefined;
}

export const RUNBOOK_LINE = 'Runbook: docs/runbook.md, The answer to a quota request';

/** The e-mail that says how AWS answered a quota request, and what comes of it. */
export function quotaAnswerEmail(answered: AnsweredRequest): DigestEmail<null> {
  const { customer, accountId, region, models, mayBeRepeat } = answered;
  const { text, claims } = joined<FactOfModel>(
    [
      ...repeatNotice(mayBeRepeat).map((notice) => ofAny(answered, notice)),
      section(
        'What happened',
        ofAny(answered, answerOfAws(answered)),
        ofAny(answered, sentences(quotaNow(answered), replyOfAws(answered))),
        ...models.map((one) => ofModel(named(one), item(modelLine(one, answered)))),
        ...furtherModels(answered),
      ),
      section('What to do now', ...nextSteps(answered).map(item)),
      section('What was done', plain(WHAT_WAS_DONE)),
      section('Links', ...links(answered).map(item)),
      plain(`Account ${accountId}, Region ${region}\n${RUNBOOK_LINE}`),
    ],
    '\n\n',
  );
  return {
    subject: emailSubject('WARNING', customer, whichModels(answered), topicOf(answered)),
    text,
    about: aboutEach(models.map(named), claims),
  };
}

const WHAT_WAS_DONE =
  'Because of this, nothing was written to any AWS Support case, and no further quota was requested.';

const nameOf = ({ config }: ModelOfQuota): string => config.modelName;
const named = (one: ModelOfQuota) => ({ model: nameOf(one), reference: null });

/** What is so of all models of the quota is stated of one of them. */
const ofAny = ({ models }: AnsweredRequest, words: Prose): ModelsProse =>
  ofModel({ model: models.slice(0, 1).map(nameOf).join('') }, words);

/** Names of several models may be too long for a subject. */
function whichModels({ models, further }: AnsweredRequest): string {
  const count = models.length + further.length;
  return count === 1 ? models.map(nameOf).join('') : counted(count, 'model');
}

/** More than this are counted, not named. */
const NAMED_AT_MOST = 20;

function furtherModels({ further }: AnsweredRequest): readonly Prose<never>[] {
  if (further.length === 0) return [];
  const more = further.length - NAMED_AT_MOST;
  const names = [...further.slice(0, NAMED_AT_MOST), ...(more > 0 ? [`${grouped(more)} more`] : [])];
  return [
    plain(`- It was made for ${listed(names)} as well; their thresholds and usage were not read here.`),
  ];
}

const NOT_RAISED: Readonly<Record<QuotaRequestAnswer | 'gone', string>> = {
  APPROVED: 'increase approved',
  DENIED: 'increase denied',
  CASE_CLOSED: 'increase: case closed',
  NOT_APPROVED: 'increase not approved',
  INVALID_REQUEST: 'increase refused as invalid',
  gone: 'increase: request gone',
};

/** The last part of the subject. */
function topicOf(answered: AnsweredRequest): string {
  const { quota, request } = answered;
  const became = quotaBecame(answered);
  if (became === 'raised') return `${quota} quota raised`;
  if (became === 'raised in part') return `${quota} quota raised in part`;
  return `${quota} ${NOT_RAISED[request?.status ?? 'gone']}`;
}

/** What AWS answered, and to which request. */
function answerOfAws({ request, requestedAt, id, code, quota, now }: AnsweredRequest): Prose {
  const which = prose`${quotaName({ code, name: now?.name })} (${code})`;
  if (request === undefined) {
    const gone = fact({ claim: 'noRequest', id }, 'Service Quotas does not know the request any more');
    return prose`${gone} that was made at ${minuteUtc(requestedAt)} to raise the ${quota} quota, so what AWS answered is not known: ${which}.`;
  }
  const { status, desired } = request;
  const asked = fact(
    {
      claim: 'quotaRequestStatus',
      code,
      id,
      value: Math.round(desired),
      since: requestedAt.toISOString(),
      status,
    },
    `the request of ${minuteUtc(requestedAt)} to raise the ${quota} quota to ${figure(desired, quota)}`,
  );
  return prose`${SAID[status](asked)}: ${which}.`;
}

const SAID: Readonly<Record<QuotaRequestAnswer, (request: Prose) => Prose>> = {
  APPROVED: (request) => prose`AWS approved ${request}`,
  DENIED: (request) => prose`AWS denied ${request}`,
  CASE_CLOSED: (request) => prose`The case of ${request} is closed, which does not say what AWS answered`,
  NOT_APPROVED: (request) => prose`AWS did not approve ${request}`,
  INVALID_REQUEST: (request) => prose`AWS refused ${request} as invalid`,
};

/** From what to what, if anything is known of it. */
function quotaNow(answered: AnsweredRequest): Prose {
  const { quota, code, now, was } = answered;
  const isNow = now === undefined ? unread('quota', code) : quotaValue(quota, code, now);
  const before = was === undefined ? NOTHING : quotaBefore(quota, code, was);
  switch (quotaBecame(answered)) {
    case 'unread':
      return was === undefined
        ? prose`What the quota was, and what it is now, is ${isNow}.`
        : prose`The quota was ${before}; what it is now is ${isNow}.`;
    case 'unknown':
      return prose`The quota is ${isNow} now; what it was before is not known.`;
    case 'unchanged':
      return prose`The quota is what it was: ${isNow}.`;
    case 'lowered':
      return prose`The quota was ${before} and is only ${isNow} now.`;
    case 'raised in part':
      return prose`The quota is raised in part: it was ${before} and is ${isNow} now.`;
    case 'raised':
      return prose`The quota is raised: it was ${before} and is ${isNow} now.`;
  }
}

const quotaValue = (quota: Quota, code: string, { value, isDefault }: QuotaValue): Prose =>
  currentQuota(quota, { code, current: value, isDefault });

const quotaBefore = (quota: Quota, code: string, value: number): Prose =>
  fact({ claim: 'quotaBefore', code, value: Math.round(value) }, figure(value, quota));

function replyOfAws({ request, reply }: AnsweredRequest): Prose {
  const displayId = request?.displayId;
  if (reply === undefined || displayId === undefined) return NOTHING;
  switch (reply.kind) {
    case 'found':
      return lastWords(displayId, reply.body);
    case 'none':
      return prose`No reason was found: ${fact(
        { claim: 'noReply', displayId },
        `on its case ${displayId} AWS wrote nothing but what it writes by itself`,
      )}.`;
    case 'unread':
      return prose`Whether AWS gave a reason is not known: ${unread('case', displayId, `its case ${displayId} could not be read`)}.`;
  }
}

/** Longer replies are cut: the case has the whole. */
const QUOTED_CHARACTERS = 600;

function lastWords(displayId: string, body: string): Prose {
  const whole = body.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const isCut = whole.length > QUOTED_CHARACTERS;
  const words = isCut ? whole.slice(0, QUOTED_CHARACTERS).replace(/\s?\S*$/, '') : whole;
  const quoted = fact({ claim: 'reply', displayId, words }, `"${words}${isCut ? ' ...' : ''}"`);
  return prose`The last that AWS wrote on its case ${displayId}${isCut ? ' begins' : ''}: ${quoted}`;
}

/** `G-Opus-4-6: alarm threshold 10,000 RPM (80 % of the quota), before 8,000 RPM. Peak …`. */
const modelLine = (one: ModelOfQuota, answered: AnsweredRequest): Prose =>
  prose`${nameOf(one)}: ${sentences(
    prose`${thresholdLine(one, answered)}.`,
    prose`Peak of the last 14 days: ${headroom(one, answered)}.`,
  )}`;

function thresholdLine(one: ModelOfQuota, { quota, code, now }: AnsweredRequest): Prose {
  const { threshold, thresholdWas, config } = one;
  if (threshold === undefined) return prose`alarm threshold ${unread('threshold', quota)}`;
  const stored = fact({ claim: 'threshold', quota, value: threshold }, figure(threshold, quota));
  if (now === undefined) return prose`alarm threshold ${stored}; whether that follows the quota is not known`;
  const percent = quota === 'RPM' ? config.rpmThresholdPercent : config.tpmThresholdPercent;
  const expected = limitOfQuota({ value: now.value, percent });
  if (expected.factor === 0 && threshold === 0)
    return amountingTo('no alarm threshold while the quota is 0', stored, quotaValue(quota, code, now));
  const ofQuota = (words: string) =>
    fact({ claim: 'thresholdOf', code, percent, value: expected.threshold }, words);
  if (threshold === expected.threshold)
    return prose`alarm threshold ${stored} (${ofQuota(`${percent} % of the quota`)}), ${before(quota, threshold, thresholdWas)}`;
  const wouldBe = ofQuota(`${percent} % of the quota would be ${figure(expected.threshold, quota)}`);
  return prose`alarm threshold still ${stored} (${wouldBe}), ${whyStill(config)}`;
}

function before(quota: Quota, threshold: number, was: number | undefined): Prose {
  if (was === undefined) return plain('before not known');
  if (was === threshold) return plain('as before');
  return prose`before ${fact({ claim: 'thresholdBefore', quota, value: was }, figure(was, quota))}`;
}

const whyStill = ({ automatedThresholdUpdate: value }: ModelConfig): Prose =>
  fact(
    { claim: 'setting', key: 'automatedThresholdUpdate', value },
    value
      ? 'until the next update of thresholds, daily unless updateIntervalDays says otherwise'
      : 'since automatedThresholdUpdate is false',
  );

/** What the peak leaves of the quota. */
function headroom({ usage }: ModelOfQuota, { quota, code, now }: AnsweredRequest): Prose {
  const peak = peakOfUsage(usage, quota);
  const used = usage?.[quota];
  const value = used?.peak?.value ?? 0;
  if (used === undefined || now === undefined || value === 0 || now.value === 0) return peak;
  const share = shareOfQuota(used, value, { code, current: now.value });
  const left = Math.round(now.value - value);
  const metrics = [...used.metrics];
  const words = left === 0 ? 'nothing is left' : figure(Math.abs(left), quota);
  const figures = fact({ claim: 'headroom', metrics, code, value: left }, words);
  if (left === 0) return prose`${peak}, ${share} of the quota, of which ${figures}`;
  return left > 0
    ? prose`${peak}, ${share} of the quota, which leaves ${figures}`
    : prose`${peak}, ${share} of the quota and so ${figures} more than it allows`;
}

/** What a person has to do. */
function nextSteps(answered: AnsweredRequest): readonly ModelsProse[] {
  const { region, code, request } = answered;
  const console = `Service Quotas console: ${quotaLink(region, code)}`;
  const onCase =
    request?.displayId === undefined
      ? ''
      : `answer on AWS's case ${request.displayId} what the quota is needed for, or `;
  switch (quotaBecame(answered)) {
    case 'unread':
    case 'unknown':
      return [plain(`Look at the quota in the ${console}`), ...tooSmall(answered)];
    case 'raised': {
      const steps = tooSmall(answered);
      return steps.length === 0 ? [plain('Nothing, as far as is known here.')] : steps;
    }
    case 'raised in part':
      return [
        plain(`If that is not enough, ${onCase}request the rest by hand in the ${console}`),
        ...tooSmall(answered),
        ...notByItself(answered),
      ];
    case 'unchanged':
    case 'lowered':
      return [
        ...(request?.status === 'APPROVED' ? [LOOK_AGAIN] : []),
        plain(`If more is still needed, ${onCase}request it again by hand in the ${console}`),
        plain('Until it is granted, slow down batch work or move traffic to another model or Region.'),
        ...notByItself(answered),
      ];
  }
}

const LOOK_AGAIN = plain(
  'AWS says that it approved the request: look whether the quota is raised meanwhile. The next update of thresholds, daily unless updateIntervalDays says otherwise, then follows it.',
);

/** The models whose peak the quota would not hold. */
function tooSmall({ quota, now, models }: AnsweredRequest): readonly Prose<never>[] {
  const beyond = models.filter(
    ({ usage }) => now !== undefined && (usage?.[quota].peak?.value ?? 0) > now.value,
  );
  if (beyond.length === 0) return [];
  return [
    plain(
      `The quota is less than the peak of the last 14 days: slow down batch work or move traffic to another model or Region, and ask for more.`,
    ),
  ];
}

const PAUSE_MS = PAUSE_DAYS * 24 * 60 * 60 * 1000;

/** When, if at all, the next request is made automatically. */
function notByItself({ at, requestedAt, quota, models }: AnsweredRequest): readonly ModelsProse[] {
  const off = models.flatMap((one) => {
    const setting = settingThatForbids(one);
    return setting === undefined ? [] : [ofModel(named(one), setting)];
  });
  if (off.length === models.length)
    return [
      { ...joined(off, ''), text: 'No further request is made automatically: the settings forbid it.' },
    ];
  const until = new Date(requestedAt.getTime() + PAUSE_MS);
  return until <= at
    ? [plain(`The next alarm on this ${quota} quota may request more automatically.`)]
    : [
        plain(
          `No further request is made automatically before ${minuteUtc(until)}, ${PAUSE_DAYS} days after this one.`,
        ),
      ];
}

function settingThatForbids({ config }: ModelOfQuota): Prose | undefined {
  const key = (['automatedSupportCase', 'automatedQuotaRequest'] as const).find((one) => !config[one]);
  return key && fact({ claim: 'setting', key, value: config[key] }, '');
}

function links({
  customer,
  region,
  code,
  quota,
  request,
  models,
  further,
}: AnsweredRequest): readonly Prose<never>[] {
  const displayId = request?.displayId;
  return [
    plain(`${quota} quota: ${quotaLink(region, code)}`),
    ...(displayId === undefined ? [] : [plain(`AWS's case ${displayId}: ${caseLink(displayId)}`)]),
    models.length + further.length === 1
      ? plain(`Alarm on ${quota}: ${alarmLink(region, alarmName(customer, quota, models))}`)
      : plain(`All alarms: ${alarmListLink(region, customer)}`),
  ];
}

const alarmName = (customer: string, quota: Quota, models: readonly ModelOfQuota[]): string =>
  QUOTA_ALARMS.filter(({ limit }) => limit.quota === quota)
    .flatMap(({ name, severity }) =>
      models.map((one) => childAlarmName(customer, name, severity, nameOf(one))),
    )
    .join('');
