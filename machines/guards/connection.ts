/** Ledger connection: at a tick the gateway is not ready. Recovers when it is ready and the gap is filled. */
import type { GatewayState } from '../../events/gateway.ts';
import type { Reducer } from '../reducer.ts';

type State = Readonly<{ state: GatewayState; why: string; ticksDown: number }>;

export const connectionGuard: Reducer<State> = {
  id: 'ledger_connection',
  hears: ['gateway.changed', 'market.observed'],
  answers: ['market.observed'],
  initial: { state: 'disconnected', why: 'not connected yet', ticksDown: 0 },
  on: (state, { event }, say) => {
    if (event.type === 'gateway.changed') return { ...state, state: event.state, why: event.why };
    if (event.type !== 'market.observed') return state;
    const ready = state.state === 'ready';
    const ticksDown = ready ? 0 : state.ticksDown + 1;
    say({
      type: 'guard.assessed',
      guard: 'ledger_connection',
      fact: {
        trip: !ready,
        release: ready ? 'holds' : 'broken',
        condition: ready ? null : state.state,
        operands: { gateway: state.state, why: state.why, ticksDown },
        toTrip: null,
        toRelease: ready ? 0 : 1,
      },
    });
    return ticksDown === state.ticksDown ? state : { ...state, ticksDown };
  },
};
