import * as z from 'zod';
import { textWrittenSchema } from '../../lambda/contract/claims';
import { TEXT_WRITTEN, textDigest } from '../../lambda/contract/text-log';
import type { ClaimsCheck, Product, SentText } from '../../rehearsal/product';
import { alarmChecks } from './check-alarms';
import { caseChecks } from './check-cases';
import { quotaAnswerChecks } from './check-quota-answers';
import { quotaRequestChecks } from './check-quota-requests';
import { quotaChecks } from './check-quotas';
import { settingChecks } from './check-settings';
import { sharerChecks } from './check-sharers';
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
  ...quotaRequestChecks,
  ...quotaAnswerChecks,
  ...usageChecks,
  ...lastHourChecks,
  ...sharerChecks,
  ...unreadChecks,
  ...caseChecks,
};

/**
 * Finds the log lines of a text by the digest of its body, one for each model that it is about, and checks each claim that
 * they hold.
 */
export const checkClaims: Product['checkClaims'] = (text, logLines, view) => {
  const digest = textDigest(text.body);
  const written = logLines.filter((line) => digestOf.safeParse(line).data?.text.digest === digest);
  const checks = written.map((line) => checkLine(line, text, view));
  return checks.length === 0
    ? { checked: 0, failures: [`The log has no claims of ${nameOf(text)}: ${noLine(digest)}`] }
    : {
        checked: checks.reduce((total, { checked }) => total + checked, 0),
        failures: checks.flatMap(({ failures }) => failures),
      };
};

const digestOf = z.looseObject({
  message: z.literal(TEXT_WRITTEN),
  text: z.looseObject({ digest: z.string() }),
});

const noLine = (digest: string): string => `no valid line "${TEXT_WRITTEN}" of ${digest}`;

function checkLine(
  line: Readonly<Record<string, unknown>>,
  text: SentText,
  view: Scene['view'],
): ClaimsCheck {
  const written = textWrittenSchema.safeParse(line).data?.text;
  if (written === undefined || written.claims.length === 0)
    return {
      checked: 0,
      failures: [`The log has no claims of ${nameOf(text)}: ${noLine(textDigest(text.body))}`],
    };
  const { customer, model, incident, claims } = written;
  const failures = claims.flatMap((claim) => {
    const instead = insteadOf(claim.claim, claim, { view, customer, model, incident });
    return instead === undefined
      ? []
      : [`${JSON.stringify(claim)} of ${nameOf(text)} was not true: ${instead}`];
  });
  return { checked: claims.length, failures };
}

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
