/** The document of a session that every command prints: amounts as exact text, times as ISO 8601, what is not known as null. */
import { guardIds, type GuardId } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import type { Mode } from '../events/mode.ts';
import type { SessionOpened } from '../events/session.ts';
import { format } from '../ledger/decimal.ts';
import { formatXrp } from '../ledger/drops.ts';
import { exactText, sum, type Exact } from '../ledger/exact.ts';
import { isoTime } from '../ledger/time.ts';
import { atRisk } from './at-risk.ts';
import { vwSpreadBps } from './fills.ts';
import type { Ending } from './halt.ts';
import { fillsOnly, held, totalAt, type Amounts } from './inventory.ts';
import type { Orders } from './orders.ts';
import { isProvenEmpty, remainsOf, remainsText } from './remains.ts';
import { isOver, livedUntil, type SessionState } from './session.ts';
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
  /** It was brought in from another log. */
  imported: boolean;
  started_at: string;
  /** When the checks of the start had passed; null where it never started. */
  checks_passed_at: string | null;
  /** Of one that died and was closed by the next start: when it died. */
  ended_at: string | null;
  /** Its last event before it died, as the next start found it or nobody writes the log; null where it did not. */
  died_at: string | null;
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
      /** The event that says that the end found books and wallet apart. */
      drift_event: number | null;
    }>;
  touch: Readonly<{ bid: TouchShares; ask: TouchShares }>;
  orders: Readonly<{
    submitted: number;
    filled: number;
    cancelled: number;
    unknown: number;
    /** Ours that may stand there, and offers of the pair that are known to stand on the account and are not of this log. */
    left_on_ledger: number;
    /** It is proven, at `proof_ledger`, that none of the pair's offers stands on the account. */
    with_proof: boolean;
    expired: number;
    rejected: number;
    /** Decided or signed, and never sent. */
    withheld: number;
    /** Of those that are not final: known to rest, and signed without a known fate. */
    resting: number;
    unsettled: number;
    /** What an earlier session left, and what became of it in this one. */
    brought_in: Readonly<Orders['brought']>;
    /** The ledger at which nothing of ours was left. */
    proof_ledger: number | null;
    /** Offers of the pair on the account at the end that are not of this log; null where that is not known. */
    foreign_offers: readonly number[] | null;
    /** What is known of what is left, in words; null before the end. */
    remains: string | null;
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
  {
    session,
    lastHash,
    isWritten = true,
    imported = false,
  }: Readonly<{
    session: number;
    lastHash: string;
    /** False where somebody looked, and nobody writes the log: a session without an end has died then. */
    isWritten?: boolean;
    imported?: boolean;
  }>,
): SessionDocument => ({
  session,
  network: state.network,
  imported,
  started_at: isoTime(state.openedAt),
  checks_passed_at: state.startedAt === null ? null : isoTime(state.startedAt),
  ended_at: isOver(state) ? isoTime(livedUntil(state)) : null,
  died_at:
    state.diedAt !== null || !(isWritten || isOver(state)) ? isoTime(livedUntil(state)) : null,
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
  orders: ordersOf(state),
  log: { events: state.events, last_hash: lastHash },
});

const guard = ({ mode }: SessionState, id: GuardId): SessionDocument['guards'][GuardId] => {
  const { episode, trippedAt } = mode.guards[id];
  const { trips, recoveries } = episode;
  return { trips, recoveries, tripped_at: entriesOf(trippedAt).map(isoTime) };
};

const ordersOf = ({
  orders,
  ended,
  accounted,
  lastAt,
}: SessionState): SessionDocument['orders'] => {
  const { submitted, filled, cancelled, expired, rejected, withheld } = orders.counts;
  const { resting, unsettled } = atRisk(orders, lastAt);
  const remains = ended && remainsOf(ended, accounted, orders.open);
  return {
    submitted,
    filled,
    cancelled,
    unknown: [...orders.open.values()].filter((order) => order.state === 'unknown').length,
    left_on_ledger: remains
      ? remains.left.length + (remains.foreign ?? []).length
      : resting + unsettled,
    with_proof: remains !== null && isProvenEmpty(remains),
    expired,
    rejected,
    withheld,
    resting,
    unsettled,
    brought_in: orders.brought,
    proof_ledger: remains?.ledger ?? null,
    foreign_offers: remains?.foreign ?? null,
    remains: remains && remainsText(remains),
  };
};

const unknownAmounts: AssetAmounts = { xrp: null, rlusd: null };

const texts = ({ drops, rlusd }: Amounts): AssetAmounts => ({
  xrp: formatXrp(drops),
  rlusd: exactText(rlusd),
});

const holdings = ({
  inventory,
  mid,
  chain,
  driftSeq,
}: SessionState): SessionDocument['inventory'] => {
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
    drift_event: driftSeq,
  };
};
