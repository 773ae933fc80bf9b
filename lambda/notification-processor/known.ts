import { asError } from '../ports/failures';
import { logger } from '../ports/logger';

/** The answer, or undefined where it could not be had: the texts then say that it is not known. */
export async function known<T>(what: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    logger.error(`${what} could not be read`, asError(error));
    return undefined;
  }
}
