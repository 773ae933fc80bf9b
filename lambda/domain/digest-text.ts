/** The e-mails that tell of many models at once, one for each kind of digest. */
export { caseDigestEmail } from './case-digest-text';
export type { DigestEmail } from './digest-parts';
export { recoveryDigestEmail } from './recovery-digest-text';
export { reminderDigestEmail } from './reminder-digest-text';
export { tellingDigestEmail } from './telling-digest-text';
