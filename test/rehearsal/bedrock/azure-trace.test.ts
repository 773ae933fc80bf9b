import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { admit } from '../../../rehearsal/bedrock/admission';
import type { MetricSample } from '../../../rehearsal/bedrock/metric-sample';
import { readTrace } from '../../../rehearsal/bedrock/trace';

/** An hour of a production service's requests; it lies beside the project and is not part of it. */
const FILE = join(__dirname, '../../../../shared/data/azure-llm-2023-conv.csv');
const HERE = existsSync(FILE);
const SKIPPED = `SKIPPED, since there is no ${FILE}`;

const RPM = 420;
const TPM = 1_000_000;
const BURNDOWN = 5;
const COLUMNS = { timestamp: 'TIMESTAMP', input: 'ContextTokens', output: 'GeneratedTokens' };

(HERE ? describe : describe.skip)(HERE ? 'one hour of real traffic' : SKIPPED, () => {
  const { requests, faults } = readTrace(HERE ? readFileSync(FILE, 'utf8') : '', COLUMNS);
  const samples = admit(requests, { rpm: RPM, tpm: TPM, burndown: BURNDOWN, latencyMs: 900 });

  test('is read whole', () => {
    expect(faults).toEqual([]);
    expect(requests).toHaveLength(19_366);
    expect(requests[0]).toEqual({
      at: new Date('2023-11-16T18:15:46.680Z'),
      inputTokens: 374,
      outputTokens: 44,
    });
    expect(requests.at(-1)?.at.toISOString()).toBe('2023-11-16T19:14:08.402Z');
  });

  test('gives every counter that a second, plainer count gives', () => {
    for (const [clock, plain] of countPlainly(readFileSync(FILE, 'utf8'))) {
      expect([clock, valueAt(samples, 'Invocations', clock)]).toEqual([clock, plain.invocations]);
      expect([clock, valueAt(samples, 'InvocationThrottles', clock)]).toEqual([clock, plain.throttles]);
      expect([clock, valueAt(samples, 'InputTokenCount', clock)]).toEqual([clock, plain.input]);
      expect([clock, valueAt(samples, 'OutputTokenCount', clock)]).toEqual([clock, plain.output]);
      expect([clock, valueAt(samples, 'EstimatedTPMQuotaUsage', clock)]).toEqual([
        clock,
        plain.input + BURNDOWN * plain.output,
      ]);
    }
  });

  // 80 % of the quotas; an alarm looks at five minutes in a row and fires when the fifth has ended.
  test('HighInvocationRate: 18:34 to 18:38 are above 336, so it is in ALARM at 18:39', () => {
    expect(figures(samples, 'Invocations', '18:32', 8)).toEqual([290, 315, 355, 339, 352, 360, 406, 406]);
    expect(endOfFirstFiveAbove(samples, 'Invocations', 336)).toBe('18:39');
  });

  test('HighTPMQuotaUsage: 18:35 is below 800,000, 18:36 to 18:40 are above, so it is in ALARM at 18:41', () => {
    expect(figures(samples, 'EstimatedTPMQuotaUsage', '18:34', 8)).toEqual([
      818_236, 718_812, 836_377, 844_457, 941_896, 885_736, 904_502, 865_653,
    ]);
    expect(endOfFirstFiveAbove(samples, 'EstimatedTPMQuotaUsage', 800_000)).toBe('18:41');
  });

  test('Throttles: 18:42 to 18:46 are above 5, so it is in ALARM at 18:47', () => {
    expect(figures(samples, 'InvocationThrottles', '18:40', 10)).toEqual([
      0, 0, 13, 82, 47, 15, 58, 69, 42, 0,
    ]);
    expect(figures(samples, 'Invocations', '18:40', 10)).toEqual([
      394, 380, 420, 420, 420, 420, 420, 420, 420, 379,
    ]);
    expect(endOfFirstFiveAbove(samples, 'InvocationThrottles', 5)).toBe('18:47');
  });
});

interface Plain {
  invocations: number;
  throttles: number;
  input: number;
  output: number;
}

/** The rule once more, straight from the text: minutes are the first 16 characters, numbers are whole. */
function countPlainly(csv: string): Map<string, Plain> {
  const minutes = new Map<string, Plain>();
  for (const row of csv.trim().split('\r\n').slice(1)) {
    const [time = '', input = '', output = ''] = row.split(',');
    const clock = time.slice(11, 16);
    const minute = minutes.get(clock) ?? { invocations: 0, throttles: 0, input: 0, output: 0 };
    const tokens = minute.input + Number(input) + BURNDOWN * (minute.output + Number(output));
    if (minute.invocations === RPM || tokens > TPM) {
      minute.throttles++;
    } else {
      minute.invocations++;
      minute.input += Number(input);
      minute.output += Number(output);
    }
    minutes.set(clock, minute);
  }
  return minutes;
}

const clockOf = (minute: number) => new Date(minute * 60_000).toISOString().slice(11, 16);

/** A counter that counted nothing is not published: 0. */
function valueAt(samples: readonly MetricSample[], metric: string, clock: string): number {
  return samples.find((sample) => sample.metric === metric && clockOf(sample.minute) === clock)?.value ?? 0;
}

/** The end of the fifth minute of the first five in a row whose value is above the threshold. */
function endOfFirstFiveAbove(samples: readonly MetricSample[], metric: string, threshold: number): string {
  const above = samples
    .filter((one) => one.metric === metric && one.value > threshold)
    .map(({ minute }) => minute);
  const fifth = above.find((minute) => [1, 2, 3, 4].every((back) => above.includes(minute - back)));
  return fifth === undefined ? 'never' : clockOf(fifth + 1);
}

/** The values of `count` minutes from `first` on. */
function figures(samples: readonly MetricSample[], metric: string, first: string, count: number): number[] {
  const minute = Date.parse(`2023-11-16T${first}:00Z`) / 60_000;
  return Array.from({ length: count }, (_, index) => valueAt(samples, metric, clockOf(minute + index)));
}
