import { digest } from '../derived-ids';
import { type AttributeValue, compareValues, type Item, typeOf } from './attribute-value';
import { invalid, invalidParameter } from './errors';

export type KeyType = 'S' | 'N';

/** A table as CloudFormation makes it: on demand, no indexes, no streams. */
export interface TableSettings {
  readonly name: string;
  readonly keySchema: readonly { readonly attributeName: string; readonly keyType: 'HASH' | 'RANGE' }[];
  readonly attributeDefinitions: readonly {
    readonly attributeName: string;
    readonly attributeType: KeyType;
  }[];
  /** Holds the epoch second after which an item expires. */
  readonly ttlAttribute?: string;
  readonly pointInTimeRecovery?: boolean;
  /** A customer-managed key; without one nothing is asked of KMS. */
  readonly kmsKeyArn?: string;
}

/** One state of one item; without `item` it does not exist. */
interface Version {
  readonly at: number;
  readonly item?: Item;
}

const HOUR_MS = 3_600_000;
/** AWS promises no time, only "typically within a few days"; here it is always the same. */
const DELETION_AFTER_EXPIRY_MS = 48 * HOUR_MS;
const OLDEST_EXPIRY_MS = 5 * 365 * 24 * HOUR_MS;

/** The items of one table, what each was before, and what its keys must be. */
export class Table {
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  private readonly versions = new Map<string, readonly Version[]>();

  /**
   * @param staleReadsMs how old an eventually consistent read is.
   * @throws AwsError ValidationException when the key schema and the definitions do not name the same attributes
   */
  constructor(
    public settings: TableSettings,
    readonly arn: string,
    private readonly staleReadsMs: number,
  ) {
    const keyed = (keyType: 'HASH' | 'RANGE') =>
      settings.keySchema.find((element) => element.keyType === keyType)?.attributeName;
    const partitionKey = keyed('HASH');
    const defined = settings.attributeDefinitions.map(({ attributeName }) => attributeName).sort();
    const used = settings.keySchema.map(({ attributeName }) => attributeName).sort();
    if (partitionKey === undefined || defined.join() !== used.join()) {
      throw invalidParameter(
        'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
      );
    }
    this.partitionKey = partitionKey;
    this.sortKey = keyed('RANGE');
  }

  get keyAttributes(): readonly string[] {
    return this.sortKey === undefined ? [this.partitionKey] : [this.partitionKey, this.sortKey];
  }

  keyType(attribute: string): KeyType | undefined {
    return this.settings.attributeDefinitions.find(({ attributeName }) => attributeName === attribute)
      ?.attributeType;
  }

  /** The key of an item, as far as the item has one. */
  keyOf(item: Item): Item {
    const own = Object.entries(item).filter(([name]) => this.keyAttributes.includes(name));
    return Object.fromEntries(own);
  }

  /** The same text for the same key, whatever stands beside it. */
  keyText(item: Item): string {
    return JSON.stringify(this.keyAttributes.map((name) => (Object.hasOwn(item, name) ? item[name] : null)));
  }

  /** @throws AwsError ValidationException */
  checkKey(key: Item): void {
    const wrong = Object.keys(key).length !== this.keyAttributes.length;
    if (wrong || this.keyAttributes.some((name) => !this.isOfKeyType(key, name))) {
      throw invalid('The provided key element does not match the schema');
    }
    this.checkKeySizes(key);
  }

  /** @throws AwsError ValidationException */
  checkItem(item: Item): void {
    for (const name of this.keyAttributes) {
      const value = Object.hasOwn(item, name) ? item[name] : undefined;
      if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`);
      if (this.isOfKeyType(item, name)) continue;
      throw invalidParameter(
        `Type mismatch for key ${name} expected: ${this.keyType(name)} actual: ${typeOf(value)}`,
      );
    }
    this.checkKeySizes(item);
  }

  /** The order of a Scan: partitions as their hash falls, each by its sort key. */
  compare(a: Item, b: Item): number {
    const [left, right] = [this.partitionHash(a), this.partitionHash(b)];
    if (left !== right) return left < right ? -1 : 1;
    const [one, two] = this.sortKey === undefined ? [] : [a[this.sortKey], b[this.sortKey]];
    return (one && two && compareValues(one, two)) ?? 0;
  }

  /** The item with this key; an eventually consistent read sees what was there `staleReadsMs` ago. */
  item(key: Item, now: Date, consistent = true): Item | undefined {
    return this.seen(this.versions.get(this.keyText(key)) ?? [], now, consistent);
  }

  /** All items in the order of a Scan. */
  items(now: Date, consistent = true): readonly Item[] {
    return [...this.versions.values()]
      .map((each) => this.seen(each, now, consistent))
      .filter((item) => item !== undefined)
      .sort((a, b) => this.compare(a, b));
  }

  write(key: Item, item: Item | undefined, now: Date): void {
    const text = this.keyText(key);
    const at = now.getTime();
    const before = this.versions.get(text) ?? [];
    const visible = before.findLastIndex((version) => version.at <= at - this.staleReadsMs);
    const kept = this.staleReadsMs === 0 ? [] : before.slice(Math.max(0, visible));
    this.versions.set(text, [...kept, item === undefined ? { at } : { at, item }]);
  }

  private seen(versions: readonly Version[], now: Date, consistent: boolean): Item | undefined {
    const instant = now.getTime() - (consistent ? 0 : this.staleReadsMs);
    const version =
      consistent || this.staleReadsMs === 0 ? versions.at(-1) : versions.findLast(({ at }) => at <= instant);
    return version !== undefined && instant < this.deletionOf(version) ? version.item : undefined;
  }

  /**
   * When the background deletion takes an expired item away; until then every read and write sees it.
   * What had expired five years before it was written stays.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
   */
  private deletionOf({ at, item }: Version): number {
    const { ttlAttribute } = this.settings;
    const value = ttlAttribute === undefined ? undefined : item?.[ttlAttribute];
    if (value === undefined || !('N' in value)) return Number.POSITIVE_INFINITY;
    const expiry = Number(value.N) * 1000;
    if (expiry < at - OLDEST_EXPIRY_MS) return Number.POSITIVE_INFINITY;
    return Math.max(expiry, at) + DELETION_AFTER_EXPIRY_MS;
  }

  private isOfKeyType(item: Item, name: string): boolean {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    return value !== undefined && typeOf(value) === this.keyType(name);
  }

  private checkKeySizes(item: Item): void {
    for (const name of this.keyAttributes) {
      const size = keySize(item[name]);
      if (size === 0) {
        throw invalid(
          `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
        );
      }
      if (name === this.partitionKey && size > 2048) {
        throw invalidParameter('Size of hashkey has exceeded the maximum size limit of2048 bytes');
      }
      if (name === this.sortKey && size > 1024) {
        throw invalidParameter('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');
      }
    }
  }

  private partitionHash(item: Item): string {
    return digest(JSON.stringify(item[this.partitionKey]));
  }
}

/** In bytes; 1 for numbers, which have no limit of their own. */
function keySize(value: AttributeValue | undefined): number {
  return value !== undefined && 'S' in value ? Buffer.byteLength(value.S) : 1;
}
