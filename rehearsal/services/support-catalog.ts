import { AwsError } from '../service';

/** The services that a case can be about here; AWS has hundreds. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeServices.html */
export const services = [
  {
    code: 'general-info',
    name: 'General Info and Getting Started',
    categories: [{ code: 'using-aws', name: 'Using AWS & Services' }],
  },
  {
    code: 'service-bedrock',
    name: 'Bedrock',
    categories: [{ code: 'general-guidance', name: 'General Guidance' }],
  },
] as const;

/** https://docs.aws.amazon.com/awssupport/latest/APIReference/API_SeverityLevel.html */
export const severityLevels = [
  { code: 'low', name: 'Low' },
  { code: 'normal', name: 'Normal' },
  { code: 'high', name: 'High' },
  { code: 'urgent', name: 'Urgent' },
  { code: 'critical', name: 'Critical' },
] as const;

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
