/**
 * What the lanes of a session's page are drawn from: one row of numbers a tick, and the few events that leave a mark. Prices
 * become doubles here, for drawing alone; null is unknown.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Mode } from '../events/mode.ts';
import type { Outline } from '../events/outline.ts';
import type { GuardFact, GuardId } from '../events/guard.ts';
import type { Side } from '../events/order.ts';
import { xrpOf, parseDrops } from '../ledger/drops.ts';
import { toNumber } from '../ledger/decimal.ts';
import type { Moment } from './moment.ts';

/** Of one tick: prices in RLUSD per XRP, `error` and `mean` in bps, `share` and `xrp` in %, `net` in RLUSD. */
export const columns = [
  'seq',
  'at',
  'bid',
  'ask',
  'mid',
  'amm',
  'error',
  'ourBid',
  'ourAsk',
  'mean',
  'share',
  'xrp',
  'rlusd',
  'run',
  'net',
  'silence',
] as const;
export type Column = (typeof columns)[number];
export type Tick = Readonly<Record<Column, number | null>>;

/** As of the end of a tick's turn. */
export const tickOf = ({ seq, at, session }: Moment): Tick => {
  const { market, mode, orders } = session;
  const operand = (guard: GuardId, name: string): number | null =>
    numeric(mode.guards[guard].episode.fact, name);
  const samples = operand('anchor_saturation', 'samples') ?? 0;
  const ours = (side: Side): number | null => {
    const resting = [...orders.open.values()].find(
      (order) => order.side === side && rests.has(order.state),
    );
    return resting ? price(resting.price) : null;
  };
  return {
    seq,
    at,
    bid: price(market?.bestBid),
    ask: price(market?.bestAsk),
    mid: price(market?.mid),
    amm: price(market?.amm),
    error: market?.anchorErrorBps ?? null,
    ourBid: ours('buy'),
    ourAsk: ours('sell'),
    mean: samples > 0 ? operand('anchor_saturation', 'meanBps') : null,
    share: samples > 0 ? operand('anchor_saturation', 'sharePct') : null,
    xrp: operand('inventory_corridor', 'xrpPct'),
    rlusd: operand('inventory_corridor', 'rlusd'),
    run: operand('directional_drift', 'sameSideFills'),
    net: operand('directional_drift', 'netRlusd'),
    silence: operand('directional_drift', 'ticksWithoutOpposing'),
  };
};

const rests: ReadonlySet<string> = new Set(['resting', 'partially_filled', 'cancel_pending']);

const price = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Number(text);

const numeric = (fact: GuardFact | null, name: string): number | null => {
  const value = fact?.operands[name];
  return typeof value === 'number' ? value : null;
};

/** An event that leaves a mark, with no more of it than is drawn. */
export type Mark = Readonly<{ seq: number; at: number }> &
  (
    | Readonly<{ kind: 'mode'; mode: Mode; causes: readonly GuardId[] }>
    | Readonly<{ kind: 'guard'; guard: GuardId; phase: string; count: number; needed: number }>
    | Readonly<{ kind: 'fill'; side: Side; price: number; xrp: number }>
    | Readonly<{ kind: 'truth'; status: string; delta: number | null }>
    | Readonly<{ kind: 'end'; reason: string }>
  );

export const markOf = ({ seq, at, event }: Recorded<Outline>): Mark | null => {
  switch (event.type) {
    case 'mode.changed':
      return { seq, at, kind: 'mode', mode: event.mode, causes: event.causes };
    case 'guard.tripped':
      return { seq, at, kind: 'guard', guard: event.guard, phase: 'tripped', count: 0, needed: 0 };
    case 'guard.cooled':
      return { seq, at, kind: 'guard', guard: event.guard, phase: 'cooling', count: 0, needed: 0 };
    case 'guard.recovering': {
      const { guard, count, needed } = event;
      return { seq, at, kind: 'guard', guard, phase: 'recovering', count, needed };
    }
    case 'guard.recovered':
      return { seq, at, kind: 'guard', guard: event.guard, phase: 'armed', count: 0, needed: 0 };
    case 'fill.recorded': {
      const xrp = toNumber(xrpOf(parseDrops(event.drops)));
      return { seq, at, kind: 'fill', side: event.side, price: Number(event.price), xrp };
    }
    case 'truth.checked': {
      const delta =
        event.deltaDrops === null ? null : toNumber(xrpOf(parseDrops(event.deltaDrops)));
      return { seq, at, kind: 'truth', status: event.status, delta };
    }
    case 'halt':
      return { seq, at, kind: 'end', reason: event.reason };
    default:
      return null;
  }
};
