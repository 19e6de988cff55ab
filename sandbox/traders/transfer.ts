/**
 * Moves the wallet's balances by real payments. What leaves the wallet is signed by a second key and numbered by a ticket
 * kept since the founding, so that neither the engine's key nor its Sequence is touched. Once the tickets are used up, what
 * leaves is taken without a payment.
 */
import * as d from '../../ledger/decimal.ts';
import { parseXrp } from '../../ledger/drops.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Chain } from '../chain.ts';
import { lineBalance } from '../protocol/wallet.ts';
import { feeDrops, sendSigned, signed, ticketsOf } from './desk.ts';
import type { Cast } from './founding.ts';
import { tokenOf, tokens } from './pair.ts';

/** Signed decimal strings, seen from the wallet. */
export type Change = Readonly<{ xrp: string; rlusd: string }>;

export type Parsed = Readonly<{ drops: bigint; rlusd: d.Decimal }>;

/** Throws a RangeError for what is no amount. */
export const parseChange = ({ xrp, rlusd }: Change): Parsed => {
  const [amount, value] = [parseXrp(xrp), d.parseDecimal(rlusd)];
  if (amount === undefined || !value) {
    throw new RangeError(`not a change of balances: xrp "${xrp}", rlusd "${rlusd}"`);
  }
  return { drops: amount, rlusd: value };
};

type Split = Readonly<{ paid: readonly Parsed[]; unpaid: readonly Parsed[] }>;

/** What the tickets suffice for, and what must be set without a payment. */
export const divide = (chain: Chain, cast: Cast, changes: readonly Parsed[]): Split => {
  let left = ticketsOf(chain, cast.wallet.address).length;
  const paid: Parsed[] = [];
  const unpaid: Parsed[] = [];
  for (const change of changes) {
    const needed = outgoing(change);
    if (needed <= left) {
      left -= needed;
      paid.push(change);
      continue;
    }
    const { drops, rlusd } = change;
    paid.push({ drops: drops > 0n ? drops : 0n, rlusd: d.maximum(rlusd, d.zero) });
    unpaid.push({ drops: drops < 0n ? drops : 0n, rlusd: d.minimum(rlusd, d.zero) });
  }
  return { paid, unpaid };
};

/** What the payments of a change state: XRP that leaves is less by the fees that it bears. */
export const stated = (change: Parsed): Parsed => ({
  ...change,
  drops: change.drops < 0n ? change.drops + BigInt(feeDrops * outgoing(change)) : change.drops,
});

const outgoing = ({ drops, rlusd }: Parsed): number =>
  Number(drops < 0n) + Number(d.isNegative(rlusd));

/** Sets the wallet's balances of the next ledger without a payment: only for what no ticket is left for. */
export const setBalances = (
  chain: Chain,
  { wallet, issuer }: Cast,
  changes: readonly Parsed[],
): void => {
  if (changes.length === 0) return;
  const { state } = chain.latest();
  const token = tokenOf(issuer.address);
  const [root, line] = [
    state.account(wallet.address),
    state.line(wallet.address, token.issuer, token.currency),
  ];
  if (!root || !line) throw new RangeError('the wallet has no balances to change');
  const drops = changes.reduce((sum, each) => sum + each.drops, BigInt(String(root['Balance'])));
  const value = changes.reduce(
    (sum, each) => d.add(sum, each.rlusd),
    lineBalance(line, wallet.address, issuer.address),
  );
  if (drops < 0n || d.isNegative(value)) {
    throw new RangeError('the transfer cannot be made: the wallet has less than that');
  }
  chain.amend([
    { set: 'balance', account: wallet.address, amount: String(drops) },
    { set: 'balance', account: wallet.address, amount: tokens(issuer.address, value) },
  ]);
};

/** Sends what it takes into the open ledger. XRP that leaves bears the fees of all that leaves, so that its change is exact. */
export const transfer = (chain: Chain, cast: Cast, change: Parsed): readonly string[] => {
  const { drops, rlusd } = change;
  const { genesis, issuer, wallet } = cast;
  const hashes: string[] = [];
  const leaving = outgoing(change);
  const tickets = ticketsOf(chain, wallet.address);
  const send = (from: string, key: typeof genesis, fields: Json): void => {
    const payment = signed(chain, from, key, { TransactionType: 'Payment', ...fields });
    const { engine_result: result } = sendSigned(chain, payment);
    if (result !== 'tesSUCCESS') throw new RangeError(`the transfer cannot be made: ${result}`);
    hashes.push(payment.hash);
  };
  const leave = (fields: Json, place: number): void =>
    send(wallet.address, cast.transferKey, { ...fields, TicketSequence: tickets[place] });
  if (drops > 0n)
    send(genesis.address, genesis, { Destination: wallet.address, Amount: String(drops) });
  if (d.isPositive(rlusd)) {
    const amount = tokens(issuer.address, rlusd);
    send(issuer.address, issuer, { Destination: wallet.address, Amount: amount });
  }
  if (d.isNegative(rlusd)) {
    const amount = tokens(issuer.address, d.negate(rlusd));
    leave({ Destination: issuer.address, Amount: amount }, leaving - 1);
  }
  if (drops < 0n) {
    const amount = -drops - BigInt(feeDrops * leaving);
    leave({ Destination: genesis.address, Amount: String(amount) }, 0);
  }
  return hashes;
};
