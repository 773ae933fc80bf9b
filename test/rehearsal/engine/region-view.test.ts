import { describe, expect, test } from '@jest/globals';
import { viewOfRegion } from '../../../rehearsal/engine/region-view';
import { THROTTLES, throttleAlarm } from '../cloudwatch/alarms';
import { emptyRegion } from './regions';

const at = (time: string) => new Date(`2026-03-02T${time}Z`);
const nothing = { calls: [], transitions: [] };

describe('what a person could look up in a Region', () => {
  test('a metric alarm and a composite, with all their changes', () => {
    const region = emptyRegion();
    const { cloudWatch } = region;
    cloudWatch.putMetricAlarm(throttleAlarm('child'), at('09:00:00'));
    cloudWatch.putMetricAlarm(throttleAlarm('other'), at('09:00:00'));
    cloudWatch.putCompositeAlarm({ AlarmName: 'all', AlarmRule: 'ALARM("child")' }, at('09:00:00'));
    const transitions = [
      ...cloudWatch.evaluate(at('09:00:00'), at('09:00:00')),
      ...cloudWatch.pin('child', 'ALARM', at('09:05:00')),
    ];
    const view = viewOfRegion(region, { now: at('09:06:00'), calls: [], transitions });
    const changes = [
      { at: at('09:00:00'), to: 'OK' },
      { at: at('09:05:00'), to: 'ALARM' },
    ];
    const watched = {
      threshold: 50,
      metrics: [{ id: 'm1', metric: THROTTLES }],
      expressions: [],
    };
    expect(view.alarm('child')).toEqual({ state: 'ALARM', transitions: changes, ...watched });
    expect(view.alarm('all')).toEqual({ state: 'ALARM', transitions: changes });
    expect(view.alarm('other')).toEqual({ state: 'OK', transitions: changes.slice(0, 1), ...watched });
    expect(view.alarm('nobody')).toBeUndefined();
  });

  test('what an alarm adds up', () => {
    const region = emptyRegion();
    const { Namespace, MetricName, Dimensions, Period, Statistic, ...rest } = throttleAlarm('sum');
    const MetricStat = { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic };
    const Metrics = [
      { Id: 'usage', MetricStat, ReturnData: false },
      { Id: 'countedusage', Expression: '2 * usage', ReturnData: true },
    ];
    region.cloudWatch.putMetricAlarm({ ...rest, Metrics }, at('09:00:00'));
    expect(viewOfRegion(region, { now: at('09:06:00'), ...nothing }).alarm('sum')).toMatchObject({
      metrics: [{ id: 'usage', metric: THROTTLES }],
      expressions: ['2 * usage'],
    });
  });

  test('the newest value of a parameter, and those before', () => {
    const region = emptyRegion();
    for (const value of ['old', 'new']) region.parameterStore.put({ name: '/a/b', value }, at('09:00:00'));
    const view = viewOfRegion(region, { now: at('09:06:00'), ...nothing });
    expect(view.parameter('/a/b')).toBe('new');
    expect(view.parameter('/a')).toBeUndefined();
    expect(view.earlierValues('/a/b')).toEqual(['old']);
    expect(view.earlierValues('/a')).toEqual([]);
  });

  test('a quota, whether it was applied or is the default, and what it was before', () => {
    const region = emptyRegion();
    region.serviceQuotas.setQuota('L-3DD46812', { name: 'RPM', default: 200 });
    region.serviceQuotas.setQuota('L-3DCCFAA4', { name: 'TPM', value: 0, default: 300 });
    const view = viewOfRegion(region, { now: at('09:06:00'), ...nothing });
    expect(view.quota('L-3DD46812')).toMatchObject({ name: 'RPM', value: undefined, default: 200 });
    expect(view.quota('L-3DCCFAA4')).toMatchObject({ name: 'TPM', value: 0, default: 300 });
    expect(view.quota('L-0123ABCD')).toBeUndefined();
    expect(view.quota('L-3DD46812')?.earlier).toEqual([]);
    for (const value of [250, 400]) region.serviceQuotas.setQuota('L-3DD46812', value);
    expect(view.quota('L-3DD46812')?.earlier).toEqual([200, 250]);
  });

  test('the requests for quota increases, the newest first', () => {
    const region = emptyRegion();
    const { serviceQuotas, support } = region;
    for (const [code, at] of [
      ['L-3DD46812', '08:00:00'],
      ['L-3DCCFAA4', '08:30:00'],
    ] as const) {
      serviceQuotas.setQuota(code, { name: code, value: 100, adjustable: code !== 'L-3DD46812' });
      const status = code === 'L-3DD46812' ? 'CASE_OPENED' : 'PENDING';
      serviceQuotas.putRequest(code, 125, status, new Date(`2026-03-02T${at}Z`));
    }
    const view = viewOfRegion(region, { now: at('09:06:00'), ...nothing });
    const asked = { id: expect.stringMatching(/^[0-9a-f]{40}$/), desiredValue: 125, quotaCode: 'L-3DCCFAA4' };
    expect(view.quotaRequests()).toMatchObject([
      { ...asked, status: 'PENDING', caseId: undefined, requestedAt: at('08:30:00') },
      {
        ...asked,
        quotaCode: 'L-3DD46812',
        status: 'CASE_OPENED',
        caseId: support.cases()[0]?.displayId,
        requestedAt: at('08:00:00'),
      },
    ]);
    expect(view.quota('L-3DD46812')?.adjustable).toBe(false);
  });

  test('the inference profiles of Bedrock', () => {
    const region = emptyRegion();
    const profile = { name: 'Orders', id: 'a1b2c3d4e5f6', copyFrom: 'us.amazon.nova-micro-v1:0' };
    region.bedrock.putApplicationProfile(profile, at('09:00:00'));
    const view = viewOfRegion(region, { now: at('09:06:00'), ...nothing });
    expect(view.inferenceProfiles()).toMatchObject([
      { id: 'us.amazon.nova-micro-v1:0', type: 'SYSTEM_DEFINED' },
      { id: 'a1b2c3d4e5f6', name: 'Orders', type: 'APPLICATION' },
    ]);
  });

  test.each([
    ['0 s', 0, '09:06:30', [5, Number.NaN, 7]],
    ['90 s', 90_000, '09:06:30', [5, Number.NaN, Number.NaN]],
    ['0 s', 0, '09:05:59', [5, Number.NaN, Number.NaN]],
  ])('minutes that are visible: with a delay of %s (%d ms) at %s', (_, metricDelayMs, now, seen) => {
    const region = emptyRegion({ metricDelayMs });
    region.metrics.put(THROTTLES, at('09:03:00'), 5);
    region.metrics.put(THROTTLES, at('09:05:00'), 7);
    const view = viewOfRegion(region, { now: at(now), ...nothing });
    expect([...view.minutes(THROTTLES, at('09:03:00'), at('09:06:00'))]).toEqual(seen);
    expect([...view.minutes({ ...THROTTLES, dimensions: {} }, at('09:03:00'), at('09:04:00'))]).toEqual([
      Number.NaN,
    ]);
  });

  test('every case with what was written on it', () => {
    const region = emptyRegion();
    const subject = 'Ours';
    const createdAt = at('09:00:00');
    const { displayId } = region.support.putCase({ subject, createdAt, body: 'Hello.' });
    region.support.reply(displayId, 'Hello!', at('09:01:00'));
    const view = viewOfRegion(region, { now: at('09:06:00'), ...nothing });
    const communications = ['Hello.', 'Hello!'];
    const one = {
      displayId,
      subject,
      createdAt,
      communications,
      byAws: [{ at: at('09:01:00'), body: 'Hello!' }],
    };
    expect(view.cases()).toEqual([{ ...one, isResolved: false }]);
    region.support.resolve(displayId);
    expect(view.cases()).toEqual([{ ...one, isResolved: true }]);
  });

  test.each([
    ['business-plus', true],
    ['basic', false],
  ] as const)('whether the plan %s has the Support API', (plan, hasSupportApi) => {
    const view = viewOfRegion(emptyRegion({ plan }), { now: at('09:06:00'), ...nothing });
    expect(view.hasSupportApi).toBe(hasSupportApi);
  });
});
