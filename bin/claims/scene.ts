import { isDeepStrictEqual } from 'node:util';
import type { Claim } from '../../lambda/contract/claims';
import {
  LIVE_SETTINGS,
  type LiveSetting,
  type ModelConfig,
  modelConfigSchema,
  parseLiveSetting,
} from '../../lambda/contract/model-config';
import { parameterName } from '../../lambda/contract/names';
import type { AwsView, CallSeen } from '../../rehearsal/aws-view';

/** Whom a text is about, and AWS as it was when the text was sent. */
export interface Scene {
  readonly view: AwsView;
  readonly customer: string;
  readonly model: string;
  /** The incident's reference. */
  readonly incident: string | null;
}

export type ClaimKind = Claim['claim'];
export type ClaimOf<Kind extends ClaimKind> = Extract<Claim, { claim: Kind }>;

/** What AWS has instead of what a claim says; undefined where the claim is true. Throws Absent. */
export type Checks<Kind extends ClaimKind> = {
  readonly [One in Kind]: (claim: ClaimOf<One>, scene: Scene) => string | undefined;
};

/** What a claim speaks of is not there; the message is what AWS has instead. */
export class Absent extends Error {
  override readonly name = 'Absent';
}

/** Whether a communication holds this line. */
export const hasLine = (communication: string, line: string): boolean =>
  communication.split(/\r?\n/).includes(line);

/** Whether a communication is an account of the incident; that it is over is none. */
export const isToldOf = (communication: string, { incident }: Scene): boolean =>
  incident !== null &&
  new RegExp(`^Incident reference: ${incident}(, update \\d+)?$`, 'm').test(communication);

/** The value of one of the model's parameters. */
export const storedValue = (key: string, { view, customer, model }: Scene): string | undefined =>
  view.parameter(parameterName(customer, model, key));

/** The configuration in the parameter `config`; undefined where that is missing or invalid. */
export function readConfig(scene: Scene): ModelConfig | undefined {
  try {
    return modelConfigSchema.safeParse(JSON.parse(storedValue('config', scene) ?? '')).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Throws Absent. */
export function configOf(scene: Scene): ModelConfig {
  const config = readConfig(scene);
  if (config === undefined) throw new Absent(`${scene.model} has no configuration`);
  return config;
}

export const asLiveSetting = (key: string): LiveSetting | undefined =>
  LIVE_SETTINGS.find((candidate) => candidate === key);

/** The live parameter where it is valid, else the value in `config`; undefined for no setting. Throws Absent. */
export function settingInForce(key: string, scene: Scene): string | number | boolean | null | undefined {
  const [, deployed] = Object.entries(configOf(scene)).find(([name]) => name === key) ?? [];
  const live = asLiveSetting(key);
  const text = live && storedValue(live, scene);
  return (live && text !== undefined ? parseLiveSetting(live, text) : undefined) ?? deployed;
}

/** Of one service: `service:`, or of one operation: `service:Operation`. */
export const callsOf = (prefix: string, { calls }: AwsView): readonly CallSeen[] =>
  calls.filter(({ name }) => name.startsWith(prefix));

/** Whether one of these calls failed and was not answered when it was repeated. */
export const wasLost = (calls: readonly CallSeen[]): boolean =>
  calls.some(
    ({ error, input }, index) =>
      error !== undefined &&
      !calls
        .slice(index + 1)
        .some((later) => later.error === undefined && isDeepStrictEqual(later.input, input)),
  );

/** A condition that was not met is an answer of the ledger too. */
export const unlessLedgerLost = (view: AwsView): string | undefined =>
  wasLost(callsOf('dynamodb:', view).filter(({ error }) => error !== 'ConditionalCheckFailedException'))
    ? undefined
    : 'no call of dynamodb: failed';

/** What stands in AWS instead of a figure; undefined where that is the figure, rounded. */
export const unlessFigure = (what: string, actual: number, claimed: number): string | undefined =>
  Math.round(actual) === claimed ? undefined : `${what} is ${actual}`;
