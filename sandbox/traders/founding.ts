/**
 * The first ledgers of a sandbox: the issuer, the wallet with exactly its opening balances, and the traders' accounts, all
 * by real transactions out of the genesis account.
 */
import { isNegative, parseDecimal } from '../../ledger/decimal.ts';
import { formatXrp, parseXrp } from '../../ledger/drops.ts';
import type { Chain, Genesis } from '../chain.ts';
import { reserveBaseDrops, reserveIncrementDrops } from '../protocol/reserves.ts';
import { feeDrops, mustSend } from './desk.ts';
import { type Account, accountFrom, accountOf } from './keys.ts';

/** RLUSD's code on every network. */
export const rlusd = '524C555344000000000000000000000000000000';

/** The master passphrase of rippled's standalone mode. */
export const genesisSeed = 'snoPBrXtMeMyMHUVTgbuqAfg1SUTb';

const genesisDrops = '100000000000000000';
const tokensMost = '1000000000000';
const issuerXrp = 1_000_000_000n;
const traderXrp = 20_000_000n;
const traderRlusd = '20000000';
const dropsPerXrp = 1_000_000n;

const asfDefaultRipple = 8;
/** As RLUSD's issuer has it; it can be said only before anybody trusts the issuer. */
const asfAllowClawback = 16;

export type Opening = Readonly<{ xrp: string; rlusd: string }>;

export type Cast = Readonly<{
  genesis: Account;
  issuer: Account;
  wallet: Account;
  /** Made the wallet's regular key, so that transfers can leave it without its own key and Sequence. */
  transferKey: Account;
  trader: (role: string) => Account;
}>;

/** The same in every world, and slow to derive. */
let genesis: Account | undefined;

export const castOf = (seed: number): Cast => {
  const known = new Map<string, Account>();
  const of = (role: string): Account => {
    const account = known.get(role) ?? accountOf(seed, role);
    known.set(role, account);
    return account;
  };
  genesis ??= accountFrom(genesisSeed);
  return {
    genesis,
    issuer: of('issuer'),
    wallet: of('wallet'),
    transferKey: of('transfer key'),
    trader: of,
  };
};

/** The ledger before the first, `secondsBefore` the given time. */
export const genesisAt = (closeTime: number, secondsBefore: number): Genesis => ({
  ledger_index: 2,
  close_time: closeTime - secondsBefore,
  parent_close_time: closeTime - secondsBefore - 1,
  genesis_balance: genesisDrops,
  genesis_sequence: 1,
  total_coins: genesisDrops,
});

/** The ledgers that `found` closes, the one before `foundTraders` included. */
export const foundingLedgers = 4;

export type Founding = Readonly<{
  cast: Cast;
  opening: Opening;
  /** Tickets kept for transfers out of the wallet. */
  tickets: number;
  traders: readonly string[];
  close: () => void;
}>;

/** Throws a RangeError where the opening cannot be had. */
export const found = (chain: Chain, founding: Founding): void => {
  const { cast, tickets, traders, close } = founding;
  const opening = checked(founding);
  const feesOfWallet = BigInt(feeDrops * (tickets > 0 ? 3 : 1));
  pay(chain, cast.genesis, cast.issuer.address, issuerXrp * dropsPerXrp);
  pay(chain, cast.issuer, cast.wallet.address, opening.drops + feesOfWallet);
  for (const role of traders) {
    pay(chain, cast.issuer, cast.trader(role).address, traderXrp * dropsPerXrp);
  }
  close();
  for (const SetFlag of [asfDefaultRipple, asfAllowClawback]) {
    mustSend(chain, cast.issuer, { TransactionType: 'AccountSet', SetFlag });
  }
  close();
  trust(chain, cast, cast.wallet);
  for (const role of traders) trust(chain, cast, cast.trader(role));
  if (tickets > 0) {
    mustSend(chain, cast.wallet, { TransactionType: 'TicketCreate', TicketCount: tickets });
    mustSend(chain, cast.wallet, {
      TransactionType: 'SetRegularKey',
      RegularKey: cast.transferKey.address,
    });
  }
  close();
  for (const role of traders) issue(chain, cast, cast.trader(role).address, traderRlusd);
  if (opening.hasTokens) issue(chain, cast, cast.wallet.address, opening.rlusd);
  close();
};

const checked = ({ opening, tickets }: Founding) => {
  const drops = parseXrp(opening.xrp);
  const tokens = parseDecimal(opening.rlusd);
  if (drops === undefined)
    throw new RangeError(`opening xrp is no amount of XRP: "${opening.xrp}"`);
  if (tokens === undefined || isNegative(tokens)) {
    throw new RangeError(`opening rlusd is no amount: "${opening.rlusd}"`);
  }
  const least = reserveBaseDrops + reserveIncrementDrops * BigInt(tickets + 1);
  if (drops < least) {
    const need = formatXrp(least as typeof drops);
    throw new RangeError(
      `opening xrp ${opening.xrp} is below the reserve: open with at least ${need}`,
    );
  }
  return { drops, rlusd: opening.rlusd, hasTokens: tokens.mantissa !== 0n };
};

const pay = (chain: Chain, from: Account, to: string, drops: bigint): void =>
  mustSend(chain, from, { TransactionType: 'Payment', Destination: to, Amount: String(drops) });

const trust = (chain: Chain, { issuer }: Cast, holder: Account): void =>
  mustSend(chain, holder, {
    TransactionType: 'TrustSet',
    LimitAmount: { currency: rlusd, issuer: issuer.address, value: tokensMost },
  });

const issue = (chain: Chain, { issuer }: Cast, to: string, value: string): void =>
  mustSend(chain, issuer, {
    TransactionType: 'Payment',
    Destination: to,
    Amount: { currency: rlusd, issuer: issuer.address, value },
  });
