import { QUOTA_CODES, settingsOf } from './played';

/** The minute in which the alarms of a storm go off, by five minutes of errors before it and a minute's delay. */
const STORM = '_x10 40x19 0x29';

export const stormModels = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `Model-${String(index + 1).padStart(3, '0')}`);

/**
 * Every model fails in the same minutes: of each two, one answers server errors and the other throttles. Nothing else
 * happens, for long enough that all of it is told; it is over ten minutes before the end.
 */
export function stormOf(count: number): Readonly<Record<string, unknown>> {
  const names = stormModels(count);
  return {
    settings: settingsOf(
      names.map((name, index) => ({
        name,
        modelId: `amazon.nova-pro-v${index + 1}:0`,
        acceptQuotaCodeMismatch: true,
        ...QUOTA_CODES,
      })),
    ),
    models: Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          series: {
            Invocations: '4000x59',
            [index % 2 === 0 ? 'InvocationServerErrors' : 'InvocationThrottles']: STORM,
          },
        },
      ]),
    ),
    metricDelay: '1m',
    until: '25m',
  };
}
