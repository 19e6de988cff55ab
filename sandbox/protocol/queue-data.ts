/** What an account has waiting in the queue, as `account_info` tells it. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, Queued } from '../chain.ts';

export const queueData = (chain: Chain, account: string): Json => {
  const own = chain
    .queue()
    .filter(({ tx }) => tx['Account'] === account)
    .toSorted((a, b) => numberOf(a) - numberOf(b));
  if (own.length === 0) return { txn_count: 0 };
  const sequenced = own.filter(({ tx }) => tx['TicketSequence'] === undefined).map(numberOf);
  const tickets = own.filter(({ tx }) => tx['TicketSequence'] !== undefined).map(numberOf);
  const spent = own.reduce((sum, each) => sum + spendMost(each), 0n);
  return {
    auth_change_queued: own.some(changesKeys),
    ...(sequenced.length > 0
      ? {
          highest_sequence: Math.max(...sequenced),
          lowest_sequence: Math.min(...sequenced),
          sequence_count: sequenced.length,
        }
      : {}),
    ...(tickets.length > 0
      ? {
          highest_ticket: Math.max(...tickets),
          lowest_ticket: Math.min(...tickets),
          ticket_count: tickets.length,
        }
      : {}),
    max_spend_drops_total: String(spent),
    transactions: own.map((each) => ({
      auth_change: changesKeys(each),
      fee: each.tx['Fee'],
      fee_level: String(each.feeLevel),
      max_spend_drops: String(spendMost(each)),
      ...(each.tx['TicketSequence'] === undefined
        ? { seq: each.tx['Sequence'] }
        : { ticket: each.tx['TicketSequence'] }),
    })),
    txn_count: own.length,
  };
};

const numberOf = ({ tx }: Queued): number => Number(tx['TicketSequence'] ?? tx['Sequence']);

const changesKeys = ({ tx }: Queued): boolean =>
  tx['TransactionType'] === 'SetRegularKey' || tx['TransactionType'] === 'SignerListSet';

/** The fee, and the XRP that the transaction can move. */
const spendMost = ({ tx }: Queued): bigint => {
  const moved = tx['TransactionType'] === 'OfferCreate' ? tx['TakerGets'] : tx['Amount'];
  return BigInt(String(tx['Fee'])) + (typeof moved === 'string' ? BigInt(moved) : 0n);
};
