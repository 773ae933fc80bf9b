/** What is wrong, and what the owner can do about it, each in whole sentences. */
export interface Fault {
  readonly what: string;
  readonly advice: string;
}

/** What CloudFormation is told of a failure: an answer may hold 4,096 bytes, and whoever deploys reads it in one line. */
export const MAX_REASON_CHARACTERS = 1_000;

/** Something that the owner can put right; the message tells all faults, in `MAX_REASON_CHARACTERS` at most. */
export class QuotaFault extends Error {
  override readonly name = 'QuotaFault';

  constructor(faults: readonly Fault[]) {
    super(told(faults));
  }
}

/** Each fault gets the same share of the room, so that none is left out for the long list of candidates of another. */
function told(faults: readonly Fault[]): string {
  const text = faults.map(({ what, advice }) => `${what} ${advice}`).join(' ');
  if (text.length <= MAX_REASON_CHARACTERS) return text;
  const share = Math.floor(MAX_REASON_CHARACTERS / faults.length) - 1;
  return faults.map((fault) => shortened(fault, share)).join(' ');
}

const CUT = ' …';

/** What to do stays; what is wrong ends after a whole word. */
function shortened({ what, advice }: Fault, most: number): string {
  const room = most - advice.length - 1;
  if (what.length <= room) return `${what} ${advice}`;
  return `${what.slice(0, room - CUT.length).replace(/\s+\S*$/, '')}${CUT} ${advice}`;
}
