/**
 * A pool's account follows from a ledger hash, which nobody can have twice. Where it is another than the recorded one, its
 * name is put in place, and what depends on it is told in a way that does not: which side of a line is low, indexes, order.
 */
import type { Json } from './recording.ts';

export type Alias = Readonly<{ recorded: string; ours: string }>;

export const isSame = ({ recorded, ours }: Alias): boolean => recorded === ours;

/** Every string that has another name, by that name. */
export const renamed = <T>(value: T, names: ReadonlyMap<string, string>): T => {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return names.get(part) ?? part;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
  };
  return names.size === 0 ? value : (walk(value) as T);
};

type Node = Json & Readonly<{ LedgerEntryType: string; LedgerIndex: string }>;

/** Metadata with its nodes keyed by what they are, so that one missing node is one difference. */
export const comparableMeta = (meta: Json, pool: string | undefined): unknown => {
  const nodes = (meta['AffectedNodes'] as readonly Json[]).map((wrapped) => {
    const [[kind, node] = ['', {}]] = Object.entries(wrapped);
    return keyed(kind, node as Node, pool);
  });
  return {
    ...meta,
    AffectedNodes: Object.fromEntries(nodes.toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
};

const keyed = (kind: string, node: Node, pool: string | undefined): readonly [string, unknown] => {
  const { LedgerEntryType: type, LedgerIndex: index, ...rest } = node;
  const usual = [`${type} ${index.slice(0, 6)}`, { kind, ...node }] as const;
  const fields = (rest['NewFields'] ?? rest['FinalFields']) as Json | undefined;
  if (pool === undefined) return usual;
  if (!fields && type === 'AccountRoot') return [`AccountRoot only touched`, { kind, ...rest }];
  if (!fields || !names(fields, pool)) return usual;
  if (type === 'RippleState') return keyedLine(kind, rest, fields, pool);
  if (type === 'AccountRoot') return [`AccountRoot of the pool`, { kind, ...rest }];
  if (type === 'DirectoryNode' && fields['Owner'] === pool) {
    return [`DirectoryNode of the pool`, kind];
  }
  return usual;
};

const names = (fields: Json, pool: string): boolean =>
  Object.values(fields).some(
    (value) => value === pool || (value as Json | null | undefined)?.['issuer'] === pool,
  );

/** As the other account sees it. */
const keyedLine = (
  kind: string,
  rest: Json,
  fields: Json,
  pool: string,
): readonly [string, unknown] => {
  const [low, high] = [fields['LowLimit'] as Json, fields['HighLimit'] as Json];
  const isOtherLow = high['issuer'] === pool;
  const other = isOtherLow ? low : high;
  const sided = (part: unknown): unknown => (part ? seen(part as Json, isOtherLow) : undefined);
  const { NewFields, FinalFields, PreviousFields, ...more } = rest;
  return [
    `RippleState of the pool and ${String(other['issuer'])} ${String(low['currency'])}`,
    {
      kind,
      ...more,
      NewFields: sided(NewFields),
      FinalFields: sided(FinalFields),
      PreviousFields: sided(PreviousFields),
    },
  ];
};

/** Bits of the low account with those of the high one, from lsfLowReserve up. */
const lowBits = [0x0001_0000, 0x0004_0000, 0x0010_0000, 0x0040_0000, 0x0200_0000] as const;
const highBits = [0x0002_0000, 0x0008_0000, 0x0020_0000, 0x0080_0000, 0x0400_0000] as const;

const seen = (fields: Json, asIs: boolean): Json => {
  if (asIs) return fields;
  const { Balance, Flags, HighLimit, HighNode, LowLimit, LowNode, ...rest } = fields;
  const told: Json = {
    ...rest,
    Balance: Balance && { ...(Balance as Json), value: turned(String((Balance as Json)['value'])) },
    Flags: typeof Flags === 'number' ? swapped(Flags) : Flags,
    HighLimit: LowLimit,
    HighNode: LowNode,
    LowLimit: HighLimit,
    LowNode: HighNode,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
};

const turned = (value: string): string => {
  if (value === '0') return value;
  return value.startsWith('-') ? value.slice(1) : `-${value}`;
};

const swapped = (flags: number): number =>
  lowBits.reduce((result, low, place) => {
    const high = highBits[place] as number;
    const rest = result & ~low & ~high;
    return rest | ((flags & low) === 0 ? 0 : high) | ((flags & high) === 0 ? 0 : low);
  }, flags);
