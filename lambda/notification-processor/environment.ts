import { processorEnvironmentSchema } from '../contract/environment';
import { DigestLedger } from '../ports/digest-ledger';
import { IncidentLedger } from '../ports/ledger';
import { NoticeLedger } from '../ports/notice-ledger';

/** Read when the function starts: without it nothing can be done. */
export const environment = processorEnvironmentSchema.parse(process.env);

const [, , , region = '', accountId = ''] = environment.NOTIFICATION_TOPIC_ARN.split(':');

/** Whose incidents these are, and where. */
export const owner = { customer: environment.CUSTOMER, region, accountId };

export const ledger = new IncidentLedger(environment.TABLE_NAME);

export const digests = new DigestLedger(environment.TABLE_NAME);

export const notices = new NoticeLedger(environment.TABLE_NAME);
