import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { LIVE_SETTINGS } from '../../lambda/contract/model-config';
import { NO_SHARERS } from '../../lambda/contract/quota-sharers';
import { ALARM_NAMES } from '../../lambda/domain/alarm-catalogue';
import { appendedBody, detailsBody, newCaseBody } from '../../lambda/domain/case-text';
import { closingCommunication } from '../../lambda/domain/closing-text';
import { caseSettledEmail, incidentEmail } from '../../lambda/domain/email-text';
import type { IncidentAlarm, Standing } from '../../lambda/domain/follow-up';
import type {
  CaseOutcome,
  Incident,
  Increase,
  MayBeRepeat,
  QuotaRequest,
} from '../../lambda/domain/incident';
import type { Prose } from '../../lambda/domain/prose';
import { increasesToRequest } from '../../lambda/domain/quota-request';
import { recoveryEmail } from '../../lambda/domain/recovery-text';
import { reminderEmail } from '../../lambda/domain/reminder-text';
import { unmonitoredEmail } from '../../lambda/domain/unmonitored-text';
import {
  furtherOf,
  hourOf,
  incidentOf,
  incidents,
  longest,
  noRequestReasons,
  notRequested,
  nowBeing,
  OPEN_REQUEST,
  outcomes,
  outcomesOf,
  REQUEST,
  RPM_CODE,
  requestIncidents,
  rpmQuota,
  sharersOf,
  TPM_CODE,
  tpmQuota,
  uncountedTokens,
  usageOf,
} from './incidents';
import { fitsASubject, readsWell, tellsItsFigures } from './reading';
import {
  alarm,
  askedRpm,
  askedTpm,
  closing,
  highest,
  identity,
  investigation,
  longIdentity,
  quotaCase,
  unmonitoredOf,
} from './standings';

/** What holds of every text, whatever happened and whatever became of the case. */

interface Written {
  readonly subject: string;
  readonly body: Prose;
}

const namesOf = ({ customer, model }: Pick<Incident, 'customer' | 'model'>): readonly string[] => [
  customer,
  model.modelName,
];

const emailsOf = (incident: Incident, outcome: CaseOutcome): readonly Written[] => [
  incidentEmail(incident, outcome, { nobodyOnCc: false }),
  incidentEmail(incident, outcome, { nobodyOnCc: true }),
  ...(outcome.kind === 'none' ? [] : [caseSettledEmail(incident, outcome)]),
];

const casesOf = (incident: Incident): readonly Prose[] => [
  newCaseBody(incident),
  appendedBody(incident, '12345678901'),
  ...(incident.decision.category === 'Quota Request'
    ? [
        detailsBody(incident, {
          displayId: '12345678901',
          requests: [{ quota: 'RPM', code: RPM_CODE, id: REQUEST.id, desired: 12_500 }],
        }),
      ]
    : []),
];

describe.each<[string, Incident]>(Object.entries({ ...incidents, ...requestIncidents, longest }))(
  'of %s',
  (_name, incident) => {
    test.each(Object.entries(outcomesOf(incident)))(
      'the e-mails, where the case was %s, read well and tell what they claim',
      (_case, outcome) => {
        for (const { subject, body } of emailsOf(incident, outcome)) {
          fitsASubject(subject);
          readsWell(body, ...namesOf(incident));
          tellsItsFigures(body);
        }
      },
    );

    test('the case reads well and tells what it claims', () => {
      for (const body of casesOf(incident)) {
        readsWell(body, ...namesOf(incident));
        tellsItsFigures(body);
        expect(body.text.length).toBeLessThanOrEqual(8_000);
      }
    });

    test('e-mail and case claim the same of what both claim', () => {
      const inCase = new Map(newCaseBody(incident).claims.map((claim) => [keyOf(claim), claim]));
      for (const claim of incidentEmail(incident, outcomes.opened, { nobodyOnCc: false }).body.claims)
        expect(inCase.get(keyOf(claim)) ?? claim).toEqual(claim);
    });
  },
);

/** What a claim is about: all of it but what it says. */
const keyOf = (claim: object): string =>
  JSON.stringify({ ...claim, value: 0, minute: 0, isDefault: 0, percent: 0, now: 0, since: 0 });

const GAP = Number.NaN;
const count = fc.oneof(fc.constant(GAP), fc.constant(0), fc.integer({ min: 1, max: 20_000 }));
const minutes = (scale: number) =>
  fc.array(
    count.map((value) => value * scale),
    { maxLength: 70 },
  );
const usage = fc.oneof(
  fc.constant(undefined),
  minutes(1)
    .map((values) => values.slice(0, 60))
    .map(uncountedTokens),
  fc.tuple(minutes(1), minutes(600)).map(([rpm, tpm]) => usageOf(rpm, tpm)),
  // Steady, with a peak at the end.
  fc
    .tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 20_000 }))
    .map(([steady, peak]) => [...Array<number>(100).fill(steady), peak])
    .map((rpm) =>
      usageOf(
        rpm,
        rpm.map((value) => value * 600),
      ),
    ),
);
const hour = fc.array(count, { maxLength: 60 });
const lastHour = fc.option(
  fc.record({ clientErrors: hour, serverErrors: hour, throttles: hour, latency: hour }).map(hourOf),
  { nil: undefined },
);
const unknownOr = <T>(known: fc.Arbitrary<T>) => fc.option(known, { nil: undefined });
const figures = (least: number, most: number) =>
  fc.record({
    name: fc.constantFrom(
      'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6',
      'Cross-region model inference requests per minute for Anthropic Claude Opus 4.6',
    ),
    current: unknownOr(fc.integer({ min: least, max: most })),
    threshold: unknownOr(fc.integer({ min: least, max: most })),
    isDefault: fc.boolean(),
    increasePercent: fc.integer({ min: 0, max: 100 }),
  });
const quotas = fc.record({
  RPM: fc.option(figures(0, 20_000).map((more) => rpmQuota(0, 0, more))),
  TPM: fc.option(fc.oneof(figures(0, 1), figures(1_000, 12_000_000)).map((more) => tpmQuota(0, 0, more))),
});
const sharers = fc.oneof(
  fc.constant(NO_SHARERS),
  fc.constant({ ...NO_SHARERS, globalProfile: 'global.anthropic.claude-opus-4-6-v1' }),
  fc.constant(undefined),
  fc
    .tuple(
      fc.array(fc.constantFrom('checkout', 'search', 'Claims of the day'), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 970 }),
      fc.subarray(['checkout', 'search']),
      fc.subarray(['till', 'orders', 'till of the shop']),
    )
    .map(([names, watched, unlisted, deleted, unclear]) =>
      sharersOf(names, { watched, unlisted, deleted, unclear }),
    ),
);
const model = fc.record({
  modelId: fc.constantFrom(
    'anthropic.claude-opus-4-6-v1',
    'eu.anthropic.claude-opus-4-6-v1',
    'global.anthropic.claude-opus-4-6-v1',
    'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl',
  ),
  dataResidency: fc.constantFrom('Yes' as const, 'No' as const, 'NA' as const),
});
const unusedSettings = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom(...LIVE_SETTINGS),
    problem: fc.constantFrom('missing' as const, 'invalid' as const),
  }),
  { selector: ({ key }) => key },
);
const now = fc.constantFrom('ALARM' as const, 'over' as const, 'unread' as const);

const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    alarms: fc.subarray([...ALARM_NAMES], { minLength: 1 }),
    usage,
    lastHour,
    quotas,
    sharers,
    model,
    unusedSettings,
  })
  .chain((told) =>
    fc
      .array(now, { minLength: told.alarms.length, maxLength: told.alarms.length })
      .map((states) => nowBeing(incidentOf(told), ...states)),
  )
  .chain((incident) => fc.oneof(fc.constant(incident), furtherTellings(incident)))
  .chain((incident) => withRequests(incident));

const withOutcome = anyIncident.chain((incident) =>
  fc.record({
    incident: fc.constant(incident),
    outcome: fc.constantFrom(...Object.values(outcomesOf(incident))),
  }),
);

const { ceiling, ...otherReasons } = noRequestReasons;
const standingOutcome = fc.oneof(
  fc
    .constantFrom(OPEN_REQUEST, { ...OPEN_REQUEST, displayId: undefined })
    .map((request): QuotaRequest['outcome'] => ({ kind: 'open', request })),
  fc
    .tuple(fc.constantFrom(...Object.values(otherReasons)), fc.boolean())
    .map(([reason, isWorthAnotherTry]) => notRequested(reason, isWorthAnotherTry)),
);

function outcomeOfRequest({ requested }: Increase): fc.Arbitrary<QuotaRequest['outcome']> {
  if (requested === undefined) return standingOutcome;
  return fc.oneof(
    standingOutcome,
    fc.constantFrom<QuotaRequest['outcome']>(
      { kind: 'made', request: { ...REQUEST, desired: requested } },
      notRequested({ ...ceiling, wanted: requested }),
    ),
  );
}

/** The same where nobody asked, or with what became of asking for each increase that is worth it. */
const withRequests = (incident: Incident): fc.Arbitrary<Incident> =>
  fc.oneof(
    fc.constant(incident),
    fc
      .tuple(
        ...increasesToRequest(incident).map((increase) =>
          outcomeOfRequest(increase).map((outcome) => ({
            quota: increase.quota,
            code: increase.facts.code,
            outcome,
          })),
        ),
      )
      .map((quotaRequests) => ({ ...incident, quotaRequests })),
  );

const furtherTellings = (incident: Incident): fc.Arbitrary<Incident> =>
  fc
    .tuple(
      fc.subarray([...ALARM_NAMES]),
      now,
      fc.constantFrom<MayBeRepeat | undefined>('unclear', 'no-ledger', undefined),
    )
    .map(([earlier, state, mayBeRepeat]) => ({
      ...furtherOf(
        incident,
        earlier.filter((one) => incident.triggered.every(({ name }) => name !== one)),
        state,
      ),
      mayBeRepeat,
    }));

const LATER_AT = new Date('2026-03-02T11:20:40Z');
const course = fc.record({ now, times: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 12_000 })) });
const alarmsOf = (who: typeof identity): fc.Arbitrary<readonly IncidentAlarm[]> =>
  fc
    .subarray([...ALARM_NAMES], { minLength: 1 })
    .chain((names) =>
      fc
        .array(course, { minLength: names.length, maxLength: names.length })
        .map((courses) =>
          names.map((name, index) => alarm(name, courses[index]?.now ?? 'over', courses[index]?.times, who)),
        ),
    );
const amount = (most: number) => fc.integer({ min: 0, max: most });
const state = fc.constantFrom('open', 'resolved', 'gone', 'unread');
const standing: fc.Arbitrary<Standing> = fc.constantFrom(identity, longIdentity).chain((incident) =>
  fc.record({
    incident: fc.constant(incident),
    severity: fc.constantFrom('CRITICAL', 'WARNING'),
    alarms: alarmsOf(incident),
    highest: unknownOr(
      fc.record({
        RPM: unknownOr(amount(20_000).map((value) => highest(value))),
        TPM: unknownOr(
          amount(12_000_000).map((value) => highest(value, { metrics: ['EstimatedTPMQuotaUsage'] })),
        ),
      }),
    ),
    sharers,
    asked: fc
      .tuple(unknownOr(amount(20_000)), unknownOr(amount(12_000_000)))
      .chain(([rpm, tpm]) => fc.subarray([askedRpm(rpm), askedTpm(tpm)])),
    cases: fc
      .tuple(state, state)
      .chain(([one, other]) => fc.subarray([quotaCase(one), investigation(other)])),
    mayBeRepeat: fc.boolean(),
  }),
);
const closings = fc
  .tuple(
    fc.constantFrom('added', 'was-there', 'off', 'refused', 'unclear', 'not-open', 'unread'),
    unknownOr(fc.constant('InternalServerError')),
  )
  .map(([kind, error]) => [closing(kind, error)]);
const lastTold = fc.record({
  at: fc.constant(new Date('2026-03-02T09:16:00Z')),
  inAlarm: fc.subarray([...ALARM_NAMES]),
  openCases: fc.subarray(['12345678901', '22345678901']),
  quotas: fc.constantFrom({}, { [RPM_CODE]: 10_000, [TPM_CODE]: 6_250_000 }),
});

describe('whatever alarms go off, with whatever figures known', () => {
  test('the case reads well, tells what it claims and fits AWS Support', () => {
    fc.assert(
      fc.property(anyIncident, (incident) => {
        for (const body of casesOf(incident)) {
          readsWell(body, ...namesOf(incident));
          tellsItsFigures(body);
          expect(body.text.length).toBeLessThanOrEqual(8_000);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the e-mails read well and tell what they claim', () => {
    fc.assert(
      fc.property(withOutcome, ({ incident, outcome }) => {
        for (const { subject, body } of emailsOf(incident, outcome)) {
          fitsASubject(subject);
          readsWell(body, ...namesOf(incident));
          tellsItsFigures(body);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('no more quota is asked for unless use is proven or the model is new, and never of a quota it does not have', () => {
    fc.assert(
      fc.property(anyIncident, (incident) => {
        const { text } = newCaseBody(incident);
        const asksFor = /^Request: raise|[Pp]lease raise|\n {2}Requested: /.test(text);
        const { scenario } = incident.decision;
        if (asksFor) expect(['new_model', 'high_usage']).toContain(scenario);
        for (const quota of ['RPM', 'TPM'] as const)
          if (incident.quotas[quota] === null)
            expect(text).not.toMatch(new RegExp(`raise .*${quota}|- ${quota}:`));
        if (scenario === 'non_quota') expect(text).not.toMatch(/L-[0-9A-F]{8}|threshold|\bquotas?\b/i);
      }),
      { numRuns: 150 },
    );
  });
});

describe('whatever becomes of an incident', () => {
  const hold = ({ subject, body }: Written, incident: typeof identity): void => {
    fitsASubject(subject);
    readsWell(body, ...namesOf(incident));
    tellsItsFigures(body);
  };

  test('the reminder reads well and tells what it claims', () => {
    const nextReminderAt = new Date('2026-03-03T11:20:40Z');
    fc.assert(
      fc.property(standing, lastTold, (how, told) => {
        hold(reminderEmail({ ...how, at: LATER_AT, lastTold: told, nextReminderAt }), how.incident);
      }),
      { numRuns: 150 },
    );
  });

  test('the recovery reads well and tells what it claims', () => {
    fc.assert(
      fc.property(standing, closings, (how, became) => {
        hold(recoveryEmail({ ...how, overAt: LATER_AT, closings: became }), how.incident);
      }),
      { numRuns: 150 },
    );
  });

  test('the closing communication reads well, tells what it claims and fits AWS Support', () => {
    fc.assert(
      fc.property(standing, (how) => {
        const body = closingCommunication({ ...how, overAt: LATER_AT });
        readsWell(body, ...namesOf(how.incident));
        tellsItsFigures(body);
        expect(body.text.length).toBeLessThan(8_000);
      }),
      { numRuns: 150 },
    );
  });

  test('the word that nobody watches the model any more reads well', () => {
    fc.assert(
      fc.property(standing, fc.boolean(), ({ incident, alarms, cases, severity }, mayBeRepeat) => {
        const email = unmonitoredEmail(
          unmonitoredOf({
            customer: incident.customer,
            modelName: incident.model.modelName,
            severity,
            alarmNames: alarms.map(({ alarmName }) => alarmName),
            cases: cases.map(({ displayId }) => displayId),
            mayBeRepeat,
          }),
        );
        hold(email, incident);
      }),
      { numRuns: 100 },
    );
  });
});
