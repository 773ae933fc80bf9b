import { quotaOf, storedThreshold } from './check-quotas';
import { storedSharers } from './check-sharers';
import {
  type Checks,
  type ClaimOf,
  callsOf,
  configOf,
  type Scene,
  settingInForce,
  unlessLedgerLost,
  wasLost,
} from './scene';

type What = ClaimOf<'unread'>['what'];

export const unreadChecks: Checks<'unread'> = {
  unread: ({ what, of }, scene) => UNREAD[what](scene, of),
};

const UNREAD: Readonly<Record<What, (scene: Scene, of: string | undefined) => string | undefined>> = {
  alarms: ({ view }) => unlessLost('cloudwatch:DescribeAlarms', view),
  usage: ({ view }) => unlessLost('cloudwatch:GetMetricData', view),
  lastHour: ({ view }) => unlessLost('cloudwatch:GetMetricData', view),
  contacts: ({ view }) => unlessLost('secretsmanager:', view),
  threshold: (scene, of) => {
    const stored = QUOTAS.filter(
      (quota) => of === undefined || of === quota || of === codeOf(quota, scene),
    ).map((quota) => storedThreshold(quota, scene));
    const isUnusable = stored.some((text) => text === undefined || !/^\d+$/.test(text));
    if (isUnusable || wasLost(callsOf('ssm:', scene.view))) return undefined;
    return `the stored threshold is ${stored.join(', ')}`;
  },
  quota: (scene, of) => {
    const codes = QUOTAS.filter((quota) => of === undefined || of === quota).flatMap(
      (quota) => codeOf(quota, scene) ?? [],
    );
    const asked = codes.length === 0 && of !== undefined ? [of] : codes;
    return asked.some((code) => isQuotaUnread(code, scene)) ? undefined : `${asked.join(', ')} could be read`;
  },
  sharers: (scene) => {
    const stored = storedSharers(scene);
    return stored === undefined ? undefined : `${stored.sharers.length} share its quotas`;
  },
  // The search for a case asks by other means than its number.
  caseNumber: ({ view }) => {
    const answered = callsOf('support:DescribeCases', view).filter(
      ({ input, error }) => error === undefined && ('caseIdList' in input || 'displayId' in input),
    );
    return answered.length === 0 ? undefined : 'support:DescribeCases told the number';
  },
  // Without automated cases nobody asks.
  case: (scene) =>
    settingInForce('automatedSupportCase', scene) === false ||
    wasLost(callsOf('support:DescribeCommunications', scene.view))
      ? undefined
      : unlessLost('support:DescribeCases', scene.view),
  ledger: ({ view }) => unlessLedgerLost(view),
};

const QUOTAS = ['RPM', 'TPM'] as const;

const codeOf = (quota: 'RPM' | 'TPM', scene: Scene): string | null => {
  const { rpmQuotaCode, tpmQuotaCode } = configOf(scene);
  return quota === 'RPM' ? rpmQuotaCode : tpmQuotaCode;
};

const unlessLost = (name: string, view: Scene['view']): string | undefined =>
  wasLost(callsOf(name, view)) ? undefined : `no call of ${name} failed`;

/** A quota of which only the default is known fails at first, and is read with the next call. Its requests are no part of it. */
export function isQuotaUnread(code: string, { view }: Scene): boolean {
  if (quotaOf(code, view) === undefined) return true;
  const asked = callsOf('servicequotas:Get', view).filter(({ input }) => input.QuotaCode === code);
  return asked.length > 0 && asked.every(({ error }) => error !== undefined);
}
