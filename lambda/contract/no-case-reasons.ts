/** Why no case tells of an incident. */
export const NO_CASE_REASONS = [
  'automation-off',
  'no-support-plan',
  'case-limit',
  'day-limit',
  'too-many-cases',
  'unsearched',
  'unreadable',
  'refused',
  'unclear',
  'awaiting',
  'no-ledger',
  'no-configuration',
  'quota-request',
  'twin-first',
] as const;
