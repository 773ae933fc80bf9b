import * as z from 'zod';
import type { MetricAlarmConfiguration } from '../../rehearsal/cloudwatch/alarm-configuration';
import type { MetricQuery } from '../../rehearsal/cloudwatch/metric-query';
import type { LocalAws } from '../../rehearsal/engine/local-aws';
import type { LocalRegion } from '../../rehearsal/engine/local-region';
import type { Report } from '../../rehearsal/report';
import { rehearse } from '../rehearsals/rehearse';
import { type FaultCase, faultOf, type SeenInvocation } from './fault-case';
import type { Path } from './paths';

/** What a path left behind. */
export interface Played {
  readonly report: Report;
  readonly invocations: readonly SeenInvocation[];
  /** The models whose incident the ledger holds as open, and the keys of parts that were handed over and never told. */
  readonly openInLedger: readonly string[];
  /** The quota requests whose answers are still to be told, by model and quota. */
  readonly awaited: readonly string[];
  /** Whether a case, or what was to be added to one, was given up: the metric `CasesFailed`. */
  readonly isCaseGivenUp: boolean;
  /** In force and stored, by the names of alarms and parameters. */
  readonly thresholds: Readonly<Record<string, string>>;
  /** What the alarms on quotas add up, and what is stored of who shares a quota, by the same names. */
  readonly sharers: Readonly<Record<string, string>>;
}

/** Plays a path, with one call that fails or with none. */
export async function play(path: Path, fault?: FaultCase): Promise<Played> {
  const { name, scenario, alterStack } = path;
  let end: Omit<Played, 'report'> | undefined;
  const report = await rehearse(
    { name, ...scenario, ...(fault === undefined ? {} : { faults: [faultOf(fault, path)] }) },
    {
      ...(alterStack === undefined ? {} : { alterStack }),
      inspect: (aws) => {
        end = endOf(aws);
      },
    },
  );
  if (end === undefined) throw new Error(`nobody looked at how ${name} ended`);
  return { report, ...end };
}

/** Minute 0 of every path. */
const START = Date.parse('2026-03-02T09:00:00Z');

const endOf = (aws: LocalAws): Omit<Played, 'report'> => ({
  invocations: aws.record.invocations.map(({ at, function: name, calls }) => ({
    minute: (Date.parse(at) - START) / 60_000,
    function: name,
    calls,
  })),
  isCaseGivenUp: aws.record.invocations.some(({ logs }) => logs.some((line) => CASE_FAILED.test(line))),
  ...inLedger(aws.allRegions().flatMap((region) => itemsOfModels(region, aws.agenda.now))),
  thresholds: Object.fromEntries([
    ...ofQuotaAlarms(aws, ({ limit }) => JSON.stringify(limit)),
    ...storedAs('-threshold-calculated', aws),
  ]),
  sharers: Object.fromEntries([
    ...ofQuotaAlarms(aws, ({ queries }) => queries.map(termOf).join(', ')),
    ...storedAs('/quota-sharers', aws),
  ]),
});

const CASE_FAILED = /"CasesFailed":\[?[1-9]/;

const TABLE = 'AcmeCorp-Bedrock-OpsAlert-incidents';

const answerOfQuery = z.object({
  Items: z.array(
    z.looseObject({
      sk: z.object({ S: z.string() }),
      openedAt: z.unknown().optional(),
      toldAt: z.unknown().optional(),
    }),
  ),
});
type ItemOfModels = z.infer<typeof answerOfQuery>['Items'][number];

/** See docs/ledger.md. */
function itemsOfModels({ dynamoDb, place }: LocalRegion, now: Date): readonly ItemOfModels[] {
  const answer = dynamoDb.service.operations.Query?.run(
    {
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'models' } },
      ConsistentRead: true,
    },
    { now, ...place },
  );
  return answerOfQuery.parse(answer).Items;
}

const inLedger = (items: readonly ItemOfModels[]) => ({
  openInLedger: items.filter(isOpen).map(({ sk }) => sk.S),
  awaited: items.flatMap((item) =>
    Object.entries(item)
      .filter(([name]) => name.startsWith('request.'))
      .map(([, request]) => `the answer that ${item.sk.S} awaits: ${codeOf(request)}`),
  ),
});

const storedRequest = z.looseObject({ M: z.looseObject({ code: z.object({ S: z.string() }) }) });

/** A request that is made later has another id. */
const codeOf = (request: unknown): string => storedRequest.parse(request).M.code.S;

const isOpen = ({ sk, openedAt, toldAt }: ItemOfModels): boolean =>
  sk.S.startsWith('handed#') ? toldAt === undefined : openedAt !== undefined;

const QUOTA_ALARMS = ['HighInvocationRate', 'HighTPMQuotaUsage'];

type Named = readonly (readonly [name: string, value: string])[];

const ofQuotaAlarms = (aws: LocalAws, look: (alarm: MetricAlarmConfiguration) => string): Named =>
  aws.models.flatMap(({ accountId, region, alarms }) =>
    QUOTA_ALARMS.flatMap((short) => {
      const name = alarms[short] ?? short;
      const alarm = aws.region(accountId, region).cloudWatch.alarm(name);
      return alarm?.type === 'metric' ? [[name, look(alarm.configuration)] as const] : [];
    }),
  );

const termOf = (query: MetricQuery): string =>
  query.kind === 'expression' ? query.source : `${query.id} of ${JSON.stringify(query.metric.dimensions)}`;

const storedAs = (ending: string, aws: LocalAws): Named =>
  aws
    .allRegions()
    .flatMap(({ parameterStore }) => parameterStore.parameters())
    .filter(({ name }) => name.endsWith(ending))
    .map(({ name, value }) => [name, value] as const);
