import { calculatorEnvironmentSchema } from '../contract/environment';

/** Read when the function starts: without it nothing can be done. */
export const environment = calculatorEnvironmentSchema.parse(process.env);
