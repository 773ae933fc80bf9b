import { createHash } from 'node:crypto';

/** The SHA-256 of the parts in hexadecimal digits; no two lists of parts give the same text to the hash. */
export function digest(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Hexadecimal digits arranged as AWS writes a UUID. */
export function uuidFrom(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** Decimal digits derived from a digest, the first of them not zero. */
export function digitsFrom(hex: string, length: number): string {
  const digits = BigInt(`0x${hex}`).toString().padStart(length, '7');
  return `1${digits.slice(-(length - 1))}`;
}

/**
 * Ids that depend on what was asked and when, not on which of several parallel calls came first: only calls of the
 * same content at the same instant, which nobody can tell apart, are counted.
 */
export class DerivedIds {
  readonly #seen = new Map<string, number>();

  constructor(private readonly scope: string) {}

  /** 64 hexadecimal digits that no other call of `next` returned. */
  next(now: Date, ...content: readonly (string | number)[]): string {
    const base = digest(this.scope, now.toISOString(), ...content);
    const ordinal = this.#seen.get(base) ?? 0;
    this.#seen.set(base, ordinal + 1);
    return digest(base, ordinal);
  }
}
