import { MOST_ALARM_NAMES } from '../../aws/cloudwatch';
import { AwsError, type Call, type Input, type Operation, type Permission, type Service } from '../service';
import type { CloudWatch, Transition } from './cloudwatch';
import { describeAlarms, describesComposites } from './describe-alarms';
import {
  choiceField,
  missing,
  objectList,
  rejectUnknown,
  requiredText,
  textField,
  textList,
  validationError,
} from './fields';
import { getMetricData } from './metric-data';
import { muteRuleOperations } from './mute-rule-operations';

const SET_ALARM_STATE_FIELDS = new Set(['AlarmName', 'StateValue', 'StateReason', 'StateReasonData']);
const ALARM_NAMES_FIELDS = new Set(['AlarmNames']);
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

/**
 * CloudWatch's API. `forCall` gives the CloudWatch of the caller's account and Region; `onTransitions` gets the changes
 * of state that a call causes (SetAlarmState), to be published like those of an evaluation.
 *
 * Which actions take an alarm's ARN:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export function cloudWatchService(
  forCall: (call: Call) => CloudWatch,
  onTransitions: (transitions: readonly Transition[], call: Call) => void,
): Service {
  return {
    name: 'cloudwatch',
    operations: {
      DescribeAlarms: describeAlarmsOperation(forCall),
      GetMetricData: {
        permissions: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
        run: (input, call) => getMetricData(forCall(call), input, call.now),
      },
      PutMetricAlarm: onNamedAlarm('PutMetricAlarm', forCall, (input, call) => {
        forCall(call).putMetricAlarm(input, call.now);
      }),
      PutCompositeAlarm: onNamedAlarm('PutCompositeAlarm', forCall, (input, call) => {
        forCall(call).putCompositeAlarm(input, call.now);
      }),
      SetAlarmState: onNamedAlarm('SetAlarmState', forCall, (input, call) => {
        onTransitions(setAlarmState(forCall(call), input, call.now), call);
      }),
      DeleteAlarms: onAlarmNames('DeleteAlarms', forCall, (cloudWatch, names, now) => {
        cloudWatch.deleteAlarms(names, now);
      }),
      EnableAlarmActions: onAlarmNames('EnableAlarmActions', forCall, (cloudWatch, names, now) => {
        cloudWatch.enableActions(names, true, now);
      }),
      DisableAlarmActions: onAlarmNames('DisableAlarmActions', forCall, (cloudWatch, names, now) => {
        cloudWatch.enableActions(names, false, now);
      }),
      ...muteRuleOperations(forCall),
      ListTagsForResource: {
        permissions: (input) => [
          { action: 'cloudwatch:ListTagsForResource', resource: requiredText(input, 'ResourceARN') },
        ],
        run: (input, call) => {
          const arn = requiredText(input, 'ResourceARN');
          return { Tags: forCall(call).tagsOf(arn.slice(arn.indexOf(':alarm:') + ':alarm:'.length)) };
        },
      },
    },
  };
}

/**
 * DescribeAlarms takes the ARNs of alarms, but "You can't return information about composite alarms if your
 * cloudwatch:DescribeAlarms permission has a narrower scope" than `*`:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
function describeAlarmsOperation(forCall: (call: Call) => CloudWatch): Operation {
  const action = 'cloudwatch:DescribeAlarms';
  return {
    permissions: (input, call) => {
      if (describesComposites(input)) return [{ action, resource: '*' }];
      const names = textList(input, 'AlarmNames');
      return permissionsOn(action, names.length > 0 ? names : ['*'], forCall(call));
    },
    run: (input, call) => describeAlarms(forCall(call), input),
  };
}

function onNamedAlarm(
  operation: string,
  forCall: (call: Call) => CloudWatch,
  act: (input: Input, call: Call) => void,
): Operation {
  return {
    permissions: (input, call) => {
      const names = [requiredText(input, 'AlarmName')];
      // Who gives an alarm tags needs the permission to tag as well.
      const isTagged = objectList(input, 'Tags').length > 0;
      return [operation, ...(isTagged ? ['TagResource'] : [])].flatMap((action) =>
        permissionsOn(`cloudwatch:${action}`, names, forCall(call)),
      );
    },
    run: (input, call) => {
      act(input, call);
      return {};
    },
  };
}

/** What is done to up to 100 alarms by their names. */
function onAlarmNames(
  operation: string,
  forCall: (call: Call) => CloudWatch,
  act: (cloudWatch: CloudWatch, alarmNames: readonly string[], now: Date) => void,
): Operation {
  return {
    permissions: (input, call) => {
      return permissionsOn(`cloudwatch:${operation}`, textList(input, 'AlarmNames'), forCall(call));
    },
    run: (input, call) => {
      rejectUnknown(input, ALARM_NAMES_FIELDS, operation);
      const names = textList(input, 'AlarmNames');
      if (names.length === 0) throw missing('AlarmNames');
      if (names.length > MOST_ALARM_NAMES) {
        throw validationError(`AlarmNames has more than ${MOST_ALARM_NAMES} members`);
      }
      act(forCall(call), names, call.now);
      return {};
    },
  };
}

function setAlarmState(cloudWatch: CloudWatch, input: Input, now: Date): readonly Transition[] {
  rejectUnknown(input, SET_ALARM_STATE_FIELDS, 'SetAlarmState');
  const state = choiceField(input, 'StateValue', STATES);
  if (state === undefined) throw missing('StateValue');
  const reasonData = textField(input, 'StateReasonData');
  if (reasonData !== undefined && !isJson(reasonData)) {
    throw new AwsError('InvalidFormatFault', 'StateReasonData is not JSON');
  }
  const name = requiredText(input, 'AlarmName');
  return cloudWatch.setAlarmState(name, state, requiredText(input, 'StateReason'), now, reasonData);
}

function permissionsOn(action: string, alarmNames: readonly string[], cloudWatch: CloudWatch): Permission[] {
  return alarmNames.map((alarmName) => ({ action, resource: cloudWatch.alarmArn(alarmName) }));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
