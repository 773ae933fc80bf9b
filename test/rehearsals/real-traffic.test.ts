import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { MODEL, RPM_CODE, rehearseWell, TPM_CODE } from './rehearse';

/**
 * An hour of real requests (Azure LLM inference trace 2023, conversation, CC-BY; Patel et al., "Splitwise: Efficient
 * generative LLM inference using phase splitting", ISCA 2024) before a Bedrock that admits 420 requests and 1,000,000
 * tokens a calendar minute, output counted five times, in the file's order; what no longer fits is throttled.
 */
const TRACE = join(__dirname, '..', '..', '..', 'shared', 'data', 'azure-llm-2023-conv.csv');
const isThere = existsSync(TRACE);
if (!isThere) console.warn(`Skipped: the trace of real requests is not at ${TRACE}`);

/**
 * The working, from a count of the file by a separate script: admitted requests, tokens of the admitted, throttled requests, for the
 * minutes around the alarms. The thresholds are 80 %: more than 336 requests, more than 800,000 tokens, for five minutes;
 * more than 5 throttles for five minutes.
 *
 *         requests   tokens  throttled
 * 18:33        315   693,061      0
 * 18:34        355   818,236      0    1st minute over 336
 * 18:35        339   718,812      0    2nd             tokens under 800,000
 * 18:36        352   836,377      0    3rd             1st over 800,000
 * 18:37        360   844,457      0    4th             2nd
 * 18:38        406   941,896      0    5th: HighInvocationRate at 18:39, when this minute has ended
 * 18:39        406   885,736      0                    4th
 * 18:40        394   904,502      0                    5th: HighTPMQuotaUsage at 18:41
 * 18:41        380   865,653      0
 * 18:42        420   927,538     13                    1st throttled
 * 18:43        420   920,850     82                    2nd
 * 18:44        420   866,808     47                    3rd
 * 18:45        420   846,562     15                    4th
 * 18:46        420   850,343     58                    5th: Throttles at 18:47
 */
const FIRST_ALARMS = {
  HighInvocationRate: '2023-11-16T18:39:00Z',
  HighTPMQuotaUsage: '2023-11-16T18:41:00Z',
  Throttles: '2023-11-16T18:47:00Z',
};

(isThere ? describe : describe.skip)('an hour of real requests', () => {
  test('fires the three quota alarms in the minutes that were worked out beforehand', async () => {
    const report = await rehearseWell({
      name: 'An hour of real requests',
      start: '2023-11-16T18:15:00Z',
      quotas: { [RPM_CODE]: 420, [TPM_CODE]: 1000000 },
      models: {
        [MODEL]: {
          trace: {
            file: TRACE,
            timestamp: 'TIMESTAMP',
            input: 'ContextTokens',
            output: 'GeneratedTokens',
            burndown: 5,
            latencyMs: 900,
          },
        },
      },
    });
    const children = report.alarms.filter(({ to, alarm }) => to === 'ALARM' && alarm !== 'QuotaHealth');
    const firsts = children.filter(
      ({ alarm }, index) => children.findIndex((other) => other.alarm === alarm) === index,
    );
    expect(Object.fromEntries(firsts.map(({ alarm, at }) => [alarm, at]))).toEqual(FIRST_ALARMS);
    expect(report.thresholds.map(({ quota, value }) => [quota, value])).toEqual([
      ['RPM', 336],
      ['TPM', 800000],
    ]);
  });
});
