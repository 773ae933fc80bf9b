import { type Input, NotRehearsed } from '../service';
import type { Home } from './alarm-notification';
import {
  missing,
  objectField,
  rejectUnknown,
  requiredText,
  textField,
  textList,
  validationError,
} from './fields';

/** A rule that keeps the actions of alarms from running, once. */
export interface MuteRule {
  readonly name: string;
  readonly description: string | undefined;
  /** As it was given. */
  readonly schedule: MuteSchedule;
  readonly alarmNames: readonly string[];
  /** Inclusive. */
  readonly start: Date;
  /** Exclusive. */
  readonly end: Date;
  readonly updatedAt: Date;
}

export interface MuteSchedule {
  readonly expression: string;
  readonly duration: string;
  readonly timezone: string | undefined;
}

export const MUTE_RULE_STATUSES = ['SCHEDULED', 'ACTIVE', 'EXPIRED'] as const;
export type MuteRuleStatus = (typeof MUTE_RULE_STATUSES)[number];

// StartDate and ExpireDate bound recurring rules. What a rule without MuteTargets mutes, AWS does not document.
const FIELDS = new Set(['Name', 'Description', 'Rule', 'MuteTargets']);
const MAXIMUM_NAME = 255;
const MAXIMUM_TARGETS = 100;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LONGEST_MS = 15 * DAY_MS;

/**
 * Reads the input of PutAlarmMuteRule. Throws NotRehearsed for recurring rules, other time zones than UTC and unknown
 * members, AwsError for wrong values; AWS documents no name for the errors, so all are ValidationException.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
 */
export function readMuteRule(input: Input, now: Date): MuteRule {
  rejectUnknown(input, FIELDS, 'an alarm mute rule');
  const name = requiredText(input, 'Name');
  if (name.length > MAXIMUM_NAME) throw validationError(`Name is longer than ${MAXIMUM_NAME} characters`);
  const schedule = readSchedule(input);
  const start = startOf(schedule.expression);
  return {
    name,
    description: textField(input, 'Description'),
    schedule,
    alarmNames: readTargets(input),
    start,
    end: new Date(start.getTime() + durationMs(schedule.duration)),
    updatedAt: now,
  };
}

/** A one-time rule has expired once its window is over. */
export function statusOf({ start, end }: MuteRule, now: Date): MuteRuleStatus {
  if (now < start) return 'SCHEDULED';
  return now < end ? 'ACTIVE' : 'EXPIRED';
}

export const muteRuleArn = (name: string, { accountId, region }: Home): string =>
  `arn:aws:cloudwatch:${region}:${accountId}:alarm-mute-rule:${name}`;

function readTargets(input: Input): readonly string[] {
  const targets = objectField(input, 'MuteTargets');
  if (targets === undefined) throw new NotRehearsed('an alarm mute rule without MuteTargets');
  rejectUnknown(targets, new Set(['AlarmNames']), 'MuteTargets');
  const alarmNames = textList(targets, 'AlarmNames');
  if (alarmNames.length === 0) throw missing('MuteTargets.AlarmNames');
  if (alarmNames.length > MAXIMUM_TARGETS) {
    throw validationError(`MuteTargets.AlarmNames has more than ${MAXIMUM_TARGETS} members`);
  }
  return alarmNames;
}

function readSchedule(input: Input): MuteSchedule {
  const rule = objectField(input, 'Rule');
  if (rule === undefined) throw missing('Rule');
  rejectUnknown(rule, new Set(['Schedule']), 'Rule');
  const schedule = objectField(rule, 'Schedule');
  if (schedule === undefined) throw missing('Rule.Schedule');
  rejectUnknown(schedule, new Set(['Expression', 'Duration', 'Timezone']), 'Schedule');
  const timezone = textField(schedule, 'Timezone');
  if (timezone !== undefined && timezone !== 'UTC') throw new NotRehearsed(`the time zone ${timezone}`);
  return {
    expression: requiredText(schedule, 'Expression'),
    duration: requiredText(schedule, 'Duration'),
    timezone,
  };
}

function startOf(expression: string): Date {
  if (expression.startsWith('cron(')) throw new NotRehearsed(`the recurring mute ${expression}`);
  const [, minute = ''] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2})\)$/.exec(expression) ?? [];
  const start = new Date(`${minute}:00.000Z`);
  // The parser takes 30 February for 2 March.
  if (Number.isNaN(start.getTime()) || !start.toISOString().startsWith(minute)) {
    throw validationError(`${expression} is not of the form at(yyyy-MM-ddThh:mm)`);
  }
  return start;
}

/** `PT30M`, `P2DT12H`. */
function durationMs(duration: string): number {
  const parts = /^P(?=.)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration);
  if (parts === null) throw new NotRehearsed(`the duration ${duration} of an alarm mute rule`);
  const [, days = 0, hours = 0, minutes = 0] = parts.map(Number).map((part) => part || 0);
  const ms = days * DAY_MS + (hours * 60 + minutes) * MINUTE_MS;
  if (ms < MINUTE_MS || ms > LONGEST_MS) throw validationError(`${duration} is not between PT1M and P15D`);
  return ms;
}
