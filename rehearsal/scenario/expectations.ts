import type { AlarmState, AlarmTransition, Email, Report, SupportCase } from '../report';
import { describeExpectation, formatNumber } from './describe-expectation';
import { after, describeInstant } from './instant';
import type {
  AlarmAt,
  AlarmNever,
  AlarmReached,
  Between,
  CasesOpened,
  EmailsSent,
  Expectation,
  Scenario,
  ThresholdAt,
} from './scenario';

/** All that happened, before the verdict. */
export type Facts = Omit<Report, 'passed' | 'failures'>;

/** How the product's e-mails say how bad it is. */
export interface EmailReader {
  severityOfEmail(subject: string): string | undefined;
}

/**
 * What did not come as expected: one sentence per expectation that did not hold, in the order of the scenario. Counts
 * without a window are of all that happened from the start on.
 */
export function checkExpectations(
  { expect, start }: Pick<Scenario, 'expect' | 'start'>,
  facts: Facts,
  emails: EmailReader,
): string[] {
  const judge = new Judge(start, facts, emails);
  return expect.flatMap((expectation) => {
    const found = judge.objectionTo(expectation);
    return found === undefined ? [] : [`${beginningOf(expectation, start)}${found}.`];
  });
}

/** Whether `failure` says that `expectation` did not hold. */
export function isFailureOf(failure: string, expectation: Expectation, start: Date): boolean {
  return failure.startsWith(beginningOf(expectation, start));
}

function beginningOf(expectation: Expectation, start: Date): string {
  return `${describeExpectation(expectation, start)}, but `;
}

type Of<Kind> = Kind & { readonly model?: string | undefined };

/** Says of an expectation what was there instead; undefined where it held. */
class Judge {
  constructor(
    private readonly start: Date,
    private readonly facts: Facts,
    private readonly emails: EmailReader,
  ) {}

  objectionTo(expectation: Expectation): string | undefined {
    switch (expectation.kind) {
      case 'alarmReached':
        return this.toReached(expectation);
      case 'alarmAt':
        return this.toState(expectation);
      case 'alarmNever':
        return this.toNever(expectation);
      case 'casesOpened':
        return this.toCases(expectation);
      case 'emailsSent':
        return this.toEmails(expectation);
      case 'thresholdAt':
        return this.toThreshold(expectation);
    }
  }

  private toReached(expected: Of<AlarmReached>): string | undefined {
    const transitions = this.transitionsOf(expected);
    const holds = transitions.some(
      ({ to, at }) => to === expected.state && this.isWithin(at, expected.between),
    );
    if (holds) return undefined;
    if (transitions.length === 0) return 'its state never changed';
    return `what happened was ${list(transitions.map((transition) => this.describeTransition(transition)))}`;
  }

  private toState(expected: Of<AlarmAt>): string | undefined {
    const at = after(this.start, expected.atMs);
    const transitions = this.transitionsOf(expected);
    const models = [...new Set(transitions.map(({ model }) => model))];
    const states = models.map((model) =>
      stateAt(
        transitions.filter((one) => one.model === model),
        at,
      ),
    );
    const worst = STATES_BY_WEIGHT.find((state) => states.includes(state)) ?? 'OK';
    if (worst === expected.state) return undefined;
    const last = transitions.findLast(
      (transition) => transition.to === worst && new Date(transition.at) <= at,
    );
    return `it was in ${worst}${last === undefined ? ' from the start' : ` since ${this.describe(last.at)}`}`;
  }

  private toNever(expected: Of<AlarmNever>): string | undefined {
    const raised = this.transitionsOf(expected).filter(({ to }) => to === 'ALARM');
    if (raised.length === 0) return undefined;
    return `it did: ${list(raised.map(({ model, at }) => `for ${model} at ${this.describe(at)}`))}`;
  }

  private toCases(expected: Of<CasesOpened>): string | undefined {
    const opened = this.facts.cases.filter(({ openedAt }) => this.isWithin(openedAt, expected.between));
    const matching = opened.filter(
      (one) =>
        one.category === expected.category &&
        (expected.model === undefined || one.model === expected.model) &&
        (expected.scenario === undefined || this.scenarioOf(one) === expected.scenario),
    );
    if (matching.length === expected.count) return undefined;
    const all = opened.map((one) => this.describeCase(one));
    return `${were(matching.length)}; opened in that time: ${list(all)}`;
  }

  private toEmails(expected: EmailsSent): string | undefined {
    const sent = this.facts.emails.filter(({ at }) => this.isWithin(at, expected.between));
    const matching = sent.filter(
      ({ subject }) =>
        (expected.severity === undefined || this.emails.severityOfEmail(subject) === expected.severity) &&
        (expected.subject === undefined || subject.includes(expected.subject)),
    );
    if (matching.length === expected.count) return undefined;
    return `${were(matching.length)}; sent in that time: ${list(sent.map((email) => this.describeEmail(email)))}`;
  }

  private toThreshold(expected: Of<ThresholdAt>): string | undefined {
    const until = after(this.start, expected.atMs);
    const stored = this.facts.thresholds.filter(
      ({ at, model, quota }) =>
        quota === expected.quota &&
        (expected.model === undefined || model === expected.model) &&
        new Date(at) <= until,
    );
    const last = stored.toSorted(byInstant).at(-1);
    if (last?.value === expected.value) return undefined;
    if (last === undefined) return 'none had been stored by then';
    return `it was ${formatNumber(last.value)} for ${last.model}, stored at ${this.describe(last.at)}`;
  }

  private transitionsOf({ alarm, model }: { alarm: string; model?: string | undefined }): AlarmTransition[] {
    return this.facts.alarms
      .filter((one) => one.alarm === alarm && (model === undefined || one.model === model))
      .toSorted(byInstant);
  }

  /** The scenario of the incident that was open when the case was, or the last before it. */
  private scenarioOf({ model, openedAt }: SupportCase): string | undefined {
    return this.facts.incidents
      .filter((incident) => incident.model === model && new Date(incident.openedAt) <= new Date(openedAt))
      .toSorted((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt))
      .at(-1)?.scenario;
  }

  private isWithin(at: string, between: Between | undefined): boolean {
    const ms = Date.parse(at) - this.start.getTime();
    const [from, to] = between ?? [0, Number.POSITIVE_INFINITY];
    return from <= ms && ms <= to;
  }

  private describe(at: string): string {
    return describeInstant(at, this.start);
  }

  private describeTransition({ model, from, to, at }: AlarmTransition): string {
    return `${model} ${from} to ${to} at ${this.describe(at)}`;
  }

  private describeCase(one: SupportCase): string {
    const what = [one.category ?? one.subject, this.scenarioOf(one), one.model].filter(Boolean).join(', ');
    return `${what} at ${this.describe(one.openedAt)}`;
  }

  private describeEmail({ subject, at }: Email): string {
    return `"${subject}" at ${this.describe(at)}`;
  }
}

const STATES_BY_WEIGHT: readonly AlarmState[] = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

/** The state after the last of one alarm's transitions at or before the instant, else the one it came from. */
function stateAt(transitions: readonly AlarmTransition[], at: Date): AlarmState {
  const last = transitions.findLast((transition) => new Date(transition.at) <= at);
  return last?.to ?? transitions[0]?.from ?? 'OK';
}

function byInstant(a: { readonly at: string }, b: { readonly at: string }): number {
  return Date.parse(a.at) - Date.parse(b.at);
}

function were(count: number): string {
  return count === 1 ? 'there was 1' : `there were ${count === 0 ? 'none' : formatNumber(count)}`;
}

const MOST_LISTED = 6;

function list(items: readonly string[]): string {
  if (items.length === 0) return 'nothing';
  const rest = items.length - MOST_LISTED;
  return [...items.slice(0, MOST_LISTED), ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}
