import type { CallFault } from '../scenario/scenario';
import type { Input } from '../service';
import { digest } from '../services/derived-ids';
import { isRead } from './gated-requests';

interface Called {
  readonly operation: string;
  readonly input: Input;
}

/** The calls that a scenario lets fail. */
export class CallFaults {
  private readonly faults: readonly CountedFault[];

  /** @param start from which faults count when they begin. */
  constructor(faults: readonly CallFault[], start: Date) {
    this.faults = faults.map((fault) => new CountedFault(fault, start));
  }

  /** The fault that strikes this call; every call must be asked about, once and in order. */
  strike(service: string, called: Called, now: Date): CallFault | undefined {
    const due = this.faults
      .filter((counted) => counted.isAbout(service, called, now))
      // Each counts the calls that it lets pass, whichever strikes.
      .filter((counted) => counted.hasSkipped() && counted.isLeftFor(called));
    due[0]?.use(called);
    return due[0]?.fault;
  }
}

/** A fault, and how often it struck. */
class CountedFault {
  private skipped = 0;
  private readonly struck = new Map<string, number>();

  constructor(
    readonly fault: CallFault,
    private readonly start: Date,
  ) {}

  /** Whether it is about such a call, and has begun. */
  isAbout(service: string, { operation }: Called, now: Date): boolean {
    const { fromMs = Number.NEGATIVE_INFINITY } = this.fault;
    return (
      this.fault.service === service &&
      this.fault.operation === operation &&
      now.getTime() - this.start.getTime() >= fromMs
    );
  }

  /** Counts this call among those that pass, unless so many have. */
  hasSkipped(): boolean {
    if (this.skipped === (this.fault.skip ?? 0)) return true;
    this.skipped += 1;
    return false;
  }

  isLeftFor(called: Called): boolean {
    return (this.struck.get(this.countedAs(called)) ?? 0) < this.fault.times;
  }

  use(called: Called): void {
    const key = this.countedAs(called);
    this.struck.set(key, (this.struck.get(key) ?? 0) + 1);
  }

  /** A fault that skips none strikes each question of reads by itself: which of them a function asks first is no matter. */
  private countedAs({ operation, input }: Called): string {
    if (this.fault.skip !== undefined || !isRead(operation)) return '';
    return digest(JSON.stringify(input));
  }
}
