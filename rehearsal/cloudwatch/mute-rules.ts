import type { Input } from '../service';
import { type MuteRule, readMuteRule, statusOf } from './mute-rule';

/** The alarm mute rules of one account and Region. */
export class MuteRules {
  private readonly rules = new Map<string, MuteRule>();

  /** Creates a rule, or replaces the whole of the one of that name. Throws as `readMuteRule` does. */
  put(input: Input, now: Date): void {
    const rule = readMuteRule(input, now);
    this.rules.set(rule.name, rule);
  }

  rule(name: string): MuteRule | undefined {
    return this.rules.get(name);
  }

  /** By name. */
  all(): readonly MuteRule[] {
    return [...this.rules.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Deletes a rule; none of that name is as good. */
  delete(name: string): void {
    this.rules.delete(name);
  }

  /** The rule that mutes an alarm now; of several the first by name. */
  muting(alarmName: string, now: Date): MuteRule | undefined {
    return this.all().find((rule) => rule.alarmNames.includes(alarmName) && statusOf(rule, now) === 'ACTIVE');
  }
}
