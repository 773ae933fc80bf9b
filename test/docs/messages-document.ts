import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rehearsedProduct } from '../../bin/rehearsed-product';
import { playScenario } from '../../rehearsal/engine/play-scenario';
import { readScenario } from '../../rehearsal/engine/read-scenario';
import type { Report } from '../../rehearsal/report';

const SCENARIOS = join(__dirname, '../../rehearsal/scenarios');

export const MESSAGES_FILE = join(__dirname, '../../docs/messages.md');

/** One story for each thing that an incident can turn out to be, of incidents with more to them, and of none. */
const STORIES = [
  ['a-busy-morning', 'Usage has reached its threshold (`high_usage`)'],
  ['throttled-at-half-use', 'Usage is low (`low_usage`)'],
  ['first-day', 'There is no usage yet (`new_model`)'],
  ['ill-informed', 'Usage cannot be read, and the case comes later (`new_model`)'],
  ['errors-at-aws', 'No quota is involved (`non_quota`)'],
  ['an-answered-request', 'AWS answers a quota request'],
  ['many-models-at-once', 'Many models at once, told together'],
  ['many-profiles', 'Application profiles share the quotas, and the alarms leave some of them out'],
  ['no-capacity', 'A quota is 0: no incident, and no case'],
] as const;

const INTRODUCTION = `# Messages

What the SRE team reads and what AWS Support reads, side by side, for each scenario that an incident can turn out to be,
when AWS answers a quota request, for many incidents at once, where many profiles share a model's quotas, and where a
quota is 0. All of it was sent in rehearsals of the files named below, which a test plays again; \`npm run docs\` writes this page. What to do about each
alarm stands in the [runbook](runbook.md).
`;

/** The page, from a rehearsal of each story. */
export async function messagesDocument(): Promise<string> {
  const stories: string[] = [];
  for (const [name, title] of STORIES) stories.push(storyOf(await play(name), `${name}.yaml`, title));
  return [INTRODUCTION, ...stories].join('\n');
}

async function play(name: string): Promise<Report> {
  const file = join(SCENARIOS, `${name}.yaml`);
  const scenario = readScenario(readFileSync(file, 'utf8'), file, rehearsedProduct);
  const report = await playScenario(scenario, rehearsedProduct);
  if (!report.passed) throw new Error(`${name}: ${report.failures.join('\n')}`);
  return report;
}

const storyOf = ({ emails, cases }: Report, file: string, title: string): string => `## ${title}

Played by [${file}](../rehearsal/scenarios/${file}).

<table>
<tr><th>E-mail</th><th>Case</th></tr>
<tr><td valign="top">

${emails.map(({ at, subject, body }) => block(`Sent: ${at}`, `Subject: ${subject}`, '', body)).join('\n\n')}

</td><td valign="top">

${cases.length === 0 ? 'None.' : cases.flatMap(communicationsOf).join('\n\n')}

</td></tr>
</table>
`;

/** What opened the case, unless AWS did, for a quota request; then what we added to it. */
const communicationsOf = ({
  openedAt,
  via,
  subject,
  communications,
}: Report['cases'][number]): readonly string[] =>
  communications
    .filter(({ by }) => by === 'us')
    .map(({ at, body }, index) =>
      block(
        index === 0 && via === 'support' ? `Opened: ${openedAt}` : `Added: ${at}`,
        `Subject: ${subject}`,
        '',
        body,
      ),
    );

const block = (...lines: readonly string[]): string => ['```text', ...lines, '```'].join('\n');
