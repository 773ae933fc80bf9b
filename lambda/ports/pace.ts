import { READ, READ_PAGES } from './client-settings';

/**
 * How long a call may go on being repeated: `brisk` for a function on which somebody waits, `patient` for one that goes
 * through all models in minutes. It makes more calls a second than AWS takes (PutMetricAlarm and PutParameter 3,
 * GetServiceQuota 5), so that three attempts would not be enough.
 */
export type Pace = 'brisk' | 'patient';

/** The SDK doubles its pauses, up to 20 seconds: the last of eight attempts comes up to 50 seconds after the first. */
export const PATIENT_ATTEMPTS = 8;

/** The settings of a client for each pace. */
export const PACES = {
  brisk: READ,
  patient: { ...READ_PAGES, maxAttempts: PATIENT_ATTEMPTS },
} as const;
