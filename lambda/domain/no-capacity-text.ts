import type { ModelConfig } from '../contract/model-config';
import { childAlarmName } from '../contract/names';
import type { Quota } from './alarm-catalogue';
import { lackOf, lackOfCapacity } from './capacity';
import { type EmailText, emailBody, emailSubject } from './email-parts';
import { quotaName, settingOf, unread } from './facts';
import type { MayBeRepeat } from './incident';
import { enumerated, fact, item, NOTHING, type Prose, plain, prose, section, sentences } from './prose';
import { QUOTA_ALARMS } from './quota-alarms';
import type { Usage } from './usage';
import { alarmLink, figure, newCaseLink, quotaLink } from './words';

/** A quota that is 0. */
export interface ZeroQuota {
  readonly quota: Quota;
  readonly code: string;
  readonly name: string;
  /** No value was ever applied to the account, and AWS gives none by default. */
  readonly isDefault: boolean;
  /** What AWS gives an account by default; undefined where that is not known. */
  readonly awsDefault: number | undefined;
}

export interface WithoutCapacity {
  readonly customer: string;
  readonly accountId: string;
  readonly region: string;
  readonly model: ModelConfig;
  /** One at least. */
  readonly quotas: readonly ZeroQuota[];
  /** Of the last 14 days; undefined where it could not be read. */
  readonly usage: Usage | undefined;
  readonly mayBeRepeat: MayBeRepeat | undefined;
}

/** The e-mail that says, after a deployment, that the account has no capacity for a model. */
export const noCapacityEmail = (without: WithoutCapacity): EmailText => ({
  subject: emailSubject('WARNING', without.customer, without.model.modelName, 'quota is 0'),
  body: emailBody(without.mayBeRepeat, [
    section('What happened', whatHappened(without), ...without.quotas.map(quotaItem), consequence(without)),
    section('What to do now', ...nextSteps(without).map(item)),
    section(
      'What was done',
      plain('Because of this, no quota was requested and no AWS Support case was opened: both wait for you.'),
    ),
    section('Links', ...links(without).map(item)),
    plain(`Account ${without.accountId}, Region ${without.region}`),
  ]),
});

const whatHappened = ({ model, quotas }: WithoutCapacity): Prose =>
  prose`${model.modelName} (${settingOf({ model }, 'modelId')}) was deployed to be monitored, but ${
    quotas.length === 1 ? 'a quota of it is 0' : 'its quotas are 0'
  } in this account and Region:`;

function quotaItem({ quota, code, name, isDefault, awsDefault }: ZeroQuota): Prose {
  const zero = fact({ claim: 'quota', code, value: 0, isDefault }, figure(0, quota));
  const which = prose`${quota}: ${quotaName({ code, name })} (${code})`;
  return item(
    isDefault
      ? prose`${which}: AWS's default is ${zero} and no value was ever applied to this account.`
      : prose`${which} has the applied value ${zero}; ${defaultOf(quota, code, awsDefault)}.`,
  );
}

const defaultOf = (quota: Quota, code: string, value: number | undefined): Prose =>
  fact(
    { claim: 'defaultQuota', code, value: value === undefined ? null : Math.round(value) },
    value === undefined
      ? 'what AWS gives by default is not known'
      : `the AWS default is ${figure(value, quota)}`,
  );

function consequence({ customer, model, quotas, usage }: WithoutCapacity): Prose {
  const alarms = quotas.map(({ quota }) => plain(alarmNameOf(customer, model.modelName, quota)));
  return sentences(
    prose`So ${lackOfCapacity(usage)}, and AWS refuses every request to it.`,
    lackOf(usage) === 'unread' ? UNREAD_USAGE : NOTHING,
    prose`${enumerated(alarms)} cannot fire while that is so.`,
  );
}

const UNREAD_USAGE = unread(
  'usage',
  undefined,
  'Whether it ever had any is not known: the usage of the last 14 days could not be read.',
);

/** The full name of the alarm on this quota. */
const alarmNameOf = (customer: string, modelName: string, quota: Quota): string =>
  QUOTA_ALARMS.filter(({ limit }) => limit.quota === quota)
    .map(({ name, severity }) => childAlarmName(customer, name, severity, modelName))
    .join('');

function nextSteps({ region, model, quotas, usage }: WithoutCapacity): readonly Prose[] {
  const alarms = quotas.length === 1 ? 'the alarm' : 'the alarms';
  return [
    ...(lackOf(usage) === 'taken-away' ? [CONTACT_AWS] : []),
    ...quotas.map(({ quota, code }) =>
      plain(`Request the ${quota} that you need in the Service Quotas console: ${quotaLink(region, code)}`),
    ),
    plain('Until the request is granted, invoke another model, or this one in another Region or account.'),
    prose`${fact(
      {
        claim: 'setting',
        key: 'automatedThresholdUpdate',
        value: model.automatedThresholdUpdate,
      },
      model.automatedThresholdUpdate
        ? `Nothing needs to be deployed then: the next update of thresholds, daily unless updateIntervalDays says otherwise, turns ${alarms} on`
        : `Before that, set automatedThresholdUpdate to true and deploy: it is false, so that no update turns ${alarms} on`,
    )}.`,
  ];
}

const CONTACT_AWS = plain(
  `Contact AWS to learn why there is none any more; a technical case can be opened by hand: ${newCaseLink}`,
);

const links = ({ customer, region, model, quotas }: WithoutCapacity): readonly Prose[] =>
  quotas.map(({ quota }) =>
    plain(`Alarm on ${quota}: ${alarmLink(region, alarmNameOf(customer, model.modelName, quota))}`),
  );
