import { compositeAlarmName } from '../contract/names';
import type { ReminderDigest } from './digest';
import { BY_HAND, causeAdvice } from './digest-advice';
import { byAlarm, catalogued, severityOfPart } from './digest-alarms';
import {
  bySeverity,
  type DigestEmail,
  digestEmail,
  linkSection,
  modelSection,
  within,
  worstOf,
} from './digest-parts';
import { namesOf } from './models-prose';
import { enumerated, fact, item, type Prose, plain, prose, section } from './prose';
import { counted, timeUtc } from './words';

type Part = ReminderDigest['models'][number];

/** The one e-mail that says of many models that their incidents go on. */
export const reminderDigestEmail = (digest: ReminderDigest): DigestEmail =>
  digestEmail(digest, 'still in alarm', [
    section('What goes on', ...whatGoesOn(digest)),
    section('What to do now', ...nextSteps(digest).map(item)),
    section('What was done', ...cases(digest).map(item)),
    section('What comes next', plain('The next reminder comes in about a day, unless it is over before.')),
    modelSection(digest, (part) => modelLine(part, digest)),
    linkSection(
      digest,
      digest.models.flatMap((part) => part.cases),
    ),
  ]);

function whatGoesOn({ models }: ReminderDigest): readonly Prose<never>[] {
  const began = models.map(({ openedAt }) => openedAt);
  return [
    plain(
      `${worstOf(models)}: the incidents of ${counted(models.length, 'model')} were not over when they were looked at (${within(models.map(({ at }) => at))}). They began ${within(began)}.`,
    ),
    ...byAlarm(models, ({ inAlarm }) => inAlarm),
    ...bySeverity(models),
  ];
}

function nextSteps({ models }: ReminderDigest): readonly Prose<never>[] {
  const hasCases = models.some((part) => part.cases.length > 0);
  const without = models.filter((part) => part.cases.length === 0).length;
  return [
    ...causeAdvice(models.map(({ inAlarm }) => ({ alarms: inAlarm.map((name) => ({ name })) }))),
    ...(hasCases
      ? [
          plain(
            'Look at the AWS Support cases named below and ask how far AWS is; whether they are open was not looked up for this e-mail.',
          ),
        ]
      : []),
    ...(without === 0
      ? []
      : [plain(`${counted(without, 'model')} without a case: if you need AWS for one of them, ${BY_HAND}`)]),
  ];
}

/** Which case tells of which models; a model may be told of on two. */
function cases({ models }: ReminderDigest): readonly Prose<never>[] {
  const numbers = [...new Set(models.flatMap((part) => part.cases))];
  const without = models.filter((part) => part.cases.length === 0);
  return [
    ...numbers.map((displayId) =>
      plain(
        `AWS Support case ${displayId} tells of ${namesOf(models.filter((part) => part.cases.includes(displayId)))}.`,
      ),
    ),
    ...(without.length === 0 ? [] : [plain(`No AWS Support case is known to tell of ${namesOf(without)}.`)]),
  ];
}

/** `CRITICAL, since 09:15 UTC; ServerErrors in ALARM at 13:17 UTC`. */
function modelLine(part: Part, digest: ReminderDigest): Prose {
  const alarms = catalogued(part.inAlarm, digest, part);
  const compositeName = compositeAlarmName(digest.customer, part.model);
  const began = fact(
    { claim: 'incident', compositeAlarmName: compositeName, since: part.openedAt.toISOString() },
    timeUtc(part.openedAt, digest.at),
  );
  const at = timeUtc(part.at, digest.at);
  const going = alarms.map(({ name, alarmName }) =>
    fact({ claim: 'inAlarmAt', alarmName, at: part.at.toISOString() }, name),
  );
  const inAlarm = going.length === 0 ? '' : prose`; ${enumerated(going)} in ALARM at ${at}`;
  return prose`${severityOfPart(part, alarms)}, since ${began}${inAlarm}`;
}
