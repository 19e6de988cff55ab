/** `fee`: what a transaction costs in the open ledger and in the queue. */
import type { Json } from '../../ledger/transport.ts';
import { baseFeeDrops, reserveBaseDrops, reserveIncrementDrops } from './reserves.ts';
import { openIndex } from './which-ledger.ts';
import type { Command } from './world.ts';

/** What the reference transaction's fee counts as. */
const referenceLevel = 256;

export const fee: Command = ({ world }) => {
  const chain = world.chain();
  const state = chain.fees();
  const drops = (level: number): string =>
    String(Math.ceil((level * baseFeeDrops) / referenceLevel));
  return {
    current_ledger_size: String(state.ledgerSize),
    current_queue_size: String(state.queueSize),
    drops: {
      base_fee: String(baseFeeDrops),
      median_fee: drops(state.medianLevel),
      minimum_fee: String(baseFeeDrops),
      open_ledger_fee: drops(state.openLevel),
    },
    expected_ledger_size: String(state.expectedSize),
    ledger_current_index: openIndex(chain),
    levels: {
      median_level: String(state.medianLevel),
      minimum_level: String(referenceLevel),
      open_ledger_level: String(state.openLevel),
      reference_level: String(referenceLevel),
    },
    max_queue_size: String(state.queueMost),
  };
};

/** The figures as the ledger stream and `subscribe` give them. */
export const feeFields = (networkId: number): Json => ({
  fee_base: baseFeeDrops,
  network_id: networkId,
  reserve_base: Number(reserveBaseDrops),
  reserve_inc: Number(reserveIncrementDrops),
});
