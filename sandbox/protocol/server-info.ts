/** `server_info` and `server_state`: a server that is in full sync with itself. */
import { createHash } from 'node:crypto';
import type { Json } from '../../ledger/transport.ts';
import { unixMs } from '../../ledger/time.ts';
import { baseFeeDrops, reserveBaseDrops, reserveIncrementDrops } from './reserves.ts';
import { serverTime } from './times.ts';
import type { Command, World } from './world.ts';

const buildVersion = '2.6.1';
const publicKey = 'n94PQw4sc9y3xmySRxC87XDnWk96ZL9cgRUXkSEtaRG1a5PzSFaL';
const hostId = 'HOST';
/** What rippled's example configuration gives to the public. */
const publicPort = '6005';
/** A server alone is in full sync as soon as it runs. */
const passed: ReadonlySet<string> = new Set(['disconnected', 'full']);
const dropsPerXrp = 1_000_000;
const loadBase = 256;
const blockedWarning = {
  id: 1002,
  message:
    'This server is amendment blocked, and must be updated to be able to stay in sync with the network.',
};

export const serverInfo: Command = ({ world }) => {
  const { header } = world.chain().latest();
  const ageSeconds = Math.floor((world.now() - unixMs(header.close_time)) / 1000);
  return {
    info: {
      ...common(world),
      hostid: hostId,
      last_close: { converge_time_s: 0.1, proposers: 0 },
      load_factor: loadLevel(world) / loadBase,
      validated_ledger: {
        age: Math.max(0, ageSeconds),
        base_fee_xrp: baseFeeDrops / dropsPerXrp,
        hash: header.ledger_hash,
        reserve_base_xrp: Number(reserveBaseDrops) / dropsPerXrp,
        reserve_inc_xrp: Number(reserveIncrementDrops) / dropsPerXrp,
        seq: header.ledger_index,
      },
    },
  };
};

export const serverState: Command = ({ world }) => {
  const { header } = world.chain().latest();
  return {
    state: {
      ...common(world),
      last_close: { converge_time: 100, proposers: 0 },
      load_base: loadBase,
      load_factor: loadLevel(world),
      load_factor_fee_escalation: world.chain().fees().openLevel,
      load_factor_fee_queue: loadBase,
      load_factor_fee_reference: loadBase,
      load_factor_server: loadBase * world.chain().fees().loadFactor,
      validated_ledger: {
        base_fee: baseFeeDrops,
        close_time: header.close_time,
        hash: header.ledger_hash,
        reserve_base: Number(reserveBaseDrops),
        reserve_inc: Number(reserveIncrementDrops),
        seq: header.ledger_index,
      },
    },
  };
};

/** Whichever asks for more: the server's load or the open ledger. */
const loadLevel = (world: World): number => {
  const { loadFactor, openLevel } = world.chain().fees();
  return Math.max(loadBase * loadFactor, openLevel);
};

/** The ledgers that can still be asked about: "2-6", or "2-3,5-6" where some are missing. */
export const completeLedgers = ({ chain, trouble }: World): string => {
  const [first, last] = [chain().knownFrom(), chain().latest().header.ledger_index];
  const { missing } = trouble();
  if (!missing) return rangeText(first, last);
  return `${rangeText(first, missing.from - 1)},${rangeText(missing.to + 1, last)}`;
};

const rangeText = (first: number, last: number): string =>
  first === last ? String(first) : `${first}-${last}`;

/** What subscribing to the server stream answers. */
export const serverStream = (world: World): Json => ({
  hostid: hostId,
  load_base: loadBase,
  load_factor: loadBase,
  pubkey_node: publicKey,
  random: createHash('sha256')
    .update(world.chain().latest().header.ledger_hash)
    .digest('hex')
    .toUpperCase(),
  server_status: 'full',
  stand_alone: true,
});

const common = (world: World): Json => ({
  ...(world.trouble().isBlocked ? { amendment_blocked: true, warnings: [blockedWarning] } : {}),
  build_version: buildVersion,
  complete_ledgers: completeLedgers(world),
  initial_sync_duration_us: '0',
  io_latency_ms: 1,
  jq_trans_overflow: '0',
  ...(world.networkId === 0 ? {} : { network_id: world.networkId }),
  peer_disconnects: '0',
  peer_disconnects_resources: '0',
  peers: 0,
  ports: [{ port: publicPort, protocol: ['ws'] }],
  pubkey_node: publicKey,
  server_state: world.trouble().isBlocked ? 'connected' : 'full',
  server_state_duration_us: '0',
  state_accounting: Object.fromEntries(
    ['connected', 'disconnected', 'full', 'syncing', 'tracking'].map((state) => [
      state,
      { duration_us: '0', transitions: passed.has(state) ? '1' : '0' },
    ]),
  ),
  time: serverTime(world.now()),
  uptime: 1,
  validation_quorum: 0,
});
