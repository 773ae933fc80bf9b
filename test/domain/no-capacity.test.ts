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

const NEVER_GIVEN = 'this account was never given capacity';

describe.each(['neverGivenCapacity', 'rpmNeverGiven', 'takenAwayAfterUse', 'takenAwayToday'] as const)(
  'a quota of 0 (%s)',
  (name) => {
    const incident = incidents[name];

    test('is told as capacity that was never given, in e-mail and case', () => {
      expect(emailOf(incident)).toMatch(new RegExp(`quota 0 RPM(?: \\(the AWS default\\))?: ${NEVER_GIVEN}`));
      expect(emailOf(incident)).toContain(`${NEVER_GIVEN} for this model. Ask AWS for it`);
      expect(sectionOf(caseOf(incident), 'Executive summary')).toContain(`${NEVER_GIVEN} for this model.`);
      expect(flowing(caseOf(incident))).toMatch(/Current: 0 RPM(?: \(the AWS default\))?: this account/);
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
  },
);

test('without usage AWS is asked for capacity, by a quota request', () => {
  const { neverGivenCapacity } = incidents;
  expect(neverGivenCapacity.decision).toMatchObject({ scenario: 'new_model', category: 'Quota Request' });
  const text = flowing(caseOf(neverGivenCapacity));
  expect(text).toContain(
    `Request: raise the quotas to at least the AWS default of RPM (${RPM_CODE}) and at least the AWS default of TPM (${TPM_CODE})`,
  );
  expect(text).toContain('- RPM: no usage counted in 14 days; no alarm threshold while the quota is 0.');
});

test('after use no threshold is said to have been reached', () => {
  const { takenAwayAfterUse } = incidents;
  expect(takenAwayAfterUse.decision.scenario).toBe('high_usage');
  for (const text of [emailOf(takenAwayAfterUse), flowing(caseOf(takenAwayAfterUse))])
    expect(text).not.toMatch(/reached the alarm threshold|use is proven|At or over the threshold/);
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
