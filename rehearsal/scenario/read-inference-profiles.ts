import { at } from './read-events';
import { readMinutes } from './read-traffic';
import type { Reader } from './reader';
import type { ProfileInScenario, ScenarioEvent } from './scenario';
import { matching } from './values';
import type { Path } from './yaml-file';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateInferenceProfile.html */
const profileName = matching(
  /^(?=.{1,64}$)([0-9a-zA-Z][ _-]?)+$/,
  'at most 64 letters and digits, with single spaces, _ or - between them',
);
const profileId = matching(/^[a-z0-9]{12}$/, '12 of a-z and 0-9, for example a1b2c3d4e5f6');
const modelSource = matching(
  /^[a-z0-9-]+\.[a-z0-9.:-]+$/,
  'the id of a foundation model or of a system profile, for example us.amazon.nova-micro-v1:0',
);

export interface ReadProfiles {
  readonly inferenceProfiles: Readonly<Record<string, ProfileInScenario>>;
  /** Those that are made later. */
  readonly events: readonly ScenarioEvent[];
}

/** Application inference profiles, each with its traffic. */
export function readInferenceProfiles(reader: Reader, metrics: readonly string[]): ReadProfiles {
  const events: ScenarioEvent[] = [];
  const inferenceProfiles = reader.readEntries(['inferenceProfiles'], (path, name) => {
    const from = reader.read([...path, 'from'], at.optional());
    if (from !== undefined)
      events.push({ line: reader.lineOf(path), atMs: from, kind: 'makeProfile', profile: name });
    return readProfile(reader, path, name, metrics);
  });
  refuseSameIds(reader, inferenceProfiles);
  return { inferenceProfiles, events };
}

function readProfile(
  reader: Reader,
  path: Path,
  name: string,
  metrics: readonly string[],
): ProfileInScenario | undefined {
  const keys = reader.keysAt(path);
  const refused = profileName.safeParse(name).error?.issues[0];
  if (refused !== undefined) reader.note(path, 'not a name of a profile', name, refused.message);
  reader.checkKeys(path, ['copyFrom', 'id', 'from', 'history', 'series']);
  const copyFrom = reader.read([...path, 'copyFrom'], modelSource);
  const id = reader.read([...path, 'id'], profileId.optional());
  const traffic = readMinutes(reader, path, metrics);
  if (copyFrom === undefined) return undefined;
  return { line: reader.lineOf(path), copyFrom, id, isThere: !keys.includes('from'), ...traffic };
}

function refuseSameIds(reader: Reader, profiles: ReadProfiles['inferenceProfiles']): void {
  const names = new Map<string, string>();
  for (const [name, { id }] of Object.entries(profiles)) {
    const other = id === undefined ? undefined : names.get(id);
    if (id !== undefined) names.set(id, name);
    if (other !== undefined)
      reader.note(['inferenceProfiles', name, 'id'], `id is that of ${other}`, String(id), 'another one');
  }
}
