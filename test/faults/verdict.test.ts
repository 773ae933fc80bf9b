import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Email, Report } from '../../rehearsal/report';
import { MODEL } from '../rehearsals/rehearse';
import { pathNamed } from './paths';
import { type Played, play } from './play';
import { judge, type Verdict, type WrongKind } from './verdict';

/** A path that went well is judged as right, and with each thing spoilt in turn as just that wrong. */

let calm: Played;
/** With an increase of two quotas that Service Quotas is asked for. */
let calmRequests: Played;

beforeAll(async () => {
  calm = await play(pathNamed('second alarm'));
  calmRequests = await play(pathNamed('both quotas'));
});

const ENDS = { ends: true };
const NEVER_ENDS = { ends: false };

type Change = (played: Played) => Played;

const inReport =
  (change: (report: Report) => Partial<Report>): Change =>
  (played) => ({ ...played, report: { ...played.report, ...change(played.report) } });

const together =
  (...changes: readonly Change[]): Change =>
  (played) =>
    changes.reduce((changed, change) => change(changed), played);

const without = (subjectEnd: string) =>
  inReport(({ emails }) => ({ emails: emails.filter(({ subject }) => !subject.endsWith(subjectEnd)) }));
const nobodyIsMailed = inReport(() => ({ emails: [] }));

const noCases = inReport(() => ({ cases: [] }));

const failure = (sentence: string) => inReport(({ failures }) => ({ failures: [...failures, sentence] }));

const deadLetter = inReport(() => ({ deadLetters: 1 }));

const healthAlarm = (name: string) =>
  inReport(({ emails }) => ({
    emails: [
      ...emails,
      {
        at: '2026-03-02T09:50:00Z',
        to: ['sre@acme.example'],
        subject: `ALARM: "AcmeCorp-OpsAlertHealth-${name}" in US East (N. Virginia)`,
        body: 'Bedrock Ops Alert itself is ill.',
      },
    ],
  }));

const repeated = (change: (body: string) => string) =>
  inReport(({ emails }) => {
    const [first] = emails;
    return { emails: first === undefined ? [] : [...emails, { ...first, body: change(first.body) }] };
  });

const firstEmail = (change: (email: Email) => Email) =>
  inReport(({ emails }) => ({ emails: emails.map((email, index) => (index === 0 ? change(email) : email)) }));

const MAY_BE_REPEAT = 'This e-mail may be a repeat: whether it went out before is not known.\n\n';
const MAY_COME_AGAIN =
  'The incident ledger could not be read: this may be told more\nthan once, and no case is opened.\n\n';

const failedStack = (reason: string) => failure(`AcmeCorp-Model | UPDATE_FAILED | Thresholds | ${reason}`);

const readableFailure = failedStack(
  'Received response status [FAILED] from custom resource. Message returned: The quota thresholds could not be settled (Denied: no); try again.',
);

const leftOpen: Change = (played) => ({ ...played, openInLedger: [MODEL] });

const aThresholdIsAnother: Change = (played) => ({
  ...played,
  thresholds: { ...played.thresholds, [Object.keys(played.thresholds)[0] ?? '']: '1' },
});

const anAlarmCountsOthers: Change = (played) => ({
  ...played,
  sharers: { ...played.sharers, [Object.keys(played.sharers)[0] ?? '']: '1 * usage' },
});

const kindsOf = ({ wrongs }: Verdict): readonly WrongKind[] => [...new Set(wrongs.map(({ wrong }) => wrong))];

const WRONG: readonly (readonly [what: string, Change, ...WrongKind[]])[] = [
  ['nobody is mailed', nobodyIsMailed, 'lost', 'case not told'],
  [
    'no e-mail tells of a case',
    inReport(({ emails }) => ({
      emails: emails.map((email) => ({ ...email, body: email.body.replace(/was\s+opened/, 'was wanted') })),
    })),
    'case not told',
  ],
  ['the first alarm is not told', without(' - Quota Request'), 'lost', 'case not told'],
  ['the second alarm is not told', without(' - Investigation Request'), 'lost', 'case not told'],
  ['the end is not told', without(' - over'), 'lost'],
  [
    'an e-mail does not name its alarm',
    firstEmail((email) => ({ ...email, body: 'In alarm.' })),
    'lost',
    'case not told',
  ],
  [
    'a dead letter stands for an e-mail',
    together(nobodyIsMailed, deadLetter, healthAlarm('DeadLetters')),
    'lost',
    'case not told',
  ],
  ['no case is opened', noCases, 'case missing'],
  [
    'a case tells nothing of the incident',
    inReport(({ cases: [first, ...more] }) => ({
      cases: first === undefined ? more : [{ ...first, communications: [] }, ...more],
    })),
    'case missing',
  ],
  [
    'there is a second case',
    inReport(({ cases }) => ({ cases: [...cases, ...cases.slice(1)] })),
    'duplicate case',
  ],
  [
    'a case is told the end twice',
    inReport(({ cases }) => ({
      cases: cases.map((one, index) => ({
        ...one,
        communications: [...one.communications, ...(index === 0 ? one.communications.slice(1) : [])],
      })),
    })),
    'told a case twice',
  ],
  ['a claim was not true', failure('{"claim":"alarm"} of the e-mail "x" was not true: OK'), 'untrue claim'],
  ['a text has no claims', failure('The log has no claims of the e-mail "x"'), 'untrue claim'],
  ['an e-mail comes twice', repeated((body) => body), 'unannounced repeat'],
  ['the incident stays open', leftOpen, 'left open'],
  ['a threshold is another', aThresholdIsAnother, 'wrong threshold'],
  ['a threshold is missing', (played) => ({ ...played, thresholds: {} }), 'wrong threshold'],
  ['an alarm counts other series', anAlarmCountsOthers, 'wrong sharers'],
  ['an alarm that counts series is missing', (played) => ({ ...played, sharers: {} }), 'wrong sharers'],
  ['too many requests are made', failure('notification-processor made 16 requests'), 'other failure'],
  [
    'a deployment fails without a word',
    failedStack('CloudFormation did not receive a response'),
    'unreadable failure',
  ],
  [
    'a deployment fails with a stack trace',
    failedStack('Received response status [FAILED] from custom resource. Message returned: Error\n    at x'),
    'unreadable failure',
  ],
];

describe('after a fault that ends it is wrong', () => {
  test.each(WRONG)('when %s', (_, change, ...wrongs) => {
    const verdict = judge(ENDS, change(calm), calm);
    expect(kindsOf(verdict)).toEqual(wrongs);
    expect(verdict.ending).toBe('wrong');
  });
});

describe('after a fault that never ends it is wrong', () => {
  test.each<readonly [string, Change, ...WrongKind[]]>([
    ['nobody is mailed', nobodyIsMailed, 'lost'],
    ['a dead letter has no alarm', together(nobodyIsMailed, deadLetter), 'lost'],
    [
      'the alarm on dead letters has no dead letter',
      together(nobodyIsMailed, healthAlarm('DeadLetters')),
      'lost',
    ],
    ['one of two alarms is told nowhere', without(' - Investigation Request'), 'lost'],
    ['a threshold is another and nobody hears of it', aThresholdIsAnother, 'wrong threshold'],
    ['an alarm counts other series and nobody hears of it', anAlarmCountsOthers, 'wrong sharers'],
    ['a claim was not true', failure('{"claim":"alarm"} of the e-mail "x" was not true: OK'), 'untrue claim'],
    [
      'there is a second case',
      inReport(({ cases }) => ({ cases: [...cases, ...cases.slice(1)] })),
      'duplicate case',
    ],
  ])('when %s', (_, change, ...wrongs) => {
    const verdict = judge(NEVER_ENDS, change(calm), calm);
    expect(kindsOf(verdict)).toEqual(wrongs);
    expect(verdict.ending).toBe('wrong');
  });
});

const OUR_CASE = 'AcmeCorp - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1';

const ourCase = (body: string): Change =>
  inReport(({ cases: [first, ...more] }) => ({
    cases:
      first === undefined
        ? []
        : [
            first,
            ...more,
            {
              ...first,
              via: 'support',
              subject: OUR_CASE,
              communications: [{ at: '2026-03-02T09:30:00Z', by: 'us', body }],
            },
          ],
  }));

const noDetails = inReport(({ cases: [first, ...more] }) => ({
  cases: first === undefined ? [] : [{ ...first, communications: first.communications.slice(0, 2) }, ...more],
}));

const emailsWith = (change: (body: string) => string) =>
  inReport(({ emails }) => ({ emails: emails.map((email) => ({ ...email, body: change(email.body) })) }));

const noRequests = together(
  inReport(() => ({ quotaRequests: [], cases: [] })),
  emailsWith((body) => body.replaceAll('was asked at', 'was to be asked at')),
);

const saidToBeRefused = emailsWith((body) =>
  body.replace(
    /^/,
    'No increase of RPM (L-3DD46812) was requested: Service Quotas refused it (AccessDenied).\n',
  ),
);

const oneRequestMore = (at: string): Change =>
  together(
    inReport(({ quotaRequests }) => ({
      quotaRequests: [
        ...quotaRequests,
        { at: '2026-03-02T09:20:00Z', quotaCode: 'L-3DD46812', desiredValue: 12_500, status: 'DENIED' },
        { at, quotaCode: 'L-3DD46812', desiredValue: 12_500, status: 'PENDING' },
      ],
    })),
  );

describe('of quota requests it is wrong', () => {
  test.each<readonly [string, { readonly ends: boolean }, Change, ...WrongKind[]]>([
    [
      'when nothing is asked for',
      ENDS,
      noRequests,
      'case missing',
      'case not told',
      'increase not asked for',
      'increase lost',
    ],
    ['when nothing is for ever asked for, without a word', NEVER_ENDS, noRequests, 'increase lost'],
    [
      'when no e-mail names the requests',
      NEVER_ENDS,
      emailsWith((body) => body.replaceAll('was asked at', 'was to be asked at')),
      'request not told',
    ],
    ['when one of two cases is not told why', ENDS, noDetails, 'details missing', 'details lost'],
    ['when one of two cases is for ever not told why, without a word', NEVER_ENDS, noDetails, 'details lost'],
    [
      'when nobody awaits the answers',
      NEVER_ENDS,
      (played) => ({ ...played, awaited: [] }),
      'answer not awaited',
    ],
    [
      'when an answer is awaited that nobody will give',
      ENDS,
      (played) => ({ ...played, awaited: [...played.awaited, 'another'] }),
      'left open',
    ],
    [
      'when a case of ours asks for what is requested',
      NEVER_ENDS,
      ourCase('Request: raise the quotas to 1 TPM (L-00000000) and\n  12,500 RPM (L-3DD46812)\n'),
      'asked twice',
    ],
    [
      'when a request is made again within seven days',
      NEVER_ENDS,
      oneRequestMore('2026-03-09T09:11:29Z'),
      'requested too soon',
    ],
    [
      'when a case is told why twice',
      NEVER_ENDS,
      inReport(({ cases }) => ({
        cases: cases.map((one) => ({
          ...one,
          communications: [...one.communications, ...one.communications.slice(2, 3)],
        })),
      })),
      'told a case twice',
    ],
    ['when an e-mail names a request again', NEVER_ENDS, repeated((body) => body), 'unannounced repeat'],
  ])('%s', (_, kind, change, ...wrongs) => {
    expect(kindsOf(judge(kind, change(calmRequests), calmRequests))).toEqual(wrongs);
  });
});

describe('of quota requests it is right', () => {
  test.each<readonly [string, { readonly ends: boolean }, Change]>([
    ['when nothing is different', ENDS, (played) => played],
    [
      'when a case of ours asks for nothing of it',
      ENDS,
      ourCase('Request: raise the quota to 1 TPM (L-00000000)\nQuota: L-3DD46812'),
    ],
    ['when a request is made again after seven days', ENDS, oneRequestMore('2026-03-09T09:11:30Z')],
    [
      'when nothing is for ever asked for, and an e-mail says so',
      NEVER_ENDS,
      together(noRequests, saidToBeRefused),
    ],
    [
      'when the details are for ever missing, and an e-mail says so',
      NEVER_ENDS,
      together(
        noDetails,
        emailsWith(
          (body) =>
            `When this was written, nothing had been arranged yet that adds the details of this incident there.\n${body}`,
        ),
      ),
    ],
    [
      'when the details are for ever missing, and were given up',
      NEVER_ENDS,
      together(noDetails, (played) => ({ ...played, isCaseGivenUp: true })),
    ],
    [
      'when the details are for ever missing, and an alarm on ourselves says so',
      NEVER_ENDS,
      together(noDetails, healthAlarm('NotificationProcessorErrors')),
    ],
  ])('%s', (_, kind, change) => {
    expect(judge(kind, change(calmRequests), calmRequests).wrongs).toEqual([]);
  });
});

describe('it is right', () => {
  test.each<readonly [string, { readonly ends: boolean }, Change, string]>([
    ['when nothing is different', ENDS, (played) => played, 'as without the fault'],
    [
      'when an e-mail says something else besides',
      ENDS,
      firstEmail((email) => ({ ...email, body: `${email.body}\nMore.` })),
      'all told',
    ],
    [
      'when a repeat says that it may be one',
      ENDS,
      repeated((body) => MAY_BE_REPEAT + body),
      'all told, with repeats',
    ],
    [
      'when the first of two said that there may be more',
      ENDS,
      together(
        firstEmail((email) => ({ ...email, body: MAY_COME_AGAIN + email.body })),
        repeated((body) => body.replace(MAY_COME_AGAIN, '')),
      ),
      'all told, with repeats',
    ],
    [
      'when a deployment fails and says why',
      ENDS,
      together(readableFailure, aThresholdIsAnother),
      'failed deployment that says why',
    ],
    ['when the fault keeps cases from being opened', NEVER_ENDS, noCases, 'told, not to the end'],
    ['when the fault keeps the incident open', NEVER_ENDS, leftOpen, 'told, not to the end'],
    [
      'when a dead letter and its alarm stand for e-mails',
      NEVER_ENDS,
      together(nobodyIsMailed, deadLetter, healthAlarm('DeadLetters')),
      'dead letter and its alarm',
    ],
    [
      'when another alarm on ourselves does',
      NEVER_ENDS,
      together(nobodyIsMailed, healthAlarm('ReconcilerErrors')),
      'alarm on ourselves',
    ],
  ])('%s', (_, kind, change, ending) => {
    const verdict = judge(kind, change(calm), calm);
    expect(verdict.wrongs).toEqual([]);
    expect(verdict.ending).toBe(ending);
    expect(verdict.repeats).toBe(ending === 'all told, with repeats' ? 1 : 0);
  });
});
