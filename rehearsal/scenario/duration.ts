import { Refusal, show } from './refusal';

const DURATION = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const SECONDS = [86_400, 3600, 60, 1] as const;
const LETTERS = ['d', 'h', 'm', 's'] as const;

const ALLOWED = 'whole days, hours, minutes and seconds in this order, for example 30s, 10m, 1h30m, 1d';

/**
 * Reads a duration such as `30s`, `10m`, `1h30m` or `1d`; a bare 0 is 0.
 *
 * @returns milliseconds.
 * @throws Refusal
 */
export function parseDuration(value: unknown): number {
  if (value === 0 || value === '0') return 0;
  const parts = typeof value === 'string' ? DURATION.exec(value) : null;
  if (parts === null) throw new Refusal('not a duration', show(value), ALLOWED);
  return SECONDS.reduce((sum, seconds, index) => sum + Number(parts[index + 1] ?? 0) * seconds * 1000, 0);
}

/**
 * Reads a duration of whole minutes.
 *
 * @returns milliseconds.
 * @throws Refusal
 */
export function parseMinutes(value: unknown): number {
  const duration = parseDuration(value);
  if (duration % 60_000 !== 0) {
    throw new Refusal('not on the minute', show(value), 'whole minutes, for example 10m or 1h30m');
  }
  return duration;
}

/** Milliseconds as a person writes them: `1h30m`; whole seconds, rounded down. */
export function formatDuration(ms: number): string {
  let rest = Math.floor(Math.abs(ms) / 1000);
  const parts = SECONDS.map((seconds, index) => {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    return count === 0 ? '' : `${count}${LETTERS[index]}`;
  });
  return parts.join('') || '0m';
}

/** An instant relative to another: `+15m`, `-1h`. */
export function formatOffset(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${formatDuration(ms)}`;
}
