import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type AlarmState, parseCompositeRule } from '../../../rehearsal/cloudwatch/composite-rule';
import { AwsError } from '../../../rehearsal/service';

const STATES: Readonly<Record<string, AlarmState>> = {
  burning: 'ALARM',
  'also burning': 'ALARM',
  fine: 'OK',
  blind: 'INSUFFICIENT_DATA',
};

function evaluate(rule: string): boolean {
  return parseCompositeRule(rule).evaluate((name) => STATES[name] ?? 'OK');
}

describe('a rule', () => {
  test.each([
    ['ALARM(burning)', true],
    ['ALARM(fine)', false],
    ['OK(fine)', true],
    ['INSUFFICIENT_DATA(blind)', true],
    ['INSUFFICIENT_DATA(burning)', false],
    ['ALARM("also burning")', true],
    ['ALARM(arn:aws:cloudwatch:us-east-1:111122223333:alarm:burning)', true],
    ['(ALARM("arn:aws:cloudwatch:us-east-1:111122223333:alarm:also burning"))', true],
    ['ALARM(fine) OR ALARM(burning)', true],
    ['ALARM(fine) AND ALARM(burning)', false],
    ['NOT ALARM(fine) AND OK(fine)', true],
    ['NOT (ALARM(fine) OR OK(fine))', false],
    ['NOT NOT ALARM(burning)', true],
    ['ALARM(burning) OR ALARM(burning) AND ALARM(fine)', true],
    ['(ALARM(burning) OR ALARM(burning)) AND ALARM(fine)', false],
    ['TRUE AND NOT FALSE', true],
    ['false', false],
    ['AT_LEAST(2, ALARM, (burning, "also burning", fine))', true],
    ['AT_LEAST(3, ALARM, (burning, "also burning", fine))', false],
    ['AT_LEAST(50%, ALARM, (burning, "also burning", fine))', true],
    ['AT_LEAST(75%, ALARM, (burning, "also burning", fine))', false],
    ['AT_LEAST(1, OK, (burning, fine)) AND ALARM(burning)', true],
    ['\n  ALARM ( burning )\n  AND\n  OK(fine)\n', true],
  ])('%s', (rule, expected) => {
    expect(evaluate(rule)).toBe(expected);
  });

  test('lists the alarms that it rests on, each once', () => {
    const { children } = parseCompositeRule(
      'ALARM(a) OR OK("b c") AND NOT ALARM(a) OR AT_LEAST(1, OK, (d, a))',
    );
    expect(children).toEqual(['a', 'b c', 'd']);
  });

  test('takes a quoted name for a name, even when it is a word of the grammar or has a quote in it', () => {
    expect(parseCompositeRule('ALARM("OR") OR OK("say \\"hi\\"")').children).toEqual(['OR', 'say "hi"']);
  });
});

describe('a syntax error names its position', () => {
  test.each([
    ['', 'position 1: the rule ends'],
    ['ALARM(a', 'position 8: the rule ends where ) is expected'],
    ['ALARM(a) ALARM(b)', 'position 10: "ALARM" stands where AND, OR or the end of the rule is expected'],
    ['ALARM(a) OR BURNS(b)', 'position 13: "BURNS" stands where a condition on an alarm is expected'],
    ['ALARM()', 'position 7: ")" stands where the name of an alarm is expected'],
    ['ALARM(a b)', 'position 9: "b" stands where ) is expected'],
    ['AT_LEAST(x, ALARM, (a))', 'position 10: "x" stands where a number or a percentage is expected'],
    ['AT_LEAST(0, ALARM, (a))', 'position 10: "0" stands'],
    ['AT_LEAST(1, ALARM, ())', 'position 21: ")" stands where the name of an alarm is expected'],
    ['ALARM("a)', 'position 7: """ stands'],
    ['(ALARM(a) OR', 'position 13: the rule ends'],
  ])('%s', (rule, message) => {
    expect(() => parseCompositeRule(rule)).toThrow(AwsError);
    expect(() => parseCompositeRule(rule)).toThrow(message);
  });
});

test('a rule names at most 100 alarms in 10,240 characters', () => {
  const anyOf = (count: number) =>
    Array.from({ length: count }, (_, index) => `ALARM(a${index})`).join(' OR ');
  expect(parseCompositeRule(anyOf(100)).children).toHaveLength(100);
  expect(() => parseCompositeRule(anyOf(101))).toThrow('names more than 100 alarms');
  expect(() => parseCompositeRule(`ALARM(${'a'.repeat(10_234)})`)).toThrow('is longer than 10240 characters');
});

test('AND, OR and NOT are those of logic, whatever the names', () => {
  const state = fc.constantFrom<AlarmState>('OK', 'ALARM', 'INSUFFICIENT_DATA');
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), state, state, (name, a, b) => {
      const quoted = JSON.stringify(`x${name.replaceAll(/[\p{C}]/gu, '')}`);
      const rule = parseCompositeRule(`NOT ALARM(${quoted}) AND OK(other) OR ALARM(other) AND OK(${quoted})`);
      const [x = ''] = rule.children;
      const result = rule.evaluate((child) => (child === x ? a : b));
      expect(result).toBe((a !== 'ALARM' && b === 'OK') || (b === 'ALARM' && a === 'OK'));
    }),
  );
});
