import {
  INCIDENT_OVER,
  INCIDENT_TOLD,
  incidentOverSchema,
  incidentToldSchema,
} from '../lambda/contract/incident-log';
import {
  childAlarmName,
  compositeAlarmName,
  functionLabel,
  readThresholdParameter,
} from '../lambda/contract/names';
import { ALARM_CATALOGUE } from '../lambda/domain/alarm-catalogue';
import { readCaseSubject } from '../lambda/domain/case-identity';
import { CASE_CATEGORIES, type CaseCategory, SCENARIOS, SEVERITIES } from '../lambda/domain/decision';
import { severityOfSubject } from '../lambda/domain/email-text';
import { invokedModelOf } from '../lambda/domain/inference-profiles';
import { readModelId } from '../lambda/domain/model-id';
import { findQuotas } from '../lambda/domain/quota-resolution';
import { loadSettings, type ModelSettings, parseSettings, type Settings } from '../lib/settings/settings';
import { defaultEnvironment } from '../rehearsal/cloudformation/assembly';
import type {
  InvocationCalls,
  MonitoredModel,
  Product,
  QuotaCodes,
  QuotasAndProfiles,
} from '../rehearsal/product';
import { checkClaims } from './claims/check-claims';
import { MAX_REQUESTS, requestsBeforeEmail } from './requests-before-email';
import { synthesizedOnce } from './synthesized-once';

const COMPOSITE = 'QuotaHealth';

/** What the local AWS must know of Bedrock Ops Alert. */
export const rehearsedProduct: Product = {
  synthesize: async (source) => {
    const settings =
      typeof source === 'string' ? loadSettings(source) : parseSettings(source.text, source.file);
    return {
      assemblyDirectory: synthesized(settings),
      models: settings.models.map((model) => monitoredModel(settings, model)),
    };
  },
  defaultSettings: 'ops-alert.yaml',
  alarmNames: [...ALARM_CATALOGUE.map(({ name }) => name), COMPOSITE],
  metrics: Object.fromEntries(ALARM_CATALOGUE.map(({ metricName, statistic }) => [metricName, statistic])),
  caseCategories: CASE_CATEGORIES,
  quotaRequestCategory: 'Quota Request' satisfies CaseCategory,
  scenarios: SCENARIOS,
  severities: SEVERITIES,
  severityOfEmail: severityOfSubject,
  readCaseSubject,
  readIncident: (line) => {
    if (line.message === INCIDENT_TOLD) return { told: incidentToldSchema.parse(line).incident };
    if (line.message !== INCIDENT_OVER) return undefined;
    const { model, closedAt } = incidentOverSchema.parse(line).incident;
    return { over: { model, at: closedAt } };
  },
  readThreshold: (name, value) => {
    const parameter = readThresholdParameter(name);
    return parameter === undefined ? undefined : { ...parameter, value: Number(value) };
  },
  findQuotaCodes,
  functionLabel,
  breaches: (invocations) => invocations.flatMap(tooManyRequests),
  checkClaims,
};

const known = new Map<string, string>();

/** Looks once whether any source has changed: a process goes on with those that it has loaded. */
function synthesized(settings: Settings): string {
  const text = JSON.stringify(settings);
  const folder = known.get(text) ?? synthesizedOnce(settings);
  known.set(text, folder);
  return folder;
}

function monitoredModel({ customer }: Settings, model: ModelSettings): MonitoredModel {
  const children = ALARM_CATALOGUE.map(({ name, severity }) => [
    name,
    childAlarmName(customer, name, severity, model.name),
  ]);
  return {
    name: model.name,
    accountId: model.account ?? defaultEnvironment.accountId,
    region: model.region ?? defaultEnvironment.region,
    modelId: model.modelId,
    alarms: { ...Object.fromEntries(children), [COMPOSITE]: compositeAlarmName(customer, model.name) },
    metricNamespace: 'AWS/Bedrock',
    metricDimensions: { ModelId: readModelId(model.modelId).metricModelId },
    quotaCodes: { RPM: model.rpmQuotaCode, TPM: model.tpmQuotaCode },
  };
}

function findQuotaCodes(modelId: string, { quotas, profiles }: QuotasAndProfiles): QuotaCodes {
  const invoked = invokedModelOf(modelId, {
    system: profiles.filter(({ type }) => type === 'SYSTEM_DEFINED'),
    application: profiles.filter(({ type }) => type === 'APPLICATION'),
  });
  if (invoked === undefined) return { RPM: null, TPM: null };
  const { rpm, tpm } = findQuotas(invoked, quotas);
  return { RPM: rpm?.code ?? null, TPM: tpm?.code ?? null };
}

/** What the processor asked for before its e-mail. */
function tooManyRequests({ function: name, calls }: InvocationCalls): readonly string[] {
  if (name !== 'notification-processor') return [];
  const counted = requestsBeforeEmail(calls);
  return counted <= MAX_REQUESTS
    ? []
    : [`${name} made ${counted} requests before its e-mail; ${MAX_REQUESTS} are allowed`];
}
