import { describe, expect, test } from '@jest/globals';
import { Support } from '../../../rehearsal/services/support';
import { calling, errorOf, place } from './calls';

const theCase = {
  subject: 'AcmeCorp - Bedrock Ops Alert - Opus - Quota Request - us-east-1',
  communicationBody: 'Please raise.',
  serviceCode: 'service-bedrock',
  categoryCode: 'general-guidance',
  severityCode: 'normal',
  ccEmailAddresses: ['sre@acme.example'],
  language: 'en',
  issueType: 'technical',
};

function supportAt(instant: string, options: Partial<ConstructorParameters<typeof Support>[0]> = {}) {
  const support = new Support({ accountId: place.accountId, ...options });
  return {
    support,
    at: (later: string) => calling(support.service, later),
    ...calling(support.service, instant),
  };
}

function caseIdOf(output: unknown): string {
  return String(Object(output).caseId);
}

interface CasesPage {
  readonly cases: readonly { readonly subject: string; readonly status: string; readonly caseId: string }[];
  readonly nextToken?: string;
}

function asPage(output: unknown): CasesPage {
  const { cases, nextToken } = Object(output);
  return { cases, nextToken };
}

describe('CreateCase', () => {
  test('opens a case that DescribeCases shows', () => {
    const { run } = supportAt('2026-03-02T09:15:00Z');
    const caseId = caseIdOf(run('CreateCase', theCase));
    expect(caseId).toMatch(/^case-111122223333-muen-2026-[0-9a-f]{16}$/);
    expect(run('DescribeCases')).toEqual({
      cases: [
        {
          caseId,
          displayId: expect.stringMatching(/^[1-9]\d{9,}$/),
          subject: theCase.subject,
          status: 'opened',
          serviceCode: 'service-bedrock',
          categoryCode: 'general-guidance',
          severityCode: 'normal',
          submittedBy: expect.any(String),
          timeCreated: '2026-03-02T09:15:00.000Z',
          ccEmailAddresses: ['sre@acme.example'],
          language: 'en',
          recentCommunications: {
            communications: [
              expect.objectContaining({
                caseId,
                body: 'Please raise.',
                timeCreated: '2026-03-02T09:15:00.000Z',
              }),
            ],
          },
        },
      ],
    });
  });

  test.each([
    ['no subject', { subject: undefined }],
    ['an empty body', { communicationBody: '' }],
    ['8,001 characters', { communicationBody: 'x'.repeat(8001) }],
    [
      'eleven addresses',
      { ccEmailAddresses: Array.from({ length: 11 }, (_, index) => `${index}@acme.example`) },
    ],
    ['an unknown service', { serviceCode: 'bedrock' }],
    ['a category of another service', { categoryCode: 'using-aws' }],
    ['an unknown severity', { severityCode: 'high-ish' }],
    ['an unknown language', { language: 'de' }],
    ['an unknown issue type', { issueType: 'quota' }],
  ])('refuses %s', (_, change) => {
    const { support, run } = supportAt('2026-03-02T09:15:00Z');
    expect(errorOf(() => run('CreateCase', { ...theCase, ...change }))).toBe('ValidationException 400');
    expect(support.cases()).toEqual([]);
  });

  test('takes 8,000 characters', () => {
    const { run } = supportAt('2026-03-02T09:15:00Z');
    expect(errorOf(() => run('CreateCase', { ...theCase, communicationBody: 'x'.repeat(8000) }))).toBe(
      'no error',
    );
  });

  test('names a key that it does not know', () => {
    const { run } = supportAt('2026-03-02T09:15:00Z');
    expect(() => run('CreateCase', { ...theCase, attachmentSetId: 'a' })).toThrow(
      'the key attachmentSetId of support:CreateCase',
    );
  });

  test('ten an hour for the account, counted back from the call', () => {
    const { support, run, at } = supportAt('2026-03-02T09:00:00Z');
    run('CreateCase', theCase);
    for (let count = 0; count < 9; count += 1) at('2026-03-02T09:30:00Z').run('CreateCase', theCase);
    const late = (instant: string) => errorOf(() => at(instant).run('CreateCase', theCase));
    expect(late('2026-03-02T09:59:59Z')).toBe('CaseCreationLimitExceeded 400');
    expect(late('2026-03-02T10:00:00Z')).toBe('no error');
    expect(late('2026-03-02T10:00:01Z')).toBe('CaseCreationLimitExceeded 400');
    expect(support.cases()).toHaveLength(11);
  });

  test('equal cases at one instant have ids of their own, the same in every run', () => {
    const ids = () => {
      const { run } = supportAt('2026-03-02T09:00:00Z');
      return [1, 2].map(() => caseIdOf(run('CreateCase', theCase)));
    };
    expect(new Set(ids()).size).toBe(2);
    expect(ids()).toEqual(ids());
  });
});

describe('DescribeCases', () => {
  test('250 cases come in pages of 10 to 100, the newest first, each once', () => {
    const { support, run } = supportAt('2026-03-02T09:00:00Z');
    for (let index = 0; index < 250; index += 1) {
      support.putCase({ subject: `case ${index}`, createdAt: new Date(Date.UTC(2026, 1, 1, 0, index)) });
    }
    const subjects: string[] = [];
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = asPage(run('DescribeCases', { maxResults: 100, nextToken }));
      subjects.push(...page.cases.map(({ subject }) => subject));
      sizes.push(page.cases.length);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([100, 100, 50]);
    expect([subjects[0], subjects[249], new Set(subjects).size]).toEqual(['case 249', 'case 0', 250]);
  });

  test('a page goes on where it stopped though a case was opened and the last one shown resolved meanwhile', () => {
    const { support, run } = supportAt('2026-03-02T09:00:00Z');
    for (let index = 0; index < 12; index += 1) {
      support.putCase({ subject: `case ${index}`, createdAt: new Date(Date.UTC(2026, 1, 1, 0, index)) });
    }
    const first = asPage(run('DescribeCases', {}));
    support.putCase({ subject: 'newer', createdAt: new Date('2026-03-02T08:59:00Z') });
    support.resolve(first.cases[9]?.caseId ?? '');
    const second = asPage(run('DescribeCases', { nextToken: first.nextToken }));
    expect(second.cases.map(({ subject }) => subject)).toEqual(['case 1', 'case 0']);
    expect(second.nextToken).toBeUndefined();
  });

  test.each([
    [{ maxResults: 9 }, 'ValidationException 400'],
    [{ maxResults: 101 }, 'ValidationException 400'],
    [{ caseIdList: Array.from({ length: 101 }, () => 'case-1') }, 'ValidationException 400'],
    [{ nextToken: 'made up' }, 'ValidationException 400'],
    [{ afterTime: 'yesterday' }, 'ValidationException 400'],
    [{ caseIdList: ['case-111122223333-muen-2026-0000000000000000'] }, 'CaseIdNotFound 400'],
    [{ displayId: '1234567890' }, 'CaseIdNotFound 400'],
  ])('refuses %j', (input, error) => {
    const { run } = supportAt('2026-03-02T09:00:00Z');
    expect(errorOf(() => run('DescribeCases', input))).toBe(error);
  });

  test('shows resolved cases only when told, even by id', () => {
    const { support, run } = supportAt('2026-03-02T09:00:00Z');
    const { caseId, displayId } = support.putCase({
      subject: 's',
      createdAt: new Date('2026-03-01T00:00:00Z'),
    });
    support.resolveAll(new Date('2026-03-02T08:00:00Z'));
    const found = (input: Record<string, unknown>) => asPage(run('DescribeCases', input)).cases.length;
    expect([found({}), found({ caseIdList: [caseId] }), found({ displayId })]).toEqual([0, 0, 0]);
    expect(found({ displayId, includeResolvedCases: true })).toBe(1);
  });

  test('finds by display id and between two instants', () => {
    const { support, run } = supportAt('2026-03-02T09:00:00Z');
    const old = support.putCase({ subject: 'old', createdAt: new Date('2026-01-01T00:00:00Z') });
    support.putCase({ subject: 'young', createdAt: new Date('2026-03-01T00:00:00Z') });
    const subjects = (input: Record<string, unknown>) =>
      asPage(run('DescribeCases', input)).cases.map(({ subject }) => subject);
    expect(subjects({ displayId: old.displayId })).toEqual(['old']);
    expect(subjects({ afterTime: '2026-02-01T00:00:00Z' })).toEqual(['young']);
    expect(subjects({ beforeTime: '2026-02-01' })).toEqual(['old']);
  });

  describe('does not know a new case for a while', () => {
    const lag = { listMs: 60_000, lookupMs: 5_000 };
    const lists = { includeResolvedCases: true };

    test('where it lists, though the case can be added to at once', () => {
      const { run, at } = supportAt('2026-03-02T09:00:00Z', { lag });
      const caseId = caseIdOf(run('CreateCase', theCase));
      const listed = (instant: string) => asPage(at(instant).run('DescribeCases', lists)).cases.length;
      expect([listed('2026-03-02T09:00:59Z'), listed('2026-03-02T09:01:00Z')]).toEqual([0, 1]);
      expect(errorOf(() => run('AddCommunicationToCase', { caseId, communicationBody: 'b' }))).toBe(
        'no error',
      );
    });

    test('where it is asked for that case, by either of its ids', () => {
      const { support, run, at } = supportAt('2026-03-02T09:00:00Z', { lag });
      const caseId = caseIdOf(run('CreateCase', theCase));
      const { displayId } = support.find(caseId);
      for (const which of [{ caseIdList: [caseId] }, { displayId }]) {
        const known = (instant: string) => errorOf(() => at(instant).run('DescribeCases', which));
        expect(known('2026-03-02T09:00:04Z')).toBe('CaseIdNotFound 400');
        expect(known('2026-03-02T09:00:05Z')).toBe('no error');
      }
    });

    test('but knows those that did not come by CreateCase', () => {
      const { support, run } = supportAt('2026-03-02T09:00:00Z', { lag });
      support.putCase({ subject: 'by hand', createdAt: new Date('2026-03-02T09:00:00Z') });
      expect(asPage(run('DescribeCases', lists)).cases).toHaveLength(1);
    });
  });

  test('shows the five newest communications, and none when told', () => {
    const { run, at } = supportAt('2026-03-02T09:00:00Z');
    const caseId = caseIdOf(run('CreateCase', theCase));
    for (let minute = 1; minute <= 6; minute += 1) {
      const input = { caseId, communicationBody: `more ${minute}` };
      at(`2026-03-02T09:0${minute}:00Z`).run('AddCommunicationToCase', input);
    }
    const [shown] = Object(run('DescribeCases')).cases;
    const bodies = shown.recentCommunications.communications.map(({ body }: { body: string }) => body);
    expect(bodies).toEqual(['more 6', 'more 5', 'more 4', 'more 3', 'more 2']);
    const { nextToken } = shown.recentCommunications;
    expect(run('DescribeCommunications', { caseId, nextToken })).toMatchObject({
      communications: [{ body: 'more 1' }, { body: 'Please raise.' }],
    });
    const [bare] = Object(run('DescribeCases', { includeCommunications: false })).cases;
    expect(bare).not.toHaveProperty('recentCommunications');
  });
});

describe('communications', () => {
  test('all of them come in pages, the newest first', () => {
    const { run, at } = supportAt('2026-03-02T09:00:00Z');
    const caseId = caseIdOf(run('CreateCase', theCase));
    for (let minute = 10; minute < 22; minute += 1) {
      const input = { caseId, communicationBody: `more ${minute}` };
      at(`2026-03-02T09:${minute}:00Z`).run('AddCommunicationToCase', input);
    }
    const first = Object(run('DescribeCommunications', { caseId, maxResults: 10 }));
    const second = Object(
      run('DescribeCommunications', { caseId, maxResults: 10, nextToken: first.nextToken }),
    );
    expect(first.communications[0]).toMatchObject({
      body: 'more 21',
      timeCreated: '2026-03-02T09:21:00.000Z',
    });
    expect(second.communications.map(({ body }: { body: string }) => body)).toEqual([
      'more 11',
      'more 10',
      'Please raise.',
    ]);
    expect(second.nextToken).toBeUndefined();
  });

  test.each([
    [{ caseId: 'case-1', communicationBody: 'b' }, 'CaseIdNotFound 400'],
    [{ caseId: 'case-1', communicationBody: 'b'.repeat(8001) }, 'ValidationException 400'],
    [{ communicationBody: 'b' }, 'ValidationException 400'],
  ])('refuses %#', (input, error) => {
    const { run } = supportAt('2026-03-02T09:00:00Z');
    expect(errorOf(() => run('AddCommunicationToCase', input))).toBe(error);
  });

  test('reopen a resolved case; AWS and we answer each other', () => {
    const { support, run } = supportAt('2026-03-02T09:00:00Z');
    const caseId = caseIdOf(run('CreateCase', theCase));
    const status = () => support.find(caseId).status;
    support.reply(caseId, 'Which Region?', new Date('2026-03-02T09:01:00Z'));
    expect(status()).toBe('pending-customer-action');
    run('AddCommunicationToCase', { caseId, communicationBody: 'us-east-1' });
    expect(status()).toBe('customer-action-completed');
    expect(run('ResolveCase', { caseId })).toEqual({
      initialCaseStatus: 'customer-action-completed',
      finalCaseStatus: 'resolved',
    });
    run('AddCommunicationToCase', { caseId, communicationBody: 'Again.' });
    expect(status()).toBe('reopened');
  });

  test('of one instant have one order, whatever order they came in', () => {
    const bodies = (order: readonly string[]) => {
      const { support, run } = supportAt('2026-03-02T09:00:00Z');
      const caseId = caseIdOf(run('CreateCase', theCase));
      for (const communicationBody of order) run('AddCommunicationToCase', { caseId, communicationBody });
      return support.cases()[0]?.communications.map(({ body }) => body);
    };
    expect(bodies(['b', 'A'])).toEqual(['Please raise.', 'A', 'b']);
    expect(bodies(['A', 'b'])).toEqual(['Please raise.', 'A', 'b']);
  });
});

test('the report shows every case, who said what, and who opened it', () => {
  const { support, run } = supportAt('2026-03-02T09:00:00Z');
  run('CreateCase', theCase);
  const createdAt = new Date('2026-03-01T08:00:00Z');
  const { displayId } = support.putCase({ subject: 'Quota increase', createdAt, via: 'service-quotas' });
  support.reply(displayId, 'Hello', new Date('2026-03-01T08:01:00Z'));
  expect(support.cases()).toEqual([
    {
      displayId,
      openedAt: '2026-03-01T08:00:00Z',
      via: 'service-quotas',
      subject: 'Quota increase',
      status: 'pending-customer-action',
      communications: [{ at: '2026-03-01T08:01:00Z', by: 'aws', body: 'Hello' }],
    },
    expect.objectContaining({ subject: theCase.subject, via: 'support', status: 'opened' }),
  ]);
});

test('a basic plan has no API', () => {
  const { support, run } = supportAt('2026-03-02T09:00:00Z', { plan: 'basic' });
  for (const operation of Object.keys(support.service.operations)) {
    expect(errorOf(() => run(operation, {}))).toBe('SubscriptionRequiredException 400');
  }
});

test('the codes that CreateCase takes can be looked up', () => {
  const { run } = supportAt('2026-03-02T09:00:00Z');
  expect(run('DescribeServices', { serviceCodeList: ['service-bedrock'] })).toEqual({
    services: [
      {
        code: 'service-bedrock',
        name: 'Bedrock',
        categories: [{ code: 'general-guidance', name: 'General Guidance' }],
      },
    ],
  });
  expect(run('DescribeSeverityLevels')).toMatchObject({
    severityLevels: [{ code: 'low' }, { code: 'normal' }, {}, {}, {}],
  });
});

test('every operation is granted on all resources', () => {
  const { support, permissions } = supportAt('2026-03-02T09:00:00Z');
  for (const operation of Object.keys(support.service.operations)) {
    expect(permissions(operation)).toEqual([{ action: `support:${operation}`, resource: '*' }]);
  }
});
