/** What one session leaves to the next: its inventory, its open orders, how far the ledger is covered, and its latches. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { OrderBrought, SessionOpened } from '../events/session.ts';
import { apply as applyInventory, carried, noInventory, type Inventory } from './inventory.ts';
import type { Order } from './order.ts';
import { apply as applyOrders, noOrders, type Orders } from './orders.ts';

export type Legacy = Readonly<{
  opened: SessionOpened | null;
  inventory: Inventory;
  orders: Orders;
  coveredLedger: number | null;
  booked: SessionOpened['brought']['booked'];
  killLatched: { readonly note: string } | null;
  driftUnacknowledged: boolean;
  /** The session said how it ended and finished its closing. */
  ended: boolean;
  lastAt: number;
}>;

export const noLegacy: Legacy = {
  opened: null,
  inventory: noInventory,
  orders: noOrders,
  coveredLedger: null,
  booked: [],
  killLatched: null,
  driftUnacknowledged: false,
  ended: false,
  lastAt: 0,
};

export const apply = (legacy: Legacy, row: Recorded<Event>): Legacy => {
  const { event } = row;
  const next: Legacy = {
    ...legacy,
    inventory: applyInventory(legacy.inventory, row),
    orders: applyOrders(legacy.orders, row),
    lastAt: row.at,
  };
  switch (event.type) {
    case 'session.opened': {
      const { coveredLedger, booked, killLatched, driftUnacknowledged } = event.brought;
      return { ...next, opened: event, coveredLedger, booked, killLatched, driftUnacknowledged };
    }
    case 'market.read': {
      const coveredLedger = Math.max(legacy.coveredLedger ?? 0, event.ledger.index);
      return {
        ...next,
        coveredLedger,
        booked: legacy.booked.filter(({ ledger }) => ledger > coveredLedger),
      };
    }
    case 'transaction.validated': {
      const { hash, ledger } = event;
      return { ...next, booked: [...legacy.booked, { hash, ledger }] };
    }
    case 'operator.kill':
      return { ...next, killLatched: { note: event.note } };
    case 'operator.clear':
      return { ...next, killLatched: null };
    case 'inventory.drift_at_shutdown':
      return { ...next, driftUnacknowledged: true };
    case 'operator.acknowledge':
      return { ...next, driftUnacknowledged: false };
    case 'session.ended':
      return { ...next, ended: true };
    default:
      return next;
  }
};

/** As the next session takes it over. An order that was intended and never signed never left. */
export const brought = (legacy: Legacy): SessionOpened['brought'] => ({
  inventory: legacy.inventory.known ? carried(legacy.inventory) : null,
  orders: [...legacy.orders.open.values()].filter(({ hash }) => hash !== null).map(orderBrought),
  coveredLedger: legacy.coveredLedger,
  booked: legacy.booked,
  signed: legacy.orders.pending.flatMap(({ hash }) => (hash === null ? [] : [hash])),
  killLatched: legacy.killLatched,
  driftUnacknowledged: legacy.driftUnacknowledged,
});

const orderBrought = (order: Order): OrderBrought => ({
  id: order.id,
  side: order.side,
  sequence: order.sequence,
  drops: order.drops,
  rlusd: order.rlusd,
  price: order.price,
  state: order.state === 'cancel_pending' ? order.before : order.state,
  hash: order.hash,
  blob: order.blob,
  lastLedger: order.lastLedger,
  expiration: order.expiration,
});
