import { isObject } from './intrinsics';

/**
 * A custom resource's properties as its function receives them: CloudFormation turns every number and boolean,
 * however deep, into a string.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1037
 */
export function customResourceProperties(
  properties: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, withStrings(value)]));
}

function withStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrings);
  if (isObject(value)) return customResourceProperties(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
