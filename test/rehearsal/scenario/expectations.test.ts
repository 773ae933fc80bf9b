import { describe, expect, test } from '@jest/globals';
import type { AlarmState, AlarmTransition, Email, Incident, SupportCase } from '../../../rehearsal/report';
import { describeExpectation } from '../../../rehearsal/scenario/describe-expectation';
import { checkExpectations, type Facts, isFailureOf } from '../../../rehearsal/scenario/expectations';
import { parseScenario } from '../../../rehearsal/scenario/parse-scenario';
import { KNOWN } from './known-names';

const NOTHING: Facts = {
  scenario: 'A story',
  alarms: [],
  incidents: [],
  cases: [],
  quotaRequests: [],
  emails: [],
  thresholds: [],
  invocations: [],
  denied: [],
  unusedPermissions: [],
  claims: { texts: 0, checked: 0, failed: 0 },
  deadLetters: 0,
};

const EMAILS = { severityOfEmail: (subject: string) => /^\[(\w+)\]/.exec(subject)?.[1] };

function scenarioOf(...expectations: string[]) {
  const items = expectations.map((expectation) => `  - ${expectation}`).join('\n');
  return parseScenario(
    `name: A story\nstart: 2026-03-02T09:00:00Z\nuntil: 28h\nexpect:\n${items}`,
    's.yaml',
    KNOWN,
  );
}

/** The one failure, or `holds`. */
function verdictOn(expectation: string, facts: Partial<Facts>): string {
  const failures = checkExpectations(scenarioOf(expectation), { ...NOTHING, ...facts }, EMAILS);
  expect(failures.length).toBeLessThanOrEqual(1);
  return failures[0] ?? 'holds';
}

const at = (clock: string) => `2026-03-02T${clock.length === 5 ? `${clock}:00` : clock}Z`;

/** `09:15 Nova Throttles OK ALARM`. */
function alarms(...lines: string[]): AlarmTransition[] {
  return lines.map((line) => {
    const [clock = '', model = '', alarm = '', from, to] = line.split(' ');
    return { at: at(clock), model, alarm, name: `Acme-${alarm}-${model}`, from: state(from), to: state(to) };
  });
}

function state(text: string | undefined): AlarmState {
  if (text === 'OK' || text === 'ALARM' || text === 'INSUFFICIENT_DATA') return text;
  throw new Error(`no state: ${text}`);
}

describe('{alarm, state, between}', () => {
  const expectation = '{alarm: Throttles, model: Nova, state: ALARM, between: [14m, 17m]}';
  const should =
    'Throttles of Nova should go to ALARM between +14m (2026-03-02T09:14:00Z) and +17m (2026-03-02T09:17:00Z), but ';

  test.each(['09:14', '09:15:30', '09:17'])('holds for a transition at %s', (clock) => {
    expect(verdictOn(expectation, { alarms: alarms(`${clock} Nova Throttles OK ALARM`) })).toBe('holds');
  });

  test.each([
    ['09:13:59', '+13m59s'],
    ['09:17:01', '+17m1s'],
  ])('does not hold for one at %s', (clock, offset) => {
    expect(verdictOn(expectation, { alarms: alarms(`${clock} Nova Throttles OK ALARM`) })).toBe(
      `${should}what happened was Nova OK to ALARM at ${offset} (${at(clock)}).`,
    );
  });

  test('does not hold for the state alone', () => {
    const transitions = alarms('09:10 Nova Throttles OK ALARM', '09:30 Nova Throttles ALARM OK');
    expect(verdictOn(expectation, { alarms: transitions })).toBe(
      `${should}what happened was Nova OK to ALARM at +10m (2026-03-02T09:10:00Z); ` +
        'Nova ALARM to OK at +30m (2026-03-02T09:30:00Z).',
    );
  });

  test('minds neither another alarm, nor another model, nor another state', () => {
    const others = alarms('09:15 Nova ServerErrors OK ALARM', '09:15 Opus Throttles OK ALARM');
    expect(verdictOn(expectation, { alarms: others })).toBe(`${should}its state never changed.`);
    const back = alarms('09:15 Nova Throttles ALARM OK');
    expect(verdictOn(expectation, { alarms: back })).toContain('Nova ALARM to OK');
  });

  test('without a model takes that of any', () => {
    const others = alarms('09:15 Opus Throttles OK ALARM');
    expect(verdictOn('{alarm: Throttles, state: ALARM, between: [14m, 17m]}', { alarms: others })).toBe(
      'holds',
    );
  });

  test('lists six transitions and counts the rest', () => {
    const clocks = ['10:00', '10:01', '10:02', '10:03', '10:04', '10:05', '10:06', '10:07'];
    const many = alarms(...clocks.map((clock) => `${clock} Nova Throttles OK ALARM`));
    expect(verdictOn(expectation, { alarms: many })).toMatch(/Nova OK to ALARM at \+1h5m \([^;]+; 2 more\.$/);
  });
});

describe('{alarm, state, at}', () => {
  const story = alarms('09:10 Nova Throttles OK ALARM', '09:30 Nova Throttles ALARM OK');
  const on = (wanted: string, minute: string) =>
    verdictOn(`{alarm: Throttles, model: Nova, state: ${wanted}, at: ${minute}}`, { alarms: story });

  test.each([
    ['OK', '9m'],
    ['ALARM', '10m'],
    ['ALARM', '29m'],
    ['OK', '30m'],
    ['OK', '27h'],
  ])('%s at %s holds', (wanted, minute) => {
    expect(on(wanted, minute)).toBe('holds');
  });

  test('says since when it was in another', () => {
    expect(on('OK', '20m')).toBe(
      'Throttles of Nova should be in OK at +20m (2026-03-02T09:20:00Z), but it was in ALARM since +10m (2026-03-02T09:10:00Z).',
    );
    expect(on('ALARM', '9m')).toBe(
      'Throttles of Nova should be in ALARM at +9m (2026-03-02T09:09:00Z), but it was in OK from the start.',
    );
  });

  test('an alarm that never changes is OK', () => {
    expect(verdictOn('{alarm: Throttles, state: OK, at: 5m}', {})).toBe('holds');
    expect(verdictOn('{alarm: Throttles, state: ALARM, at: 5m}', {})).toContain(
      'it was in OK from the start',
    );
  });

  test('before its first transition an alarm is where that came from', () => {
    const later = alarms('09:10 Nova Throttles INSUFFICIENT_DATA OK');
    expect(verdictOn('{alarm: Throttles, state: INSUFFICIENT_DATA, at: 5m}', { alarms: later })).toBe(
      'holds',
    );
  });

  test('without a model is the worst state of any', () => {
    const two = alarms(
      '09:10 Nova Throttles OK ALARM',
      '09:20 Opus Throttles OK INSUFFICIENT_DATA',
      '09:30 Nova Throttles ALARM OK',
    );
    const of = (wanted: string, minute: string) =>
      verdictOn(`{alarm: Throttles, state: ${wanted}, at: ${minute}}`, { alarms: two });
    expect([of('OK', '9m'), of('ALARM', '25m'), of('INSUFFICIENT_DATA', '35m')]).toEqual([
      'holds',
      'holds',
      'holds',
    ]);
    expect(of('OK', '25m')).toContain('it was in ALARM since +10m');
  });
});

describe('{never}', () => {
  test('holds unless the alarm goes to ALARM', () => {
    expect(verdictOn('{never: Throttles}', { alarms: alarms('09:10 Nova ServerErrors OK ALARM') })).toBe(
      'holds',
    );
    expect(
      verdictOn('{never: Throttles}', { alarms: alarms('08:10 Nova Throttles OK INSUFFICIENT_DATA') }),
    ).toBe('holds');
    expect(verdictOn('{never: Throttles}', { alarms: alarms('08:10 Nova Throttles OK ALARM') })).toBe(
      'Throttles should never go to ALARM, but it did: for Nova at -50m (2026-03-02T08:10:00Z).',
    );
  });

  test('of a model minds no other', () => {
    const opus = alarms('09:10 Opus Throttles OK ALARM');
    expect(verdictOn('{never: Throttles, model: Nova}', { alarms: opus })).toBe('holds');
    expect(verdictOn('{never: Throttles, model: Opus}', { alarms: opus })).toContain(
      'it did: for Opus at +10m',
    );
  });
});

function supportCase(clock: string, category: string | null, model: string | null = 'Nova'): SupportCase {
  const subject = `Acme - ${model} - ${category}`;
  return {
    displayId: '1',
    openedAt: at(clock),
    via: 'support',
    model,
    category,
    subject,
    status: 'opened',
    communications: [],
  };
}

function incident(clock: string, scenario: string, model = 'Nova'): Incident {
  return {
    id: 'i',
    model,
    openedAt: at(clock),
    closedAt: null,
    alarms: ['Throttles'],
    scenario,
    severity: 'CRITICAL',
  };
}

describe('{case}', () => {
  const facts = {
    cases: [
      supportCase('08:59', 'Quota Request'),
      supportCase('09:16', 'Quota Request'),
      supportCase('11:00', 'Quota Request'),
      supportCase('11:00', 'Investigation Request'),
      supportCase('11:00', 'Quota Request', 'Opus'),
    ],
    incidents: [
      incident('10:50', 'low_usage'),
      incident('09:15', 'high_usage'),
      incident('10:59', 'new_model', 'Opus'),
    ],
  };

  test.each([
    '{case: Quota Request, count: 3}',
    '{case: Quota Request, between: [14m, 25m]}',
    '{case: Quota Request, count: 2, between: [2h, 2h]}',
    '{case: Quota Request, model: Opus}',
    '{case: Quota Request, model: Nova, count: 2}',
    '{case: Quota Request, scenario: high_usage}',
    '{case: Quota Request, scenario: low_usage, between: [2h, 3h]}',
    '{case: Quota Request, scenario: new_model}',
    '{case: Quota Request, scenario: high_usage, count: 0, between: [2h, 3h]}',
    '{case: Investigation Request}',
    '{case: Investigation Request, scenario: new_model, count: 0}',
  ])('%s holds', (expectation) => {
    expect(verdictOn(expectation, facts)).toBe('holds');
  });

  test('says how many there were and what was opened', () => {
    expect(
      verdictOn(
        '{case: Quota Request, scenario: high_usage, count: 2, model: Nova, between: [14m, 2h]}',
        facts,
      ),
    ).toBe(
      '2 cases of Quota Request (high_usage) for Nova should be opened between +14m (2026-03-02T09:14:00Z) and ' +
        '+2h (2026-03-02T11:00:00Z), but there was 1; opened in that time: ' +
        'Quota Request, high_usage, Nova at +16m (2026-03-02T09:16:00Z); ' +
        'Quota Request, low_usage, Nova at +2h (2026-03-02T11:00:00Z); ' +
        'Investigation Request, low_usage, Nova at +2h (2026-03-02T11:00:00Z); ' +
        'Quota Request, new_model, Opus at +2h (2026-03-02T11:00:00Z).',
    );
    expect(verdictOn('{case: Quota Request}', {})).toBe(
      '1 case of Quota Request should be opened, but there were none; opened in that time: nothing.',
    );
  });

  test('names a case of nobody by its subject', () => {
    const theirs = { ...supportCase('09:16', null, null), subject: 'Billing' };
    expect(verdictOn('{case: Quota Request}', { cases: [theirs] })).toContain(
      'opened in that time: Billing at +16m',
    );
  });
});

describe('{emails}', () => {
  const email = (clock: string, subject: string): Email => ({
    at: at(clock),
    to: ['a@acme.example', 'b@acme.example'],
    subject,
    body: '',
  });
  const facts = {
    emails: [
      email('09:15', '[CRITICAL] Acme Nova Quota Request'),
      email('09:16', '[CRITICAL] Acme Nova: case opened'),
      email('09:40', '[WARNING] Acme Opus Quota Request'),
      email('09:41', 'Acme Opus is over'),
    ],
  };

  test.each([
    '{emails: 4}',
    '{emails: 2, severity: CRITICAL}',
    '{emails: 1, severity: CRITICAL, between: [16m, 25m]}',
    '{emails: 2, subject: Nova}',
    '{emails: 1, subject: Quota Request, severity: WARNING}',
    '{emails: 0, severity: WARNING, between: [0, 39m]}',
  ])('%s holds', (expectation) => {
    expect(verdictOn(expectation, facts)).toBe('holds');
  });

  test('says how many there were and what was sent', () => {
    expect(verdictOn('{emails: 0, severity: CRITICAL, subject: opened, between: [16m, 40m]}', facts)).toBe(
      'No CRITICAL e-mails with "opened" in the subject should be sent between +16m (2026-03-02T09:16:00Z) and ' +
        '+40m (2026-03-02T09:40:00Z), but there was 1; sent in that time: ' +
        '"[CRITICAL] Acme Nova: case opened" at +16m (2026-03-02T09:16:00Z); ' +
        '"[WARNING] Acme Opus Quota Request" at +40m (2026-03-02T09:40:00Z).',
    );
    expect(verdictOn('{emails: 1}', facts)).toMatch(/^1 e-mail should be sent, but there were 4; /);
  });
});

describe('{threshold}', () => {
  const threshold = (clock: string, quota: 'RPM' | 'TPM', value: number, model = 'Nova') => ({
    at: at(clock),
    model,
    quota,
    value,
  });
  const facts = {
    thresholds: [
      threshold('11:00', 'TPM', 6_250_000),
      threshold('08:00', 'TPM', 5_000_000),
      threshold('08:00', 'RPM', 8000),
      threshold('10:00', 'TPM', 160_000, 'Opus'),
    ],
  };

  test.each([
    '{threshold: TPM, value: 5000000, at: 0m, model: Nova}',
    '{threshold: TPM, value: 5000000, at: 119m, model: Nova}',
    '{threshold: TPM, value: 6250000, at: 2h, model: Nova}',
    '{threshold: TPM, value: 160000, at: 90m}',
    '{threshold: RPM, value: 8000, at: 27h}',
  ])('%s holds', (expectation) => {
    expect(verdictOn(expectation, facts)).toBe('holds');
  });

  test('says what it was', () => {
    expect(verdictOn('{threshold: TPM, value: 5000000, at: 2h, model: Nova}', facts)).toBe(
      'The TPM threshold of Nova should be 5,000,000 at +2h (2026-03-02T11:00:00Z), ' +
        'but it was 6,250,000 for Nova, stored at +2h (2026-03-02T11:00:00Z).',
    );
    expect(verdictOn('{threshold: RPM, value: 8000, at: 1h, model: Opus}', facts)).toBe(
      'The RPM threshold of Opus should be 8,000 at +1h (2026-03-02T10:00:00Z), but none had been stored by then.',
    );
  });
});

test('failures come in the order of the expectations, and each is known for its own', () => {
  const scenario = scenarioOf('{emails: 1}', '{never: Throttles}', '{case: Quota Request}');
  const failures = checkExpectations(scenario, NOTHING, EMAILS);
  expect(failures).toHaveLength(2);
  const owners = failures.map((failure) =>
    scenario.expect.filter((one) => isFailureOf(failure, one, scenario.start)).map(({ kind }) => kind),
  );
  expect(owners).toEqual([['emailsSent'], ['casesOpened']]);
  expect(describeExpectation({ line: 1, kind: 'alarmNever', alarm: 'Throttles' }, scenario.start)).toBe(
    'Throttles should never go to ALARM',
  );
});
