import { updaterEnvironmentSchema } from '../contract/environment';
import { IncidentLedger } from '../ports/ledger';

/** Read when the function starts: without it nothing can be done. */
export const environment = updaterEnvironmentSchema.parse(process.env);

export const ledger = new IncidentLedger(environment.TABLE_NAME);
