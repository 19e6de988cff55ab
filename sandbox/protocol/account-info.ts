/** `account_info`: an account's root entry and what its flags say. */
import type { Json } from '../../ledger/transport.ts';
import { accountText, address, flag } from './params.ts';
import { queueData } from './queue-data.ts';
import { Refusal } from './refusal.ts';
import { flagsOf } from './wallet.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

const flagBits = {
  allowTrustLineClawback: 0x80000000,
  allowTrustLineLocking: 0x40000000,
  defaultRipple: 0x00800000,
  depositAuth: 0x01000000,
  disableMasterKey: 0x00100000,
  disallowIncomingCheck: 0x08000000,
  disallowIncomingNFTokenOffer: 0x04000000,
  disallowIncomingPayChan: 0x10000000,
  disallowIncomingTrustline: 0x20000000,
  disallowIncomingXRP: 0x00080000,
  globalFreeze: 0x00400000,
  noFreeze: 0x00200000,
  passwordSpent: 0x00010000,
  requireAuthorization: 0x00040000,
  requireDestinationTag: 0x00020000,
} as const;

export const accountInfo: Command = ({ params, version, world }) => {
  const text = accountText(
    params,
    params['account'] === undefined && params['ident'] !== undefined ? 'ident' : 'account',
  );
  const { view, closed, fields } = whichLedger(world.chain(), params);
  const account = address(text, fields);
  const root = view.account(account);
  if (!root) throw new Refusal('actNotFound', undefined, { ...fields, account });
  const lists = params['signer_lists'];
  const flags = { account_flags: accountFlags(flagsOf(root)) };
  if (version === 2 && lists !== undefined && typeof lists !== 'boolean') {
    throw new Refusal('invalidParams', undefined, { ...fields, ...flags, account_data: root });
  }
  if (flag(params['queue']) && closed) throw new Refusal('invalidParams', undefined, fields);
  const signers = flag(lists) ? { signer_lists: signerLists(view.owned(account)) } : {};
  return {
    ...fields,
    account_data: version === 1 ? { ...root, ...signers } : root,
    ...(version === 2 ? signers : {}),
    ...flags,
    ...(flag(params['queue']) ? { queue_data: queueData(world.chain(), account) } : {}),
  };
};

const signerLists = (owned: readonly Json[]): readonly Json[] =>
  owned.filter((entry) => entry['LedgerEntryType'] === 'SignerList');

const accountFlags = (flags: number): Json =>
  Object.fromEntries(Object.entries(flagBits).map(([name, bit]) => [name, (flags & bit) !== 0]));
