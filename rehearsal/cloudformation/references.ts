import { inDependencyOrder } from './dependency-order';
import { intrinsicOf, isObject, placeholder, readGetAtt, readSub, splitAtDot } from './intrinsics';
import { InvalidTemplate, type Template, type TemplateResource } from './template';

/**
 * The logical ids of a template in the order in which they can be created: after what they depend on by DependsOn,
 * Ref, Fn::GetAtt or Fn::Sub, and otherwise in the order of the template. (CloudFormation would work on several at once.)
 * Throws CircularDependency, and InvalidTemplate for a reference to nothing.
 */
export function creationOrder(template: Template, where: string): string[] {
  const dependencies = new Map(
    [...template.resources].map(([id, resource]) => [id, dependenciesOf(id, resource, template, where)]),
  );
  return inDependencyOrder(
    `resources of ${where}`,
    [...dependencies.keys()],
    (id) => dependencies.get(id) ?? [],
  );
}

function dependenciesOf(
  id: string,
  resource: TemplateResource,
  template: Template,
  where: string,
): ReadonlySet<string> {
  const named = [...resource.dependsOn, ...references(resource.properties, `${where}/${id}`)];
  const dependencies = new Set(
    named.filter((name) => !name.startsWith('AWS::') && !template.parameters.has(name)),
  );
  const unresolved = [...dependencies].filter((name) => !template.resources.has(name));
  if (unresolved.length > 0) {
    throw new InvalidTemplate(`${where}/${id}: Unresolved resource dependencies [${unresolved.join(', ')}]`);
  }
  return dependencies;
}

/** Every name that the intrinsic functions in `value` refer to: resources, parameters and pseudo parameters. */
function references(value: unknown, where: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => references(item, where));
  if (!isObject(value)) return [];
  const intrinsic = intrinsicOf(value, where);
  if (intrinsic === undefined) return Object.values(value).flatMap((item) => references(item, where));
  switch (intrinsic.name) {
    case 'Ref':
      return [String(intrinsic.argument)];
    case 'Fn::GetAtt':
      return [readGetAtt(intrinsic.argument, where)[0]];
    case 'Fn::Sub':
      return subReferences(intrinsic.argument, where);
    default:
      return references(intrinsic.argument, where);
  }
}

function subReferences(argument: unknown, where: string): string[] {
  const { text, variables } = readSub(argument, where);
  const named = [...text.matchAll(placeholder)]
    .filter(([, literal]) => literal === '')
    .map(([, , name]) => name ?? '')
    .filter((name) => !Object.hasOwn(variables, name))
    .map((name) => splitAtDot(name)[0] ?? name);
  return [...named, ...references(variables, where)];
}
