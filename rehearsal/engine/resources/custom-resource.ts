import * as z from 'zod';
import { customResourceProperties } from '../../cloudformation/custom-resource';
import type { DeployedResource, PhysicalResource, ResourceHandlers } from '../../cloudformation/deployment';
import { digest } from '../../services/derived-ids';
import type { LocalAws } from '../local-aws';
import { handler, number, type Removal, type Target } from './handler';

/** Resources that a function of the application makes. */
export const customResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::CloudFormation::CustomResource': handler(
    aws,
    customResourceSchema,
    createCustomResource,
    deleteCustomResource,
  ),
});

const customResourceSchema = z.looseObject({ ServiceToken: z.string(), ServiceTimeout: number.optional() });
type CustomResource = z.output<typeof customResourceSchema>;

const customResourceAnswer = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string(),
  Data: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

async function createCustomResource(properties: CustomResource, target: Target): Promise<PhysicalResource> {
  const { logicalId, type } = target;
  const { PhysicalResourceId, Data } = await callCustomResource(
    { RequestType: 'Create' },
    logicalId,
    type,
    properties,
    target,
  );
  return { ref: PhysicalResourceId, attributes: Data };
}

async function deleteCustomResource(resource: DeployedResource, target: Removal): Promise<void> {
  const { logicalId, type, ref } = resource;
  const properties = customResourceSchema.parse(resource.properties);
  await callCustomResource(
    { RequestType: 'Delete', PhysicalResourceId: ref },
    logicalId,
    type,
    properties,
    target,
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html */
async function callCustomResource(
  request: { readonly RequestType: string; readonly PhysicalResourceId?: string },
  logicalId: string,
  type: string,
  { ServiceTimeout: _timeout, ...properties }: CustomResource,
  { aws, stack }: Removal,
) {
  const answer = await aws.callCustomResource(properties.ServiceToken, {
    ...request,
    RequestId: digest(stack.stackId, logicalId, request.RequestType).slice(0, 36),
    StackId: stack.stackId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ServiceToken: properties.ServiceToken,
    ResourceProperties: customResourceProperties(properties),
  });
  const { Status, Reason, ...made } = customResourceAnswer.parse(JSON.parse(answer));
  if (Status === 'FAILED')
    throw new Error(`Received response status [FAILED] from custom resource. Message returned: ${Reason}`);
  return made;
}
