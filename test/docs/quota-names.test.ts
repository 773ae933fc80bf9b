import { describe, expect, test } from '@jest/globals';
import { invokedModel } from '../../lambda/domain/model-id';
import { findQuotas, givenCodeFault } from '../../lambda/domain/quota-resolution';
import { readDocument } from './documents';

/** A row of a table of examples: name, model id, whether it fits. */
const EXAMPLE = /^\| `(?<name>[^`]+)` \| `(?<modelId>[^`]+)` \| (?<fits>yes|no) \| \S.* \|$/;

const DOCUMENT = readDocument('docs/quota-names.md');
const examples = DOCUMENT.split('\n').flatMap((line) => {
  const { name, modelId, fits } = EXAMPLE.exec(line)?.groups ?? {};
  return name === undefined || modelId === undefined ? [] : [{ name, modelId, fits: fits === 'yes' }];
});

describe('the examples of docs/quota-names.md', () => {
  test('are all read, each once', () => {
    const rows = DOCUMENT.split('\n').filter(
      (line) => line.includes(' | yes | ') || line.includes(' | no | '),
    );
    expect(examples).toHaveLength(rows.length);
    expect(new Set(rows).size).toBe(rows.length);
    expect(examples.filter(({ fits }) => fits).length).toBeGreaterThan(20);
    expect(examples.filter(({ fits }) => !fits).length).toBeGreaterThan(10);
  });

  test.each(examples)('$name for $modelId: $fits', ({ name, modelId, fits }) => {
    const model = invokedModel(modelId);
    if (model === undefined) throw new Error(`${modelId} does not say what is invoked`);
    const quota = { code: 'L-0123ABCD', name };
    const { tpm, rpm } = findQuotas(model, [quota]);
    expect(tpm ?? rpm).toEqual(fits ? quota : null);
    const kind = name.includes('requests per minute') ? 'RPM' : 'TPM';
    expect(givenCodeFault(model, kind, quota) === undefined).toBe(fits);
  });
});
