/**
 * What one session came to, folded from its own rows alone: the one state behind its document, its sentence and its report.
 * What is not known is null.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import type { MarketObserved } from '../events/market.ts';
import type { OrdersAccounted } from '../events/order.ts';
import type { QuoteDecided } from '../events/quote.ts';
import type { SessionClosedByNext, SessionEnded, SessionOpened } from '../events/session.ts';
import { decimal, type Decimal } from '../ledger/decimal.ts';
import { parseDrops } from '../ledger/drops.ts';
import { exact } from '../ledger/exact.ts';
import * as fills from './fills.ts';
import * as halt from './halt.ts';
import * as inventory from './inventory.ts';
import * as mode from './mode.ts';
import * as orders from './orders.ts';
import * as touch from './touch.ts';
import type { Thresholds } from './thresholds.ts';

export type SessionState = Readonly<{
  network: SessionOpened['network'] | null;
  openedAt: number;
  /** When the start's checks had passed; null before. */
  startedAt: number | null;
  plannedEndAt: number | null;
  thresholds: Thresholds | null;
  worstCase: SessionOpened['worstCase'] | null;
  lastAt: number;
  events: number;
  ticks: number;
  ended: SessionEnded | null;
  /** When its own end said so. */
  endedAt: number | null;
  /** What of ours was not final and what stood on the account, as last said of the end. */
  accounted: OrdersAccounted | null;
  /** Where the next start closed it: its last event before the silence, at which its life ended. */
  diedAt: number | null;
  /** Where its end found books and wallet apart: that event's seq. */
  driftSeq: number | null;
  mode: mode.ModeHistory;
  halt: halt.Ending | null;
  fills: fills.Fills;
  touch: touch.Touch;
  inventory: inventory.Inventory;
  orders: orders.Orders;
  market: MarketObserved | null;
  /** The last one there was. */
  mid: Decimal | null;
  /** The last one since the mode last changed. */
  quote: QuoteDecided | null;
  /** The wallet as last read. */
  chain: inventory.Amounts | null;
}>;

export const empty: SessionState = {
  network: null,
  openedAt: 0,
  startedAt: null,
  plannedEndAt: null,
  thresholds: null,
  worstCase: null,
  lastAt: 0,
  events: 0,
  ticks: 0,
  ended: null,
  endedAt: null,
  accounted: null,
  diedAt: null,
  driftSeq: null,
  mode: mode.empty,
  halt: halt.empty,
  fills: fills.empty,
  touch: touch.empty,
  inventory: inventory.noInventory,
  orders: orders.noOrders,
  market: null,
  mid: null,
  quote: null,
  chain: null,
};

/** Every row makes a state anew: its fields are named one by one, as copying them by `...` takes fifty times as long. */
export const apply = (state: SessionState, recorded: Recorded<Outline>): SessionState =>
  told(
    {
      network: state.network,
      openedAt: state.openedAt,
      startedAt: state.startedAt,
      plannedEndAt: state.plannedEndAt,
      thresholds: state.thresholds,
      worstCase: state.worstCase,
      lastAt: recorded.at,
      events: recorded.seq,
      ticks: state.ticks,
      ended: state.ended,
      endedAt: state.endedAt,
      accounted: state.accounted,
      diedAt: state.diedAt,
      driftSeq: state.driftSeq,
      mode: mode.apply(state.mode, recorded),
      halt: halt.apply(state.halt, recorded),
      fills: fills.apply(state.fills, recorded),
      touch: touch.apply(state.touch, recorded),
      inventory: inventory.apply(state.inventory, recorded),
      orders: orders.apply(state.orders, recorded),
      market: state.market,
      mid: state.mid,
      quote: state.quote,
      chain: state.chain,
    },
    recorded,
  );

const told = (state: SessionState, { seq, at, event }: Recorded<Outline>): SessionState => {
  switch (event.type) {
    case 'session.opened': {
      const thresholds = event.config.effective as unknown as Thresholds;
      const { network, worstCase } = event;
      return { ...state, network, openedAt: at, thresholds, worstCase };
    }
    case 'session.started':
      return { ...state, startedAt: at, plannedEndAt: event.plannedEndAt };
    case 'session.ended':
      return { ...state, ended: event, endedAt: at };
    case 'orders.accounted':
      return { ...state, accounted: event };
    case 'inventory.drift_at_shutdown':
      return { ...state, driftSeq: seq };
    case 'session.closed_by_next':
      return { ...state, diedAt: diedAt(at, event) };
    case 'tick':
      return { ...state, ticks: state.ticks + 1 };
    case 'market.observed':
      return { ...state, market: event, mid: event.mid === null ? state.mid : decimal(event.mid) };
    case 'mode.changed':
      return { ...state, quote: null };
    case 'quote.decided':
      return { ...state, quote: event };
    case 'market.read': {
      const rlusd = exact(event.line?.rlusd ?? '0');
      return { ...state, chain: { drops: parseDrops(event.account.drops), rlusd } };
    }
    case 'truth.checked': {
      if (!event.chain) return state;
      const { drops, rlusd } = event.chain;
      return { ...state, chain: { drops: parseDrops(drops), rlusd: exact(rlusd) } };
    }
    default:
      return state;
  }
};

/** It says how it ended, or the next start said it. */
export const isOver = ({ ended, diedAt: died }: SessionState): boolean =>
  ended !== null || died !== null;

/**
 * When its life ended: where it said so, whatever was still on its way; of one that the next start closed, with the last event before the
 * silence. Of one that lives, its last event.
 */
export const livedUntil = ({ diedAt: died, endedAt, lastAt }: SessionState): number =>
  died ?? endedAt ?? lastAt;

/** When a session died that was found to have, at that instant. */
export const diedAt = (foundAt: number, { silentMs }: SessionClosedByNext): number =>
  foundAt - silentMs;
