import { after, describeInstant } from './instant';
import type { Between, Expectation } from './scenario';

/** What is expected as a clause without its full stop: `HighLatency should never go to ALARM`. */
export function describeExpectation(expectation: Expectation, start: Date): string {
  const at = (ms: number) => `at ${describeInstant(after(start, ms), start)}`;
  const within = (between: Between | undefined) => window(between, start);
  const ofModel = expectation.model === undefined ? '' : ` of ${expectation.model}`;
  switch (expectation.kind) {
    case 'alarmReached': {
      const { alarm, state, between } = expectation;
      return `${alarm}${ofModel} should go to ${state}${within(between)}`;
    }
    case 'alarmAt':
      return `${expectation.alarm}${ofModel} should be in ${expectation.state} ${at(expectation.atMs)}`;
    case 'alarmNever':
      return `${expectation.alarm}${ofModel} should never go to ALARM`;
    case 'casesOpened': {
      const { count, category, scenario, between } = expectation;
      const qualified = scenario === undefined ? category : `${category} (${scenario})`;
      return `${amountOf(count, `case of ${qualified}`, `cases of ${qualified}`)}${forModel(expectation)} should be opened${within(between)}`;
    }
    case 'emailsSent': {
      const { count, severity, subject, between } = expectation;
      const kind = severity === undefined ? '' : `${severity} `;
      const about = subject === undefined ? '' : ` with "${subject}" in the subject`;
      return `${amountOf(count, `${kind}e-mail`, `${kind}e-mails`)}${about} should be sent${within(between)}`;
    }
    case 'thresholdAt':
      return `The ${expectation.quota} threshold${ofModel} should be ${formatNumber(expectation.value)} ${at(expectation.atMs)}`;
  }
}

/** `1 case`, `3 cases`, `No cases`. */
function amountOf(count: number, one: string, several: string): string {
  return `${count === 0 ? 'No' : formatNumber(count)} ${count === 1 ? one : several}`;
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function forModel({ model }: Expectation): string {
  return model === undefined ? '' : ` for ${model}`;
}

function window(between: Between | undefined, start: Date): string {
  if (between === undefined) return '';
  const [from, to] = between.map((ms) => describeInstant(after(start, ms), start));
  return ` between ${from} and ${to}`;
}
