import { expect, test } from '@jest/globals';
import { requestsToldIn } from './increases';

const email = (...lines: readonly string[]) => ({
  at: '2026-03-02T09:11:30Z',
  to: ['sre@acme.example'],
  subject: 'WARNING: AcmeCorp Bedrock Nova - Quota Request',
  body: lines.join('\n'),
});

test.each([
  [
    'that are made',
    [
      'Service Quotas was asked at 2026-03-02 09:11 UTC to raise RPM (L-3DD46812)',
      'to 12,500 RPM (request 3c17). ',
      'Service Quotas was asked at 2026-03-02 09:11 UTC to raise TPM (L-3DCCFAA4) to 7,812,500 TPM (request 9a92).',
    ],
    ['L-3DD46812', 'L-3DCCFAA4'],
  ],
  [
    'that are open',
    [
      'A request to raise RPM (L-3DD46812) to 15,000 RPM has been open since 2026-02-27 14:00 UTC (request 3c17,',
      'AWS Support case 17); no second one was made.',
    ],
    ['L-3DD46812'],
  ],
  [
    'of many models',
    [
      '- Service Quotas has requests to raise RPM (L-3DD46812) to 12,500 RPM',
      '  (request a71e, made 2026-03-02 09:12 UTC) and to raise TPM (L-3DCCFAA4) to 7,812,500 TPM (request',
      '  b846, made 2026-03-02 09:12 UTC) for 1 model: Model-6.',
    ],
    ['L-3DD46812', 'L-3DCCFAA4'],
  ],
  [
    'that there are not',
    ['No increase of RPM (L-3DD46812) was requested: automatedQuotaRequest is false.'],
    [],
  ],
])('an e-mail names requests %s', (_, lines, codes) => {
  expect(requestsToldIn(email(...lines))).toEqual(codes);
});
