/**
 * What an issuer's terms were agreed to be, what of them is found otherwise, and what of that an operator has accepted. It
 * goes on from session to session: a change that came while nobody looked is a change.
 */
import type { Recorded } from '../events/envelope.ts';
import type { MarketRead } from '../events/market.ts';
import type { Outline } from '../events/outline.ts';
import type { IssuerBrought } from '../events/session.ts';

export type Issuer = Readonly<
  Omit<IssuerBrought, 'terms'> & {
    /** As of the first read that there ever was; null before it. */
    terms: IssuerBrought['terms'] | null;
    session: string;
    /** As of the newest read; null before the first, and without a pool. */
    poolFrozen: boolean | null;
  }
>;

export const noIssuer: Issuer = {
  terms: null,
  found: [],
  accepted: [],
  trip: null,
  session: '',
  poolFrozen: null,
  clawback: null,
};

/** lsfGlobalFreeze of the issuer's AccountRoot. */
const globalFreeze = 0x0040_0000;

export const apply = (issuer: Issuer, { seq, event }: Recorded<Outline>): Issuer => {
  switch (event.type) {
    case 'session.opened':
      return { ...noIssuer, ...event.brought.issuer, session: event.uuid };
    case 'guard.tripped':
      return event.guard === 'issuer' ? named(issuer, seq) : issuer;
    case 'market.read':
      return renamed(read(issuer, event), seq);
    case 'movement.seen': {
      if (event.kind !== 'clawback') return issuer;
      const next = { ...issuer, clawback: `clawback of ${event.rlusd} RLUSD` };
      return issuer.trip ? named(next, seq) : next;
    }
    case 'operator.acknowledge':
      return event.uuid === issuer.trip?.uuid && event.seq === issuer.trip.seq
        ? accept(issuer, issuer.trip.standing)
        : issuer;
    default:
      return issuer;
  }
};

/** The event that an acknowledgement names now, and what it accepts with that. */
const named = (issuer: Issuer, seq: number): Issuer => ({
  ...issuer,
  trip: { uuid: issuer.session, seq, standing: standing(issuer) },
});

/** Nobody has seen at a trip what came after it: then it is the event that brought it which is to be acknowledged. */
const renamed = (issuer: Issuer, seq: number): Issuer => {
  const { trip } = issuer;
  if (trip === null || standing(issuer).every((what) => trip.standing.includes(what))) {
    return issuer;
  }
  return named(issuer, seq);
};

const accept = (issuer: Issuer, seen: readonly string[]): Issuer => ({
  ...issuer,
  accepted: issuer.found.filter((what) => issuer.accepted.includes(what) || seen.includes(what)),
  clawback: issuer.clawback !== null && seen.includes(issuer.clawback) ? null : issuer.clawback,
  trip: issuer.trip && { ...issuer.trip, standing: [] },
});

/** The event that waits for an acknowledgement: what has been acknowledged does not, nor what was undone. */
export const awaiting = (issuer: Issuer): IssuerBrought['trip'] =>
  issuer.trip && issuer.trip.standing.length > 0 && standing(issuer).length > 0
    ? issuer.trip
    : null;

/** What stands between us and the issuer, in words, without what was accepted. */
export const standing = ({ found, clawback, accepted }: Issuer): readonly string[] =>
  [...found, ...(clawback === null ? [] : [clawback])].filter((what) => !accepted.includes(what));

/** For the next session; null before the first read. */
export const carried = ({ terms, found, accepted, trip, clawback }: Issuer): IssuerBrought | null =>
  terms && { terms, found, accepted, trip, clawback };

/** What was accepted is forgotten once it is undone: its return is news. */
const read = (
  issuer: Issuer,
  { issuer: now, line, amm }: Pick<MarketRead, 'issuer' | 'line' | 'amm'>,
): Issuer => {
  const { transferRate, tickSize, flags } = now;
  const terms = issuer.terms ?? { transferRate, tickSize };
  const found: string[] = [];
  if ((flags & globalFreeze) !== 0) found.push('global freeze');
  if (line?.frozen) found.push('our line is frozen');
  if (line?.deepFrozen) found.push('our line is deep-frozen');
  if (transferRate !== terms.transferRate) {
    found.push(`transfer rate ${terms.transferRate ?? 'none'} → ${transferRate ?? 'none'}`);
  }
  if (tickSize !== terms.tickSize)
    found.push(`tick size ${terms.tickSize ?? 'none'} → ${tickSize ?? 'none'}`);
  const poolFrozen = amm?.frozen ?? null;
  const isCalm = found.length === 0 && issuer.found.length === 0 && issuer.accepted.length === 0;
  if (isCalm && terms === issuer.terms && poolFrozen === issuer.poolFrozen) return issuer;
  const accepted = issuer.accepted.filter((what) => found.includes(what));
  return { ...issuer, terms, found, accepted, poolFrozen };
};
