import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { beforeAll, expect, test } from '@jest/globals';
import { type BundledFunction, bundledFunctions } from '../../bench/deployed-functions';

let functions: readonly BundledFunction[];
beforeAll(async () => {
  functions = await bundledFunctions();
});

const modulesIn = (code: string, call: RegExp): readonly string[] =>
  [...code.matchAll(call)].map(([, name = '']) => name);

const isBuiltin = (name: string): boolean => builtinModules.includes(name.replace(/^node:/, ''));

test('what is measured are the four functions', () => {
  expect(functions.map(({ label }) => label).sort()).toEqual([
    'alarm-updater',
    'notification-processor',
    'quota-calculator',
    'reconciler',
  ]);
});

test('a bundle loads nothing but what Node.js has', () => {
  for (const { file } of functions) {
    const loaded = modulesIn(readFileSync(file, 'utf8'), /\brequire\("([^"]+)"\)/g);
    expect(loaded).toContain('node:https');
    expect(loaded.filter((name) => !isBuiltin(name))).toEqual([]);
  }
});

test('what it leaves to be found later are sources of credentials that no function has', () => {
  for (const { file } of functions) {
    const later = modulesIn(readFileSync(file, 'utf8'), /\bimport\("([^"]+)"\)/g);
    for (const name of later.filter((one) => !isBuiltin(one))) expect(name).toMatch(/\/credential-provider-/);
    expect(later).not.toContain('@aws-sdk/credential-provider-env');
  }
});
