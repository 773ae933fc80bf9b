import { ALARM_NAMES } from '../../lambda/domain/alarm-catalogue';
import type { Email } from '../../rehearsal/report';
import { flowing } from '../domain/prose';
import { newsOfEmail } from '../rehearsals/news';

/** What the product's e-mails tell, and whether they say that they may do so for the second time. */

/** One for each thing that the e-mail tells of a model: `Throttles of G-Opus-4-6 went off`. Empty for CloudWatch's own e-mails. */
export function tellingsOf(email: Email): readonly string[] {
  const { model, models, topic } = subjectOf(email);
  if (ANSWER.test(topic)) return [answered(topic, model)];
  if (models) return partsOf(email).flatMap((part) => tellingsOfPart(part, topic));
  switch (topic) {
    case 'over':
    case 'still in alarm':
      return [goesOn(model, topic)];
    case 'alarm without configuration':
      return alarmsLinkedIn(email.body).map((alarm) => wentOff(alarm, model));
    case 'quota is 0':
      return zeroQuotasIn(email.body).map((quota) => `the ${quota} quota of ${model} is 0`);
    default:
      return newsOfEmail(email.body).map((alarm) => wentOff(alarm, model));
  }
}

/** One for each case that the e-mail tells of: `Quota Request of G-Opus-4-6`. A word on what became of it is no such telling. */
export function casesToldIn(email: Email): readonly string[] {
  const { model, models, topic } = subjectOf(email);
  if (topic === 'over' || topic === 'still in alarm') return [];
  const body = flowing(email.body);
  const told = models
    ? [...body.matchAll(CASE_OF_MODELS)].flatMap(([, category, names = '']) =>
        names.split(/, | and /).map((name) => [category, name]),
      )
    : [...body.matchAll(CASE_OF_MODEL)].map(([, category]) => [category, model]);
  return told.map(([category, name]) => `${category} of ${name}`);
}

const CASE_OF_MODEL =
  /AWS Support case(?: \d+)?(?: was opened| was already open| is open)? \((Quota Request|Investigation Request)\)/g;
const CASE_OF_MODELS =
  /AWS Support case(?: \d+)? \((Quota Request|Investigation Request)\)[^:.]* for \d+ models?: ([^.]+)\./g;

interface Subject {
  readonly model: string;
  /** Whether it is of those about many, who stand in the body: it may be one that is left. */
  readonly models: boolean;
  readonly topic: string;
}

/** An e-mail that is not the product's has no topic. */
function subjectOf({ subject }: Email): Subject {
  const [, model = '', topic = ''] =
    /^(?:CRITICAL|WARNING): \S+ Bedrock (\S+|\d+ models?) - (.+)$/.exec(subject) ?? [];
  return { model, models: model.includes(' '), topic };
}

interface Part {
  readonly model: string;
  readonly line: string;
}

/** What an e-mail about many models says of each: `- Nova: CRITICAL, ServerErrors at 09:15 UTC; …`. */
const partsOf = ({ body }: Email): readonly Part[] =>
  [...body.replace(/\n {2,}/g, ' ').matchAll(/^- (\S+): ((?:CRITICAL|WARNING), .+)$/gm)].map(
    ([, model = '', line = '']) => ({ model, line }),
  );

/** `RPM quota raised`, `TPM increase denied`. */
const ANSWER = /^[RT]PM (?:quota raised|increase)/;

/** What the answer is may be known better without the fault. */
const answered = (topic: string, model: string): string =>
  `the answer to the ${topic.slice(0, 'RPM'.length)} request of ${model}`;

function tellingsOfPart({ model, line }: Part, topic: string): readonly string[] {
  if (topic === 'over' || topic === 'still in alarm') return [goesOn(model, topic)];
  const [news = ''] = line.split(';');
  return ALARM_NAMES.filter((alarm) => news.match(/\w+/g)?.includes(alarm)).map((alarm) =>
    wentOff(alarm, model),
  );
}

const goesOn = (model: string, topic: string): string => `the incident of ${model} is ${topic}`;

const wentOff = (alarm: string, model: string): string => `${alarm} of ${model} went off`;

const alarmsLinkedIn = (body: string): readonly string[] =>
  [...body.matchAll(/-Bedrock-(\w+)-(?:Critical|Warning)-/g)].map(([, alarm = '']) => alarm);

const zeroQuotasIn = (body: string): readonly string[] =>
  [...body.matchAll(/^- (RPM|TPM): /gm)].map(([, quota = '']) => quota);

/** Where the ledger knows that a run was cut off. */
const MAY_BE_REPEAT = 'This e-mail may be a repeat';
/** Where there is no ledger: of this e-mail, and of those after it. */
const MAY_BE_TOLD_AGAIN = 'this may be told more than once';

export const saysMayBeToldAgain = ({ body }: Email): boolean => flowing(body).includes(MAY_BE_TOLD_AGAIN);

export const saysMayBeRepeat = (email: Email): boolean =>
  flowing(email.body).includes(MAY_BE_REPEAT) || saysMayBeToldAgain(email);

/** The alarm on the product itself that an e-mail of CloudWatch tells of. */
export const illnessIn = ({ subject }: Email): string | undefined =>
  /^(?:ALARM|INSUFFICIENT_DATA): "\S+-OpsAlertHealth-(\w+)" in /.exec(subject)?.[1];
