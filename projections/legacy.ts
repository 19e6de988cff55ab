/** What one session leaves to the next: its inventory, its open orders, how far the ledger is covered, and its latches. */
import type { Recorded } from '../events/envelope.ts';
import type { OperatorAcknowledge } from '../events/operator.ts';
import type { Outline } from '../events/outline.ts';
import type { DriftLeft, OrderBrought, SessionOpened } from '../events/session.ts';
import {
  apply as applyIssuer,
  awaiting as issuerAwaiting,
  carried as issuerCarried,
  noIssuer,
  type Issuer,
} from './issuer.ts';
import { apply as applyInventory, carried, noInventory, type Inventory } from './inventory.ts';
import { apply as applyLatch, type Latch } from './latch.ts';
import type { Order } from './order.ts';
import { apply as applyOrders, noOrders, type Orders } from './orders.ts';

export type Legacy = Readonly<{
  /** Its local number. */
  session: number;
  opened: SessionOpened | null;
  inventory: Inventory;
  orders: Orders;
  coveredLedger: number | null;
  booked: SessionOpened['brought']['booked'];
  /** Offers of ours that have expired and still stand on the account, by their Sequences. */
  expired: readonly number[];
  killLatched: Latch;
  driftUnacknowledged: DriftLeft | null;
  issuer: Issuer;
  /** It has passed the checks of its start. */
  started: boolean;
  /** Servers of another network that a start has met and not left: what is read then may be of there, and counts for nothing. */
  elsewhere: ReadonlySet<string>;
  /** It met an account without a line for its token. */
  lineless: boolean;
  /** The session said how it ended and finished its closing, or a later start has closed it. */
  ended: boolean;
  lastAt: number;
}>;

export const noLegacy: Legacy = {
  session: 0,
  opened: null,
  inventory: noInventory,
  orders: noOrders,
  coveredLedger: null,
  booked: [],
  expired: [],
  killLatched: null,
  driftUnacknowledged: null,
  issuer: noIssuer,
  started: false,
  elsewhere: new Set(),
  lineless: false,
  ended: false,
  lastAt: 0,
};

export const apply = (legacy: Legacy, row: Recorded<Outline>): Legacy => {
  const { event } = row;
  if (legacy.elsewhere.size > 0 && !ofNoLedger.test(event.type)) {
    return { ...legacy, lastAt: row.at };
  }
  const next: Legacy = {
    ...legacy,
    inventory: applyInventory(legacy.inventory, row),
    orders: applyOrders(legacy.orders, row),
    issuer: applyIssuer(legacy.issuer, row),
    killLatched: applyLatch(legacy.killLatched, event),
    lastAt: row.at,
  };
  switch (event.type) {
    case 'session.opened': {
      const { coveredLedger, booked, expired, driftUnacknowledged } = event.brought;
      return {
        ...next,
        opened: event,
        coveredLedger,
        booked,
        expired,
        driftUnacknowledged,
        started: false,
        elsewhere: noLegacy.elsewhere,
        lineless: false,
      };
    }
    case 'gateway.up':
      return isElsewhere(legacy, event.networkId)
        ? { ...next, elsewhere: new Set(legacy.elsewhere).add(event.endpoint) }
        : next;
    case 'gateway.down':
      return {
        ...next,
        elsewhere: new Set([...legacy.elsewhere].filter((one) => one !== event.endpoint)),
      };
    case 'session.started':
      return { ...next, started: true, elsewhere: noLegacy.elsewhere };
    case 'market.read': {
      const coveredLedger = Math.max(legacy.coveredLedger ?? 0, event.ledger.index);
      return {
        ...next,
        lineless: event.line === null,
        coveredLedger,
        driftUnacknowledged: driftStanding(legacy),
        booked: legacy.booked.filter(({ ledger }) => ledger > coveredLedger),
        expired: legacy.expired.filter((one) =>
          event.offers.some(({ sequence }) => sequence === one),
        ),
      };
    }
    case 'order.expired': {
      const order = legacy.orders.open.get(event.order);
      return order && event.hash === null
        ? { ...next, expired: [...legacy.expired, order.sequence] }
        : next;
    }
    case 'transaction.validated': {
      const { hash, ledger } = event;
      return { ...next, booked: [...legacy.booked, { hash, ledger }] };
    }
    case 'inventory.drift_at_shutdown':
      return {
        ...next,
        driftUnacknowledged: {
          uuid: legacy.opened?.uuid ?? '',
          session: legacy.session,
          seq: row.seq,
        },
      };
    case 'operator.acknowledge':
      return isAnswered(legacy.driftUnacknowledged, event)
        ? { ...next, driftUnacknowledged: null }
        : next;
    case 'session.ended':
    case 'session.closed_by_next':
      return { ...next, ended: true };
    default:
      return next;
  }
};

/** What a session says of itself, of its servers and of what operators ask. */
const ofNoLedger = /^(?:session|gateway|operator)\./;

/** What waits for an answer: a realignment that was asked for and not done yet is one. */
export const driftStanding = ({
  driftUnacknowledged,
  inventory,
}: Pick<Legacy, 'driftUnacknowledged' | 'inventory'>): DriftLeft | null =>
  inventory.realign ? null : driftUnacknowledged;

const isElsewhere = ({ opened, started }: Legacy, networkId: number | null): boolean =>
  !started && networkId !== null && opened !== null && networkId !== opened.networkId;

/** It names this very event. */
export const isAnswered = (
  drift: DriftLeft | null,
  { uuid, seq }: Pick<OperatorAcknowledge, 'uuid' | 'seq'>,
): boolean => drift !== null && drift.uuid === uuid && drift.seq === seq;

/** An event that waits for an acknowledgement; of an issuer's change with what it would accept. */
export type Awaiting = Readonly<{ uuid: string; seq: number; standing?: readonly string[] }>;

/** A later event takes the place of an earlier one. */
export const awaiting = (legacy: Legacy): readonly Awaiting[] =>
  [driftStanding(legacy), issuerAwaiting(legacy.issuer)].flatMap((one) => one ?? []);

/** As the next session takes it over. An order that was intended and never signed never left. */
export const brought = (legacy: Legacy): SessionOpened['brought'] => ({
  inventory: legacy.inventory.known ? carried(legacy.inventory) : null,
  orders: [...legacy.orders.open.values()].filter(({ hash }) => hash !== null).map(orderBrought),
  coveredLedger: legacy.coveredLedger,
  booked: legacy.booked,
  expired: legacy.expired,
  signed: legacy.orders.pending.flatMap(({ hash }) => (hash === null ? [] : [hash])),
  killLatched: legacy.killLatched,
  driftUnacknowledged: legacy.driftUnacknowledged,
  issuer: issuerCarried(legacy.issuer),
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
