/** Makers of the seeded market: two thin quotes each around their idea of the price, replaced as it moves, expiring by themselves. */
import * as d from '../../ledger/decimal.ts';
import { drops } from '../../ledger/drops.ts';
import type { Chain } from '../chain.ts';
import { send, ticketsOf } from './desk.ts';
import type { Cast } from './founding.ts';
import type { Account } from './keys.ts';
import { offerFields, priceOf, quoteOf, type Resting, restingOffers, type Side } from './pair.ts';
import { between } from './random.ts';

export type Making = Readonly<{
  role: string;
  /** Of the middle of the book, on each side. */
  halfSpreadBps: number;
  xrpLeast: number;
  xrpMost: number;
  lifetimeSeconds: number;
  /** A quote this far from where it should be is replaced. */
  toleranceBps: number;
  /** Numbers its quotes by tickets, so that they do not wait for one another. */
  tickets?: true;
}>;

/** Spreads of 4 to 5.5 bps near the touch, and one deep maker far behind, so that a swept book is never empty. */
export const makings: readonly Making[] = [
  thin('maker one', 2),
  { ...thin('maker two', 2.35), tickets: true },
  thin('maker three', 2.75),
  {
    role: 'maker deep',
    halfSpreadBps: 45,
    xrpLeast: 20_000,
    xrpMost: 30_000,
    lifetimeSeconds: 3600,
    toleranceBps: 12,
  },
];

function thin(role: string, halfSpreadBps: number): Making {
  return { role, halfSpreadBps, xrpLeast: 25, xrpMost: 60, lifetimeSeconds: 90, toleranceBps: 0.3 };
}

const bps = 1e4;
const pricePlaces = 1e6;
const dropsPerXrp = 1e6;
/** A quote with less than this part of the least size left is replaced. */
const partLeft = 0.7;
const renewBeforeSeconds = 20;

/** Brings one maker's two quotes to where they belong. */
export const make = (
  chain: Chain,
  cast: Cast,
  making: Making,
  fair: number,
  closeTime: number,
  seed: number,
): void => {
  const maker = cast.trader(making.role);
  const offers = restingOffers(chain.open(), maker.address, cast.issuer.address);
  for (const side of ['buy', 'sell'] as const) {
    const [old, ...others] = offers.filter((offer) => offer.side === side);
    const wanted = priceFor(making, side, fair);
    if (old && others.length === 0 && isGood(old, making, wanted, closeTime)) continue;
    const draw = [seed, hashOf(making.role), side === 'buy' ? 0 : 1, closeTime];
    const size = between(making.xrpLeast, making.xrpMost, ...draw);
    const quote = quoteOf(
      cast.issuer.address,
      side,
      drops(BigInt(Math.round(size * dropsPerXrp))),
      d.fromNumber(wanted),
    );
    send(chain, maker, {
      ...offerFields(quote),
      Expiration: closeTime + making.lifetimeSeconds,
      ...(old ? { OfferSequence: old.sequence } : {}),
      ...(making.tickets ? { TicketSequence: ticketOf(chain, maker) } : {}),
    });
  }
};

const ticketsAtOnce = 20;

/** The oldest that it has; new ones where there is none left. */
const ticketOf = (chain: Chain, maker: Account): number => {
  const [oldest] = ticketsOf(chain, maker.address);
  if (oldest !== undefined) return oldest;
  send(chain, maker, { TransactionType: 'TicketCreate', TicketCount: ticketsAtOnce });
  return ticketsOf(chain, maker.address)[0] ?? 0;
};

const priceFor = ({ halfSpreadBps }: Making, side: Side, fair: number): number => {
  const away = (side === 'buy' ? -halfSpreadBps : halfSpreadBps) / bps;
  return Math.round(fair * (1 + away) * pricePlaces) / pricePlaces;
};

const isGood = (old: Resting, making: Making, wanted: number, closeTime: number): boolean => {
  const off = Math.abs(d.toNumber(priceOf(old)) / wanted - 1) * bps;
  if (off > making.toleranceBps) return false;
  if (Number(old.drops) < making.xrpLeast * dropsPerXrp * partLeft) return false;
  return (old.expiration ?? Number.POSITIVE_INFINITY) > closeTime + renewBeforeSeconds;
};

/** A small number of a name. */
const hashOf = (name: string): number => {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return sum;
};
