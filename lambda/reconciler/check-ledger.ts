import { MOST_CASE_IDS } from '../../aws/support';
import type { Handed } from '../contract/handed';
import type { LedgerIncident, LedgerRecord } from '../contract/ledger';
import { childAlarmName, compositeAlarmName, compositeAlarmPrefix } from '../contract/names';
import { ALARM_CATALOGUE, type CatalogueAlarm } from '../domain/alarm-catalogue';
import {
  type Finding,
  findingOf,
  GRACE_MS,
  isDigestPutRight,
  isPutRight,
  isUnheard,
  lateDigests,
} from '../domain/reconciliation';
import { describeAlarms, describeComposites } from '../ports/alarms';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { casesNow } from '../ports/support';
import { askForDigest, askToAttend } from './ask-to-attend';
import { environment, ledger } from './environment';
import { count } from './metrics';

type OpenRecord = LedgerRecord & { readonly incident: LedgerIncident };

/** Looks at all that is open in the ledger. As long as nothing is, that is one call for each 1 MB of the ledger. */
export async function checkLedger(): Promise<void> {
  const { models, handed } = await ledger.read();
  await sendLateDigests(handed);
  const open = models.filter(isOpen);
  if (open.length === 0) return;
  const findings = await findingsOf(open);
  for (const { model, finding } of findings) await askToAttend(model, finding);
  const putRight = findings.filter(({ finding }) => isPutRight(finding)).length;
  if (putRight > 0) count('PutRight', putRight);
  await forgetCases(open);
}

async function sendLateDigests(handed: readonly Handed[]): Promise<void> {
  const late = lateDigests(handed, now());
  for (const kind of late) await askForDigest(kind);
  const putRight = late.filter(isDigestPutRight).length;
  if (putRight > 0) count('PutRight', putRight);
}

const isOpen = (record: LedgerRecord): record is OpenRecord => record.incident !== undefined;

async function findingsOf(
  open: readonly OpenRecord[],
): Promise<readonly { readonly model: string; readonly finding: Finding }[]> {
  const { CUSTOMER: customer } = environment;
  const composites = await describeComposites(compositeAlarmPrefix(customer));
  const children = await describeAlarms(open.flatMap(({ model }) => childAlarmNames(customer, model)));
  return open.flatMap((record) => {
    const { model, incident } = record;
    const composite = composites.find(({ name }) => name === compositeAlarmName(customer, model));
    const unheard = ALARM_CATALOGUE.some((alarm) =>
      isUnheard(
        record,
        alarm.name,
        children.find(({ name }) => name === nameOf(customer, model, alarm)),
        now(),
      ),
    );
    const finding = findingOf(record, incident, composite, now()) ?? (unheard ? 'child-missed' : undefined);
    return finding === undefined ? [] : [{ model, finding }];
  });
}

const nameOf = (customer: string, model: string, { name, severity }: CatalogueAlarm): string =>
  childAlarmName(customer, name, severity, model);

const childAlarmNames = (customer: string, model: string): readonly string[] =>
  ALARM_CATALOGUE.map((alarm) => nameOf(customer, model, alarm));

interface KnownCase {
  readonly model: string;
  readonly category: string;
  readonly caseId: string;
}

/**
 * A case that was resolved, or that AWS knows no more, is none to add to: the next telling looks for another, or opens
 * one. A case that is young may not be listed yet.
 */
async function forgetCases(open: readonly OpenRecord[]): Promise<void> {
  const known = open.flatMap(({ model, cases }) =>
    Object.entries(cases)
      .filter(([, { at }]) => now().getTime() - at.getTime() > GRACE_MS)
      .map(([category, { caseId }]): KnownCase => ({ model, category, caseId })),
  );
  const done = await doneCases(known);
  for (const { model, category, caseId } of done) {
    await ledger.forgetCase(model, category, caseId, now());
    logger.warn('a case is resolved or gone while its incident is open', { model, category, caseId });
  }
  if (done.length > 0) count('CasesForgotten', done.length);
}

async function doneCases(known: readonly KnownCase[]): Promise<readonly KnownCase[]> {
  const done: KnownCase[] = [];
  for (let first = 0; first < known.length; first += MOST_CASE_IDS) {
    const group = known.slice(first, first + MOST_CASE_IDS);
    try {
      const found = await casesNow(group.map(({ caseId }) => caseId));
      done.push(
        ...group.filter(({ caseId }) => found.find((one) => one.caseId === caseId)?.isResolved ?? true),
      );
    } catch (error) {
      // Cases wait for no one: at the next look they are asked for again, and each telling asks by itself.
      logger.error('cases of the ledger could not be read', asError(error));
    }
  }
  return done;
}
