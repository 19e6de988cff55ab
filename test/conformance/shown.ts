/** A state as the recordings show it: account_info, account_lines, account_offers, book_offers and amm_info in few fields. */
import { isHigher } from '../../ledger/address.ts';
import * as d from '../../ledger/decimal.ts';
import { num, over, times } from '../../ledger/number.ts';
import {
  above,
  type Amount,
  below,
  difference,
  least,
  parity,
  type Quantity,
  quantityOf,
  tokens,
  withQuantity,
} from '../../ledger/quantity.ts';
import { multiplyPlain, qualityFromHex, rateOf } from '../../ledger/quality.ts';
import type { Asset, ClosedLedger } from '../../sandbox/chain.ts';
import type { AccountRoot, Amm, Offer, RippleState } from '../../sandbox/state/entry.ts';
import { hasFlag, lineFlag, rootFlag } from '../../sandbox/state/entry.ts';
import type { Json } from './recording.ts';

const rateExponent = -9;
const baseReserve = 1_000_000n;
const ownerReserve = 200_000n;

export type Shown = Readonly<Record<string, unknown>>;

export const shownAccount = (ledger: ClosedLedger, address: string, isIssuer: boolean): Shown => {
  const account = ledger.state.account(address) as AccountRoot | undefined;
  if (!account) return { missing: 'actNotFound' };
  const kept = ['TickSize', 'TransferRate', 'TicketCount', 'RegularKey'] as const;
  const offers = shownOffers(ledger, address);
  return {
    Balance: account.Balance,
    Sequence: account.Sequence,
    OwnerCount: account.OwnerCount,
    Flags: account.Flags,
    ...Object.fromEntries(
      kept.flatMap((field) => (account[field] === undefined ? [] : [[field, account[field]]])),
    ),
    ...(isIssuer ? {} : { lines: shownLines(ledger, address) }),
    ...(offers.length === 0 ? {} : { offers }),
  };
};

const shownLines = (ledger: ClosedLedger, address: string): readonly Shown[] =>
  ledger.state
    .owned(address)
    .filter((entry): entry is RippleState => entry.LedgerEntryType === 'RippleState')
    .flatMap((line) => {
      const high = line.HighLimit.issuer === address;
      const own = high ? line.HighLimit : line.LowLimit;
      const peer = high ? line.LowLimit : line.HighLimit;
      const flag = (ifHigh: number, ifLow: number, name: string) =>
        hasFlag(line.Flags, high ? ifHigh : ifLow) ? { [name]: true } : {};
      const keeps =
        hasFlag(line.Flags, high ? lineFlag.highReserve : lineFlag.lowReserve) ||
        line.Balance.value !== '0';
      if (!keeps && !hasFlag(line.Flags, lineFlag.amm)) return [];
      const balance = d.decimal(line.Balance.value);
      return [
        {
          account: peer.issuer,
          balance: d.format(high ? d.negate(balance) : balance),
          currency: own.currency,
          limit: own.value,
          limit_peer: peer.value,
          ...flag(lineFlag.highNoRipple, lineFlag.lowNoRipple, 'no_ripple'),
          ...flag(lineFlag.lowNoRipple, lineFlag.highNoRipple, 'no_ripple_peer'),
          ...flag(lineFlag.highAuth, lineFlag.lowAuth, 'authorized'),
          ...flag(lineFlag.lowAuth, lineFlag.highAuth, 'peer_authorized'),
          ...flag(lineFlag.highFreeze, lineFlag.lowFreeze, 'freeze'),
          ...flag(lineFlag.lowFreeze, lineFlag.highFreeze, 'freeze_peer'),
          ...flag(lineFlag.highDeepFreeze, lineFlag.lowDeepFreeze, 'deep_freeze'),
          ...flag(lineFlag.lowDeepFreeze, lineFlag.highDeepFreeze, 'deep_freeze_peer'),
        },
      ];
    });

const qualityText = (offer: Offer): string => d.format(rateOf(qualityFromHex(offer.BookDirectory)));

const shownOffers = (ledger: ClosedLedger, address: string): readonly Shown[] =>
  ledger.state
    .owned(address)
    .filter((entry): entry is Offer => entry.LedgerEntryType === 'Offer')
    .map((offer) => ({
      flags: offer.Flags,
      quality: qualityText(offer),
      seq: offer.Sequence,
      taker_gets: offer.TakerGets,
      taker_pays: offer.TakerPays,
      ...(offer.Expiration === undefined ? {} : { expiration: offer.Expiration }),
    }));

const bookLimit = 200;

export const shownBook = (ledger: ClosedLedger, pays: Asset, gets: Asset): readonly Shown[] => {
  const left = new Map<string, Quantity>();
  const shown: Shown[] = [];
  const isFrozenBook = frozenBook(ledger, pays) || frozenBook(ledger, gets);
  for (const entry of ledger.state.book(pays, gets)) {
    if (shown.length >= bookLimit) break;
    shown.push(shownBookOffer(ledger, entry as Offer, gets, isFrozenBook, left));
  }
  return shown;
};

const frozenBook = (ledger: ClosedLedger, asset: Asset): boolean =>
  asset.issuer !== undefined &&
  hasFlag(
    (ledger.state.account(asset.issuer) as AccountRoot | undefined)?.Flags ?? 0,
    rootFlag.globalFreeze,
  );

const shownBookOffer = (
  ledger: ClosedLedger,
  offer: Offer,
  gets: Asset,
  isFrozenBook: boolean,
  left: Map<string, Quantity>,
): Shown => {
  const takerGets = quantityOf(offer.TakerGets);
  const known = left.get(offer.Account);
  const isIssuer = gets.issuer === offer.Account;
  const has = isIssuer
    ? takerGets
    : (known ?? fundsShown(ledger, offer.Account, gets, isFrozenBook));
  const issuer = gets.issuer === undefined ? undefined : ledger.state.account(gets.issuer);
  const rate =
    isIssuer || issuer?.['TransferRate'] === undefined
      ? parity
      : BigInt(issuer['TransferRate'] as number);
  const limit = rate === parity ? has : tokens(over(has as d.Decimal, num(rate, rateExponent)));
  const short = below(limit, takerGets);
  const funded = short ? limit : takerGets;
  const paid =
    rate === parity
      ? funded
      : least(has, tokens(times(funded as d.Decimal, num(rate, rateExponent))));
  left.set(offer.Account, difference(has, paid));
  const pays = quantityOf(offer.TakerPays);
  const price = multiplyPlain(funded, rateOf(qualityFromHex(offer.BookDirectory)), pays);
  return {
    Account: offer.Account,
    BookDirectory: offer.BookDirectory,
    Flags: offer.Flags,
    Sequence: offer.Sequence,
    TakerGets: offer.TakerGets,
    TakerPays: offer.TakerPays,
    ...(offer.Expiration === undefined ? {} : { Expiration: offer.Expiration }),
    index: offer.index,
    quality: qualityText(offer),
    ...(known === undefined ? { owner_funds: textOf(has) } : {}),
    ...(short
      ? {
          taker_gets_funded: withQuantity(offer.TakerGets, funded),
          taker_pays_funded: withQuantity(offer.TakerPays, above(price, pays) ? pays : price),
        }
      : {}),
  };
};

const textOf = (q: Quantity): string => (typeof q === 'bigint' ? String(q) : d.format(q));

const fundsShown = (
  ledger: ClosedLedger,
  holder: string,
  asset: Asset,
  frozen: boolean,
): Quantity => {
  if (asset.issuer === undefined) {
    if (frozen) return 0n;
    const account = ledger.state.account(holder) as AccountRoot;
    const free = BigInt(account.Balance) - baseReserve - ownerReserve * BigInt(account.OwnerCount);
    return free < 0n ? 0n : free;
  }
  const line = ledger.state.line(holder, asset.issuer, asset.currency) as RippleState | undefined;
  if (!line || frozen) return d.zero;
  const issuerHigh = isHigher(asset.issuer, holder);
  if (hasFlag(line.Flags, issuerHigh ? lineFlag.highFreeze : lineFlag.lowFreeze)) return d.zero;
  const balance = d.decimal(line.Balance.value);
  const held = issuerHigh ? balance : d.negate(balance);
  return d.isNegative(held) ? d.zero : held;
};

export const shownPool = (ledger: ClosedLedger, a: Asset, b: Asset): Shown => {
  const amm = ledger.state.amm(a, b) as Amm | undefined;
  if (!amm) return { error: 'actNotFound' };
  return {
    account: amm.Account,
    amount: poolAmount(ledger, amm.Account, a),
    amount2: poolAmount(ledger, amm.Account, b),
    lp_token: amm.LPTokenBalance,
    trading_fee: amm.TradingFee ?? 0,
    vote_slots: (amm.VoteSlots ?? []).map(({ VoteEntry }) => ({
      account: VoteEntry.Account,
      trading_fee: VoteEntry.TradingFee ?? 0,
      vote_weight: VoteEntry.VoteWeight,
    })),
    auction_slot: amm.AuctionSlot?.Account && {
      account: amm.AuctionSlot.Account,
      discounted_fee: amm.AuctionSlot.DiscountedFee ?? 0,
      price: amm.AuctionSlot.Price,
    },
  };
};

const poolAmount = (ledger: ClosedLedger, pool: string, asset: Asset): Amount => {
  if (asset.issuer === undefined) return (ledger.state.account(pool) as AccountRoot).Balance;
  const { issuer, currency } = asset;
  const line = ledger.state.line(pool, issuer, currency) as RippleState | undefined;
  const balance = line ? d.decimal(line.Balance.value) : d.zero;
  const value = d.format(isHigher(pool, issuer) ? d.negate(balance) : balance);
  return { currency, issuer, value };
};

/** The same fields of a recorded pool. */
export const recordedPool = (recorded: Json): Shown => {
  if (recorded['error'] !== undefined) return { error: 'actNotFound' };
  const slot = recorded['auction_slot'] as Json | undefined;
  return {
    account: recorded['account'],
    amount: recorded['amount'],
    amount2: recorded['amount2'],
    lp_token: recorded['lp_token'],
    trading_fee: recorded['trading_fee'],
    vote_slots: recorded['vote_slots'] ?? [],
    auction_slot: slot && {
      account: slot['account'],
      discounted_fee: slot['discounted_fee'],
      price: slot['price'],
    },
  };
};
