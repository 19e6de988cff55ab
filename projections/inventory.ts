/**
 * The one account of what we hold: opening + fills − fees (fills-only), plus the capital overlay. Every report reads this;
 * the inventory actor folds with this same `apply`. XRP in drops, RLUSD exact.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import type { Balances } from '../events/inventory.ts';
import type { CapitalAnnounced, CapitalProposal, InventoryBrought } from '../events/session.ts';
import {
  add,
  decimal,
  divide,
  format,
  isPositive,
  multiply,
  subtract,
  zero,
  type Decimal,
} from '../ledger/decimal.ts';
import { drops, parseDrops, xrpOf, type Drops } from '../ledger/drops.ts';
import {
  difference,
  exact,
  exactly,
  exactText,
  isNothing,
  nothing,
  product,
  sum,
  type Exact,
} from '../ledger/exact.ts';

export type Inventory = Readonly<{
  /** False until a baseline is there. */
  known: boolean;
  openingDrops: Drops;
  openingRlusd: Exact;
  fillsDrops: Drops;
  /** What was rounded on the way is in it. */
  fillsRlusd: Exact;
  overlayDrops: Drops;
  overlayRlusd: Exact;
  feeDrops: Drops;
  /** What the XRP held cost, in RLUSD; opening and overlay XRP come in at the first mid seen. */
  cost: Decimal;
  /** XRP held that has no cost yet: it gets one at the next mid. */
  uncosted: Drops;
  realised: Decimal;
  proposed: readonly CapitalProposal[];
  announced: readonly CapitalAnnounced[];
  /** It was asked for to adopt the wallet, and none was read since. */
  realign: boolean;
  /** An average cost to commit to once there is a baseline, RLUSD per XRP. */
  basis: string | null;
}>;

const none = drops(0n);

export const noInventory: Inventory = {
  known: false,
  openingDrops: none,
  openingRlusd: nothing,
  fillsDrops: none,
  fillsRlusd: nothing,
  overlayDrops: none,
  overlayRlusd: nothing,
  feeDrops: none,
  cost: zero,
  uncosted: none,
  realised: zero,
  proposed: [],
  announced: [],
  realign: false,
  basis: null,
};

/** XRP and RLUSD as the books have them. */
export type Amounts = Readonly<{ drops: Drops; rlusd: Exact }>;

/** Opening + fills − fees. */
export const fillsOnly = (held: Inventory): Amounts => ({
  drops: drops(held.openingDrops + held.fillsDrops - held.feeDrops),
  rlusd: sum(held.openingRlusd, held.fillsRlusd),
});

/** All that the engine holds: fills-only + overlay. */
export const held = (inventory: Inventory): Amounts => {
  const base = fillsOnly(inventory);
  return {
    drops: drops(base.drops + inventory.overlayDrops),
    rlusd: sum(base.rlusd, inventory.overlayRlusd),
  };
};

export const balances = (inventory: Inventory): Balances => {
  const total = held(inventory);
  const base = fillsOnly(inventory);
  return {
    drops: String(total.drops),
    rlusd: exactText(total.rlusd),
    fillsDrops: String(base.drops),
    fillsRlusd: exactText(base.rlusd),
    overlayDrops: String(inventory.overlayDrops),
    overlayRlusd: exactText(inventory.overlayRlusd),
  };
};

/** XRP and RLUSD together, in RLUSD at this mid: parts add up to their whole. */
export const totalAt = ({ drops: amount, rlusd }: Amounts, mid: Decimal): Exact =>
  sum(product({ units: amount, exponent: -6 }, exactly(mid)), rlusd);

/** Average cost of the XRP held, RLUSD per XRP; null while some of it has no cost. */
export const averageCost = (inventory: Inventory): Decimal | null => {
  const xrp = xrpOf(held(inventory).drops);
  return inventory.uncosted === 0n && isPositive(xrp) ? divide(inventory.cost, xrp) : null;
};

export const apply = (inventory: Inventory, { event }: Recorded<Outline>): Inventory => {
  switch (event.type) {
    case 'session.opened':
      return event.brought.inventory ? brought(event.brought.inventory) : inventory;
    case 'inventory.opened':
      return {
        ...inventory,
        known: true,
        openingDrops: parseDrops(event.drops),
        openingRlusd: exact(event.rlusd),
        uncosted: parseDrops(event.drops),
        realign: false,
      };
    case 'market.observed':
      return inventory.uncosted === 0n || event.mid === null
        ? inventory
        : costed(inventory, decimal(event.mid));
    case 'fee.paid':
      return { ...inventory, feeDrops: drops(inventory.feeDrops + parseDrops(event.drops)) };
    case 'fill.recorded':
      return filled(inventory, event.side, parseDrops(event.drops), decimal(event.rlusd));
    case 'line.rounded':
      return { ...inventory, fillsRlusd: sum(inventory.fillsRlusd, exact(event.rlusd)) };
    case 'operator.capital': {
      const { drops: amount, rlusd, note } = event;
      return { ...inventory, announced: [...inventory.announced, { drops: amount, rlusd, note }] };
    }
    case 'capital.proposed':
      return {
        ...inventory,
        proposed: [
          ...inventory.proposed,
          { hash: event.hash, drops: event.drops, rlusd: event.rlusd },
        ],
      };
    case 'operator.realign':
      return { ...inventory, realign: true };
    case 'market.read':
      return inventory.realign && inventory.known ? { ...inventory, realign: false } : inventory;
    case 'operator.basis':
      return { ...inventory, basis: event.price };
    case 'capital.basis_committed':
      return {
        ...inventory,
        basis: null,
        cost: multiply(decimal(event.price), xrpOf(held(inventory).drops)),
        uncosted: none,
      };
    case 'inventory.changed':
      return event.why === 'deposit' || event.why === 'withdrawal' || event.why === 'realignment'
        ? overlaid(inventory, parseDrops(event.deltaDrops), exact(event.deltaRlusd), event.why)
        : inventory;
    default:
      return inventory;
  }
};

const filled = (
  inventory: Inventory,
  side: 'buy' | 'sell',
  xrp: Drops,
  rlusd: Decimal,
): Inventory => {
  if (side === 'buy') {
    return {
      ...inventory,
      fillsDrops: drops(inventory.fillsDrops + xrp),
      fillsRlusd: difference(inventory.fillsRlusd, exactly(rlusd)),
      cost: add(inventory.cost, rlusd),
    };
  }
  const average = averageCost(inventory);
  const cost = average ? multiply(average, xrpOf(xrp)) : rlusd;
  return {
    ...inventory,
    fillsDrops: drops(inventory.fillsDrops - xrp),
    fillsRlusd: sum(inventory.fillsRlusd, exactly(rlusd)),
    cost: subtract(inventory.cost, cost),
    realised: add(inventory.realised, subtract(rlusd, cost)),
  };
};

/** A movement is of that amount, to the last digit. */
export const isOf = (
  one: Readonly<{ drops: string; rlusd: string }>,
  xrp: Drops,
  rlusd: Exact,
): boolean => parseDrops(one.drops) === xrp && isNothing(difference(exact(one.rlusd), rlusd));

/** Capital moves the overlay; XRP that comes in has the next mid as its cost, XRP that leaves takes its average along, first what had no cost yet. */
const overlaid = (
  inventory: Inventory,
  xrp: Drops,
  rlusd: Exact,
  why: 'deposit' | 'withdrawal' | 'realignment',
): Inventory => {
  const { cost, uncosted } = inventory;
  const gone = xrp < 0n ? -xrp : 0n;
  const fresh = gone < uncosted ? gone : uncosted;
  const costedXrp = xrpOf(drops(held(inventory).drops - uncosted));
  const leaving =
    gone > fresh && isPositive(costedXrp)
      ? multiply(divide(cost, costedXrp), xrpOf(drops(gone - fresh)))
      : zero;
  const without = <T extends Readonly<{ drops: string; rlusd: string }>>(
    all: readonly T[],
  ): readonly T[] => {
    const index = all.findIndex((one) => isOf(one, xrp, rlusd));
    return index < 0 ? all : all.toSpliced(index, 1);
  };
  return {
    ...inventory,
    overlayDrops: drops(inventory.overlayDrops + xrp),
    overlayRlusd: sum(inventory.overlayRlusd, rlusd),
    cost: subtract(cost, leaving),
    uncosted: drops(xrp > 0n ? uncosted + xrp : uncosted - fresh),
    announced: without(inventory.announced),
    proposed: why === 'realignment' ? [] : without(inventory.proposed),
  };
};

const costed = (inventory: Inventory, mid: Decimal): Inventory => ({
  ...inventory,
  cost: add(inventory.cost, multiply(xrpOf(inventory.uncosted), mid)),
  uncosted: none,
});

/** As a next session takes it over. */
export const carried = (inventory: Inventory): InventoryBrought => ({
  openingDrops: String(inventory.openingDrops),
  openingRlusd: exactText(inventory.openingRlusd),
  fillsDrops: String(inventory.fillsDrops),
  fillsRlusd: exactText(inventory.fillsRlusd),
  overlayDrops: String(inventory.overlayDrops),
  overlayRlusd: exactText(inventory.overlayRlusd),
  feeDrops: String(inventory.feeDrops),
  cost: format(inventory.cost),
  uncostedDrops: String(inventory.uncosted),
  realised: format(inventory.realised),
  proposed: inventory.proposed,
  announced: inventory.announced,
  realign: inventory.realign,
  basis: inventory.basis,
});

const brought = (from: InventoryBrought): Inventory => ({
  known: true,
  openingDrops: parseDrops(from.openingDrops),
  openingRlusd: exact(from.openingRlusd),
  fillsDrops: parseDrops(from.fillsDrops),
  fillsRlusd: exact(from.fillsRlusd),
  overlayDrops: parseDrops(from.overlayDrops),
  overlayRlusd: exact(from.overlayRlusd),
  feeDrops: parseDrops(from.feeDrops),
  cost: decimal(from.cost),
  uncosted: parseDrops(from.uncostedDrops),
  realised: decimal(from.realised),
  proposed: from.proposed,
  announced: from.announced,
  realign: from.realign,
  basis: from.basis,
});
