/**
 * At one instant: what people do, then CloudWatch's evaluation, then what services hand on, then what running functions
 * request, then functions that end.
 */
export type Turn = 'event' | 'evaluation' | 'delivery' | 'request' | 'completion';
const TURNS: readonly Turn[] = ['event', 'evaluation', 'delivery', 'request', 'completion'];

interface Entry {
  readonly at: number;
  readonly turn: number;
  /** Orders what has the same turn at the same instant, whichever was entered first. */
  readonly key: string;
  readonly act: () => void | Promise<void>;
}

/** What is to happen, in virtual time. The clock stands still while something happens, and jumps to the next thing. */
export class Agenda {
  /** The instant in milliseconds, in memory that the functions' threads read. */
  readonly clock = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  private readonly entries: Entry[] = [];
  private instant = new Date(Number.NaN);

  constructor(start: Date) {
    this.moveTo(start);
  }

  get now(): Date {
    return this.instant;
  }

  /** Enters an act at `at`, or now if that has passed. */
  enter(at: Date, turn: Turn, key: string, act: Entry['act']): void {
    const entry = {
      at: Math.max(at.getTime(), this.instant.getTime()),
      turn: TURNS.indexOf(turn),
      key,
      act,
    };
    const later = this.entries.findIndex((other) => isBefore(entry, other));
    this.entries.splice(later < 0 ? this.entries.length : later, 0, entry);
  }

  /**
   * Lets everything happen that is due until `end`, inclusive, or until `isOver`. One act after the other: each sees what those
   * before it did. An act that waits for a later instant may play until then itself.
   */
  async playUntil(end: Date, isOver: () => boolean = () => false): Promise<void> {
    for (let next = this.entries[0]; next !== undefined && next.at <= end.getTime(); next = this.entries[0]) {
      this.entries.shift();
      this.moveTo(new Date(next.at));
      await next.act();
      if (isOver()) return;
    }
    if (end > this.instant) this.moveTo(end);
  }

  /** Lets everything happen that has this turn, whenever it is due, and nothing else. */
  async playOut(turn: Turn): Promise<void> {
    for (;;) {
      const index = this.entries.findIndex((entry) => entry.turn === TURNS.indexOf(turn));
      const [next] = index < 0 ? [] : this.entries.splice(index, 1);
      if (next === undefined) return;
      this.moveTo(new Date(Math.max(next.at, this.instant.getTime())));
      await next.act();
    }
  }

  private moveTo(instant: Date): void {
    this.instant = instant;
    this.clock[0] = instant.getTime();
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (one.turn !== other.turn) return one.turn < other.turn;
  return one.key < other.key;
}
