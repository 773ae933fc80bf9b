import { expect, test } from '@jest/globals';
import { toldSeverity } from '../../lambda/domain/told-severity';

test.each<[Parameters<typeof toldSeverity>[0], string]>([
  [['ClientErrors'], 'CRITICAL'],
  [['ServerErrors'], 'CRITICAL'],
  [['Throttles'], 'CRITICAL'],
  [['HighLatency', 'Throttles'], 'CRITICAL'],
  [['HighInvocationRate', 'HighTPMQuotaUsage', 'HighLatency'], 'WARNING'],
  [['InvocationAnomaly', 'InputTokenAnomaly', 'OutputTokenAnomaly', 'LatencyAnomaly'], 'WARNING'],
  [[], 'WARNING'],
])('%j are %s', (names, severity) => {
  expect(toldSeverity(names)).toBe(severity);
});
