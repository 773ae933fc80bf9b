import { ALARM_CATALOGUE } from './alarm-catalogue';
import { incidentReferenceLine } from './case-identity';
import type { Incident, TogetherModel } from './incident';
import { enumerated, fact, fitted, item, joined, type Prose, plain, prose, section } from './prose';
import { counted, timeUtc } from './words';

/** What a case for several models says of all but the first, whose incident it tells in full. */

/** `errors on the side of Bedrock (5xx)` becomes `errors on the side of Bedrock (5xx), on 60 models`. */
export const onModels = ({ together }: Incident): string =>
  together.length === 0 ? '' : `, on ${together.length + 1} models`;

/** Where figures are of the first model alone, this says so. */
export const figuresOfFirst = ({ together, model }: Incident): readonly Prose<never>[] =>
  together.length === 0 ? [] : [plain(`Of ${model.modelName} alone:`)];

const TITLE = 'The other models';

/**
 * The list of the other models and the lines by which the case is known to tell of each, within so many characters: the
 * lines first, then as much of the list as there is room for.
 */
export function otherModels(incident: Incident, room: number): Prose {
  const { together } = incident;
  const first = plain(
    `The same has happened on ${counted(together.length, 'other model')}. Model, model id, and when its alarms went to ALARM:`,
  );
  const head = section(TITLE, first);
  const lines = together.map(({ reference, telling }) => plain(incidentReferenceLine(reference, telling)));
  const unlisted = unlistedNote(together.length);
  const forLines = room - head.text.length - unlisted.text.length - 2;
  const references = asManyAsFit(lines, forLines);
  const listed = asManyAsFit(
    together.map((one) => fitted(togetherItem(one, incident), '  ')),
    forLines - lengthOf(references),
  );
  const left = together.length - listed.length;
  return joined([head, ...listed, ...(left === 0 ? [] : [unlistedNote(left)]), ...references], '\n');
}

const unlistedNote = (left: number): Prose<never> =>
  fitted(plain(`- and ${counted(left, 'more model')}, for which there is no room here`), '  ');

function asManyAsFit(parts: readonly Prose[], room: number): readonly Prose[] {
  let length = 0;
  const end = parts.findIndex(({ text }) => {
    length += text.length + 1;
    return length > room;
  });
  return end === -1 ? parts : parts.slice(0, end);
}

const lengthOf = (parts: readonly Prose[]): number =>
  parts.reduce((length, { text }) => length + text.length + 1, 0);

/** `- M-002, global.anthropic.claude-opus-4-6-v1: ServerErrors at 09:15 UTC`. */
function togetherItem({ model, modelId, alarms }: TogetherModel, { openedAt }: Incident): Prose {
  const went = alarms.map(({ name, alarmName, since }) =>
    fact({ claim: 'wentOff', alarmName, at: since.toISOString() }, `${name} at ${timeUtc(since, openedAt)}`),
  );
  return item(prose`${model}, ${modelId}: ${enumerated(went)}`);
}

/** Whether a communication lists this alarm, by its full name, as that of one of the other models. */
export const listsAlarm = (communication: string, alarmName: string): boolean =>
  itemsOf(communication).some(({ model, went }) =>
    ALARM_CATALOGUE.some(
      ({ name, severity }) =>
        alarmName.endsWith(`-Bedrock-${name}-${severity}-${model}`) && went.includes(`${name} at `),
    ),
  );

const itemsOf = (communication: string): readonly { readonly model: string; readonly went: string }[] =>
  Array.from(
    communication.replace(/\n {2}/g, ' ').matchAll(/^- (?<model>[A-Za-z0-9-]+), \S+: (?<went>.*)$/gm),
    ({ groups: { model = '', went = '' } = {} }) => ({ model, went }),
  );
