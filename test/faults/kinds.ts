/** The ways in which a call fails. */
export interface Kind {
  readonly name: string;
  /** Whether the call works again afterwards. */
  readonly ends: boolean;
  /** What a fault of a scenario has besides the call. `service`: of the call, as scenarios name it. */
  readonly faultOf: (service: string) => Readonly<Record<string, unknown>>;
}

/** The services' own names for it, where they have one. */
const THROTTLING: Readonly<Record<string, string>> = {
  sns: 'Throttled',
  sqs: 'RequestThrottled',
  cloudwatch: 'Throttling',
};

const throttled = (service: string) => ({ error: THROTTLING[service] ?? 'ThrottlingException' });
const failed = () => ({ error: 'InternalServerError' });
const always = { always: true };

export const KINDS: readonly Kind[] = [
  { name: 'throttled once', ends: true, faultOf: throttled },
  { name: 'throttled always', ends: false, faultOf: (service) => ({ ...throttled(service), ...always }) },
  { name: '5xx once', ends: true, faultOf: failed },
  { name: '5xx always', ends: false, faultOf: () => ({ ...failed(), ...always }) },
  { name: 'denied', ends: false, faultOf: () => ({ error: 'AccessDeniedException', ...always }) },
  { name: 'timeout before', ends: true, faultOf: () => ({ kind: 'timeout', effect: 'before' }) },
  { name: 'timeout after', ends: true, faultOf: () => ({ kind: 'timeout', effect: 'after' }) },
  { name: 'cut off after', ends: true, faultOf: () => ({ kind: 'cut', effect: 'after' }) },
  { name: 'killed before', ends: true, faultOf: () => ({ kind: 'kill', effect: 'before' }) },
  { name: 'killed after', ends: true, faultOf: () => ({ kind: 'kill', effect: 'after' }) },
];
