import { BEDROCK_FILING, SEVERITY_CODES } from '../../aws/support';
import { AwsError } from '../service';

/** The services that a case can be about here; AWS has hundreds. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeServices.html */
export const services = [
  {
    code: 'general-info',
    name: 'General Info and Getting Started',
    categories: [{ code: 'using-aws', name: 'Using AWS & Services' }],
  },
  {
    code: BEDROCK_FILING.serviceCode,
    name: 'Bedrock',
    categories: [{ code: BEDROCK_FILING.categoryCode, name: 'General Guidance' }],
  },
] as const;

export const severityLevels = SEVERITY_CODES.map((code) => ({
  code,
  name: code.charAt(0).toUpperCase() + code.slice(1),
}));

/** What CreateCase is asked to file a case under. */
export interface Filing {
  readonly serviceCode?: string | undefined;
  readonly categoryCode?: string | undefined;
  readonly severityCode?: string | undefined;
}

/** @throws AwsError ValidationException naming a code that DescribeServices or DescribeSeverityLevels does not list. */
export function refuseUnknownCodes({ serviceCode, categoryCode, severityCode }: Filing): void {
  const service = services.find(({ code }) => code === serviceCode);
  if (serviceCode !== undefined && service === undefined) throw unknown('service', serviceCode);
  const categories: readonly { readonly code: string }[] = service?.categories ?? [];
  if (categoryCode !== undefined && !categories.some(({ code }) => code === categoryCode)) {
    throw unknown('category', categoryCode);
  }
  if (severityCode !== undefined && !severityLevels.some(({ code }) => code === severityCode)) {
    throw unknown('severity', severityCode);
  }
}

function unknown(kind: string, code: string): AwsError {
  return new AwsError('ValidationException', `Invalid ${kind} code: ${code}`);
}
