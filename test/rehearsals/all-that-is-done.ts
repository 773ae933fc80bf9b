import { alarmGoesTo, at, MODEL, RPM_CODE, TPM_CODE } from './rehearse';

/** Two scenarios in which, together, everything that anything is allowed is done. */

/** Of RPM only the default is known. */
const QUOTAS = { [RPM_CODE]: { default: 10000 }, [TPM_CODE]: 6250000 };

const QUEUE_URL = 'http://127.0.0.1/111122223333/AcmeCorp-Bedrock-OpsAlert-alarms';

/** A case that is opened at the second try and later added to, a message that ends as a dead letter, and the model's removal. */
export const INCIDENTS = {
  name: 'Incidents, and an end',
  quotas: QUOTAS,
  events: [
    at(5, { call: 'sqs.SendMessage', with: { QueueUrl: QUEUE_URL, MessageBody: 'no alarm' } }),
    alarmGoesTo(10, 'Throttles', 'ALARM'),
    alarmGoesTo(20, 'Throttles', 'OK'),
    alarmGoesTo(40, 'ClientErrors', 'ALARM'),
    alarmGoesTo(50, 'ClientErrors', 'OK'),
    at(70, { remove: { model: MODEL } }),
  ],
  faults: [{ call: 'support.CreateCase', error: 'ThrottlingException', times: 1 }],
  // Two incidents, the case that came later, and the dead letter.
  expect: [{ case: 'Quota Request', count: 1 }, { emails: 3, severity: 'CRITICAL' }, { emails: 4 }],
};

/** Both quotas are raised, and the daily update follows. */
export const UPDATE = {
  name: 'A raised quota',
  quotas: QUOTAS,
  models: { [MODEL]: {} },
  events: [at(60, { setQuota: { [RPM_CODE]: { default: 12500 }, [TPM_CODE]: 7812500 } })],
  until: '23h10m',
  expect: [
    { threshold: 'RPM', value: 10000, at: '23h5m' },
    { threshold: 'TPM', value: 6250000, at: '23h5m' },
  ],
};
