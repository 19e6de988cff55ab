/** `book_changes` and its stream: what each book traded in one ledger, pools left out, as on rippled. */
import * as d from '../../ledger/decimal.ts';
import {
  difference,
  isNothing,
  opposite,
  quantityOf,
  sign,
  sum,
  type Amount,
  type Quantity,
} from '../../ledger/quantity.ts';
import { qualityOf, rateOf } from '../../ledger/quality.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Applied, ClosedLedger } from '../chain.ts';
import { nodesOf } from './history.ts';
import { isObject } from './params.ts';
import { Refusal } from './refusal.ts';
import { textOf } from './wallet.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

type Trade = Readonly<{
  a: string;
  b: string;
  volumeA: Quantity;
  volumeB: Quantity;
  rate: d.Decimal;
}>;

type Tally = {
  readonly a: string;
  readonly b: string;
  volumeA: Quantity;
  volumeB: Quantity;
  high: d.Decimal;
  low: d.Decimal;
  readonly open: d.Decimal;
  close: d.Decimal;
};

export const bookChangesCommand: Command = ({ params, world }) => {
  const { closed } = whichLedger(world.chain(), { ledger_index: 'validated', ...params });
  if (!closed) throw new Refusal('lgrNotValidated');
  return { ...bookChanges(closed), type: 'bookChanges' };
};

export const bookChanges = ({ header, transactions }: ClosedLedger): Json => {
  const tallies = new Map<string, Tally>();
  for (const trade of transactions.flatMap(tradesIn)) count(tallies, trade);
  const sorted = [...tallies.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    changes: sorted.map(([, tally]) => ({
      close: d.format(tally.close),
      currency_a: tally.a,
      currency_b: tally.b,
      high: d.format(tally.high),
      low: d.format(tally.low),
      open: d.format(tally.open),
      volume_a: textOf(tally.volumeA),
      volume_b: textOf(tally.volumeB),
    })),
    ledger_hash: header.ledger_hash,
    ledger_index: header.ledger_index,
    ledger_time: header.close_time,
    validated: true,
  };
};

const count = (tallies: Map<string, Tally>, { a, b, volumeA, volumeB, rate }: Trade): void => {
  const key = `${a}|${b}`;
  const tally = tallies.get(key);
  if (!tally) {
    tallies.set(key, { a, b, volumeA, volumeB, high: rate, low: rate, open: rate, close: rate });
    return;
  }
  tally.volumeA = sum(tally.volumeA, volumeA);
  tally.volumeB = sum(tally.volumeB, volumeB);
  tally.high = d.maximum(tally.high, rate);
  tally.low = d.minimum(tally.low, rate);
  tally.close = rate;
};

/** An offer that the transaction itself cancels did not trade. */
const tradesIn = ({ tx, meta }: Applied): readonly Trade[] => {
  const trades: Trade[] = [];
  for (const node of nodesOf(meta)) {
    const { LedgerEntryType: type, FinalFields: final, PreviousFields: previous } = node;
    if (type !== 'Offer' || !isObject(final) || !isObject(previous)) continue;
    if (previous['TakerGets'] === undefined || previous['TakerPays'] === undefined) continue;
    if (tx['OfferSequence'] !== undefined && tx['OfferSequence'] === final['Sequence']) continue;
    const trade = tradeOf(final, previous);
    if (trade) trades.push(trade);
  }
  return trades;
};

const tradeOf = (final: Json, previous: Json): Trade | undefined => {
  const moved = (name: string): Quantity =>
    difference(quantityOf(final[name] as Amount), quantityOf(previous[name] as Amount));
  const gets = { name: nameOf(final['TakerGets'] as Amount), by: moved('TakerGets') };
  const pays = { name: nameOf(final['TakerPays'] as Amount), by: moved('TakerPays') };
  const straight = gets.name === xrpName || (pays.name !== xrpName && gets.name < pays.name);
  const [first, second] = straight ? [gets, pays] : [pays, gets];
  if (isNothing(second.by)) return undefined;
  return {
    a: first.name,
    b: second.name,
    volumeA: magnitude(first.by),
    volumeB: magnitude(second.by),
    rate: rateOf(qualityOf({ pays: magnitude(first.by), gets: magnitude(second.by) })),
  };
};

const xrpName = 'XRP_drops';

const nameOf = (amount: Amount): string =>
  typeof amount === 'string' ? xrpName : `${amount.issuer}/${amount.currency}`;

const magnitude = (q: Quantity): Quantity => (sign(q) < 0 ? opposite(q) : q);
