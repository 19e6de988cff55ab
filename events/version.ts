/**
 * Shapes that event types had before. The log keeps what was written; whoever reads it gets every event in the shape that this
 * build writes, brought there one version at a time. A changed shape is a new upcaster here, and never a changed old one.
 */
import type { Recorded } from './envelope.ts';

/** The fields of an event, without its type. */
type Fields = Readonly<Record<string, unknown>>;

export type Upcaster = (fields: Fields) => Fields;

/** By event type: what makes version 2 of version 1, version 3 of version 2, and so on. */
export type Upcasters = ReadonlyMap<string, readonly Upcaster[]>;

/**
 * It said whether a drift was not acknowledged, and not which; nothing asked for that then, and a session that went on from one had
 * compared books and wallet at its start.
 */
const askForNoDrift: Upcaster = (fields) => {
  const brought = fields['brought'] as Fields;
  const { driftUnacknowledged: drift } = brought;
  if (typeof drift !== 'boolean') return fields;
  return { ...fields, brought: { ...brought, driftUnacknowledged: null } };
};

/** It brought nothing of the issuer: its first read was all that terms were compared with. */
const bringNoIssuer: Upcaster = (fields) => ({
  ...fields,
  brought: { ...(fields['brought'] as Fields), issuer: null },
});

/** The grace of order integrity was no setting: always one tick. */
const nameTheGrace: Upcaster = (fields) => {
  const { config } = fields as {
    config: { effective?: { guards?: { order_integrity?: Fields } } };
  };
  const guard = config.effective?.guards?.order_integrity;
  if (!guard || 'grace_ticks' in guard) return fields;
  const guards = { ...config.effective?.guards, order_integrity: { ...guard, grace_ticks: 1 } };
  return { ...fields, config: { ...config, effective: { ...config.effective, guards } } };
};

/** Its worst case was said by `session.started`, and only of what that session itself would quote. */
const stateTheWorstCase: Upcaster = (fields) => {
  if (fields['worstCase'] !== undefined) return fields;
  const { config } = fields as {
    config?: { effective?: { order_size?: Fields; orders?: Fields } };
  };
  const { order_size: sizes = {}, orders = {} } = config?.effective ?? {};
  const base = Number(sizes['base_size_rlusd'] ?? 0);
  const most = 4 * base * (1 + Number(sizes['imbalance_factor'] ?? 0));
  const seconds = Number(orders['lifetime_seconds'] ?? 0);
  return { ...fields, worstCase: { rlusd: String(most), seconds } };
};

/** Every session quoted. */
const quoteAlways: Upcaster = (fields) => {
  const { config } = fields as { config: { effective?: { strategy?: Fields } } };
  const strategy = config.effective?.strategy;
  if (!strategy || 'enabled' in strategy) return fields;
  const effective = { ...config.effective, strategy: { ...strategy, enabled: true } };
  return { ...fields, config: { ...config, effective } };
};

/** An acknowledgement of the issuer's trip accepted whatever was found when it came. */
const acceptWhatIsFound: Upcaster = (fields) => {
  const { brought } = fields as {
    brought: { issuer: { found: readonly string[]; trip: Fields | null } | null };
  };
  const { issuer } = brought;
  if (!issuer?.trip || 'standing' in issuer.trip) return fields;
  const trip = { ...issuer.trip, standing: issuer.found };
  return { ...fields, brought: { ...brought, issuer: { ...issuer, trip } } };
};

/** It was not brought in what was asked of the books and not done, which offers of the log had expired where they stood, and a clawback. */
const leaveNothing: Upcaster = (fields) => {
  const { brought } = fields as { brought: { inventory: Fields | null; issuer: Fields | null } };
  const inventory = brought.inventory && { realign: false, basis: null, ...brought.inventory };
  const issuer = brought.issuer && { clawback: null, ...brought.issuer };
  return { ...fields, brought: { expired: [], ...brought, inventory, issuer } };
};

/** No cancel took the Sequence of another transaction. */
const excludeNothing: Upcaster = (fields) => ({ ...fields, excludes: null });

/** Its deadline was not said. */
const withoutDeadline: Upcaster = (fields) => ({ ...fields, until: 0 });

/** A taker's limit was not read. */
const withoutLimit: Upcaster = (fields) => ({
  ...fields,
  trades: (fields['trades'] as readonly Fields[]).map((trade) => ({ ...trade, limit: null })),
});

const upcasters: Upcasters = new Map([
  [
    'session.opened',
    [
      askForNoDrift,
      bringNoIssuer,
      nameTheGrace,
      stateTheWorstCase,
      quoteAlways,
      acceptWhatIsFound,
      leaveNothing,
    ],
  ],
  ['market.traded', [withoutLimit]],
  ['order.cancel', [excludeNothing]],
  ['order.unknown', [withoutDeadline]],
]);

/** The version in which this build writes an event of this type. */
export const versionOf = (type: string, all: Upcasters = upcasters): number =>
  1 + (all.get(type)?.length ?? 0);

/** The row in this build's shape; undefined if a newer build wrote it. */
export const upcast = (row: Recorded, all: Upcasters = upcasters): Recorded | undefined => {
  const { v, event } = row;
  const version = versionOf(event.type, all);
  if (v === version) return row;
  if (v > version) return undefined;
  const { type, ...written } = event;
  const steps = all.get(type)?.slice(v - 1) ?? [];
  const fields = steps.reduce((before: Fields, step) => step(before), written);
  return { ...row, v: version, event: { type, ...fields } };
};
