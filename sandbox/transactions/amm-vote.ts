/** The votes on a pool's fee and its auction slot. */
import type { Draft } from '../state/draft.ts';
import type { Issued } from '../state/asset.ts';
import type { Amm } from '../state/entry.ts';

const voteWeightAll = 100_000;
const slotSeconds = 24 * 60 * 60;
const discount = 10;

/** Who opens a pool has the only vote, and the auction slot for a day. */
export const openingVote = (
  draft: Draft,
  account: string,
  share: Issued,
  fee: number,
): Pick<Amm, 'AuctionSlot' | 'TradingFee' | 'VoteSlots'> => {
  const discounted = Math.floor(fee / discount);
  return {
    AuctionSlot: {
      Account: account,
      ...(discounted === 0 ? {} : { DiscountedFee: discounted }),
      Expiration: draft.ground.parentCloseTime + slotSeconds,
      Price: { ...share, value: '0' },
    },
    ...(fee === 0 ? {} : { TradingFee: fee }),
    VoteSlots: [
      {
        VoteEntry: {
          Account: account,
          ...(fee === 0 ? {} : { TradingFee: fee }),
          VoteWeight: voteWeightAll,
        },
      },
    ],
  };
};
