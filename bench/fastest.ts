/** The least of several times of the same: whatever else the machine does can only add to it. Infinity for no values. */
export const fastest = (times: readonly number[]): number => Math.min(...times);
