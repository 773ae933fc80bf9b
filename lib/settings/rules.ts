import { ALARM_CATALOGUE, type CatalogueAlarm } from '../../lambda/domain/alarm-catalogue';
import type { Finding } from './findings';
import { pathName } from './places';
import { inferenceProfileTypeOf } from './resolved';
import { MOST_TAGS } from './schema';
import { holderOf, type Model, type Scope, type Scopes, scopesOf, valueFor } from './scopes';

/** A rule between keys. It looks only at values that are sound by themselves: the others are told already. */
type Rule = (scopes: Scopes) => readonly Finding[];

/** All that is wrong between the keys of `raw`, the content of a settings file; a path may come more than once. */
export function ruleFindings(raw: unknown): readonly Finding[] {
  const scopes = scopesOf(raw);
  return RULES.flatMap((rule) => rule(scopes));
}

const eachAddressOnce: Rule = ({ addresses }) =>
  addresses.flatMap((address, index) => {
    const first = addresses.indexOf(address);
    const allowed = `each address once; stakeholders[${first}] is the same`;
    return address === undefined || first === index ? [] : [{ path: ['stakeholders', index], allowed }];
  });

const eachNameOnce: Rule = ({ models }) =>
  models.flatMap((model) => {
    const first = models.find((other) => other.sound.name === model.sound.name);
    if (first === undefined || first === model || model.sound.name === undefined) return [];
    return [
      { path: [...model.path, 'name'], allowed: `each name once; ${pathName(first.path)} has the same` },
    ];
  });

const regionOfAllOrNone: Rule = ({ defaults, models }) => {
  const without = models.filter((model) => holderOf('region', defaults, model) === undefined);
  return without.length === models.length
    ? []
    : without.map((model) => ({
        path: [...model.path, 'region'],
        allowed: 'a Region here or in `defaults`: once one model has it, all do',
      }));
};

const fewEnoughTags: Rule = ({ defaults, models }) => {
  const shared = defaults.sound.tags ?? {};
  if (Object.keys(shared).length > MOST_TAGS) {
    return [{ path: ['defaults', 'tags'], allowed: `at most ${MOST_TAGS} tags` }];
  }
  return models.flatMap(({ path, sound }) => {
    const count = Object.keys({ ...shared, ...sound.tags }).length;
    const allowed = `at most ${MOST_TAGS} tags with those of \`defaults\`, here ${count}`;
    return count <= MOST_TAGS ? [] : [{ path: [...path, 'tags'], allowed }];
  });
};

const profileTypeFitsModelId: Rule = ({ defaults, models }) => {
  const contradicts = ({ sound }: Scope, { sound: { modelId } }: Model): boolean =>
    modelId !== undefined &&
    sound.inferenceProfileType !== undefined &&
    sound.inferenceProfileType !== inferenceProfileTypeOf(modelId);
  const finding = (scope: Scope, models: readonly Model[]): Finding => {
    const names = models.map((model) => pathName(model.path)).join(', ');
    const path = [...scope.path, 'inferenceProfileType'];
    return { path, allowed: `the modelId of ${names} says otherwise; left out, the type is derived from it` };
  };
  const own = models.filter((model) => contradicts(model, model));
  const heirs = models.filter(
    (model) => !model.written.has('inferenceProfileType') && contradicts(defaults, model),
  );
  return [
    ...own.map((model) => finding(model, [model])),
    ...(heirs.length === 0 ? [] : [finding(defaults, heirs)]),
  ];
};

const ARN_PLACE = /^arn:[^:]+:bedrock:(?<region>[^:]+):(?<account>\d*):/;

/** The alarms of a model are where it is watched, and see only what is published there. */
const arnIsWhereItIsWatched: Rule = ({ defaults, models }) =>
  models.flatMap((model) => {
    const place = ARN_PLACE.exec(model.sound.modelId ?? '')?.groups ?? {};
    const others = (['region', 'account'] as const).flatMap((key) => {
      const watched = valueFor(key, defaults, model);
      return place[key] && watched !== undefined && watched !== place[key] ? [`${key} ${watched}`] : [];
    });
    const allowed = `an ARN of ${others.join(' and ')}, where the model is watched`;
    return others.length === 0 ? [] : [{ path: [...model.path, 'modelId'], allowed }];
  });

type Window = Pick<CatalogueAlarm, 'period' | 'evaluations'>;

/** How long the alarms look back: each pair of settings that decides it, once. */
const WINDOWS: readonly Window[] = [
  ...new Map(ALARM_CATALOGUE.map((alarm) => [`${alarm.period} ${alarm.evaluations}`, alarm])).values(),
];

/**
 * A day, or a week where the period is an hour.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const longestWindowSeconds = (periodSeconds: number): number => (periodSeconds < 3600 ? 86_400 : 604_800);

/** What is wrong in `defaults` is found again for each model that it holds for. */
const windowsShortEnough: Rule = ({ defaults, models }) =>
  models.flatMap((model) => WINDOWS.flatMap((window) => windowFinding(window, defaults, model)));

function windowFinding({ period, evaluations }: Window, defaults: Scope, model: Model): readonly Finding[] {
  const seconds = period === 60 ? 60 : valueFor(period, defaults, model);
  const count = valueFor(evaluations, defaults, model);
  if (seconds === undefined || count === undefined) return [];
  const longest = longestWindowSeconds(seconds);
  if (seconds * count <= longest) return [];
  const keys = period === 60 ? [evaluations] : [evaluations, period];
  const scope = keys.some((key) => model.written.has(key)) ? model : defaults;
  const key = keys.find((key) => scope.written.has(key)) ?? evaluations;
  const factors = period === 60 ? '60 seconds' : period;
  const allowed = `${factors} × ${evaluations} at most ${longest} seconds, here ${seconds} × ${count}`;
  return [{ path: [...scope.path, key], allowed }];
}

const RULES: readonly Rule[] = [
  eachAddressOnce,
  eachNameOnce,
  regionOfAllOrNone,
  fewEnoughTags,
  profileTypeFitsModelId,
  arnIsWhereItIsWatched,
  windowsShortEnough,
];
