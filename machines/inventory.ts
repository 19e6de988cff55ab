/**
 * What we hold, and whether the wallet agrees: balances change by fills, fees and confirmed capital only; the truth check
 * compares them with one validated ledger up to which everything has been reconciled.
 */
import type {
  InventoryChanged,
  MovementSeen,
  TruthChecked,
  TruthStatus,
} from '../events/inventory.ts';
import type { MarketRead } from '../events/market.ts';
import {
  absolute,
  compare,
  decimal,
  format,
  fromNumber,
  isPositive,
  isZero,
  multiply,
  negate,
  subtract,
  zero,
  type Decimal,
} from '../ledger/decimal.ts';
import { drops, parseDrops, xrpOf, type Drops } from '../ledger/drops.ts';
import {
  apply,
  averageCost,
  balances,
  held,
  noInventory,
  totalAt,
  type Inventory,
} from '../projections/inventory.ts';
import type { Heard, Reducer, Say } from './reducer.ts';
import type { WalletTruthSettings } from './settings.ts';

type State = Readonly<{
  inventory: Inventory;
  /** The newest read, or null after one that failed. */
  read: MarketRead | null;
  /** Truth checks count from here. */
  startedAt: number | null;
  checks: number;
  realign: boolean;
  mid: Decimal | null;
}>;

export const inventory = (settings: WalletTruthSettings): Reducer<State> => ({
  id: 'inventory',
  hears: [
    'session.opened',
    'session.started',
    'session.ended',
    'market.read',
    'read.failed',
    'gateway.down',
    'tick',
    'fill.recorded',
    'fee.paid',
    'movement.seen',
    'operator.capital',
    'operator.realign',
    'market.observed',
  ],
  initial: {
    inventory: noInventory,
    read: null,
    startedAt: null,
    checks: 0,
    realign: false,
    mid: null,
  },
  on: (state, heard, say) => {
    const { at, event } = heard;
    const next: State = { ...state, inventory: apply(state.inventory, heard) };
    switch (event.type) {
      case 'session.opened':
        if (next.inventory.known) changed(next.inventory, 'opened', drops(0n), zero, say);
        return next;
      case 'session.started':
        return { ...next, startedAt: at };
      case 'fill.recorded': {
        const sign = event.side === 'buy' ? 1n : -1n;
        const rlusd = decimal(event.rlusd);
        const xrp = drops(sign * parseDrops(event.drops));
        changed(next.inventory, 'fill', xrp, event.side === 'buy' ? negate(rlusd) : rlusd, say);
        return next;
      }
      case 'fee.paid':
        changed(next.inventory, 'fee', drops(-parseDrops(event.drops)), zero, say);
        return next;
      case 'movement.seen':
        return moved(next, heard, event, say);
      case 'operator.realign':
        return { ...next, realign: true };
      case 'read.failed':
      case 'gateway.down':
        return { ...next, read: null };
      case 'market.read':
        return atRead(settings, next, heard, event, say);
      case 'market.observed':
        return { ...next, mid: event.mid === null ? next.mid : decimal(event.mid) };
      case 'tick': {
        const due =
          next.startedAt === null
            ? 0
            : next.startedAt + next.checks * settings.interval_seconds * 1000;
        if (next.startedAt === null || at < due) return next;
        say(check(settings, next, 'periodic'));
        const elapsed = at - next.startedAt;
        return { ...next, checks: Math.floor(elapsed / (settings.interval_seconds * 1000)) + 1 };
      }
      case 'session.ended':
        if (!next.inventory.known) return next;
        say(check(settings, next, 'shutdown'));
        drift(next, say);
        return next;
      default:
        return next;
    }
  },
});

const changed = (
  after: Inventory,
  why: InventoryChanged['why'],
  xrp: Drops,
  rlusd: Decimal,
  say: Say,
): void => {
  const wac = averageCost(after);
  say({
    type: 'inventory.changed',
    why,
    deltaDrops: String(xrp),
    deltaRlusd: format(rlusd),
    balances: balances(after),
    wac: wac ? format(wac) : null,
  });
};

/** Capital: says the change with the balances after it, and folds it. */
const overlay = (
  state: State,
  heard: Heard,
  why: 'deposit' | 'withdrawal' | 'realignment',
  xrp: Drops,
  rlusd: Decimal,
  say: Say,
): State => {
  const bare: InventoryChanged = {
    type: 'inventory.changed',
    why,
    deltaDrops: String(xrp),
    deltaRlusd: format(rlusd),
    balances: balances(state.inventory),
    wac: null,
  };
  const after = apply(state.inventory, { ...heard, event: bare });
  changed(after, why, xrp, rlusd, say);
  return { ...state, inventory: after };
};

/** The baseline of a new database; a realignment that was asked for; and the check at a start. */
const atRead = (
  settings: WalletTruthSettings,
  state: State,
  heard: Heard,
  read: MarketRead,
  say: Say,
): State => {
  const first = state.read === null && state.startedAt === null && state.checks === 0;
  let next: State = { ...state, read };
  const chain = wallet(read);
  if (!next.inventory.known) {
    const opened = {
      type: 'inventory.opened',
      drops: String(chain.drops),
      rlusd: format(chain.rlusd),
      ledger: read.ledger.index,
    } as const;
    say(opened);
    next = { ...next, inventory: apply(next.inventory, { ...heard, event: opened }) };
    changed(next.inventory, 'opened', drops(0n), zero, say);
  }
  if (next.realign) {
    const internal = held(next.inventory);
    const xrp = drops(chain.drops - internal.drops);
    const rlusd = subtract(chain.rlusd, internal.rlusd);
    if (xrp !== 0n || !isZero(rlusd)) next = overlay(next, heard, 'realignment', xrp, rlusd, say);
    next = { ...next, realign: false };
  }
  if (!first) return next;
  say(check(settings, next, 'start'));
  return { ...next, checks: 1 };
};

/** One that was announced is capital; any other is proposed and moves nothing. */
const moved = (state: State, heard: Heard, event: MovementSeen, say: Say): State => {
  const xrp = parseDrops(event.drops);
  const rlusd = decimal(event.rlusd);
  const announced = state.inventory.announced.some(
    (one) => parseDrops(one.drops) === xrp && compare(decimal(one.rlusd), rlusd) === 0,
  );
  if (announced) {
    const comes = xrp > 0n || isPositive(rlusd);
    return overlay(state, heard, comes ? 'deposit' : 'withdrawal', xrp, rlusd, say);
  }
  const proposed = {
    type: 'capital.proposed',
    hash: event.hash,
    drops: event.drops,
    rlusd: event.rlusd,
  } as const;
  say(proposed);
  return { ...state, inventory: apply(state.inventory, { ...heard, event: proposed }) };
};

const wallet = (read: MarketRead): Readonly<{ drops: Drops; rlusd: Decimal }> => ({
  drops: parseDrops(read.account.drops),
  rlusd: read.line ? decimal(read.line.rlusd) : zero,
});

const check = (
  settings: WalletTruthSettings,
  state: State,
  source: TruthChecked['source'],
): TruthChecked => {
  const internal = held(state.inventory);
  const said = { drops: String(internal.drops), rlusd: format(internal.rlusd) };
  if (!state.read) {
    return {
      type: 'truth.checked',
      source,
      status: 'unverified',
      ledger: null,
      internal: said,
      chain: null,
      deltaDrops: null,
      deltaRlusd: null,
      note: 'the wallet could not be read',
    };
  }
  const chain = wallet(state.read);
  const xrp = drops(internal.drops - chain.drops);
  const rlusd = subtract(internal.rlusd, chain.rlusd);
  return {
    type: 'truth.checked',
    source,
    status: judge(settings, absolute(xrpOf(xrp)), absolute(rlusd)),
    ledger: state.read.ledger.index,
    internal: said,
    chain: { drops: String(chain.drops), rlusd: format(chain.rlusd) },
    deltaDrops: String(xrp),
    deltaRlusd: format(rlusd),
    note: state.inventory.proposed.length > 0 ? 'unconfirmed movements stand; see neo capital' : '',
  };
};

const judge = (settings: WalletTruthSettings, xrp: Decimal, rlusd: Decimal): TruthStatus => {
  const beyond = (xrpLimit: number, rlusdLimit: number): boolean =>
    compare(xrp, fromNumber(xrpLimit)) > 0 || compare(rlusd, fromNumber(rlusdLimit)) > 0;
  if (beyond(settings.trip_delta_xrp, settings.trip_delta_rlusd)) return 'trip';
  return beyond(settings.warn_delta_xrp, settings.warn_delta_rlusd) ? 'warn' : 'ok';
};

/** 1e-4 RLUSD, or 5 bps of the total where that is more (spec §7). */
const leastTolerance = decimal('0.0001');
const toleranceShare = decimal('0.0005');

const drift = (state: State, say: Say): void => {
  if (!state.read || !state.mid) return;
  const engine = totalAt(held(state.inventory), state.mid);
  const chain = totalAt(wallet(state.read), state.mid);
  const share = multiply(absolute(chain), toleranceShare);
  const tolerance = compare(share, leastTolerance) > 0 ? share : leastTolerance;
  if (compare(absolute(subtract(engine, chain)), tolerance) <= 0) return;
  say({
    type: 'inventory.drift_at_shutdown',
    engineTotal: format(engine),
    chainTotal: format(chain),
    tolerance: format(tolerance),
  });
};
