import { expect, test } from '@jest/globals';
import { rehearsedProduct } from '../../../bin/rehearsed-product';
import type { AwsView } from '../../../rehearsal/aws-view';
import { playScenario } from '../../../rehearsal/engine/play-scenario';
import { readScenario } from '../../../rehearsal/engine/read-scenario';
import type { Product, SentText } from '../../../rehearsal/product';

const SCENARIO = `
name: Throttling
start: 2026-03-02T09:00:00Z
settings:
  customer: AcmeCorp
  stakeholders: [sre@acme.example]
  models:
    - {name: G-Opus-4-6, modelId: global.anthropic.claude-opus-4-6-v1, rpmQuotaCode: L-3DD46812, tpmQuotaCode: L-3DCCFAA4}
quotas: {L-3DD46812: 10000, L-3DCCFAA4: 6250000}
deliver: {duplicate: 1, reorder: 0}
models:
  G-Opus-4-6: {series: {Invocations: '4000x19'}}
events:
  - {at: 10m, setAlarm: {model: G-Opus-4-6, alarm: Throttles, state: ALARM}}
  - {at: 15m, setAlarm: {model: G-Opus-4-6, alarm: Throttles, state: OK}}
  - {at: 15m, resolveCases: all}
`;

test('every text is shown to the product with AWS as it was when the text was sent', async () => {
  const sent: SentText[] = [];
  const seen: unknown[] = [];
  const stateOf = (view: AwsView) => ({
    now: view.now.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length),
    alarm: view.alarm('AcmeCorp-Bedrock-Throttles-Critical-G-Opus-4-6')?.state,
    cases: view.cases().map(({ subject, isResolved }) => ({ subject, isResolved })),
    opened: view.calls
      .filter(({ name }) => name === 'support:CreateCase')
      .map(({ carriedOut }) => carriedOut),
  });
  const product: Product = {
    ...rehearsedProduct,
    checkClaims: (text, lines, view) => {
      sent.push(text);
      seen.push(stateOf(view));
      expect(lines.some(({ message }) => message === 'text written')).toBe(true);
      return {
        checked: 2,
        failures: text.medium === 'case' ? [`${text.subject} states what is not so`] : [],
      };
    },
  };
  const report = await playScenario(readScenario(SCENARIO, 'scenario.yaml', product), product);
  const [one] = report.cases;
  const subject = 'AcmeCorp - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1';
  expect(sent.map(({ medium, at }) => [medium, at])).toEqual([
    ['case', '2026-03-02T09:10:30Z'],
    ['e-mail', '2026-03-02T09:10:30Z'],
    ['e-mail', '2026-03-02T09:25:00Z'],
  ]);
  expect(sent.map(({ subject, body }) => [subject, body])).toEqual([
    [subject, one?.communications[0]?.body],
    [report.emails[0]?.subject, report.emails[0]?.body],
    [report.emails[1]?.subject, report.emails[1]?.body],
  ]);
  const then = {
    now: '2026-03-02T09:10:30',
    alarm: 'ALARM',
    cases: [{ subject, isResolved: false }],
    opened: [true],
  };
  const later = {
    now: '2026-03-02T09:25:00',
    alarm: 'OK',
    cases: [{ subject, isResolved: true }],
    opened: [],
  };
  expect(seen).toEqual([then, then, later]);
  expect(report).toMatchObject({
    passed: false,
    failures: [`${subject} states what is not so`],
    claims: { texts: 3, checked: 6, failed: 1 },
  });
});

test('a rehearsal whose texts have no claims fails', async () => {
  const mute: Product = {
    ...rehearsedProduct,
    checkClaims: (text, _, view) => rehearsedProduct.checkClaims(text, [], view),
  };
  const report = await playScenario(readScenario(SCENARIO, 'scenario.yaml', mute), mute);
  expect(report.failures).toEqual([
    expect.stringMatching(/^The log has no claims of the case text "AcmeCorp - .*" at 2026-03-02T09:10:30Z/),
    expect.stringMatching(/^The log has no claims of the e-mail ".*CRITICAL.*" at 2026-03-02T09:10:30Z/),
    expect.stringMatching(/^The log has no claims of the e-mail ".* - over" at 2026-03-02T09:25:00Z/),
  ]);
});
