/** Opens and closes the XRP/RLUSD pool by real transactions of its owner. */
import type * as d from '../../ledger/decimal.ts';
import type { Chain } from '../chain.ts';
import { sendSigned, signed } from './desk.ts';
import type { Cast } from './founding.ts';
import { tokenOf, tokens, xrp } from './pair.ts';

/** An AMMCreate costs one owner reserve. */
const creationDrops = 200_000;
/** tfWithdrawAll */
const withdrawAll = 0x00020000;

/** `tradingFee` in 1/100,000. Throws an Error naming the result. */
export const createPool = (
  chain: Chain,
  cast: Cast,
  xrpDrops: bigint,
  value: d.Decimal,
  tradingFee: number,
): void => {
  const owner = cast.trader('pool');
  const answer = sendSigned(
    chain,
    signed(chain, owner.address, owner, {
      TransactionType: 'AMMCreate',
      Amount: String(xrpDrops),
      Amount2: tokens(cast.issuer.address, value),
      Fee: String(creationDrops),
      TradingFee: tradingFee,
    }),
  );
  expectSuccess('create the pool', answer.engine_result);
};

/** All shares are the owner's: with the last one the pool is gone. Throws an Error naming the result. */
export const closePool = (chain: Chain, cast: Cast): void => {
  const owner = cast.trader('pool');
  const answer = sendSigned(
    chain,
    signed(chain, owner.address, owner, {
      TransactionType: 'AMMWithdraw',
      Asset: xrp,
      Asset2: tokenOf(cast.issuer.address),
      Flags: withdrawAll,
    }),
  );
  expectSuccess('close the pool', answer.engine_result);
};

const expectSuccess = (what: string, result: string): void => {
  if (result !== 'tesSUCCESS') throw new Error(`nobody can ${what}: ${result}`);
};
