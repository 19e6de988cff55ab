/** The engine's balances against the wallet's as of one validated ledger: the check, and the drift at the end. Pure. */
import type { DriftAtShutdown, TruthChecked, TruthStatus } from '../events/inventory.ts';
import type { MarketRead } from '../events/market.ts';
import { absolute, compare, fromNumber, type Decimal } from '../ledger/decimal.ts';
import { drops, parseDrops, xrpOf, type Drops } from '../ledger/drops.ts';
import {
  difference,
  exact,
  exactText,
  isBelow,
  magnitude,
  nothing,
  product,
  nearest,
  type Exact,
} from '../ledger/exact.ts';
import { held, totalAt, type Amounts, type Inventory } from '../projections/inventory.ts';
import type { WalletTruthSettings } from './settings.ts';

/** What was booked in one ledger. */
export type Change = Readonly<{ ledger: number }> & Amounts;

export type Books = Readonly<{
  inventory: Inventory;
  /** The newest read, or null after one that failed. */
  read: MarketRead | null;
  /** Booked changes, newest last, as far as they lie in ledgers after that read. */
  later: readonly Change[];
}>;

/** What we held at the read's ledger: a fill booked since then is no difference to that wallet. */
export const asOfRead = ({ inventory: all, read, later }: Books): Amounts => {
  const after = later.filter(({ ledger }) => read && ledger > read.ledger.index);
  const now = held(all);
  return {
    drops: drops(after.reduce((all, change) => all - change.drops, now.drops as bigint)),
    rlusd: after.reduce((all, change) => difference(all, change.rlusd), now.rlusd),
  };
};

export const wallet = (read: MarketRead): Amounts => ({
  drops: parseDrops(read.account.drops),
  rlusd: read.line ? exact(read.line.rlusd) : nothing,
});

export const check = (
  settings: WalletTruthSettings,
  books: Books,
  source: TruthChecked['source'],
): TruthChecked => {
  const internal = asOfRead(books);
  const said = { drops: String(internal.drops), rlusd: exactText(internal.rlusd) };
  if (!books.read) {
    return {
      type: 'truth.checked',
      source,
      status: 'unverified',
      ledger: null,
      internal: said,
      chain: null,
      deltaDrops: null,
      deltaRlusd: null,
      note: 'the wallet could not be read',
    };
  }
  const chain = wallet(books.read);
  const xrp = drops(internal.drops - chain.drops);
  const rlusd = difference(internal.rlusd, chain.rlusd);
  return {
    type: 'truth.checked',
    source,
    status: judge(settings, xrp, nearest(rlusd)),
    ledger: books.read.ledger.index,
    internal: said,
    chain: { drops: String(chain.drops), rlusd: exactText(chain.rlusd) },
    deltaDrops: String(xrp),
    deltaRlusd: exactText(rlusd),
    note: books.inventory.proposed.length > 0 ? 'unconfirmed movements stand; see neo capital' : '',
  };
};

/** What differences of so much are, under these thresholds. */
export const judge = (settings: WalletTruthSettings, xrp: Drops, rlusd: Decimal): TruthStatus => {
  const beyond = (xrpLimit: number, rlusdLimit: number): boolean =>
    compare(absolute(xrpOf(xrp)), fromNumber(xrpLimit)) > 0 ||
    compare(absolute(rlusd), fromNumber(rlusdLimit)) > 0;
  if (beyond(settings.trip_delta_xrp, settings.trip_delta_rlusd)) return 'trip';
  return beyond(settings.warn_delta_xrp, settings.warn_delta_rlusd) ? 'warn' : 'ok';
};

const leastTolerance = exact('0.0001');
const toleranceShare = exact('0.0005');

/** How far apart totals may be at the end: 1e-4 RLUSD, or 5 bps of the wallet's where that is more (spec §7). */
export const toleranceOf = (chain: Exact): Exact => {
  const share = product(magnitude(chain), toleranceShare);
  return isBelow(share, leastTolerance) ? leastTolerance : share;
};

/** Undefined where they agree, or where one of them is not known. Totals may agree where the assets do not: then the check has tripped. */
export const driftAtEnd = (
  books: Books,
  mid: Decimal | null,
  { status }: TruthChecked,
): DriftAtShutdown | undefined => {
  if (!books.read || !mid) return undefined;
  const engine = totalAt(asOfRead(books), mid);
  const chain = totalAt(wallet(books.read), mid);
  const tolerance = toleranceOf(chain);
  const isApart = isBelow(tolerance, magnitude(difference(engine, chain)));
  if (!isApart && status !== 'trip') return undefined;
  return {
    type: 'inventory.drift_at_shutdown',
    engineTotal: exactText(engine),
    chainTotal: exactText(chain),
    tolerance: exactText(tolerance),
  };
};
