import { describe, expect, test } from '@jest/globals';
import { readDocument } from '../docs/documents';
import {
  type CostLine,
  costsOfReconciling,
  inUsd,
  monthlyCosts,
  POLLS_A_MONTH,
  total,
} from './monthly-costs';
import { FOUNDATION, modelOf, settingsOf, stackOf } from './synthesized';

const settings = settingsOf();
const foundation = monthlyCosts(stackOf(settings, FOUNDATION));
const modelStack = stackOf(settings, `${FOUNDATION}-Nova`);
const model = monthlyCosts(modelStack);

const row = ({ each, count, usd }: CostLine): string => `| ${count} | ${each} | ${inUsd(usd)} |`;

describe('a model in which nothing happens', () => {
  test('costs its ten alarms and their composite', () => {
    expect(model.map(({ each, count, usd }) => [each, count, inUsd(usd)])).toEqual([
      ['alarm on an anomaly', 4, '1.20'],
      ['alarm on a threshold', 6, '0.60'],
      ['composite alarm', 1, '0.50'],
      ['standard parameter', expect.any(Number), '0.00'],
    ]);
  });

  test('costs at most 2.40 USD a month', () => {
    expect(total(model)).toBeLessThanOrEqual(2.4);
  });

  test('costs the same whatever its settings', () => {
    const models = [
      modelOf({
        rpmQuotaCode: 'NA',
        tpmQuotaCode: 'NA',
        useCase: 'ü'.repeat(1000),
        alarmPeriodSeconds: 3600,
      }),
    ];
    expect(monthlyCosts(stackOf(settingsOf({ models }), `${FOUNDATION}-Nova`))).toEqual(model);
  });

  test('is a stack of at most 30 resources', () => {
    expect(Object.keys(modelStack.template.toJSON().Resources).length).toBeLessThanOrEqual(30);
  });
});

describe('a foundation in which nothing happens', () => {
  test('costs alarms on itself, a key, a secret, the polling of its queues, and the reconciler', () => {
    expect(foundation.map(({ each, count, usd }) => [each, count, inUsd(usd)])).toEqual([
      ['alarm on a threshold', 18, '1.80'],
      ['key', 1, '1.00'],
      ['polled queue', 2, '0.53'],
      ['secret', 1, '0.40'],
      ['reconciliation', 1, '0.26'],
      ['health check', 1, '0.22'],
      ['look at inference profiles', 1, '0.07'],
      ['scheduled update', 1, '0.04'],
    ]);
  });
});

describe('the reconciler of a hundred models', () => {
  const reconciling = costsOfReconciling(stackOf(settings, FOUNDATION).template);

  test('costs less than a dollar a month', () => {
    expect(total(reconciling)).toBeLessThan(1);
    const rules = foundation.filter(({ each }) => ['reconciliation', 'health check'].includes(each));
    expect(total(rules)).toBeCloseTo(total(reconciling), 10);
  });

  test('is shown in docs/costs.md as a sum', () => {
    const [, section = ''] = readDocument('docs/costs.md').split('## The reconciler\n');
    const [table = ''] = section.split('\n## ');
    const rows = [...table.matchAll(/^\| [\d,]+ \|.*\|$/gm)].map(([text]) => text);
    expect(rows).toEqual(
      reconciling.map(
        ({ each, count, usd }) =>
          `| ${Math.round(count).toLocaleString('en-US')} | ${each} | ${inUsd(usd)} |`,
      ),
    );
    expect(table).toContain(`| | sum | **${inUsd(total(reconciling))}** |`);
  });
});

test('a kind of resource that nobody has priced is a fault', () => {
  const stack = stackOf(settings, FOUNDATION);
  stack.template.toJSON().Resources.Bucket = { Type: 'AWS::S3::Bucket' };
  expect(() => monthlyCosts(stack)).toThrow('nothing is said of what a AWS::S3::Bucket costs');
});

describe('docs/costs.md', () => {
  const document = readDocument('docs/costs.md');
  const [before = '', reconciler = ''] = document.split('## The reconciler\n');
  const [, after = ''] = reconciler.split(/^## /m);
  const rows = [...`${before}${after}`.matchAll(/^\| \d.*\|$/gm)].map(([text]) => text);

  test('has what is worked out from the templates', () => {
    const charged = [...foundation, ...model].filter(({ usd }) => usd > 0);
    expect(rows).toEqual(charged.map(row));
    expect(document).toContain(`**${inUsd(total(foundation))} USD** a month`);
    expect(document).toContain(`**${inUsd(total(model))} USD** a month`);
  });

  test('tells what ten models cost, and how often an idle queue is asked', () => {
    expect(document).toContain(`ten models: ${inUsd(total(foundation) + 10 * total(model))} USD`);
    expect(document).toContain(`${POLLS_A_MONTH.toLocaleString('en-US')} requests for each`);
  });
});
