import { expect, test } from '@jest/globals';
import { customResourceProperties } from '../../../rehearsal/cloudformation/custom-resource';

test('numbers and booleans reach a custom resource as strings', () => {
  expect(customResourceProperties({ A: 1.5, B: [true, { C: false }], D: 'x', E: '7' })).toEqual({
    A: '1.5',
    B: ['true', { C: 'false' }],
    D: 'x',
    E: '7',
  });
});
