// The variables must be set before the processor reads them.
import './environment';

import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import { MOST_PARAMETER_NAMES } from '../../aws/parameter-store';
import {
  holdOf,
  readModel,
  settingsOf,
  UnusableConfig,
} from '../../lambda/notification-processor/read-model';
import { getParameters } from '../../lambda/ports/parameters';
import { opus } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/parameters', () => ({ getParameters: jest.fn() }));

const UNDER = '/Acme/bedrock/quota-monitoring/G-Opus-4-6';
const THRESHOLD = {
  rpm: 'thresholds/rpm-threshold-calculated',
  tpm: 'thresholds/tpm-threshold-calculated',
} as const;

/** As a deployment leaves it: every live setting as deployed, both thresholds calculated. */
const DEPLOYED: Readonly<Record<string, string>> = {
  config: JSON.stringify(opus),
  notificationPreference: 'all',
  rpmIncreasePercent: '25',
  tpmIncreasePercent: '25',
  automatedSupportCase: 'true',
  automatedQuotaRequest: 'true',
  useCase: 'Claims of our insurance customers are read and summarised.',
  [THRESHOLD.rpm]: '8000',
  [THRESHOLD.tpm]: '5000000',
};

let stored: Map<string, string>;

beforeEach(() => {
  jest.resetAllMocks();
  stored = new Map(Object.entries(DEPLOYED).map(([key, value]) => [`${UNDER}/${key}`, value]));
  jest
    .mocked(getParameters)
    .mockImplementation(async (names) => new Map([...stored].filter(([name]) => names.includes(name))));
});

const set = (key: string, value: string) => stored.set(`${UNDER}/${key}`, value);
const remove = (key: string) => stored.delete(`${UNDER}/${key}`);
const readOpus = () => readModel('Acme', 'G-Opus-4-6');

test('a model is read in one call, which takes no more names, as it was deployed', async () => {
  expect(await readOpus()).toEqual({
    config: opus,
    thresholds: { RPM: 8_000, TPM: 5_000_000 },
    sharers: { sharers: [], unlisted: 0, unclear: [], globalProfile: null, twins: [] },
    unusedSettings: [],
  });
  const { calls } = jest.mocked(getParameters).mock;
  expect(calls.map(([names]) => names.length)).toEqual([MOST_PARAMETER_NAMES]);
});

describe('a live setting', () => {
  test.each([
    ['notificationPreference', 'critical', 'critical'],
    ['rpmIncreasePercent', '0', 0],
    ['tpmIncreasePercent', '100', 100],
    ['automatedSupportCase', 'false', false],
    ['automatedQuotaRequest', 'false', false],
    ['useCase', 'Something else by now.', 'Something else by now.'],
  ])('%s is in force as %s without a deployment', async (key, text, value) => {
    set(key, text);
    const { config, unusedSettings } = await readOpus();
    expect(config).toEqual({ ...opus, [key]: value });
    expect(unusedSettings).toEqual([]);
  });

  test.each([
    'notificationPreference',
    'rpmIncreasePercent',
    'tpmIncreasePercent',
    'automatedSupportCase',
    'automatedQuotaRequest',
    'useCase',
  ])('%s that is absent gives way to the deployed value, and is named', async (key) => {
    remove(key);
    const { config, unusedSettings } = await readOpus();
    expect(config).toEqual(opus);
    expect(unusedSettings).toEqual([{ key, problem: 'missing' }]);
  });

  test.each([
    ['notificationPreference', 'none'],
    ['notificationPreference', 'Critical'],
    ['rpmIncreasePercent', '101'],
    ['rpmIncreasePercent', '-1'],
    ['rpmIncreasePercent', '12.5'],
    ['tpmIncreasePercent', '25 %'],
    ['tpmIncreasePercent', '1e1'],
    ['automatedSupportCase', 'yes'],
    ['automatedSupportCase', 'TRUE'],
    ['automatedQuotaRequest', 'no'],
    ['useCase', ' '],
    ['useCase', 'x'.repeat(1_001)],
  ])('%s "%.20s" gives way to the deployed value, and is named', async (key, text) => {
    set(key, text);
    const { config, unusedSettings } = await readOpus();
    expect(config).toEqual(opus);
    expect(unusedSettings).toEqual([{ key, problem: 'invalid' }]);
  });

  test('is one of several that are each named', async () => {
    remove('useCase');
    set('automatedSupportCase', '');
    set('rpmIncreasePercent', '50');
    const { config, unusedSettings } = await readOpus();
    expect(config).toEqual({ ...opus, rpmIncreasePercent: 50 });
    expect(unusedSettings).toEqual([
      { key: 'automatedSupportCase', problem: 'invalid' },
      { key: 'useCase', problem: 'missing' },
    ]);
  });
});

describe('a threshold', () => {
  test.each([
    ['0', 0],
    ['1000000000000', 1_000_000_000_000],
    ['', undefined],
    ['8,000', undefined],
    ['8000.5', undefined],
    ['NaN', undefined],
    ['-1', undefined],
  ])('stored as "%s" is %p', async (text, threshold) => {
    set(THRESHOLD.rpm, text);
    expect((await readOpus()).thresholds).toEqual({ RPM: threshold, TPM: 5_000_000 });
  });

  test('that is not stored is not known', async () => {
    remove(THRESHOLD.tpm);
    expect((await readOpus()).thresholds).toEqual({ RPM: 8_000, TPM: undefined });
  });
});

describe('what shares the quotas', () => {
  const SHARED = {
    sharers: [
      { id: 'abcdefghijkl', name: 'checkout', watchedBy: ['RPM', 'TPM'] },
      { id: 'mnopqrstuvwx', name: 'search', watchedBy: [], goneSince: '2026-03-01T08:00:00Z' },
    ],
    unlisted: 2,
    unclear: [{ id: 'zyxwvutsrqpo', name: 'till' }],
    globalProfile: 'global.anthropic.claude-opus-4-6-v1',
    twins: ['Opus-Batch'],
  };

  test('is what the alarm updater wrote', async () => {
    set('quota-sharers', JSON.stringify(SHARED));
    expect((await readOpus()).sharers).toEqual(SHARED);
  });

  test('is read as an older version wrote it, which knew of no global profile and no twins', async () => {
    set('quota-sharers', JSON.stringify({ ...SHARED, globalProfile: undefined, twins: undefined }));
    expect((await readOpus()).sharers).toEqual({ ...SHARED, globalProfile: null, twins: [] });
  });

  test.each([
    ['no JSON', '{'],
    ['something else', '[]'],
    ['a global profile that is no text', JSON.stringify({ ...SHARED, globalProfile: 1 })],
    ['a count below zero', JSON.stringify({ ...SHARED, unlisted: -1 })],
    [
      'a sharer without an id',
      JSON.stringify({ sharers: [{ name: 'checkout', watchedBy: ['RPM'] }], unlisted: 0 }),
    ],
  ])('is not known where the parameter is %s', async (_case, text) => {
    set('quota-sharers', text);
    expect((await readOpus()).sharers).toBeUndefined();
  });
});

describe('without a sound config nothing can be said', () => {
  test('when it is absent, the error names the parameter', async () => {
    remove('config');
    await expect(readOpus()).rejects.toMatchObject({
      name: 'UnusableConfig',
      message: `Parameter ${UNDER}/config does not exist.`,
      parameter: `${UNDER}/config`,
    });
  });

  test.each([
    ['no JSON', '{'],
    ['a field too few', JSON.stringify({ ...opus, modelId: undefined })],
    ['a value out of bounds', JSON.stringify({ ...opus, rpmIncreasePercent: 101 })],
  ])('when it is %s', async (_case, config) => {
    set('config', config);
    await expect(readOpus()).rejects.toMatchObject({
      message: `Parameter ${UNDER}/config holds no configuration of a model.`,
      parameter: `${UNDER}/config`,
    });
  });

  test('nor when Parameter Store does not answer', async () => {
    jest.mocked(getParameters).mockRejectedValue(new Error('TimeoutError'));
    await expect(readOpus()).rejects.toThrow('TimeoutError');
  });
});

describe('the hold time', () => {
  test('is that of the settings', async () => {
    set('config', JSON.stringify({ ...opus, flapHoldMinutes: 3 }));
    expect(holdOf(await settingsOf('G-Opus-4-6'))).toBe(180_000);
  });

  test('is ten minutes where the settings cannot be used', async () => {
    remove('config');
    const settings = await settingsOf('G-Opus-4-6');
    expect(settings).toBeInstanceOf(UnusableConfig);
    expect(holdOf(settings)).toBe(600_000);
  });

  test('is not known where the settings cannot be read', async () => {
    jest.mocked(getParameters).mockRejectedValue(new Error('no answer'));
    await expect(settingsOf('G-Opus-4-6')).rejects.toThrow('no answer');
  });
});
