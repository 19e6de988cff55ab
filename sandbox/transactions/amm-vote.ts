/** AMMVote: holders of shares say what fee a pool should take; it takes the mean, weighted by their shares. Eight votes at most. */
import * as d from '../../ledger/decimal.ts';
import { isHigher } from '../../ledger/address.ts';
import {
  minus,
  type Num,
  num,
  over,
  plus,
  times,
  wholePart,
  zeroNum,
} from '../../ledger/number.ts';
import type { Draft } from '../state/draft.ts';
import { write } from '../state/draft.ts';
import type { Issued } from '../state/asset.ts';
import type { Amm, AuctionSlot, VoteSlot } from '../state/entry.ts';
import { checkPair, findPool, sharesOf, tradingFeeMost } from './pool.ts';
import type { Result } from './result.ts';
import type { Applying, Kind, Tx } from './transaction.ts';

const voteWeightAll = 100_000;
const votesMost = 8;
const slotSeconds = 24 * 60 * 60;
const discount = 10;

const withFee = (fee: number) => (fee === 0 ? {} : { TradingFee: fee });

/** Who opens a pool has the only vote, and the auction slot for a day. */
export const openingVote = (
  draft: Draft,
  account: string,
  share: Issued,
  fee: number,
): Pick<Amm, 'AuctionSlot' | 'TradingFee' | 'VoteSlots'> => ({
  AuctionSlot: discounted(
    {
      Account: account,
      Expiration: draft.ground.parentCloseTime + slotSeconds,
      Price: { ...share, value: '0' },
    },
    fee,
  ),
  ...withFee(fee),
  VoteSlots: [{ VoteEntry: { Account: account, ...withFee(fee), VoteWeight: voteWeightAll } }],
});

const discounted = (slot: AuctionSlot, fee: number): AuctionSlot => {
  const { DiscountedFee: _old, ...rest } = slot;
  const DiscountedFee = Math.floor(fee / discount);
  return DiscountedFee === 0 ? rest : { ...rest, DiscountedFee };
};

const check = (tx: Tx): Result => {
  const pair = checkPair(tx);
  if (pair !== 'tesSUCCESS') return pair;
  return (tx.TradingFee ?? 0) > tradingFeeMost ? 'temBAD_FEE' : 'tesSUCCESS';
};

const claim = (draft: Draft, tx: Tx): Result => {
  const amm = findPool(draft, tx);
  if (!amm) return 'terNO_AMM';
  if (amm.LPTokenBalance.value === '0') return 'tecAMM_EMPTY';
  return d.isZero(sharesOf(draft, amm, tx.Account)) ? 'tecAMM_INVALID_TOKENS' : 'tesSUCCESS';
};

type Vote = Readonly<{ account: string; fee: number; shares: d.Decimal }>;

const apply = ({ draft, tx }: Applying): Result => {
  const amm = findPool(draft, tx) as Amm;
  const own: Vote = {
    account: tx.Account,
    fee: tx.TradingFee ?? 0,
    shares: sharesOf(draft, amm, tx.Account),
  };
  const votes = counted(draft, amm, own);
  let top: Num = zeroNum;
  let bottom: Num = zeroNum;
  for (const { fee, shares } of votes.summed) {
    top = plus(top, times(num(BigInt(fee)), shares));
    bottom = plus(bottom, shares);
  }
  for (const { fee, shares } of votes.dropped) {
    top = minus(top, times(num(BigInt(fee)), shares));
    bottom = minus(bottom, shares);
  }
  for (const { fee, shares } of votes.added) {
    top = plus(top, times(num(BigInt(fee)), shares));
    bottom = plus(bottom, shares);
  }
  const fee = Number(wholePart(over(top, bottom)));
  const { TradingFee: _old, ...rest } = amm;
  write(draft, {
    ...rest,
    ...withFee(fee),
    LedgerEntryType: 'AMM',
    index: amm.index,
    VoteSlots: votes.slots.map((vote) => slotOf(vote, d.decimal(amm.LPTokenBalance.value))),
    ...(amm.AuctionSlot ? { AuctionSlot: discounted(amm.AuctionSlot, fee) } : {}),
  });
  return 'tesSUCCESS';
};

type Counted = Readonly<{
  slots: readonly Vote[];
  summed: readonly Vote[];
  dropped: readonly Vote[];
  added: readonly Vote[];
}>;

/** A new vote takes a free slot, or that of the voter with the fewest shares if it has more. */
const counted = (draft: Draft, amm: Amm, own: Vote): Counted => {
  const present = (amm.VoteSlots ?? []).flatMap(({ VoteEntry }): Vote[] => {
    if (VoteEntry.Account === own.account) return [own];
    const shares = sharesOf(draft, amm, VoteEntry.Account);
    const vote = { account: VoteEntry.Account, fee: VoteEntry.TradingFee ?? 0, shares };
    return d.isZero(shares) ? [] : [vote];
  });
  if (present.includes(own)) return { slots: present, summed: present, dropped: [], added: [] };
  if (present.length < votesMost) {
    return { slots: [...present, own], summed: present, dropped: [], added: [own] };
  }
  const least = present.reduce((a, b) => (isLess(b, a) ? b : a));
  const bySize = d.compare(own.shares, least.shares);
  if (bySize < 0 || (bySize === 0 && own.fee <= least.fee)) {
    return { slots: present, summed: present, dropped: [], added: [] };
  }
  const slots = present.map((vote) => (vote === least ? own : vote));
  return { slots, summed: present, dropped: [least], added: [own] };
};

const isLess = (a: Vote, b: Vote): boolean => {
  const bySize = d.compare(a.shares, b.shares);
  if (bySize !== 0) return bySize < 0;
  return a.fee === b.fee ? isHigher(b.account, a.account) : a.fee < b.fee;
};

const slotOf = ({ account, fee, shares }: Vote, all: d.Decimal): VoteSlot => ({
  VoteEntry: {
    Account: account,
    ...withFee(fee),
    VoteWeight: Number(wholePart(over(times(shares, num(BigInt(voteWeightAll))), all))),
  },
});

export const ammVote: Kind = { flags: 0, check, claim, apply };
