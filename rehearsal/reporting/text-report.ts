import { instantText } from '../instant';
import type { Claims, Denial, Email, Invocation, Report, SupportCase } from '../report';
import { describeExpectation } from '../scenario/describe-expectation';
import { formatDuration } from '../scenario/duration';
import { isFailureOf } from '../scenario/expectations';
import { describeInstant } from '../scenario/instant';
import type { Scenario } from '../scenario/scenario';
import { fill, heading, indent } from './text-layout';
import { renderTimeline } from './timeline';

export { renderJson } from './json-report';

/** What the rehearsal only approximates, one sentence each. */
export interface Approximations {
  readonly assumptions: readonly string[];
}

/** The report for a person: read from top to bottom, 80 columns where the content allows, without colour. */
export function renderText(report: Report, scenario: Scenario, { assumptions }: Approximations): string {
  const sections = [
    [...fill(report.scenario), `${instantText(scenario.start)}, ${formatDuration(scenario.untilMs)} played`],
    section('Timeline', renderTimeline(report, scenario)),
    section('E-mails', separate(report.emails.map((email) => renderEmail(email, scenario.start)))),
    section('Cases', separate(report.cases.map((one) => renderCase(one, scenario.start)))),
    section('Invocations', renderInvocations(report.invocations)),
    section('Expectations', renderExpectations(report, scenario)),
    section(
      'Approximated',
      assumptions.flatMap((assumption) => fill(assumption, '- ')),
    ),
    section('Denied', report.denied.flatMap(renderDenial)),
    section(
      'Permissions that this scenario did not use',
      report.unusedPermissions.flatMap((permission) => fill(permission, '- ')),
    ),
    [`Dead letters: ${report.deadLetters}`, renderClaims(report.claims)],
    [verdict(report)],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return [...heading(title), ...(lines.length === 0 ? ['none'] : lines)];
}

/** Items of several lines, with a blank line between them. */
function separate(items: readonly (readonly string[])[]): string[] {
  return items.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function renderEmail({ at, to, subject, body }: Email, start: Date): string[] {
  return [
    describeInstant(at, start),
    ...fill(to.join(', '), 'To: '),
    `Subject: ${subject}`,
    '',
    ...indent(body),
  ];
}

function renderCase(one: SupportCase, start: Date): string[] {
  const about = [`via ${one.via}`, one.model, one.category].filter((part) => part !== null).join(', ');
  return [
    `Case ${one.displayId} of ${describeInstant(one.openedAt, start)}, status ${one.status}`,
    ...fill(about),
    `Subject: ${one.subject}`,
    ...one.communications.flatMap(({ at, by, body }) => [
      '',
      `${AUTHORS[by]}, ${describeInstant(at, start)}:`,
      ...indent(body),
    ]),
  ];
}

const AUTHORS = { us: 'Customer', aws: 'AWS' } as const;

function renderInvocations(invocations: readonly Invocation[]): string[] {
  const names = [...new Set(invocations.map((one) => one.function))].sort();
  return names.flatMap((name) => {
    const own = invocations.filter((one) => one.function === name);
    const failed = own.filter(({ outcome }) => outcome === 'error').length;
    const requests = own.flatMap(({ calls }) => Object.values(calls)).reduce((sum, count) => sum + count, 0);
    return fill(`${name}: ${own.length} (failed: ${failed}; requests to AWS: ${requests})`);
  });
}

/** The failures that are of no expectation, since they may be the cause of others; then whether each expectation held. */
function renderExpectations({ failures }: Report, { expect, start }: Scenario): string[] {
  const isExpected = (failure: string) => expect.some((one) => isFailureOf(failure, one, start));
  return [
    ...failures.filter((failure) => !isExpected(failure)).flatMap((failure) => fill(failure, '✗ ')),
    ...expect.flatMap((one) => {
      const failure = failures.find((candidate) => isFailureOf(candidate, one, start));
      return failure === undefined ? fill(`${describeExpectation(one, start)}.`, '✓ ') : fill(failure, '✗ ');
    }),
  ];
}

function renderDenial(denial: Denial): string[] {
  const who = 'function' in denial ? denial.function : denial.principal;
  return fill(`${denial.at} ${who}: ${denial.action} on ${denial.resource}`, '- ');
}

function renderClaims({ texts, checked, failed }: Claims): string {
  const held = failed === 0 ? 'all true' : `${failed} missing or untrue`;
  return `Claims: ${checked} in ${texts} ${texts === 1 ? 'text' : 'texts'} were held against AWS, ${held}.`;
}

function verdict({ passed, failures }: Report): string {
  if (passed) return 'Passed.';
  return failures.length === 1
    ? 'Failed: 1 thing did not hold.'
    : `Failed: ${failures.length} things did not hold.`;
}
