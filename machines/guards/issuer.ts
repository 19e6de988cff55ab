/**
 * Issuer: the token's rules changed under us: global freeze, a freeze of our line, another transfer rate or tick size than
 * at our first read or the session before, a clawback naming us. Recovers when undone, or when the event that brought it is acknowledged.
 */
import type { GuardFact } from '../../events/guard.ts';
import { apply, awaiting, noIssuer, standing, type Issuer } from '../../projections/issuer.ts';
import type { Reducer } from '../reducer.ts';

/** `read`: the newest try to read came through. */
type State = Readonly<{ issuer: Issuer; read: boolean }>;

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
  initial: { issuer: noIssuer, read: false },
  on: ({ issuer, read }, row, say) => {
    switch (row.event.type) {
      case 'read.failed':
      case 'gateway.down':
        return { issuer, read: false };
      case 'market.observed':
        say({ type: 'guard.assessed', guard: 'issuer', fact: assess(issuer, read) });
        return { issuer, read };
      default:
        return { issuer: apply(issuer, row), read: read || row.event.type === 'market.read' };
    }
  },
};

const assess = (issuer: Issuer, read: boolean): GuardFact => {
  const found = standing(issuer);
  const { session, poolFrozen } = issuer;
  const trip = awaiting(issuer);
  return {
    trip: found.length > 0,
    release: found.length > 0 ? 'broken' : read ? 'holds' : 'neither',
    condition: found[0] ?? null,
    operands: {
      found: found.join(', ') || null,
      poolFrozen,
      trip: trip?.uuid === session ? trip.seq : null,
    },
    toTrip: null,
    toRelease: found.length,
  };
};
