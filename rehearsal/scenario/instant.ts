import { instantText } from '../instant';
import { formatOffset } from './duration';

/** An instant as a person reads it: `+15m (2026-03-02T09:15:00Z)`. */
export function describeInstant(at: Date | string, start: Date): string {
  const instant = new Date(at);
  return `${formatOffset(instant.getTime() - start.getTime())} (${instantText(instant)})`;
}

/** The instant that lies `ms` after `start`. */
export function after(start: Date, ms: number): Date {
  return new Date(start.getTime() + ms);
}
