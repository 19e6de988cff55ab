/** `ledger`, `ledger_header`, `ledger_closed` and `ledger_current`: headers, and the transactions of one ledger. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, ClosedLedger, Header } from '../chain.ts';
import { half } from '../../ledger/hash.ts';
import { flag } from './params.ts';
import { Refusal } from './refusal.ts';
import { closeTimeHuman, closeTimeIso } from './times.ts';
import { inLedger, plain } from './transaction-json.ts';
import { ownerFunds } from './wallet.ts';
import { openIndex, whichLedger } from './which-ledger.ts';
import type { ApiVersion } from './subscriptions.ts';
import type { Command, Request } from './world.ts';

const closeTimeResolutionSeconds = 10;

export const ledger: Command = (request) => {
  const { params, world } = request;
  const chain = world.chain();
  const named = ['ledger', 'ledger_hash', 'ledger_index'].some(
    (name) => params[name] !== undefined,
  );
  if (!named) {
    return {
      closed: { ledger: closedJson(chain.latest(), request.version) },
      open: { ledger: openJson(chain, request.version) },
    };
  }
  const { closed, fields } = whichLedger(chain, params);
  if (flag(params['full']) || flag(params['accounts'])) throw new Refusal('noPermission');
  if (!closed) {
    return {
      ...fields,
      ledger: { ...openJson(chain, request.version), ...pendingField(chain, request) },
    };
  }
  const head = flag(params['binary'])
    ? { closed: true, ledger_data: headerBlob(closed.header) }
    : closedJson(closed, request.version);
  return { ...fields, ledger: { ...head, ...transactionsField(closed, request) } };
};

export const ledgerClosed: Command = ({ world }) => {
  const { ledger_hash, ledger_index } = world.chain().latest().header;
  return { ledger_hash, ledger_index };
};

export const ledgerCurrent: Command = ({ world }) => ({
  ledger_current_index: openIndex(world.chain()),
});

export const ledgerHeader: Command = ({ params, version, world }) => {
  const { closed, fields } = whichLedger(world.chain(), params);
  if (!closed) return { ...fields, ledger: openJson(world.chain(), version) };
  return {
    ...fields,
    ledger: closedJson(closed, version),
    ledger_data: headerBlob(closed.header),
  };
};

const indexOf = (index: number, version: ApiVersion): number | string =>
  version === 1 ? String(index) : index;

const openJson = (chain: Chain, version: ApiVersion): Json => ({
  closed: false,
  ledger_index: indexOf(openIndex(chain), version),
  parent_hash: chain.latest().header.ledger_hash,
});

/** This ledger builds no hash trees: where a server prints the roots of its two, there stand digests of the ledger's own hash. */
const accountHash = ({ ledger_hash }: Header): string => half('A0', ledger_hash);
const transactionHash = ({ ledger_hash }: Header): string => half('B0', ledger_hash);

const closedJson = ({ header }: ClosedLedger, version: ApiVersion): Json => ({
  account_hash: accountHash(header),
  close_flags: 0,
  close_time: header.close_time,
  close_time_human: closeTimeHuman(header.close_time),
  close_time_iso: closeTimeIso(header.close_time),
  close_time_resolution: closeTimeResolutionSeconds,
  closed: true,
  ledger_hash: header.ledger_hash,
  ledger_index: indexOf(header.ledger_index, version),
  parent_close_time: header.parent_close_time,
  parent_hash: header.parent_hash,
  total_coins: header.total_coins,
  transaction_hash: transactionHash(header),
});

const headerBlob = (header: Header): string =>
  [
    hex(BigInt(header.ledger_index), 8),
    hex(BigInt(header.total_coins), 16),
    header.parent_hash,
    transactionHash(header),
    accountHash(header),
    hex(BigInt(header.parent_close_time), 8),
    hex(BigInt(header.close_time), 8),
    hex(BigInt(closeTimeResolutionSeconds), 2),
    '00',
  ].join('');

const hex = (value: bigint, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');

const byHash = <T extends Readonly<{ hash: string }>>(list: readonly T[]): readonly T[] =>
  list.toSorted((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));

/** Sorted by hash, as the tree that a server walks. */
const transactionsField = (closed: ClosedLedger, { params, version }: Request): Json => {
  if (!flag(params['transactions'])) return {};
  const list = byHash(closed.transactions);
  return {
    transactions: flag(params['expand'])
      ? list.map((each) => ({
          ...inLedger(each, closed, version, flag(params['binary'])),
          ...(flag(params['owner_funds']) ? ownerFunds(closed.state, each.tx) : {}),
        }))
      : list.map(({ hash }) => hash),
  };
};

const pendingField = (chain: Chain, { params, version }: Request): Json => {
  if (!flag(params['transactions'])) return {};
  const list = byHash(chain.pending());
  return {
    transactions: flag(params['expand'])
      ? list.map(({ hash, tx }) =>
          version === 1
            ? plain(tx, hash, 1)
            : { hash, tx_json: plain(tx, hash, 2), validated: false },
        )
      : list.map(({ hash }) => hash),
  };
};
