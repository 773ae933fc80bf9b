import { TEXT_WRITTEN, textDigest, textWrittenSchema } from '../../lambda/contract/claims';
import type { Product, SentText } from '../../rehearsal/product';
import { alarmChecks } from './check-alarms';
import { caseChecks } from './check-cases';
import { quotaChecks } from './check-quotas';
import { settingChecks } from './check-settings';
import { unreadChecks } from './check-unread';
import { lastHourChecks, usageChecks } from './check-usage';
import { Absent, type Checks, type ClaimKind, type ClaimOf, type Scene } from './scene';

/**
 * How each claim is held against AWS. Nothing here is computed with what the product computes with: a mistake there must
 * not hide itself.
 */
const CHECKS: Checks<ClaimKind> = {
  ...alarmChecks,
  ...settingChecks,
  ...quotaChecks,
  ...usageChecks,
  ...lastHourChecks,
  ...unreadChecks,
  ...caseChecks,
};

/** Finds the log line of a text by the digest of its body, and checks each claim that it holds. */
export const checkClaims: Product['checkClaims'] = (text, logLines, view) => {
  const digest = textDigest(text.body);
  const written = logLines
    .filter(({ message }) => message === TEXT_WRITTEN)
    .map((line) => textWrittenSchema.safeParse(line).data?.text)
    .find((candidate) => candidate?.digest === digest);
  if (written === undefined || written.claims.length === 0)
    return {
      checked: 0,
      failures: [`The log has no claims of ${nameOf(text)}: no valid line "${TEXT_WRITTEN}" of ${digest}`],
    };
  const { customer, model, incident, claims } = written;
  const failures = claims.flatMap((claim) => {
    const instead = insteadOf(claim.claim, claim, { view, customer, model, incident });
    return instead === undefined
      ? []
      : [`${JSON.stringify(claim)} of ${nameOf(text)} was not true: ${instead}`];
  });
  return { checked: claims.length, failures };
};

const nameOf = ({ medium, subject, at }: SentText): string =>
  `the ${medium === 'case' ? 'case text' : medium} "${subject}" at ${at}`;

/** What AWS has instead of what the claim says; undefined where it is true. */
function insteadOf<Kind extends ClaimKind>(
  kind: Kind,
  claim: ClaimOf<Kind>,
  scene: Scene,
): string | undefined {
  try {
    return CHECKS[kind](claim, scene);
  } catch (error) {
    if (error instanceof Absent) return error.message;
    throw error;
  }
}
