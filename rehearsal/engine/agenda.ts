/** At one instant: what people do, then CloudWatch's evaluation, then what services hand on, then functions that end. */
export type Turn = 'event' | 'evaluation' | 'delivery' | 'completion';
const TURNS: readonly Turn[] = ['event', 'evaluation', 'delivery', 'completion'];

interface Entry {
  readonly at: number;
  readonly turn: number;
  /** Orders what has the same turn at the same instant, whichever was entered first. */
  readonly key: string;
  readonly act: () => void | Promise<void>;
}

/** What is to happen, in virtual time. The clock stands still while something happens, and jumps to the next thing. */
export class Agenda {
  private readonly entries: Entry[] = [];

  constructor(private instant: Date) {}

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

  /** Lets everything happen that is due until `end`, inclusive. One act after the other: each sees what those before it did. */
  async playUntil(end: Date): Promise<void> {
    for (let next = this.entries[0]; next !== undefined && next.at <= end.getTime(); next = this.entries[0]) {
      this.entries.shift();
      this.instant = new Date(next.at);
      await next.act();
    }
    this.instant = end;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (one.turn !== other.turn) return one.turn < other.turn;
  return one.key < other.key;
}
