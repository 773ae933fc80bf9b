import { createHash } from 'node:crypto';
import type { Transition } from '../contract/ledger';
import { owner } from './environment';

const MINUTE_LENGTH = '2026-03-02T09:06'.length;

/**
 * By which an incident is known: the same whichever message opens it, since those of one transition may differ by seconds.
 */
export function incidentReference(model: string, { at }: Transition): string {
  const { customer, region } = owner;
  const identity = [customer, model, region, at.toISOString().slice(0, MINUTE_LENGTH)].join('/');
  return createHash('sha256').update(identity).digest('hex').slice(0, 12);
}
