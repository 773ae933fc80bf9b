import { NotRehearsed } from '../service';
import { checkConditionValue, conditionOperators } from './condition-operators';

/** Condition keys of a request, in whatever case; a list is a multivalued key. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** One operator, one key and the values that a policy gives for it. */
export interface Condition {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly operator: string;
  readonly ifExists: boolean;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly string[];
  readonly where: string;
}

/**
 * The global keys that requests here carry, or rightly lack. AWS fills more of them, always or sometimes, so that taking
 * another for absent would decide wrongly.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const rehearsedGlobalKeys: ReadonlySet<string> = new Set(
  [
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:PrincipalIsAWSService',
    'aws:PrincipalServiceName',
    'aws:SecureTransport',
    'aws:SourceAccount',
    'aws:SourceArn',
    'aws:SourceOwner',
  ].map((key) => key.toLowerCase()),
);

/**
 * Reads the Condition element. Throws NotRehearsed for unknown operators, global keys that requests here do not carry,
 * policy variables and values that the operator cannot compare.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function readConditions(
  element: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  where: string,
): readonly Condition[] {
  return Object.entries(element).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, values]) => readCondition(name, key, values, where)),
  );
}

/** Whether every condition holds: AND over operators and keys, OR (for negated operators NOR) over values. */
export function allHold(conditions: readonly Condition[], context: ConditionContext): boolean {
  if (conditions.length === 0) return true;
  const requested = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return conditions.every((condition) => conditionHolds(condition, requested.get(condition.key)));
}

function readCondition(name: string, key: string, values: readonly string[], where: string): Condition {
  const [, set, operator = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const isNull = operator === 'Null' && set === undefined && ifExists === undefined;
  // Whether IfExists counts beneath ForAnyValue is not documented, so the combination is refused.
  const isOther = conditionOperators.has(operator) && (set === undefined || ifExists === undefined);
  if (!isNull && !isOther) throw new NotRehearsed(`${where}: the condition operator ${name}`);
  const lowerCaseKey = key.toLowerCase();
  if (lowerCaseKey.startsWith('aws:') && !rehearsedGlobalKeys.has(lowerCaseKey)) {
    throw new NotRehearsed(`${where}: the condition key ${key}`);
  }
  for (const value of values) {
    if (value.includes('${')) throw new NotRehearsed(`${where}: the policy variable in "${value}"`);
    checkConditionValue(operator, value, where);
  }
  return {
    set: set === 'ForAllValues' || set === 'ForAnyValue' ? set : undefined,
    operator,
    ifExists: ifExists !== undefined,
    key: lowerCaseKey,
    values,
    where,
  };
}

function conditionHolds(condition: Condition, requested: string | readonly string[] | undefined): boolean {
  if (condition.operator === 'Null') {
    return condition.values.some((value) => (value.toLowerCase() === 'true') === (requested === undefined));
  }
  if (requested === undefined && condition.ifExists) return true;
  if (condition.set !== undefined) return setHolds(condition, condition.set, requested);
  if (requested === undefined) return isNegated(condition);
  if (typeof requested !== 'string') {
    throw new NotRehearsed(
      `${condition.where}: ${condition.operator} without ForAllValues or ForAnyValue on several values`,
    );
  }
  return valueHolds(condition, requested);
}

/** An absent key is an empty set: all of it holds, none of it does. */
function setHolds(
  condition: Condition,
  set: 'ForAllValues' | 'ForAnyValue',
  requested: string | readonly string[] | undefined,
): boolean {
  const values = requested === undefined ? [] : [requested].flat();
  return set === 'ForAllValues'
    ? values.every((value) => valueHolds(condition, value))
    : values.some((value) => valueHolds(condition, value));
}

function valueHolds(condition: Condition, requested: string): boolean {
  const operator = conditionOperators.get(condition.operator);
  if (operator === undefined) return false;
  return condition.values.some((value) => operator.compare(requested, value)) !== operator.negated;
}

function isNegated(condition: Condition): boolean {
  return conditionOperators.get(condition.operator)?.negated ?? false;
}
