/** Order integrity: an order's fate could not be established from the ledger within its grace. Recovers when every order is accounted for. */
import type { GuardFact } from '../../events/guard.ts';
import type { OrderId } from '../../events/order.ts';
import type { Reducer } from '../reducer.ts';
import type { IntegritySettings } from '../settings.ts';

/** Ticks that each unknown order has been unknown for. */
type State = Readonly<{ unknown: ReadonlyMap<OrderId, number> }>;

const allAccounted: GuardFact = {
  trip: false,
  release: 'holds',
  condition: null,
  operands: { unknown: 0, first: null },
  toTrip: null,
  toRelease: 0,
};

export const integrityGuard = (settings: IntegritySettings): Reducer<State> => ({
  id: 'order_integrity',
  hears: [
    'session.opened',
    'order.unknown',
    'order.resting',
    'order.partially_filled',
    'order.filled',
    'order.cancelled',
    'order.expired',
    'order.rejected',
    'market.observed',
  ],
  answers: ['market.observed'],
  initial: { unknown: new Map() },
  on: (state, { event }, say) => {
    if (event.type === 'market.observed') {
      if (state.unknown.size === 0) {
        say({ type: 'guard.assessed', guard: 'order_integrity', fact: allAccounted });
        return state;
      }
      const aged = new Map([...state.unknown].map(([order, ticks]) => [order, ticks + 1]));
      const beyond = [...aged].filter(([, ticks]) => ticks > settings.grace_ticks);
      say({
        type: 'guard.assessed',
        guard: 'order_integrity',
        fact: {
          trip: beyond.length > 0,
          release: 'broken',
          condition: null,
          operands: { unknown: aged.size, first: [...aged.keys()][0] ?? null },
          toTrip: settings.grace_ticks + 1 - Math.max(...aged.values()),
          toRelease: aged.size,
        },
      });
      return { unknown: aged };
    }
    if (event.type === 'session.opened') {
      const brought = event.brought.orders.filter(({ state: was }) => was === 'unknown');
      return { unknown: new Map(brought.map(({ id }) => [id, 0])) };
    }
    if (!('order' in event) || typeof event.order !== 'string') return state;
    if (event.type !== 'order.unknown' && !state.unknown.has(event.order)) return state;
    const unknown = new Map(state.unknown);
    if (event.type === 'order.unknown') unknown.set(event.order, unknown.get(event.order) ?? 0);
    else unknown.delete(event.order);
    return { unknown };
  },
});
