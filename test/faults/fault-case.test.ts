import { describe, expect, test } from '@jest/globals';
import { faultCasesOf, faultOf, kindNamed, kindsOf, pick, titleOf } from './fault-case';
import { KINDS } from './kinds';
import { PATHS, type Path } from './paths';

const PATH: Path = {
  name: 'alarm',
  scenario: {},
  functions: ['processor'],
  from: 10,
  to: 20,
};

const MADE = [
  { minute: 5, function: 'processor', calls: ['sns:Publish'] },
  { minute: 12, function: 'processor', calls: ['dynamodb:UpdateItem', 'sns:Publish'] },
  { minute: 11, function: 'reconciler', calls: ['dynamodb:UpdateItem', 'dynamodb:Query'] },
  { minute: 20, function: 'processor', calls: ['sns:Publish'] },
];

const casesOf = (path: Path, made: typeof MADE) =>
  faultCasesOf(path, made)
    .filter(({ kind }) => kind === 'denied')
    .map(titleOf);

describe('what can fail on a path', () => {
  test('is each call of its functions in its window, counted with those of other functions', () => {
    expect(casesOf(PATH, MADE)).toEqual([
      'alarm: dynamodb.UpdateItem #2 denied',
      'alarm: sns.Publish #1 denied',
    ]);
  });

  test('begins with the deployment where the window has no beginning', () => {
    const { from: _, ...fromDeployment } = PATH;
    expect(casesOf(fromDeployment, MADE)).toEqual([
      'alarm: sns.Publish #1 denied',
      'alarm: dynamodb.UpdateItem #2 denied',
      'alarm: sns.Publish #2 denied',
    ]);
  });

  test('is none of a run that makes the same calls as one before, though they are counted', () => {
    const again = [
      ...MADE,
      { minute: 14, function: 'processor', calls: ['dynamodb:UpdateItem', 'sns:Publish'] },
      { minute: 15, function: 'processor', calls: ['sns:Publish'] },
    ];
    expect(casesOf(PATH, again)).toEqual([...casesOf(PATH, MADE), 'alarm: sns.Publish #3 denied']);
  });

  test('is more by as many kinds as there are when the path makes one call more', () => {
    const more = [...MADE, { minute: 15, function: 'processor', calls: ['sqs:SendMessage'] }];
    expect(faultCasesOf(PATH, more)).toHaveLength(faultCasesOf(PATH, MADE).length + KINDS.length);
    expect(casesOf(PATH, more)).toContain('alarm: sqs.SendMessage #1 denied');
  });
});

describe('a fault as a scenario has it', () => {
  test('lets the calls before it pass, from the beginning of the window on', () => {
    const fault = { path: 'alarm', call: 'sns.Publish', nth: 3, kind: 'throttled once' };
    expect(faultOf(fault, PATH)).toEqual({ call: 'sns.Publish', error: 'Throttled', skip: 2, from: '10m' });
  });

  test('strikes always where its kind does not end', () => {
    const ofKind = (kind: string) => faultOf({ path: 'alarm', call: 'sns.Publish', nth: 1, kind }, PATH);
    for (const { name, ends } of KINDS) expect(Object.keys(ofKind(name)).includes('always')).toBe(!ends);
  });

  test('of a kind that there is not is refused', () => {
    expect(() => kindNamed('slow')).toThrow('no kind of fault is named slow: throttled once, ');
  });
});

describe('the seed', () => {
  const namesOf = (seed: number) => (path: string) => kindsOf(path, String(seed)).map(({ name }) => name);
  const paths = PATHS.map(({ name }) => name);

  test('chooses kinds so that each is played every day', () => {
    for (const seed of [20260302, 20260303, 20260331, 20260401])
      expect(new Set(paths.flatMap(namesOf(seed))).size).toBe(KINDS.length);
  });

  test('chooses kinds so that each path has had all in four days', () => {
    for (const path of paths)
      expect(new Set([1, 2, 3, 4].flatMap((day) => namesOf(20260300 + day)(path))).size).toBe(KINDS.length);
  });

  test('is refused where it is no number', () => {
    expect(() => kindsOf('alarm', 'today')).toThrow('FAULT_SEED is no number: today');
  });

  const all = Array.from({ length: 50 }, (_, index) => index);

  test('picks the same again', () => {
    expect(pick(all, '20260302', 'alarm', 'denied')).toBe(pick(all, '20260302', 'alarm', 'denied'));
  });

  test('picks others for other seeds, paths and kinds', () => {
    const picked = ['1', '2', '3', '4'].flatMap((seed) =>
      ['a', 'b', 'c', 'd'].flatMap((path) => ['x', 'y', 'z'].map((kind) => pick(all, seed, path, kind))),
    );
    expect(new Set(picked).size).toBeGreaterThan(10);
  });

  test('has nothing to pick from where no call can fail', () => {
    expect(() => pick([], '1', 'alarm')).toThrow('nothing to pick from for 1, alarm');
  });
});
