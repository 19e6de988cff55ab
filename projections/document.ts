/** The document of a session that every command prints: amounts as exact text, times as ISO 8601, what is not known as null. */
import { guardIds, type GuardId } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import type { Mode } from '../events/mode.ts';
import type { SessionEnded, SessionOpened } from '../events/session.ts';
import { format } from '../ledger/decimal.ts';
import { formatXrp } from '../ledger/drops.ts';
import { exactText, sum, type Exact } from '../ledger/exact.ts';
import { isoTime, unixMs } from '../ledger/time.ts';
import { vwSpreadBps } from './fills.ts';
import type { Ending } from './halt.ts';
import { fillsOnly, held, totalAt, type Amounts } from './inventory.ts';
import { isOver, type SessionState } from './session.ts';
import { shares, type TouchShares } from './touch.ts';
import { entriesOf } from './trail.ts';

export type AssetAmounts = Readonly<{ xrp: string | null; rlusd: string | null }>;

/** `seq` is the event that caused it (the specification's `halt.event`). */
export type EndingDocument = Readonly<{
  reason: Halt['reason'];
  source: Halt['source'];
  detail: string;
  at: string;
  seq: number;
}>;

export type SessionDocument = Readonly<{
  session: number;
  network: SessionOpened['network'] | null;
  started_at: string;
  ended_at: string | null;
  ticks: number;
  halt: EndingDocument | null;
  mode: readonly Readonly<{ at: string; mode: Mode; causes: readonly GuardId[] }>[];
  guards: Readonly<
    Record<GuardId, Readonly<{ trips: number; recoveries: number; tripped_at: readonly string[] }>>
  >;
  fills: Readonly<{
    buy: number;
    sell: number;
    rlusd_notional: string;
    vw_spread_bps: number | null;
  }>;
  /** Totals in RLUSD at the last mid, exact: fills-only and overlay are the engine's total to the last digit. */
  inventory: AssetAmounts &
    Readonly<{
      fills_only: AssetAmounts;
      capital_overlay: AssetAmounts;
      engine_total: string | null;
      summary_total: string | null;
      chain_total: string | null;
    }>;
  touch: Readonly<{ bid: TouchShares; ask: TouchShares }>;
  orders: Readonly<{
    submitted: number;
    filled: number;
    cancelled: number;
    unknown: number;
    left_on_ledger: number;
    with_proof: boolean;
  }>;
  log: Readonly<{ events: number; last_hash: string }>;
}>;

export const ending = ({ reason, source, detail, at, event }: Ending): EndingDocument => ({
  reason,
  source,
  detail,
  at: isoTime(at),
  seq: event,
});

export const document = (
  state: SessionState,
  { session, lastHash }: Readonly<{ session: number; lastHash: string }>,
): SessionDocument => ({
  session,
  network: state.network,
  started_at: isoTime(state.openedAt),
  ended_at: isOver(state) ? isoTime(state.lastAt) : null,
  ticks: state.ticks,
  halt: state.halt && ending(state.halt),
  mode: entriesOf(state.mode.timeline).map((entry) => ({ ...entry, at: isoTime(entry.at) })),
  guards: Object.fromEntries(
    guardIds.map((id) => [id, guard(state, id)]),
  ) as SessionDocument['guards'],
  fills: {
    buy: state.fills.buy,
    sell: state.fills.sell,
    rlusd_notional: format(state.fills.notional),
    vw_spread_bps: vwSpreadBps(state.fills),
  },
  inventory: holdings(state),
  touch: { bid: shares(state.touch.bid), ask: shares(state.touch.ask) },
  orders: {
    submitted: state.orders.counts.submitted,
    filled: state.orders.counts.filled,
    cancelled: state.orders.counts.cancelled,
    unknown: [...state.orders.open.values()].filter((order) => order.state === 'unknown').length,
    left_on_ledger: state.ended ? state.ended.left.length : resting(state),
    with_proof: state.ended !== null && (state.ended.proof !== null || sentNothing(state.ended)),
  },
  log: { events: state.events, last_hash: lastHash },
});

const guard = ({ mode }: SessionState, id: GuardId): SessionDocument['guards'][GuardId] => {
  const { episode, trippedAt } = mode.guards[id];
  const { trips, recoveries } = episode;
  return { trips, recoveries, tripped_at: entriesOf(trippedAt).map(isoTime) };
};

const sentNothing = ({ outcome }: SessionEnded): boolean => outcome === 'nothing_sent';

/** Orders that may stand on the ledger: signed, not final, and not expired by the last event. */
const resting = ({ orders: { open }, lastAt }: SessionState): number =>
  [...open.values()].filter(
    ({ state, expiration }) => state !== 'intended' && unixMs(expiration) > lastAt,
  ).length;

const unknownAmounts: AssetAmounts = { xrp: null, rlusd: null };

const texts = ({ drops, rlusd }: Amounts): AssetAmounts => ({
  xrp: formatXrp(drops),
  rlusd: exactText(rlusd),
});

const holdings = ({ inventory, mid, chain }: SessionState): SessionDocument['inventory'] => {
  const all = held(inventory);
  const base = fillsOnly(inventory);
  const overlay = { drops: inventory.overlayDrops, rlusd: inventory.overlayRlusd };
  const { known } = inventory;
  const total = (amounts: Amounts): Exact | null => mid && totalAt(amounts, mid);
  const [engine, fromFills, fromOverlay] = [all, base, overlay].map(total);
  const onChain = chain && total(chain);
  return {
    ...(known ? texts(all) : unknownAmounts),
    fills_only: known ? texts(base) : unknownAmounts,
    capital_overlay: known ? texts(overlay) : unknownAmounts,
    engine_total: known && engine ? exactText(engine) : null,
    summary_total:
      known && fromFills && fromOverlay ? exactText(sum(fromFills, fromOverlay)) : null,
    chain_total: onChain ? exactText(onChain) : null,
  };
};
