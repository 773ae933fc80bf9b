import { describe, expect, test } from '@jest/globals';
import { newCaseBody } from '../../lambda/domain/case-text';
import { incidentEmail } from '../../lambda/domain/email-text';
import type { Incident } from '../../lambda/domain/incident';
import { incidentOf, incidents, outcomes, peaksOf, RPM_CODE, rpmQuota, TPM_CODE } from './incidents';
import { flowing, sectionOf } from './prose';

/** What texts say of a quota of 0, and of a model of whose requests none was ever accepted. */

const emailOf = (incident: Incident): string =>
  flowing(incidentEmail(incident, outcomes.noSupportPlan, { nobodyOnCc: false }).body.text);
const caseOf = (incident: Incident): string => newCaseBody(incident).text;

const NEVER_GIVEN = 'this account was never given capacity for this model';
const TAKEN_AWAY =
  'this account has no capacity for this model now, though CloudWatch counts usage until 2026-03-02 09:11 UTC';

describe.each([
  ['neverGivenCapacity', NEVER_GIVEN, 'Ask AWS for it'],
  ['rpmNeverGiven', NEVER_GIVEN, 'Ask AWS for it'],
  ['takenAwayAfterUse', TAKEN_AWAY, 'Contact AWS to learn why'],
  ['takenAwayAfterHighUse', TAKEN_AWAY, 'Contact AWS to learn why'],
  ['takenAwayToday', TAKEN_AWAY, 'Contact AWS to learn why'],
  ['neverGivenAndUnreadable', 'this account has no capacity for this model now', 'Ask AWS for it'],
] as const)('a quota of 0 (%s)', (name, lack, todo) => {
  const incident = incidents[name];

  test('is told alike in e-mail and case: whether there ever was capacity, as usage proves', () => {
    expect(emailOf(incident)).toMatch(/quota 0 RPM(?: \(the AWS default\))?(?: -| \w)/);
    expect(emailOf(incident)).toContain(`: ${lack}. ${todo}`);
    expect(sectionOf(caseOf(incident), 'Executive summary')).toContain(`: ${lack}.`);
    for (const text of [emailOf(incident), flowing(caseOf(incident))])
      expect(/never given/.test(text)).toBe(lack === NEVER_GIVEN);
  });

  test('is never raised by a percentage, nor to 0', () => {
    for (const text of [emailOf(incident), flowing(caseOf(incident))]) {
      expect(text).not.toMatch(
        /(?:ed|for): 0 [RT]PM|raise the quotas? to 0|(?<![\d,])0 [RT]PM \(25 % more\)/,
      );
      expect(text).not.toMatch(/newly deployed|probably transient|Look for the cause before/);
    }
    expect(flowing(caseOf(incident))).toMatch(/equested: (?:at least|any RPM above) the AWS default/i);
  });

  test('explains the throttles: no other limit is looked for', () => {
    expect(flowing(caseOf(incident))).not.toMatch(/which limit throttled|max_tokens|likelier than a quota/);
    expect(emailOf(incident)).not.toMatch(/max_tokens|likelier than a quota/);
  });
});

test('without usage AWS is asked for capacity, by a quota request', () => {
  const { neverGivenCapacity } = incidents;
  expect(neverGivenCapacity.decision).toMatchObject({ scenario: 'new_model', category: 'Quota Request' });
  const text = flowing(caseOf(neverGivenCapacity));
  expect(text).toContain(
    `Request: raise the quotas to at least the AWS default of RPM (${RPM_CODE}) and at least the AWS default of TPM (${TPM_CODE})`,
  );
  expect(text).toContain('- RPM: no usage counted in 14 days; no alarm threshold while the quota is 0.');
});

test('after use AWS is asked for the reason, whatever else it is asked for', () => {
  const WHY = 'Please tell us why this account has no capacity for this model.';
  expect(incidents.takenAwayAfterHighUse.decision.scenario).toBe('high_usage');
  expect(sectionOf(caseOf(incidents.takenAwayAfterHighUse), 'Action requested')).toContain(WHY);
  expect(emailOf(incidents.takenAwayAfterHighUse)).not.toContain('Slow down');
  expect(incidents.takenAwayAfterUse.decision.scenario).toBe('low_usage');
  expect(sectionOf(caseOf(incidents.takenAwayAfterUse), 'Action requested')).toContain(WHY);
});

test('a quota that was granted since the thresholds were set proves nothing', () => {
  const { grantedSinceTheThresholds } = incidents;
  expect(grantedSinceTheThresholds.decision.scenario).toBe('low_usage');
  for (const text of [emailOf(grantedSinceTheThresholds), flowing(caseOf(grantedSinceTheThresholds))]) {
    expect(text).toContain('no alarm threshold above 0 yet: the quota was 0, or nearly');
    expect(text).not.toMatch(
      /threshold 0|reached the alarm threshold|below the alarm threshold|use is proven|At or over/,
    );
  }
});

test('while the thresholds are of yesterday nothing is asked for but the reason', () => {
  const { takenAwayToday } = incidents;
  expect(takenAwayToday.decision.scenario).toBe('low_usage');
  expect(flowing(caseOf(takenAwayToday))).toMatch(
    /^Request: find out why we have no capacity; no increase is asked for yet .* Please tell us why this account has no capacity for this model\. No increase is requested yet; quota figures are for reference\.$/,
  );
});

describe('a model that is called, and none of whose requests was accepted', () => {
  test('is not told as unused, nor as newly deployed', () => {
    const NONE = 'CloudWatch counts no accepted request of this model in the last 14 days, but there were';
    expect(emailOf(incidents.throttledUnused)).toContain(`${NONE} throttled requests: compare its quotas`);
    const summary = sectionOf(caseOf(incidents.throttledUnused), 'Executive summary');
    expect(summary).toMatch(new RegExp(`${NONE} throttled requests\\.$`));
    for (const text of [emailOf(incidents.throttledUnused), flowing(caseOf(incidents.throttledUnused))])
      expect(text).not.toMatch(/newly deployed|[Tt]here was no usage|no usage of this model/);
  });
});

test("AWS's default is said to be no value of the account's own where a support engineer reads it", () => {
  const incident = incidentOf({
    alarms: ['HighInvocationRate'],
    quotas: { RPM: rpmQuota(200, 160, { isDefault: true }), TPM: null },
    usage: peaksOf(190, 1_000),
  });
  expect(flowing(caseOf(incident))).toContain(
    'Current: 200 RPM (the AWS default); no value was ever applied to this account Requested: 250 RPM (25 % more)',
  );
});
