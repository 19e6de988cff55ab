/** Trades the pool against the book when the pool's price is off by more than its fee: the one who keeps a basis within bounds. */
import * as d from '../../ledger/decimal.ts';
import { drops, dropsOf, xrpOf } from '../../ledger/drops.ts';
import type { Chain } from '../chain.ts';
import { send } from './desk.ts';
import type { Cast } from './founding.ts';
import { tokenOf, tokens, xrp } from './pair.ts';

const immediateOrCancel = 0x00020000;
const feeScale = 100_000;
const dropsPerXrp = 1e6;
/** What must be left over after the fee. */
const marginBps = 5;
const bps = 1e4;
const xrpMost = 2000;

/** Sends at most one order, sized to bring the pool to the edge of where it pays. */
export const arbitrage = (chain: Chain, cast: Cast, fair: number): void => {
  const pool = poolOf(chain, cast);
  if (!pool) return;
  const cost = 1 + pool.fee + marginBps / bps;
  const spot = pool.rlusd / pool.xrp;
  const issuer = cast.issuer.address;
  const trader = cast.trader('arbitrageur');
  const common = { TransactionType: 'OfferCreate', Flags: immediateOrCancel };
  if (spot * cost < fair) {
    const size = sizeTo(pool.xrp, spot, fair / cost);
    const limit = d.fromNumber(fair);
    send(chain, trader, {
      ...common,
      TakerPays: String(size),
      TakerGets: tokens(issuer, d.multiply(xrpOf(size), limit)),
    });
  } else if (spot > fair * cost) {
    const size = sizeTo(pool.xrp, fair * cost, spot);
    const wanted = d.multiply(xrpOf(size), d.fromNumber(fair));
    send(chain, trader, {
      ...common,
      TakerPays: tokens(issuer, wanted),
      TakerGets: String(dropsOf(d.divide(wanted, d.fromNumber(fair)), 'up')),
    });
  }
};

/** The XRP that takes a constant-product pool from one price to a higher one. */
const sizeTo = (poolXrp: number, low: number, high: number) => {
  const size = Math.min(xrpMost, poolXrp * (1 - Math.sqrt(low / high)));
  return drops(BigInt(Math.max(1, Math.round(size * dropsPerXrp))));
};

const poolOf = (chain: Chain, cast: Cast) => {
  const view = chain.open();
  const token = tokenOf(cast.issuer.address);
  const amm = view.amm(xrp, token);
  if (!amm) return undefined;
  const account = String(amm['Account']);
  const balance = view.line(account, token.issuer, token.currency)?.['Balance'];
  const value = Math.abs(Number((balance as { value?: string } | undefined)?.value ?? 0));
  const poolDrops = Number(view.account(account)?.['Balance'] ?? 0);
  if (value === 0 || poolDrops === 0) return undefined;
  return {
    xrp: poolDrops / dropsPerXrp,
    rlusd: value,
    fee: Number(amm['TradingFee'] ?? 0) / feeScale,
  };
};
