import { stringify } from 'yaml';

/** The least that a model must say. */
export const MINIMAL_MODEL = {
  name: 'G-Opus-4-6',
  modelId: 'global.anthropic.claude-opus-4-6-v1',
};

/** A settings file without faults, but for `top` at its top and `model` in its only model. */
export const settingsText = (model: object = {}, top: object = {}): string =>
  stringify({
    customer: 'AcmeCorp',
    stakeholders: ['sre@example.com'],
    models: [{ ...MINIMAL_MODEL, ...model }],
    ...top,
  });
