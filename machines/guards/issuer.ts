/**
 * Issuer: the token's rules changed under us: global freeze, a freeze of our line, another transfer rate or tick size, a
 * clawback naming us. Recovers when undone, or when its trip is acknowledged.
 */
import type { Reducer } from '../reducer.ts';
import type { MarketRead } from '../../events/market.ts';

type Terms = Readonly<{ transferRate: number | null; tickSize: number | null }>;

type State = Readonly<{
  opening: Terms | null;
  found: readonly string[];
  clawback: string | null;
  accepted: readonly string[];
  /** The newest try to read came through. */
  read: boolean;
  /** The trip that an acknowledgement must name. */
  trip: Readonly<{ uuid: string; seq: number }>;
}>;

/** lsfGlobalFreeze of the issuer's AccountRoot. */
const globalFreeze = 0x0040_0000;

export const issuerGuard: Reducer<State> = {
  id: 'issuer',
  hears: [
    'session.opened',
    'market.read',
    'read.failed',
    'gateway.down',
    'movement.seen',
    'guard.tripped',
    'operator.acknowledge',
    'market.observed',
  ],
  answers: ['market.observed'],
  initial: {
    opening: null,
    found: [],
    clawback: null,
    accepted: [],
    read: false,
    trip: { uuid: '', seq: 0 },
  },
  on: (state, { seq, event }, say) => {
    switch (event.type) {
      case 'session.opened':
        return { ...state, trip: { uuid: event.uuid, seq: 0 } };
      case 'guard.tripped':
        return event.guard === 'issuer' ? { ...state, trip: { ...state.trip, seq } } : state;
      case 'market.read':
        return { ...state, ...compared(state, event), read: true };
      case 'read.failed':
      case 'gateway.down':
        return { ...state, read: false };
      case 'movement.seen':
        return event.kind === 'clawback'
          ? { ...state, clawback: `clawback of ${event.rlusd} RLUSD` }
          : state;
      case 'operator.acknowledge':
        return event.uuid === state.trip.uuid && event.seq === state.trip.seq
          ? { ...state, accepted: state.found, clawback: null }
          : state;
      case 'market.observed': {
        const found = standing(state).filter((what) => !state.accepted.includes(what));
        say({
          type: 'guard.assessed',
          guard: 'issuer',
          fact: {
            trip: found.length > 0,
            release: found.length > 0 ? 'broken' : state.read ? 'holds' : 'neither',
            condition: found[0] ?? null,
            operands: { found: found.join(', ') || null, trip: state.trip.seq || null },
            toTrip: null,
            toRelease: found.length,
          },
        });
        return state;
      }
      default:
        return state;
    }
  },
};

const standing = (state: State): readonly string[] =>
  state.clawback === null ? state.found : [...state.found, state.clawback];

/** What was accepted is forgotten once it is undone: its return is news. */
const compared = (
  state: State,
  read: MarketRead,
): Pick<State, 'opening' | 'found' | 'accepted'> => {
  const { transferRate, tickSize, flags } = read.issuer;
  const terms = state.opening ?? { transferRate, tickSize };
  const found: string[] = [];
  if ((flags & globalFreeze) !== 0) found.push('global freeze');
  if (read.line?.frozen) found.push('our line is frozen');
  if (read.line?.deepFrozen) found.push('our line is deep-frozen');
  if (transferRate !== terms.transferRate) {
    found.push(`transfer rate ${terms.transferRate ?? 'none'} → ${transferRate ?? 'none'}`);
  }
  if (tickSize !== terms.tickSize)
    found.push(`tick size ${terms.tickSize ?? 'none'} → ${tickSize ?? 'none'}`);
  const accepted = state.accepted.filter((what) => found.includes(what));
  return { opening: terms, found, accepted };
};
