/** What the ledger itself says of the engine's account, ledger by ledger: fills, balances, offers, transactions sent. No word of the engine goes in. */
import { absolute, decimal, isZero, negate, type Decimal } from '../../ledger/decimal.ts';
import { nearest, sign } from '../../ledger/exact.ts';
import { effects, pairAmounts, type Token } from '../../ledger/metadata.ts';
import type { Side } from '../../events/order.ts';
import type { Applied, ClosedLedger, View } from '../../sandbox/chain.ts';

export type FillFact = Readonly<{
  key: string;
  ledger: number;
  /** Of its transaction in the ledger. */
  index: number;
  side: Side;
  drops: bigint;
  rlusd: Decimal;
}>;

export type Balance = Readonly<{ drops: bigint; rlusd: Decimal }>;

export type OfferFact = Readonly<{ sequence: number; rlusd: Decimal; expiration: number | null }>;

export type LedgerFacts = Readonly<{
  index: number;
  closeTime: number;
  fills: readonly FillFact[];
  /** Hashes of transactions that use the account's Sequence. */
  sent: readonly string[];
  balance: Balance;
  /** Of the pair, as they stand, expired ones too. */
  offers: readonly OfferFact[];
}>;

/** Names a fill: once per (transaction, offer). */
export const keyOf = (hash: string, sequence: number): string => `${hash}/${sequence}`;

export const factsOf = (
  { header, state, transactions }: ClosedLedger,
  account: string,
  token: Token,
): LedgerFacts => ({
  index: header.ledger_index,
  closeTime: header.close_time,
  fills: transactions.flatMap((one) => fillsOf(one, header.ledger_index, account, token)),
  sent: transactions
    .filter(({ tx }) => tx['Account'] === account && tx['TicketSequence'] === undefined)
    .map(({ hash }) => hash),
  balance: balanceOf(state, account, token),
  offers: state.owned(account).flatMap((entry): OfferFact[] => {
    const amounts = entry.LedgerEntryType === 'Offer' ? pairAmounts(entry, token) : undefined;
    if (!amounts) return [];
    const expiration = entry['Expiration'];
    return [
      {
        sequence: Number(entry['Sequence']),
        rlusd: amounts.rlusd,
        expiration: typeof expiration === 'number' ? expiration : null,
      },
    ];
  }),
});

const fillsOf = (
  { hash, tx, meta }: Applied,
  ledger: number,
  account: string,
  token: Token,
): readonly FillFact[] => {
  const done = effects(tx, meta, account, token);
  const { drops: xrp, rlusd } = done.rest;
  const fills: FillFact[] = [];
  const index = Number(meta['TransactionIndex']);
  for (const { sequence, traded } of done.offers) {
    if (!traded) continue;
    fills.push({ key: keyOf(hash, sequence), ledger, index, ...traded });
  }
  const took = xrp !== 0n && sign(rlusd) === (xrp > 0n ? -1 : 1);
  if (done.own && tx['TransactionType'] === 'OfferCreate' && took) {
    const sequence = Number(tx['TicketSequence'] ?? tx['Sequence']);
    fills.push({
      key: keyOf(hash, sequence),
      ledger,
      index,
      side: xrp > 0n ? 'buy' : 'sell',
      drops: xrp < 0n ? -xrp : xrp,
      rlusd: absolute(nearest(rlusd)),
    });
  }
  return fills;
};

const balanceOf = (state: View, account: string, { issuer, currency }: Token): Balance => {
  const line = state.line(account, issuer, currency);
  const low = (line?.['LowLimit'] as { issuer: string } | undefined)?.issuer;
  const balance = decimal((line?.['Balance'] as { value: string } | undefined)?.value ?? '0');
  return {
    drops: BigInt(String(state.account(account)?.['Balance'] ?? '0')),
    rlusd: low === account || isZero(balance) ? balance : negate(balance),
  };
};
