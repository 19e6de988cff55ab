/** The headers of closed ledgers. Their hashes name them and nothing more: no tree of the state is behind them. */
import type { Genesis, Header } from '../chain.ts';
import { half } from '../../ledger/hash.ts';
import { treeHash } from './order.ts';

const prefix = '4C575200';
const uint32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
const uint64 = (value: bigint): string => value.toString(16).padStart(16, '0');

const sealed = (header: Omit<Header, 'ledger_hash'>, transactions: string): Header => ({
  ...header,
  ledger_hash: half(
    prefix,
    uint32(header.ledger_index),
    uint64(BigInt(header.total_coins)),
    header.parent_hash,
    transactions,
    uint32(header.parent_close_time),
    uint32(header.close_time),
  ),
});

export const genesisHeader = (genesis: Genesis): Header =>
  sealed(
    {
      ledger_index: genesis.ledger_index,
      parent_hash: half(prefix, uint32(genesis.ledger_index)),
      close_time: genesis.close_time,
      parent_close_time: genesis.parent_close_time,
      total_coins: genesis.total_coins,
    },
    treeHash([]),
  );

export const nextHeader = (
  parent: Header,
  closeTime: number,
  coins: bigint,
  hashes: readonly string[],
  index: number = parent.ledger_index + 1,
): Header =>
  sealed(
    {
      ledger_index: index,
      parent_hash: parent.ledger_hash,
      close_time: closeTime,
      parent_close_time: parent.close_time,
      total_coins: String(coins),
    },
    treeHash(hashes),
  );
