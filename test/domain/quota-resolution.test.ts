import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { InferenceMode, InvokedModel } from '../../lambda/domain/model-id';
import { findQuotas, givenCodeFault, type NamedQuota } from '../../lambda/domain/quota-resolution';
import { MODEL_LABELS } from './model-labels';

const DATA = join(__dirname, '../../../shared/data');
const MODES: readonly InferenceMode[] = ['on-demand', 'cross-region', 'global'];
const MODE_NAMES = {
  'on-demand': 'On-demand',
  'cross-region': 'Cross-region',
  global: 'Global cross-region',
};
const COUNTED = { TPM: 'tokens', RPM: 'requests' };
const KINDS = ['TPM', 'RPM'] as const;

const nameOf = (label: string, mode: InferenceMode, kind: 'RPM' | 'TPM'): string =>
  `${MODE_NAMES[mode]} model inference ${COUNTED[kind]} per minute for ${label}`;

const tpm = (code: string, label: string, mode: InferenceMode = 'on-demand'): NamedQuota => ({
  code,
  name: nameOf(label, mode, 'TPM'),
});
const rpm = (code: string, label: string, mode: InferenceMode = 'on-demand'): NamedQuota => ({
  code,
  name: nameOf(label, mode, 'RPM'),
});

const onDemand = (modelId: string): InvokedModel => ({ modelId, mode: 'on-demand' });

/** All quotas of one kind and mode of all known models. */
const ALL: readonly NamedQuota[] = [
  ...new Set(MODEL_LABELS.flatMap(([, ...labels]) => labels[0] ?? [])),
].flatMap((label, index) =>
  MODES.flatMap((mode) =>
    KINDS.map((kind) => ({
      code: `L-${index}-${mode}-${kind}`,
      name: nameOf(label, mode, kind),
    })),
  ),
);

describe('among the quotas of all known models', () => {
  test.each(MODEL_LABELS.map(([modelId, label = '']) => ({ modelId, label })))(
    '$modelId has those for $label',
    ({ modelId, label }) => {
      for (const mode of MODES) {
        const found = findQuotas({ modelId, mode }, ALL);
        expect(found).toMatchObject({ tpmError: null, rpmError: null });
        expect(found.tpm?.name).toBe(nameOf(label, mode, 'TPM'));
        expect(found.rpm?.name).toBe(nameOf(label, mode, 'RPM'));
      }
    },
  );

  test('a given code is accepted exactly where it would be found', () => {
    const anyModel = fc.record({
      modelId: fc.constantFrom(...MODEL_LABELS.map(([modelId]) => modelId)),
      mode: fc.constantFrom(...MODES),
    });
    fc.assert(
      fc.property(anyModel, (model) => {
        const { rpm, tpm } = findQuotas(model, ALL);
        const accepted = (kind: 'RPM' | 'TPM') =>
          ALL.filter((given) => givenCodeFault(model, kind, given) === undefined);
        expect(accepted('RPM')).toEqual(rpm === null ? [] : [rpm]);
        expect(accepted('TPM')).toEqual(tpm === null ? [] : [tpm]);
      }),
    );
  });
});

describe('a quota is found', () => {
  test('without one of requests, which is no error', () => {
    expect(findQuotas(onDemand('anthropic.claude-opus-5'), [tpm('L-1', 'Anthropic Claude Opus 5')])).toEqual({
      tpm: tpm('L-1', 'Anthropic Claude Opus 5'),
      rpm: null,
      tpmError: null,
      rpmError: null,
    });
  });

  test('once, though it is listed twice', () => {
    const quota = tpm('L-1', 'Anthropic Claude Opus 5');
    expect(findQuotas(onDemand('anthropic.claude-opus-5'), [quota, quota]).tpm).toEqual(quota);
  });

  test('with all that the list says of it', () => {
    const quota = { ...tpm('L-1', 'Amazon Nova Lite'), value: 4_000_000 };
    expect(findQuotas(onDemand('amazon.nova-lite-v1:0'), [quota]).tpm?.value).toBe(4_000_000);
  });

  test('without its size, when no other size is listed', () => {
    const scout = tpm('L-1', 'Meta Llama 4 Scout V1');
    const maverick = tpm('L-2', 'Meta Llama 4 Maverick V1');
    expect(findQuotas(onDemand('meta.llama4-scout-17b-instruct-v1:0'), [scout, maverick]).tpm).toEqual(scout);
    const large = tpm('L-3', 'Meta Llama 4 Scout 70B V1', 'global');
    const found = findQuotas(onDemand('meta.llama4-scout-17b-instruct-v1:0'), [scout, maverick, large]);
    expect(found.tpm).toBeNull();
    expect(found.tpmError).toContain('L-1');
  });

  test('without `Instruct`, when no label of the same name and size has it', () => {
    const instruct = onDemand('mistral.ministral-3-14b-instruct');
    const plain = tpm('L-1', 'Ministral 14B 3.0');
    const otherSize = rpm('L-2', 'Ministral 8B 3.0 Instruct');
    expect(findQuotas(instruct, [plain, otherSize]).tpm).toEqual(plain);
    for (const mode of MODES) {
      const ofInstruct = rpm('L-3', 'Ministral 14B 3.0 Instruct', mode);
      const found = findQuotas(instruct, [plain, ofInstruct]);
      expect(found.tpm).toBeNull();
      expect(found.tpmError).toContain('The nearest is L-1');
      expect(found.rpm).toEqual(mode === 'on-demand' ? ofInstruct : null);
    }
  });

  test('without its size, as the instruct model rather than as another', () => {
    const ofInstruct = tpm('L-2', 'Meta Llama 4 Scout Instruct');
    const listed = [tpm('L-1', 'Meta Llama 4 Scout'), ofInstruct];
    expect(findQuotas(onDemand('meta.llama4-scout-17b-instruct-v1:0'), listed).tpm).toEqual(ofInstruct);
  });

  test.each([
    ['openai.gpt-6-1:0', 'GPT-6'],
    ['openai.gpt-6-1:0', 'GPT-6.1'],
    ['openai.gpt-6-2:0', 'GPT-6 V2'],
    ['openai.gpt-6-20270101-1:0', 'GPT-6'],
    ['openai.gpt-oss-120b-1:0', 'GPT OSS 120B'],
    ['cohere.rerank-v3-5:0', 'Cohere Rerank 3.5'],
  ])('of %s, the last number read as what the list has: %s', (modelId, label) => {
    const quota = tpm('L-1', label);
    expect(findQuotas(onDemand(modelId), [quota]).tpm).toEqual(quota);
    expect(givenCodeFault(onDemand(modelId), 'TPM', quota)).toBeUndefined();
  });

  test.each([
    ['openai.gpt-6-1', 'GPT-6'],
    ['openai.gpt-6-2:0', 'GPT-6'],
    ['anthropic.claude-opus-4-1-20250805-v1:0', 'Anthropic Claude Opus 4'],
    ['cohere.rerank-v3-5:0', 'Cohere Rerank 3'],
  ])('of %s, a number that cannot be a first release is never left out: %s', (modelId, label) => {
    expect(findQuotas(onDemand(modelId), [tpm('L-1', label)]).tpm).toBeNull();
  });

  test('by all its words rather than by a part of them', () => {
    const whole = tpm('L-1', 'Meta Llama 4 Scout 17B Instruct');
    const found = findQuotas(onDemand('meta.llama4-scout-17b-instruct-v1:0'), [
      tpm('L-0', 'Meta Llama 4 Scout V1'),
      whole,
    ]);
    expect(found).toEqual({ tpm: whole, rpm: null, tpmError: null, rpmError: null });
  });
});

describe('it is an error', () => {
  test('that several fit, and all are named', () => {
    const listed = [
      tpm('L-1', 'Mistral 7B Instruct'),
      tpm('L-2', 'Mistral AI Mistral 7B Instruct'),
      rpm('L-3', 'Mistral 7B Instruct'),
    ];
    const {
      tpm: found,
      rpm: other,
      tpmError: error,
      rpmError,
    } = findQuotas(onDemand('mistral.mistral-7b-instruct-v0:2'), listed);
    expect(found).toBeNull();
    expect(other?.code).toBe('L-3');
    expect(rpmError).toBeNull();
    expect(error).toBe(
      '2 quotas fit mistral.mistral-7b-instruct-v0:2 invoked on demand as its quota of tokens per minute: ' +
        'L-1 (On-demand model inference tokens per minute for Mistral 7B Instruct) and ' +
        'L-2 (On-demand model inference tokens per minute for Mistral AI Mistral 7B Instruct).',
    );
  });

  test('that several of requests fit, though one of tokens is found', () => {
    const listed = [tpm('L-1', 'Gemma 3 4B'), rpm('L-2', 'Gemma 3 4B'), rpm('L-3', 'Google Gemma 3 4B')];
    const found = findQuotas(onDemand('google.gemma-3-4b-it'), listed);
    expect(found.tpm?.code).toBe('L-1');
    expect(found.rpm).toBeNull();
    expect(found.tpmError).toBeNull();
    expect(found.rpmError).toMatch(/^2 quotas fit .* requests per minute: L-2 .* and L-3 /);
  });

  test.each([[[tpm('L-1', 'GPT-6'), tpm('L-2', 'GPT-6.1')]], [[tpm('L-2', 'GPT-6.1'), tpm('L-1', 'GPT-6')]]])(
    'that an id may be read as either of two models',
    (listed) => {
      const found = findQuotas(onDemand('openai.gpt-6-1:0'), listed);
      expect(found.tpm).toBeNull();
      expect(found.tpmError).toMatch(/^2 quotas fit openai\.gpt-6-1:0 /);
      for (const quota of listed) expect(found.tpmError).toContain(`${quota.code} (${quota.name})`);
    },
  );

  test('that an id may be read as either of two models, one of which leaves a size out', () => {
    const listed = [tpm('L-1', 'GPT Astra 6 8B'), tpm('L-2', 'GPT Astra 6.1')];
    expect(findQuotas(onDemand('openai.gpt-astra-8b-6-1:0'), [listed[1] ?? tpm('', '')]).tpm).toEqual(
      listed[1],
    );
    expect(findQuotas(onDemand('openai.gpt-astra-8b-6-1:0'), listed).tpmError).toMatch(/^2 quotas fit/);
  });

  test('that none of tokens fits, while one of requests is still reported', () => {
    const found = findQuotas(onDemand('amazon.rerank-v1:0'), [rpm('L-1', 'Amazon Rerank 1.0')]);
    expect(found.rpm?.code).toBe('L-1');
    expect(found.tpm).toBeNull();
    expect(found.rpmError).toBeNull();
    expect(found.tpmError).toBe(
      'No quota of tokens per minute in the list fits amazon.rerank-v1:0 invoked on demand. None has a name near it.',
    );
  });

  test('that only other ways of invoking it have one, and which id to monitor is told', () => {
    const listed = [
      tpm('L-1', 'Anthropic Claude Opus 5', 'global'),
      tpm('L-2', 'Anthropic Claude Opus 5', 'cross-region'),
    ];
    expect(findQuotas(onDemand('anthropic.claude-opus-5'), listed).tpmError).toBe(
      'No quota of tokens per minute in the list fits anthropic.claude-opus-5 invoked on demand. It has one when invoked ' +
        'through a geographic profile, with the id us.anthropic.claude-opus-5 or that of another geography: ' +
        'L-2 (Cross-region model inference tokens per minute for Anthropic Claude Opus 5); ' +
        'through a global profile, with the id global.anthropic.claude-opus-5: ' +
        'L-1 (Global cross-region model inference tokens per minute for Anthropic Claude Opus 5). ' +
        'Monitor the id that is invoked.',
    );
  });

  test('that only neighbours are listed, and the nearest three are named', () => {
    const listed = ['4.5', '4.6', '4.7', '4.8'].map((version) =>
      tpm(`L-${version}`, `Anthropic Claude Opus ${version}`),
    );
    const { tpmError } = findQuotas(onDemand('anthropic.claude-opus-5'), [
      ...listed,
      tpm('L-0', 'Amazon Nova Lite'),
    ]);
    expect(tpmError).toMatch(/ The nearest are L-4\.5 \(.*\), L-4\.6 \(.*\) and L-4\.7 \(.*Opus 4\.7\)\.$/);
  });

  test('that the list is empty', () => {
    expect(findQuotas(onDemand('amazon.nova-lite-v1:0'), []).tpmError).toContain(
      'No quota of tokens per minute',
    );
  });
});

describe('a given code', () => {
  const model: InvokedModel = { modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', mode: 'global' };

  test('that fits has no fault', () => {
    expect(givenCodeFault(model, 'RPM', rpm('L-1', 'Anthropic Claude Haiku 4.5', 'global'))).toBeUndefined();
  });

  test.each([
    [tpm('L-1', 'Anthropic Claude Haiku 4.5', 'global'), 'one of tokens per minute'],
    [rpm('L-1', 'Anthropic Claude Haiku 4.5'), 'for what is invoked on demand'],
    [
      rpm('L-1', 'Anthropic Claude Haiku 4.5', 'cross-region'),
      'for what is invoked through a geographic profile',
    ],
    [rpm('L-1', 'Anthropic Claude Sonnet 4.5', 'global'), 'of another model or version'],
    [
      tpm('L-1', 'Anthropic Claude Opus 4.5'),
      'one of tokens per minute, for what is invoked on demand and of another model or version',
    ],
    [
      { code: 'L-1', name: 'Model units per provisioned model for Cohere Command' },
      'none of plain requests or tokens per minute of one model',
    ],
  ])('of %j is not accepted', (given, fault) => {
    expect(givenCodeFault(model, 'RPM', given)).toBe(
      `The quota L-1 (${given.name}) is not the quota of requests per minute of ` +
        `anthropic.claude-haiku-4-5-20251001-v1:0 invoked through a global profile: it is ${fault}.`,
    );
  });
});

const hasData = existsSync(DATA);
const describeWithData = hasData ? describe : describe.skip;

describeWithData(
  `the quotas and codes in ${DATA}${hasData ? '' : ' (absent here, so not looked at)'}`,
  () => {
    const rowsOf = (file: string): readonly (readonly string[])[] =>
      hasData
        ? readFileSync(join(DATA, file), 'utf8')
            .trim()
            .split('\n')
            .slice(1)
            .map((line) => line.split('\t'))
        : [];
    const listed = rowsOf('bedrock-quotas.tsv').map(([code = '', name = '']) => ({ code, name }));
    const pairs = rowsOf('model-quota-codes.tsv').map(([modelId = '', mode, kind, code = '']) => ({
      modelId,
      mode: mode as InferenceMode,
      kind: kind as 'RPM' | 'TPM',
      code,
    }));

    test('are there', () => {
      expect(listed.length).toBeGreaterThan(100);
      expect(pairs.length).toBeGreaterThan(40);
    });

    test.each(pairs)('$modelId, $mode, $kind is $code', ({ modelId, mode, kind, code }) => {
      const found = findQuotas({ modelId, mode }, listed);
      expect((kind === 'TPM' ? found.tpm : found.rpm)?.code).toBe(code);
      const given = listed.find((quota) => quota.code === code) ?? { code, name: '' };
      expect(givenCodeFault({ modelId, mode }, kind, given)).toBeUndefined();
    });

    test.each([...new Set(pairs.map(({ modelId }) => modelId))])('%s accepts no other code', (modelId) => {
      const accepted = MODES.flatMap((mode) =>
        KINDS.flatMap((kind) =>
          listed
            .filter((given) => givenCodeFault({ modelId, mode }, kind, given) === undefined)
            .map(({ code }) => ({ modelId, mode, kind, code })),
        ),
      );
      const inAnyOrder = (all: typeof accepted) => all.map((one) => Object.values(one).join(' ')).sort();
      expect(inAnyOrder(accepted)).toEqual(inAnyOrder(pairs.filter((pair) => pair.modelId === modelId)));
    });
  },
);
