/** The order in which a closed ledger applies its transactions: by accounts stirred with the hash of the whole set, so that nobody can choose his place. */
import { accountHex } from '../../ledger/address.ts';
import { half } from '../../ledger/hash.ts';
import { sequenceOf, type Tx } from '../transactions/transaction.ts';

export type Waiting = Readonly<{ hash: string; blob: string; tx: Tx }>;

const innerPrefix = '4D494E00';
const noHash = '0'.repeat(64);
const digits = '0123456789ABCDEF';

/** The root hash of the tree of these transaction ids. */
export const treeHash = (hashes: readonly string[]): string =>
  hashes.length === 0 ? noHash : innerHash(hashes, 0);

const innerHash = (hashes: readonly string[], depth: number): string => {
  const children = [...digits].map((digit) => {
    const below = hashes.filter((hash) => hash.charAt(depth) === digit);
    const [only] = below;
    if (only === undefined) return noHash;
    return below.length === 1 ? only : innerHash(below, depth + 1);
  });
  return half(innerPrefix, ...children);
};

type Place = Readonly<{ account: bigint; ticket: number; number: number; hash: string }>;

/** Sorted as a ledger applies them: an account's sequences before its tickets, each ascending. */
export const canonicalOrder = (waiting: readonly Waiting[]): readonly Waiting[] =>
  sorted(waiting, BigInt(`0x${treeHash(waiting.map(({ hash }) => hash))}`));

/** The same without stirring the accounts: for what a server keeps for itself. */
export const byAccount = (waiting: readonly Waiting[]): readonly Waiting[] => sorted(waiting, 0n);

const sorted = (waiting: readonly Waiting[], salt: bigint): readonly Waiting[] => {
  const placed = waiting.map((one) => ({
    one,
    place: {
      account: BigInt(`0x${accountHex(one.tx.Account).padEnd(64, '0')}`) ^ salt,
      ticket: one.tx.TicketSequence === undefined ? 0 : 1,
      number: sequenceOf(one.tx),
      hash: one.hash,
    },
  }));
  return placed.toSorted((a, b) => compare(a.place, b.place)).map(({ one }) => one);
};

const compare = (a: Place, b: Place): number => {
  if (a.account !== b.account) return a.account < b.account ? -1 : 1;
  if (a.ticket !== b.ticket) return a.ticket - b.ticket;
  if (a.number !== b.number) return a.number - b.number;
  return a.hash < b.hash ? -1 : 1;
};
