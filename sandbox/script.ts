/**
 * The port by which a scenario moves the world: books, pool, takers, races and transfers. The engine cannot reach it; all
 * that trades with the engine through it is a real crossing, and every movement of its wallet is a validated transaction.
 */
import * as d from '../ledger/decimal.ts';
import type { Applied, Chain, Closing } from './chain.ts';
import type { Cast } from './traders/founding.ts';
import type { Market } from './traders/market.ts';
import type { Resting, Side } from './traders/pair.ts';
import { type MarketPoint, scriptedBook, scriptedTraders } from './traders/scripted-book.ts';
import { partOf, take, targetOf } from './traders/scripted-taker.ts';
import {
  type Change,
  divide,
  type Parsed,
  parseChange,
  setBalances,
  transfer,
} from './traders/transfer.ts';

export type { Change, MarketPoint, Side };

/** Everything takes effect in the next ledger that closes. */
export type Script = Readonly<{
  /** Decimal strings, RLUSD per XRP; null: no such side, no pool. Holds until the next call. */
  market: (point: MarketPoint) => void;
  /** A taker fills this part (decimal string, 0 < part ≤ 1) of what is left of the engine's resting order; nothing happens where none can trade. */
  take: (side: Side, fraction: string) => void;
  /** Armed until used: the taker is ahead of the engine's next cancel or replace of that order, in the same ledger. */
  race: (side: Side) => void;
  /** The wallet changes by so much (signed), without the engine and without its Sequence. */
  transfer: (change: Change) => void;
}>;

type Take = Readonly<{ side: Side; fraction: d.Decimal }>;

const all = d.decimal('1');

/** The script, and the market that carries it out when a ledger closes. */
export const createScript = (chain: Chain, cast: Cast): Script & Pick<Market, 'act'> => {
  const book = scriptedBook(chain, cast);
  const armed = new Set<Side>();
  let point: MarketPoint = { bid: null, ask: null, amm: null };
  let takes: readonly Take[] = [];
  let transfers: readonly Parsed[] = [];

  /** The taker goes ahead of all that is in the open ledger, and meets the order as it stood before. */
  const raceFor = (side: Side): Resting | undefined => {
    const target = targetOf(chain, chain.latest().state, cast, side);
    return target && chain.pending().some((one) => gives(one, target)) ? target : undefined;
  };

  const act = (): Closing => {
    const wanted = { takes, transfers };
    takes = [];
    transfers = [];
    book.set(point);
    const { paid, unpaid } = divide(chain, cast, wanted.transfers);
    setBalances(chain, cast, unpaid);
    const putBack: (() => string | undefined)[] = [];
    const cleared = new Set<Side>();
    const clear = (side: Side): void => {
      if (cleared.has(side)) return;
      cleared.add(side);
      putBack.push(book.stepAside(side));
    };
    const ahead: string[] = [];
    for (const side of armed) {
      const target = raceFor(side);
      if (!target) continue;
      armed.delete(side);
      clear(side);
      ahead.push(take(chain, cast, target, target.drops));
    }
    const before = chain.pending().map(({ hash }) => hash);
    const after: string[] = [];
    for (const { side, fraction } of wanted.takes) {
      const target = targetOf(chain, chain.open(), cast, side);
      if (!target) continue;
      clear(side);
      after.push(take(chain, cast, target, partOf(target, fraction)));
    }
    for (const change of paid) after.push(...transfer(chain, cast, change));
    const back = putBack.flatMap((restore) => restore() ?? []);
    if (ahead.length + after.length + back.length === 0) return {};
    const rest = before.filter((hash) => !ahead.includes(hash));
    return { first: [...ahead, ...rest, ...after, ...back] };
  };

  return {
    act,
    market: (next) => {
      point = next;
    },
    take: (side, fraction) => {
      const part = d.parseDecimal(fraction);
      if (!part || !d.isPositive(part) || d.compare(part, all) > 0) {
        throw new RangeError(`a fraction is above 0 and at most 1: "${fraction}"`);
      }
      takes = [...takes, { side, fraction: part }];
    },
    race: (side) => {
      armed.add(side);
    },
    transfer: (change) => {
      transfers = [...transfers, parseChange(change)];
    },
  };
};

export { scriptedTraders };

/** Does the transaction cancel or replace the offer? */
const gives = ({ tx }: Applied, { account, sequence }: Resting): boolean =>
  tx['Account'] === account &&
  tx['OfferSequence'] === sequence &&
  (tx['TransactionType'] === 'OfferCancel' || tx['TransactionType'] === 'OfferCreate');
