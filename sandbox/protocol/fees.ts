/** What the server asks for: fees, their escalation in a crowded ledger, and the reserves. Constants of the recorded server. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain } from '../chain.ts';
import { baseFeeDrops, reserveBaseDrops, reserveIncrementDrops } from './reserves.ts';
import { openIndex } from './which-ledger.ts';
import type { Command } from './world.ts';

const referenceLevel = 256;
const medianLevel = 128_000;
const transactionsExpected = 1000;
const queueMax = 20_000;

export const fee: Command = ({ world }) => {
  const chain = world.chain();
  const level = openLedgerLevel(chain);
  return {
    current_ledger_size: String(chain.pending().length),
    current_queue_size: '0',
    drops: {
      base_fee: String(baseFeeDrops),
      median_fee: String((medianLevel * baseFeeDrops) / referenceLevel),
      minimum_fee: String(baseFeeDrops),
      open_ledger_fee: String(Math.ceil((level * baseFeeDrops) / referenceLevel)),
    },
    expected_ledger_size: String(transactionsExpected),
    ledger_current_index: openIndex(chain),
    levels: {
      median_level: String(medianLevel),
      minimum_level: String(referenceLevel),
      open_ledger_level: String(level),
      reference_level: String(referenceLevel),
    },
    max_queue_size: String(queueMax),
  };
};

/** Grows with the square of the ledger's size beyond what is expected (rippled `TxQ.cpp`, scaleFeeLevel). */
const openLedgerLevel = (chain: Chain): number => {
  const size = chain.pending().length;
  if (size <= transactionsExpected) return referenceLevel;
  return Math.floor((medianLevel * size * size) / (transactionsExpected * transactionsExpected));
};

/** The figures as the ledger stream and `subscribe` give them. */
export const feeFields = (networkId: number): Json => ({
  fee_base: baseFeeDrops,
  network_id: networkId,
  reserve_base: Number(reserveBaseDrops),
  reserve_inc: Number(reserveIncrementDrops),
});
