import { Logger } from '@aws-lambda-powertools/logger';

/** JSON lines; the function's name and request id are added by the handler. */
export const logger = new Logger({ serviceName: 'bedrock-ops-alert' });
