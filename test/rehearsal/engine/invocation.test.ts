import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { DeployedFunction } from '../../../rehearsal/engine/deployed-function';
import { Invocation } from '../../../rehearsal/engine/invocation';
import { emptyRegion } from './regions';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const SETTINGS = {
  name: 'spinning',
  label: 'spinning',
  codeFolder: '',
  handler: 'index.handler',
  roleArn: 'arn:aws:iam::111122223333:role/r',
  timeoutSeconds: 30,
  memoryMb: 128,
  logGroup: 'g',
  variables: {},
};

test('a function that neither ends nor waits for anything ends the play, and is named', async () => {
  const host = { url: '', clock: new Float64Array(1), newAccessKeyId: () => 'ASIA1' };
  const deployed = new DeployedFunction(SETTINGS, emptyRegion(), host);
  const silent = { accessKeyId: 'ASIA1', invoke: () => {}, fireTimer: () => {} };
  const begun = new Invocation(deployed, silent).begin(deployed.messageOf({}, new Date(0)));
  const refused = expect(begun).rejects.toThrow(
    'spinning neither ended nor waited for anything within 60 seconds of real time',
  );
  await jest.advanceTimersByTimeAsync(60_000);
  await refused;
});
