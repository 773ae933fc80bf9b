import * as z from 'zod';
import { QUOTA_REQUEST_STATUSES } from '../../aws/service-quotas';
import { NO_CASE_REASONS } from './no-case-reasons';
import { NO_REQUEST_REASONS } from './no-request-reasons';
import { TEXT_WRITTEN } from './text-log';

/**
 * The facts that a text states, as data. Whoever writes a text renders each of its sentences from these, and logs them
 * with it, so that others (the rehearsal, an auditor) can hold them against AWS. Instants are ISO 8601, UTC; figures are
 * whole numbers, as the text shows them. A peak, a mean or a total is of the 14 days, or of the 60 minutes, that ended
 * with the last whole minute before the text.
 *
 * Where a model has quota sharers (the parameter `quota-sharers`), usage is the sum of its own series and theirs: that is so
 * of every figure of 14 days, of `highest` and `noDataWithin`, and of the usage in `peakWhileThrottled`. Errors, throttles
 * and latency, those of `lastHour` and its like, are the model's own.
 */

const instant = z.string();
const quota = z.enum(['RPM', 'TPM']);
/** Names of metrics whose one-minute sums were added in the same minute; mostly one. */
const metrics = z.array(z.string()).min(1);
const figure = z.int();
/** Which telling of the incident: 1 for the first. */
const telling = z.int().min(1);

export const claimSchema = z.discriminatedUnion('claim', [
  /** An alarm went to ALARM at `since` (null: CloudWatch did not say) and is in ALARM, over, or cannot be read now. */
  z.object({
    claim: z.literal('alarm'),
    alarmName: z.string(),
    since: instant.nullable(),
    now: z.enum(['ALARM', 'over', 'unread']),
  }),
  /** The first alarm of the incident went to ALARM then, and the composite within a minute of it. */
  z.object({ claim: z.literal('incident'), compositeAlarmName: z.string(), since: instant }),
  /** The composite was ALARM until `at`, and has not been since. */
  z.object({ claim: z.literal('recovered'), compositeAlarmName: z.string(), at: instant }),
  /** So many whole minutes lie between the minutes of the two instants. */
  z.object({ claim: z.literal('lasted'), from: instant, to: instant, minutes: figure }),
  /**
   * An alarm went to ALARM at `since` and, with that, so many times until now; one of the last minute may not be counted
   * yet.
   */
  z.object({
    claim: z.literal('wentToAlarm'),
    alarmName: z.string(),
    since: instant,
    times: figure.min(1),
    now: z.enum(['ALARM', 'over', 'unread']),
  }),
  /** An alarm went to ALARM at `at`, whatever it is now. */
  z.object({ claim: z.literal('wentOff'), alarmName: z.string(), at: instant }),
  /** An alarm was in ALARM at `at`, when it was looked at, whatever it is now. */
  z.object({ claim: z.literal('inAlarmAt'), alarmName: z.string(), at: instant }),
  /** The composite was ALARM until `from`, and then not until `to`, when it was looked at. */
  z.object({ claim: z.literal('quiet'), compositeAlarmName: z.string(), from: instant, to: instant }),
  /** CloudWatch has no such alarm any more. */
  z.object({ claim: z.literal('noAlarm'), alarmName: z.string() }),
  /** CRITICAL if one of these alarms is of the catalogue's severity Critical. */
  z.object({
    claim: z.literal('severity'),
    severity: z.enum(['CRITICAL', 'WARNING']),
    alarmNames: z.array(z.string()).min(1),
  }),

  /** A setting as it is in force: the live parameter where it is valid, else the value in `config`. */
  z.object({
    claim: z.literal('setting'),
    key: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]),
  }),
  /** A live setting that was not used. */
  z.object({ claim: z.literal('unusedSetting'), key: z.string(), problem: z.enum(['missing', 'invalid']) }),
  /** The parameter `config` is missing or invalid. */
  z.object({ claim: z.literal('unusableConfig'), parameter: z.string() }),

  /** `config` holds no code for this quota. */
  z.object({ claim: z.literal('noQuota'), quota }),
  /** `isDefault`: no value was ever applied to the account, so this is AWS's default; absent where the text does not say. */
  z.object({ claim: z.literal('quota'), code: z.string(), value: figure, isDefault: z.boolean().optional() }),
  z.object({ claim: z.literal('quotaName'), code: z.string(), name: z.string() }),
  /** AWS's default, whatever was applied to the account; null where it could not be read, or there is none. */
  z.object({ claim: z.literal('defaultQuota'), code: z.string(), value: figure.nullable() }),
  /** `value` is the quota, raised by `percent` as the settings say, or the least above AWS's default where that is more. */
  z.object({ claim: z.literal('increase'), code: z.string(), percent: figure, value: figure }),
  /**
   * Service Quotas has a request for `value` of this quota, made at `since` (absent where the text does not say); `displayId`:
   * the number of its case, null where none was known. `made`: by this run. `open`: it was not answered when this was written. `pending`: as either, but
   * another run found out.
   */
  z.object({
    claim: z.literal('quotaRequest'),
    code: z.string(),
    id: z.string(),
    value: figure,
    since: instant.optional(),
    is: z.enum(['made', 'open', 'pending']),
    displayId: z.string().nullable(),
  }),
  /** This run made no request to raise this quota, for this reason. `ceiling`: no more than that is asked for; absent where the text does not say. */
  z.object({
    claim: z.literal('noQuotaRequest'),
    code: z.string(),
    why: z.enum(NO_REQUEST_REASONS),
    ceiling: figure.optional(),
    limit: figure.min(0).optional(),
  }),
  /**
   * A case asks AWS to raise this quota, and nothing else that is open does. `displayId`: null of a case that this opens.
   * `request`: the quota request for which AWS opened the case; null of a case of ours.
   */
  z.object({
    claim: z.literal('caseAsks'),
    code: z.string(),
    displayId: z.string().nullable(),
    request: z.string().nullable(),
  }),
  /** A message that adds the details of the incident to the cases of its quota requests lies in the queue. */
  z.object({ claim: z.literal('detailsFollow') }),
  /** The status of a request as Service Quotas has it, and the value that was asked for. */
  z.object({
    claim: z.literal('quotaRequestStatus'),
    code: z.string(),
    id: z.string(),
    value: figure,
    since: instant,
    status: z.enum(QUOTA_REQUEST_STATUSES),
  }),
  /** Service Quotas knows no request of this id any more. */
  z.object({ claim: z.literal('noRequest'), id: z.string() }),
  /** The quota had this value before; it may have had others since. */
  z.object({ claim: z.literal('quotaBefore'), code: z.string(), value: figure }),
  /** The stored threshold was this before; it may have been others since. */
  z.object({ claim: z.literal('thresholdBefore'), quota, value: figure }),
  /** The last communication of AWS on the case begins so, white space aside. */
  z.object({ claim: z.literal('reply'), displayId: z.string(), words: z.string() }),
  /** On the case that AWS opened for a quota request it wrote nothing but its opening and its automatic reply. */
  z.object({ claim: z.literal('noReply'), displayId: z.string() }),
  /** A case was told, in this incident, that the quota was `was` and is asked to be `value`. */
  z.object({ claim: z.literal('asked'), code: z.string(), value: figure, was: figure }),
  /** `value` is so many percent of the quota, rounded down. */
  z.object({ claim: z.literal('thresholdOf'), code: z.string(), percent: figure, value: figure }),
  /**
   * The alarm as it is: the threshold (null: it has none), and the number before the sum in its expression (null: that is
   * the owner's).
   */
  z.object({
    claim: z.literal('alarmLimit'),
    alarmName: z.string(),
    threshold: z.number().nullable(),
    factor: z.string().nullable(),
  }),
  /** The stored threshold. */
  z.object({ claim: z.literal('threshold'), quota, value: figure }),

  /** Usage is the sum of the model's own series and these; `unlisted` more share its quotas and are not counted. */
  z.object({
    claim: z.literal('counted'),
    sharers: z
      .array(z.object({ id: z.string(), name: z.string(), isDeleted: z.boolean().optional() }))
      .min(1),
    unlisted: figure.min(0),
  }),
  /** These share the quotas perhaps, which cannot be told, and usage does not count them. */
  z.object({
    claim: z.literal('notCounted'),
    profiles: z.array(z.object({ id: z.string(), name: z.string() })).min(1),
  }),
  /** The usage alarm of this quota counts the model's own series and all that share its quotas now but these. */
  z.object({ claim: z.literal('alarmLeavesOut'), quota, ids: z.array(z.string()).min(1) }),
  /** Bedrock offers this global profile in the Region; the model is invoked through a geographic one of the same model. */
  z.object({ claim: z.literal('globalProfile'), id: z.string() }),
  /** The highest one-minute value of 14 days, and the first minute that had it. */
  z.object({ claim: z.literal('peak'), metrics, value: figure, minute: instant }),
  /** The last minute of 14 days that is above zero. */
  z.object({ claim: z.literal('lastUse'), metrics, minute: instant }),
  /** Nothing, or nothing but zeros, in 14 days. */
  z.object({ claim: z.literal('noUsage'), metrics }),
  /** No datapoint at all in 14 days. */
  z.object({ claim: z.literal('noData'), metrics }),
  /** The mean over those minutes of 14 days that are above zero. */
  z.object({ claim: z.literal('steady'), metrics, value: figure }),
  /** The peak of 14 days divided by the mean over those minutes of 14 days that are above zero, rounded. */
  z.object({ claim: z.literal('peakOverMean'), metrics, times: figure }),
  /** The peak of 14 days is so many whole percent of the quota, rounded down. */
  z.object({ claim: z.literal('peakOfQuota'), metrics, code: z.string(), percent: figure }),
  /** The quota less the peak of 14 days; below 0 where the peak is more. */
  z.object({ claim: z.literal('headroom'), metrics, code: z.string(), value: figure }),
  /** The sum of `metric` of 14 days divided by that of Invocations. */
  z.object({ claim: z.literal('perRequest'), metric: z.string(), value: figure }),
  /** Minutes of 14 days at or over `threshold`, and the most of them in a row; a minute without data ends a row. */
  z.object({
    claim: z.literal('timeAtThreshold'),
    metrics,
    threshold: figure,
    minutes: figure,
    longestRun: figure,
  }),
  /** The highest one-minute value of the minutes from that of `from` to that of `to`, and the first minute that had it. */
  z.object({
    claim: z.literal('highest'),
    metrics,
    value: figure,
    minute: instant,
    from: instant,
    to: instant,
  }),
  /** No datapoint in the minutes from that of `from` to that of `to`. */
  z.object({ claim: z.literal('noDataWithin'), metrics, from: instant, to: instant }),
  /** The sum of 60 minutes. */
  z.object({ claim: z.literal('lastHour'), metric: z.string(), value: figure }),
  /** The highest one-minute value of 60 minutes, and the first minute that had it. */
  z.object({
    claim: z.literal('lastHourPeak'),
    metric: z.string(),
    statistic: z.enum(['Sum', 'Average']),
    value: figure,
    minute: instant,
  }),
  /** No datapoint in 60 minutes. */
  z.object({ claim: z.literal('lastHourNoData'), metric: z.string() }),
  /**
   * The highest one-minute value of those of the 60 minutes in which InvocationThrottles is above zero, or of all 60
   * where there is no such minute (`throttledMinutes` 0). 0 without data.
   */
  z.object({
    claim: z.literal('peakWhileThrottled'),
    metrics,
    value: figure,
    throttledMinutes: figure,
  }),

  /** A call for this failed, or AWS holds no usable value of it; nobody asks for a case while automatedSupportCase is false. */
  z.object({
    claim: z.literal('unread'),
    what: z.enum([
      'alarms',
      'usage',
      'lastHour',
      'threshold',
      'quota',
      'sharers',
      'contacts',
      'caseNumber',
      'case',
      'ledger',
    ]),
    /** The quota, its code, or the number of the case, where there may be two. */
    of: z.string().optional(),
  }),

  /**
   * What became of the case of `subject`, or of one for several models of that category and Region. All but `left` and `open` hold the line of this telling of the incident; `opened`
   * with no number where AWS had not told it yet. `open`: there is one, unresolved, before anything is added to it.
   */
  z.object({
    claim: z.literal('case'),
    subject: z.string(),
    displayId: z.string().nullable(),
    is: z.enum(['opened', 'updated', 'left', 'told', 'open']),
    telling,
  }),
  /**
   * No case of `subject`, or for several models, holds the line of this telling of the incident, for this reason;
   * `unclear`, `awaiting` and `no-ledger` leave open whether one does. `telling` is null where the text is about no
   * incident that could be read. `limit`, of `day-limit` only: so many cases were opened since midnight UTC, or are tried
   * after this text, of which there are `tried`.
   */
  z.object({
    claim: z.literal('noCase'),
    subject: z.string(),
    why: z.enum(NO_CASE_REASONS),
    telling: telling.nullable(),
    limit: figure.min(0).optional(),
    tried: figure.min(0).optional(),
  }),
  /** As `noCase`, but another run found out why. */
  z.object({ claim: z.literal('toldOnNoCase'), subject: z.string(), telling }),
  /** A case by its number; `gone`: AWS knows no such case. */
  z.object({
    claim: z.literal('caseState'),
    displayId: z.string(),
    is: z.enum(['open', 'resolved', 'gone']),
  }),
  /**
   * Whether a case holds the line that says that the incident is over: it does (`added` now, or `was-there`), it does not
   * for this reason, or nobody knows (`unclear`, `unread`). `untold`: it does not, and another run found out why.
   */
  z.object({
    claim: z.literal('closing'),
    displayId: z.string(),
    is: z.enum(['added', 'was-there', 'off', 'refused', 'unclear', 'not-open', 'unread', 'untold']),
  }),
  /** A message that tries the case again lies in the queue; the last try is at `until`. */
  z.object({ claim: z.literal('caseIsRetried'), until: instant }),
]);

/** One fact. */
export type Claim = z.infer<typeof claimSchema>;

export const textWrittenSchema = z.object({
  message: z.literal(TEXT_WRITTEN),
  text: z.object({
    /** Of the text, so that nobody need log it: `textDigest`. */
    digest: z.string(),
    customer: z.string(),
    model: z.string(),
    /** Null where the text is about no incident that could be read. */
    incident: z.string().nullable(),
    claims: z.array(claimSchema),
  }),
});

export type TextWritten = z.infer<typeof textWrittenSchema>['text'];
