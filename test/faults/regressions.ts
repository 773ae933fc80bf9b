import type { FaultCase } from './fault-case';

/** Every case that ever did harm. */
export const REGRESSIONS: readonly FaultCase[] = [];
