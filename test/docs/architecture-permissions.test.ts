import { describe, expect, test } from '@jest/globals';
import { appOf, FOUNDATION, settingsOf, synthesized } from '../stacks/synthesized';
import { readDocument } from './documents';

const template = synthesized(appOf(settingsOf())).get(FOUNDATION)?.template;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

/** What each function may do, by the name that its policy has of it. */
const ALLOWED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values(template?.findResources('AWS::IAM::Role') ?? {})
    .flatMap(({ Properties }) => Properties.Policies ?? [])
    .map(({ PolicyName, PolicyDocument }) => [PolicyName, actionsOf(PolicyDocument.Statement)]),
);

function actionsOf(statements: readonly Statement[]): readonly string[] {
  return [...new Set(statements.flatMap(({ Action }) => Action))].sort();
}

/** A row without a function goes on with the one above. */
const DOCUMENTED = new Map<string, readonly string[]>();
let name = '';
for (const [, named = '', actions = ''] of readDocument('SECURITY.md').matchAll(
  /^\| (?:`([\w-]+)`)? ?\| (`.+`) \|/gm,
)) {
  if (named !== '') name = named;
  const listed = Array.from(actions.matchAll(/`([^`]+)`/g), ([, action = '']) => action);
  DOCUMENTED.set(name, [...(DOCUMENTED.get(name) ?? []), ...listed]);
}

const WRITES_ITS_LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];

describe('SECURITY.md', () => {
  test('has the permissions of each function, all of them and no other', () => {
    expect(DOCUMENTED.size).toBeGreaterThan(1);
    const stated = [...DOCUMENTED].map(([name, actions]) => [name, [...actions, ...WRITES_ITS_LOG].sort()]);
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(ALLOWED));
  });

  test('is right that no function reads prompts, answers or logs', () => {
    const actions = [...ALLOWED.values()].flat();
    expect(
      actions.filter((action) =>
        /^bedrock:Invoke|^s3:|^logs:(?!CreateLogStream|PutLogEvents)|\*/.test(action),
      ),
    ).toEqual([]);
  });
});
