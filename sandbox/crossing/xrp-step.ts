/** The leg at which a payment's XRP leaves its sender or reaches its receiver. */
import { constantSlope } from '../../ledger/amm.ts';
import { qualityOf } from '../../ledger/quality.ts';
import { num } from '../../ledger/number.ts';
import { least, parity, type Quantity } from '../../ledger/quantity.ts';
import { creditDrops, spendableDrops } from '../state/account.ts';
import type { Moved, Run, Step } from './step.ts';

export type XrpLeg = Readonly<{
  account: string;
  isLast: boolean;
  /** A taker who will get his first line of what he buys may use the reserve of one object. */
  spared: number;
}>;

const qualityOne = qualityOf({ pays: num(1n), gets: num(1n) });

export const xrpStep = ({ account, isLast, spared }: XrpLeg): Step => {
  let cache: Moved = { in: 0n, out: 0n };

  const move = (run: Run, wanted: Quantity): Moved => {
    const drops = isLast ? wanted : least(spendableDrops(run.draft, account, -spared), wanted);
    creditDrops(run.draft, account, isLast ? (drops as bigint) : -(drops as bigint));
    cache = { in: drops, out: drops };
    return cache;
  };

  return {
    name: isLast ? `XRP ${account}` : `${account} XRP`,
    reverse: move,
    forward: move,
    moved: () => cache,
    debt: () => 'issues',
    bestQuality: () => qualityOne,
    slope: () => constantSlope(qualityOne),
    qualityIn: () => parity,
    isWornOut: () => false,
    offersMet: () => 0,
  };
};
