import { processorEnvironmentSchema } from '../contract/environment';

/** Read when the function starts: without it nothing can be done. */
export const environment = processorEnvironmentSchema.parse(process.env);

/** Whose incidents are read, and with whose contacts. */
export const owner = { customer: environment.CUSTOMER, contactSecretArn: environment.CONTACT_SECRET_ARN };
