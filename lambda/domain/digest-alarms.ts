import { childAlarmName } from '../contract/names';
import { ALARM_CATALOGUE, type CatalogueAlarm } from './alarm-catalogue';
import type { Severity } from './decision';
import type { Digest } from './digest';
import { groupedBy } from './models-prose';
import { enumerated, fact, joined, type Prose, plain, prose } from './prose';
import { toldSeverity } from './told-severity';
import { counted, timeUtc } from './words';

/** What a digest says of the alarms of its models. */

/** One item for each alarm of the catalogue that `alarmsOf` names of some model, with how many models that are. */
export const byAlarm = <Part>(
  models: readonly Part[],
  alarmsOf: (part: Part) => readonly string[],
): readonly Prose<never>[] =>
  ALARM_CATALOGUE.flatMap(({ name, meaning }) => {
    const count = models.filter((part) => alarmsOf(part).includes(name)).length;
    return count === 0 ? [] : [plain(`- ${name} on ${counted(count, 'model')}: ${meaning}`)];
  });

/** The alarms of a model in the order of the catalogue, each with its full name. */
export const catalogued = (
  names: readonly string[],
  { customer }: Pick<Digest<never>, 'customer'>,
  { model }: { readonly model: string },
): readonly (CatalogueAlarm & { readonly alarmName: string })[] =>
  ALARM_CATALOGUE.filter(({ name }) => names.includes(name)).map((alarm) => ({
    ...alarm,
    alarmName: childAlarmName(customer, alarm.name, alarm.severity, model),
  }));

interface WentOff {
  readonly name: string;
  readonly since: Date;
  readonly times?: number;
}

/** `Throttles and HighInvocationRate at 09:26 UTC, HighLatency first at 09:31 UTC`. */
export function wentOff(
  alarms: readonly WentOff[],
  digest: Pick<Digest<never>, 'customer' | 'at'>,
  part: { readonly model: string },
): Prose {
  const names = alarms.map(({ name }) => name);
  const each = catalogued(names, digest, part).flatMap(({ name, alarmName }) =>
    alarms
      .filter((alarm) => alarm.name === name)
      .map(({ since, times = 1 }) => ({
        when: `${times > 1 ? 'first ' : ''}at ${timeUtc(since, digest.at)}`,
        fact: fact({ claim: 'wentOff', alarmName, at: since.toISOString() }, name),
      })),
  );
  const together = [...groupedBy(each, ({ when }) => when)].map(
    ([when, group]) => prose`${enumerated(group.map((one) => one.fact))} ${when}`,
  );
  return joined(together, ', ');
}

/** How bad it is; claimed where these alarms alone make it so. */
export function severityOfPart(
  { severity }: { readonly severity: Severity },
  alarms: readonly (CatalogueAlarm & { readonly alarmName: string })[],
): Prose {
  const isByThese = alarms.length > 0 && toldSeverity(alarms.map(({ name }) => name)) === severity;
  return isByThese
    ? fact({ claim: 'severity', severity, alarmNames: alarms.map(({ alarmName }) => alarmName) }, severity)
    : plain(severity);
}
