import { describe, expect, test } from '@jest/globals';
import { caseSubject, holdsLine, mayAskFor, readCaseSubject } from '../../lambda/domain/case-identity';
import { appendedBody, detailsBody, newCaseBody } from '../../lambda/domain/case-text';
import type { Incident } from '../../lambda/domain/incident';
import {
  incidentOf,
  incidents,
  longest,
  noRequestReasons,
  notRequested,
  peaksOf,
  REQUEST,
  RPM_CODE,
  rpmRequest,
  TPM_CODE,
} from './incidents';

const REPLY = `Thank you. Tell us the quota, for example ${RPM_CODE}, and the model.`;
const CODES = [RPM_CODE, TPM_CODE];

const asksForRpm = incidentOf({ alarms: ['HighInvocationRate'], usage: peaksOf(9_500, 3_000_000) });
const asksForTpm = incidentOf({ alarms: ['HighTPMQuotaUsage'], usage: peaksOf(100, 6_000_000) });
const asksForBoth = incidentOf({ alarms: ['Throttles'], usage: peaksOf(9_500, 6_000_000) });
const guarded: Incident = {
  ...asksForRpm,
  quotaRequests: [rpmRequest(notRequested(noRequestReasons.paused))],
};

const textOf = (incident: Incident): string => newCaseBody(incident).text;
const details = detailsBody(asksForRpm, {
  displayId: '17',
  requests: [
    {
      quota: 'RPM',
      code: RPM_CODE,
      id: REQUEST.id,
      desired: 12_500,
    },
  ],
}).text;

describe('a case may ask for a quota', () => {
  test.each<[string, readonly string[], readonly string[], boolean]>([
    ['as a new case does', [textOf(asksForRpm)], [RPM_CODE], true],
    ['as one that was added to does', [appendedBody(asksForTpm, '17').text], [TPM_CODE], true],
    ['as the details of a request do', [details], [RPM_CODE], true],
    ['if it is one of several', [textOf(asksForRpm)], CODES, true],
    ['if one of its communications does', [textOf(asksForTpm), textOf(asksForRpm)], [RPM_CODE], true],
    ['beside the words of AWS', [REPLY, textOf(asksForRpm)], [RPM_CODE], true],
    [
      'also where the last communication asks for nothing',
      [textOf(guarded), textOf(asksForRpm)],
      CODES,
      true,
    ],
    ['of another model', [textOf(withName('A-First', asksForRpm))], [RPM_CODE], true],
    ['though it holds none of ours, but AWS’s words', [REPLY], CODES, true],
    ['though it holds nothing', [], CODES, true],
    ['not where it is another that it asks for', [textOf(asksForRpm)], [TPM_CODE], false],
    ['not where it is but named for reference', [textOf(incidents.throttledAtLowUsage)], CODES, false],
    ['not where our guards keep it from asking', [textOf(guarded)], CODES, false],
    ['not where more quota is not the answer', [textOf(incidents.serverErrors)], CODES, false],
    ['not by the words of AWS beside ours', [REPLY, textOf(asksForTpm)], [RPM_CODE], false],
    ['not where none is in question', [textOf(asksForBoth)], [], false],
  ])('%s', (_case, communications, codes, isSo) => {
    expect(mayAskFor(communications, codes)).toBe(isSo);
  });

  test('whose request goes on in further lines', () => {
    const body = textOf(asksForBoth);
    expect(/^Request: .*\n {2}\S/m.test(body)).toBe(true);
    for (const code of CODES) {
      expect(mayAskFor([body], [code])).toBe(true);
      expect(mayAskFor([body.replaceAll('\n', '\r\n')], [code])).toBe(true);
    }
  });

  test('though the body is as long as AWS takes', () => {
    const body = textOf({ ...longest, usage: peaksOf(12_345_678, 987_654_321) });
    expect(mayAskFor([body], [RPM_CODE])).toBe(true);
    expect(mayAskFor([body], ['L-FFFFFFFF'])).toBe(false);
  });
});

function withName(modelName: string, incident: Incident): Incident {
  return { ...incident, model: { ...incident.model, modelName } };
}

test('a communication holds a line where that is a whole one', () => {
  const line = 'Incident reference: 3f9a27c1e5b0';
  expect(holdsLine(`Customer: Acme\r\n${line}\r\n`, line)).toBe(true);
  expect(holdsLine(`${line}, update 2`, line)).toBe(false);
  expect(holdsLine(`> ${line}`, line)).toBe(false);
});

test('what a subject names is read from it', () => {
  expect(readCaseSubject(caseSubject('Acme', 'G-Opus-4-6', 'Quota Request', 'us-east-1'))).toEqual({
    model: 'G-Opus-4-6',
    category: 'Quota Request',
  });
  expect(readCaseSubject('Re: Acme - Bedrock Ops Alert - M - Quota Request - us-east-1')).toBeUndefined();
});
