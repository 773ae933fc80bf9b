import { MOST_ALARM_NAMES } from '../../aws/cloudwatch';
import { AwsError, type Call, type Input, type Operation } from '../service';
import { page } from '../services/pages';
import type { CloudWatch } from './cloudwatch';
import {
  choiceList,
  countField,
  objectField,
  rejectUnknown,
  requiredText,
  textField,
  textList,
  validationError,
} from './fields';
import { MUTE_RULE_STATUSES, type MuteRule, muteRuleArn, statusOf } from './mute-rule';

type ForCall = (call: Call) => CloudWatch;

const LIST_FIELDS = new Set(['AlarmName', 'Statuses', 'MaxRecords', 'NextToken']);
const PAGE = 50;

/**
 * The operations on alarm mute rules, and what IAM is asked: listing takes no resource, the others take the rule, and
 * who puts one needs the permission on each alarm that it mutes as well.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
 */
export const muteRuleOperations = (forCall: ForCall): Readonly<Record<string, Operation>> => ({
  PutAlarmMuteRule: {
    permissions: (input, call) => putPermissions(forCall(call), input),
    run: (input, call) => {
      putMuteRule(forCall(call), input, call.now);
      return {};
    },
  },
  GetAlarmMuteRule: onNamedRule('GetAlarmMuteRule', forCall, (cloudWatch, name, now) => {
    const rule = cloudWatch.muteRules.rule(name);
    if (rule === undefined) throw notFound(`alarm mute rule ${name}`);
    return renderRule(rule, cloudWatch, now);
  }),
  ListAlarmMuteRules: {
    permissions: () => [{ action: 'cloudwatch:ListAlarmMuteRules', resource: '*' }],
    run: (input, call) => listMuteRules(forCall(call), input, call.now),
  },
  DeleteAlarmMuteRule: onNamedRule('DeleteAlarmMuteRule', forCall, (cloudWatch, name) => {
    cloudWatch.muteRules.delete(name);
    return {};
  }),
});

function putPermissions(cloudWatch: CloudWatch, input: Input) {
  const alarmNames = textList(objectField(input, 'MuteTargets') ?? {}, 'AlarmNames');
  const resources = [
    muteRuleArn(requiredText(input, 'Name'), cloudWatch),
    ...alarmNames.map((alarmName) => cloudWatch.alarmArn(alarmName)),
  ];
  return resources.map((resource) => ({ action: 'cloudwatch:PutAlarmMuteRule', resource }));
}

/** "The alarm names must match existing alarms"; AWS documents no name for the error. */
function putMuteRule(cloudWatch: CloudWatch, input: Input, now: Date): void {
  const alarmNames = textList(objectField(input, 'MuteTargets') ?? {}, 'AlarmNames');
  const unknown = alarmNames.find((alarmName) => cloudWatch.alarm(alarmName) === undefined);
  if (unknown !== undefined) throw validationError(`MuteTargets names the unknown alarm ${unknown}`);
  cloudWatch.muteRules.put(input, now);
}

function onNamedRule(
  operation: string,
  forCall: ForCall,
  run: (cloudWatch: CloudWatch, name: string, now: Date) => unknown,
): Operation {
  const nameOf = (input: Input): string => {
    rejectUnknown(input, new Set(['AlarmMuteRuleName']), operation);
    return requiredText(input, 'AlarmMuteRuleName');
  };
  return {
    permissions: (input, call) => [
      { action: `cloudwatch:${operation}`, resource: muteRuleArn(nameOf(input), forCall(call)) },
    ],
    run: (input, call) => run(forCall(call), nameOf(input), call.now),
  };
}

/** Its documented error for "the named resource" can only be about the alarm. */
function listMuteRules(cloudWatch: CloudWatch, input: Input, now: Date) {
  rejectUnknown(input, LIST_FIELDS, 'ListAlarmMuteRules');
  const alarmName = textField(input, 'AlarmName');
  if (alarmName !== undefined && cloudWatch.alarm(alarmName) === undefined) {
    throw notFound(`alarm ${alarmName}`);
  }
  const statuses = choiceList(input, 'Statuses', MUTE_RULE_STATUSES);
  const size = countField(input, 'MaxRecords') ?? PAGE;
  if (size > MOST_ALARM_NAMES) throw validationError(`MaxRecords is greater than ${MOST_ALARM_NAMES}`);
  const { items, nextToken } = page({
    all: cloudWatch.muteRules.all(),
    keyOf: ({ name }) => name,
    matches: (rule) =>
      (alarmName === undefined || rule.alarmNames.includes(alarmName)) &&
      (statuses.length === 0 || statuses.includes(statusOf(rule, now))),
    size,
    nextToken: textField(input, 'NextToken'),
    scope: JSON.stringify(['ListAlarmMuteRules', alarmName ?? '', statuses]),
    invalidToken: () => new AwsError('InvalidNextToken', 'The NextToken is not of this request'),
  });
  return {
    AlarmMuteRuleSummaries: items.map((rule) => renderSummary(rule, cloudWatch, now)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}

const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `The ${what} does not exist`, 404);

/** A summary has no name, as the SDK's model has it; AWS's examples show one. ExpireDate bounds recurring rules only. */
const renderSummary = (rule: MuteRule, cloudWatch: CloudWatch, now: Date) => ({
  AlarmMuteRuleArn: muteRuleArn(rule.name, cloudWatch),
  Status: statusOf(rule, now),
  MuteType: 'ONE_TIME',
  LastUpdatedTimestamp: rule.updatedAt,
});

function renderRule(rule: MuteRule, cloudWatch: CloudWatch, now: Date) {
  const { name, description, schedule, alarmNames } = rule;
  const { expression, duration, timezone } = schedule;
  return {
    Name: name,
    ...(description === undefined ? {} : { Description: description }),
    Rule: {
      Schedule: {
        Expression: expression,
        Duration: duration,
        ...(timezone === undefined ? {} : { Timezone: timezone }),
      },
    },
    MuteTargets: { AlarmNames: alarmNames },
    ...renderSummary(rule, cloudWatch, now),
  };
}
