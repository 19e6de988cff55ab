/**
 * Moves the wallet's balances by real payments. What leaves the wallet is signed by a second key and numbered by a ticket
 * kept since the founding, so that neither the engine's key nor its Sequence is touched.
 */
import * as d from '../../ledger/decimal.ts';
import { parseXrp } from '../../ledger/drops.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Chain } from '../chain.ts';
import { feeDrops, sendSigned, signed } from './desk.ts';
import type { Cast } from './founding.ts';
import { tokens } from './pair.ts';

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

/** Sends what it takes into the open ledger. XRP that leaves bears the fees of all that leaves, so that its change is exact. */
export const transfer = (chain: Chain, cast: Cast, { drops, rlusd }: Parsed): readonly string[] => {
  const { genesis, issuer, wallet } = cast;
  const hashes: string[] = [];
  const outgoing = Number(drops < 0n) + Number(d.isNegative(rlusd));
  const tickets = ticketsOf(chain, wallet.address);
  if (tickets.length < outgoing) {
    throw new RangeError(
      'no ticket is left for a transfer out of the wallet: found the sandbox with more of them',
    );
  }
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
    leave({ Destination: issuer.address, Amount: amount }, outgoing - 1);
  }
  if (drops < 0n) {
    const amount = -drops - BigInt(feeDrops * outgoing);
    leave({ Destination: genesis.address, Amount: String(amount) }, 0);
  }
  return hashes;
};

/** Oldest first: those of the founding come before any that the engine makes. */
const ticketsOf = (chain: Chain, address: string): readonly number[] =>
  chain
    .open()
    .owned(address)
    .filter((entry) => entry.LedgerEntryType === 'Ticket')
    .map((entry) => Number(entry['TicketSequence']))
    .toSorted((a, b) => a - b);
