/** What others have on the mirrored ledger, set without transactions: one maker's offers stand for all of theirs, beside the pool and the issuer's terms. */
import * as d from '../../ledger/decimal.ts';
import { drops } from '../../ledger/drops.ts';
import type { Amendment, Chain, Entry } from '../chain.ts';
import type { Amm } from '../state/entry.ts';
import { hasFlag, rootFlag, withFlag, withoutFlag } from '../state/entry.ts';
import type { Cast } from '../traders/founding.ts';
import { quoteOf, restingOffers, tokenOf, tokens, xrp } from '../traders/pair.ts';
import type { FeedMarket } from './feed.ts';
import type { Book, Side, Taken } from './fill-model.ts';

export const mirrorTraders: readonly string[] = ['maker', 'taker', 'pool'];

export type Others = Readonly<{
  /** What was taken of them in the last ledger: by us, for nobody else trades here. */
  taken: () => readonly Taken[];
  /** Takes all of it away; the answer of `as` then puts everything back. */
  away: () => readonly Amendment[];
  /** Makes it be so in the next ledger; the market is null where the pool and the terms stay. */
  as: (book: Book, market: FeedMarket | null) => readonly Amendment[];
}>;

export const createOthers = (chain: Chain, cast: Cast): Others => {
  const maker = cast.trader('maker').address;
  const issuer = cast.issuer.address;
  /** By the number of the offer that stands for it. */
  let standing = new Map<number, Taken>();
  let numbers = Math.max(0, ...chainNumbers(chain, maker, issuer));
  /** As last seen; it is not there while it is away. */
  let pool: Amm | undefined;
  let isAway = false;

  const there = () => restingOffers(chain.latest().state, maker, issuer);
  const inLedger = (): Amm | undefined =>
    chain.latest().state.amm(xrp, tokenOf(issuer)) as Amm | undefined;

  const removed = (sequence: number): Amendment => ({ set: 'no offer', account: maker, sequence });

  const bookAs = (book: Book): readonly Amendment[] => {
    const found = isAway ? [] : there();
    const left = new Map(found.map((offer) => [offer.sequence, offer.drops]));
    const next = new Map<number, Taken>();
    const added: Amendment[] = [];
    const reused = new Set<number>();
    const same = (wanted: Taken): number | undefined =>
      [...standing].find(
        ([number, one]) =>
          !reused.has(number) &&
          left.get(number) === wanted.drops &&
          one.side === wanted.side &&
          d.compare(one.price, wanted.price) === 0,
      )?.[0];
    for (const wanted of levelsOf(book)) {
      const kept = same(wanted);
      if (kept !== undefined) {
        reused.add(kept);
        next.set(kept, wanted);
        continue;
      }
      numbers += 1;
      const quote = quoteOf(issuer, wanted.side, drops(wanted.drops), wanted.price);
      added.push({ set: 'offer', account: maker, sequence: numbers, ...quote });
      next.set(numbers, wanted);
    }
    standing = next;
    return [
      ...found
        .filter(({ sequence }) => !reused.has(sequence))
        .map(({ sequence }) => removed(sequence)),
      ...added,
    ];
  };

  const poolAs = (market: FeedMarket | null): readonly Amendment[] => {
    const now = inLedger();
    pool = now ?? pool;
    if (!pool) return [];
    if (!market) return isAway && now ? [{ set: 'entry', entry: pool }] : [];
    if (!market.amm) return [{ set: 'no entry', index: pool.index }];
    const { drops: xrpDrops, rlusd, feeHundredThousandths: fee } = market.amm;
    const { TradingFee: _, ...rest } = pool;
    const entry = (fee === 0 ? rest : { ...rest, TradingFee: fee }) as Amm;
    return [
      { set: 'entry', entry },
      { set: 'pool', amounts: [xrpDrops, tokens(issuer, d.decimal(rlusd))] },
    ];
  };

  const termsAs = ({
    flags,
    transferRate,
    tickSize,
  }: FeedMarket['issuer']): readonly Amendment[] => {
    const root = chain.latest().state.account(issuer);
    if (!root) return [];
    const { TransferRate: _rate, TickSize: _size, ...rest } = root;
    const frozen = hasFlag(flags, rootFlag.globalFreeze) ? withFlag : withoutFlag;
    const entry = {
      ...rest,
      Flags: frozen(Number(root['Flags']), rootFlag.globalFreeze),
      ...(transferRate === null ? {} : { TransferRate: transferRate }),
      ...(tickSize === null ? {} : { TickSize: tickSize }),
    } as Entry;
    return JSON.stringify(entry) === JSON.stringify(root) ? [] : [{ set: 'entry', entry }];
  };

  return {
    taken: () => {
      const left = new Map(there().map((offer) => [offer.sequence, BigInt(offer.drops)]));
      return [...standing].flatMap(([number, one]): Taken[] => {
        const gone = one.drops - (left.get(number) ?? 0n);
        return gone > 0n ? [{ ...one, drops: gone }] : [];
      });
    },
    away: () => {
      isAway = true;
      pool = inLedger() ?? pool;
      return [
        ...there().map(({ sequence }) => removed(sequence)),
        ...(pool ? [{ set: 'no entry', index: pool.index } as const] : []),
      ];
    },
    as: (book, market) => {
      const amendments = [
        ...bookAs(book),
        ...poolAs(market),
        ...(market ? termsAs(market.issuer) : []),
      ];
      isAway = false;
      return amendments;
    },
  };
};

const chainNumbers = (chain: Chain, maker: string, issuer: string): readonly number[] =>
  restingOffers(chain.latest().state, maker, issuer).map(({ sequence }) => sequence);

const levelsOf = ({ bids, asks }: Book): readonly Taken[] => {
  const of = (side: Side, levels: Book['bids']): readonly Taken[] =>
    levels.map((level) => ({ ...level, side }));
  return [...of('buy', bids), ...of('sell', asks)];
};
