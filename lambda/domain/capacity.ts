import { amountingTo, peakOfUsage } from './facts';
import { fact, type Prose, plain, prose } from './prose';
import type { QuotaUsage, Usage } from './usage';
import { minuteUtc } from './words';

/**
 * What 14 days of usage say of a model whose quota is 0: that it was used until then, that it never could be, or, where
 * they could not be read, nothing.
 */
export type Lack = 'taken-away' | 'never-given' | 'unread';

export function lackOf(usage: Usage | undefined): Lack {
  if (usage === undefined) return 'unread';
  return lastUse(usage) === undefined ? 'never-given' : 'taken-away';
}

/** `this account was never given capacity for this model`: a clause, for behind `The RPM quota is 0: `. */
export function lackOfCapacity(usage: Usage | undefined): Prose {
  if (usage === undefined) return plain(NONE_NOW);
  const last = lastUse(usage);
  if (last === undefined)
    return amountingTo(
      'this account was never given capacity for this model',
      peakOfUsage(usage, 'RPM'),
      peakOfUsage(usage, 'TPM'),
    );
  const at = fact(
    { claim: 'lastUse', metrics: [...last.metrics], minute: last.at.toISOString() },
    minuteUtc(last.at),
  );
  return prose`${NONE_NOW}, though CloudWatch counts usage until ${at}`;
}

const NONE_NOW = 'this account has no capacity for this model now';

interface LastUse {
  readonly metrics: QuotaUsage['metrics'];
  readonly at: Date;
}

/** The last minute that CloudWatch counts any usage in; undefined where there is none. */
const lastUse = ({ RPM, TPM }: Usage): LastUse | undefined =>
  [RPM, TPM]
    .flatMap(({ metrics, lastUsed }) => (lastUsed === undefined ? [] : [{ metrics, at: lastUsed }]))
    .sort((one, other) => other.at.getTime() - one.at.getTime())[0];
