import { createHash } from 'node:crypto';

/**
 * The name of a resource that its template leaves unnamed: `StackName-LogicalId-` and 12 characters that depend on
 * stack, account, Region and logical id, the same in every run. Names over `maxLength` lose the end of their first part.
 * What takes the place of `replaced` gets another name than it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 */
export function physicalName(
  stack: { readonly stackName: string; readonly stackId: string },
  logicalId: string,
  maxLength = 255,
  replaced = '',
): string {
  const digest = createHash('sha256').update(`${stack.stackId}/${logicalId}${replaced}`).digest('hex');
  const suffix = `-${digest.slice(0, 12)}`;
  return `${stack.stackName}-${logicalId}`.slice(0, maxLength - suffix.length) + suffix;
}
