import * as z from 'zod';
import { customResourceProperties } from '../../cloudformation/custom-resource';
import type {
  DeployedResource,
  PhysicalResource,
  ResourceHandlers,
} from '../../cloudformation/stack-resources';
import { digest } from '../../services/derived-ids';
import type { LocalAws } from '../local-aws';
import { handler, number, type Removal, type Target } from './handler';

/** Resources that a function of the application makes. */
export const customResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::CloudFormation::CustomResource': handler(aws, {
    schema: customResourceSchema,
    create: (properties, target) => call({ RequestType: 'Create' }, target, properties, target),
    update: updateCustomResource,
    remove: deleteCustomResource,
  }),
});

const customResourceSchema = z.looseObject({ ServiceToken: z.string(), ServiceTimeout: number.optional() });
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html */
const DEFAULT_SERVICE_TIMEOUT_SECONDS = 3600;

type CustomResource = z.output<typeof customResourceSchema>;

const customResourceAnswer = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string(),
  Data: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

function updateCustomResource(
  properties: CustomResource,
  target: Target,
  before: DeployedResource,
): Promise<PhysicalResource> {
  const old = customResourceSchema.parse(before.properties);
  if (old.ServiceToken !== properties.ServiceToken)
    throw new Error('Modifying service token is not allowed.');
  const request = {
    RequestType: 'Update',
    PhysicalResourceId: before.ref,
    OldResourceProperties: received(old),
  };
  return call(request, target, properties, target);
}

async function deleteCustomResource(resource: DeployedResource, target: Removal): Promise<void> {
  const properties = customResourceSchema.parse(resource.properties);
  await call({ RequestType: 'Delete', PhysicalResourceId: resource.ref }, resource, properties, target);
}

interface CustomResourceRequest {
  readonly RequestType: string;
  readonly PhysicalResourceId?: string;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html */
async function call(
  request: CustomResourceRequest,
  { logicalId, type }: Pick<Target, 'logicalId' | 'type'>,
  properties: CustomResource,
  { aws, stack }: Removal,
): Promise<PhysicalResource> {
  const asked = {
    ...request,
    RequestId: digest(stack.stackId, logicalId, request.RequestType).slice(0, 36),
    StackId: stack.stackId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ServiceToken: properties.ServiceToken,
    ResourceProperties: received(properties),
  };
  const timeoutMs = (properties.ServiceTimeout ?? DEFAULT_SERVICE_TIMEOUT_SECONDS) * 1000;
  const answer = await aws.callCustomResource(properties.ServiceToken, asked, timeoutMs);
  const { Status, Reason, PhysicalResourceId, Data } = customResourceAnswer.parse(JSON.parse(answer));
  if (Status === 'FAILED')
    throw new Error(`Received response status [FAILED] from custom resource. Message returned: ${Reason}`);
  return { ref: PhysicalResourceId, attributes: Data };
}

const received = ({ ServiceTimeout: _timeout, ...properties }: CustomResource) =>
  customResourceProperties(properties);
