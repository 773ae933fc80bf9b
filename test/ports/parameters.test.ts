import { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import { getParametersUnder } from '../../lambda/ports/parameters';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const send = jest.spyOn(SSMClient.prototype, 'send');

beforeEach(() => {
  send.mockReset();
});

test('all parameters below a path are read, at any depth, page by page, empty pages included', async () => {
  const pages = [
    { Parameters: [{ Name: '/Acme/a/config', Value: '1' }], NextToken: 'two' },
    { Parameters: [], NextToken: 'three' },
    { Parameters: [{ Name: '/Acme/a/thresholds/b', Value: '2' }] },
  ];
  const asked: object[] = [];
  send.mockImplementation((async ({ input }: { input: object }) => {
    // The paginator uses one input for all calls.
    asked.push({ ...input });
    return pages[asked.length - 1];
  }) as never);
  expect(await getParametersUnder('/Acme')).toEqual(
    new Map([
      ['/Acme/a/config', '1'],
      ['/Acme/a/thresholds/b', '2'],
    ]),
  );
  expect(asked).toEqual([
    { Path: '/Acme', Recursive: true },
    { Path: '/Acme', Recursive: true, NextToken: 'two' },
    { Path: '/Acme', Recursive: true, NextToken: 'three' },
  ]);
});

test('a page that fails fails the whole: half of the models are not all', async () => {
  send.mockResolvedValueOnce({ Parameters: [{ Name: '/Acme/a', Value: '1' }], NextToken: 'two' } as never);
  send.mockRejectedValueOnce(new Error('Rate exceeded') as never);
  await expect(getParametersUnder('/Acme')).rejects.toThrow('Rate exceeded');
});
