/** AccountSet: an account's flags, its transfer fee and its tick size. */
import { parity } from '../../ledger/quantity.ts';
import { type Draft, mustAccount, read, write } from '../state/draft.ts';
import { type AccountRoot, hasFlag, rootFlag, withFlag, withoutFlag } from '../state/entry.ts';
import { ownerDirIndex } from '../state/keylet.ts';
import { isByMaster } from './check.ts';
import type { Result } from './result.ts';
import { type Applying, has, type Kind, type Tx } from './transaction.ts';

const tf = {
  requireDestTag: 0x0001_0000,
  optionalDestTag: 0x0002_0000,
  requireAuth: 0x0004_0000,
  optionalAuth: 0x0008_0000,
  disallowXrp: 0x0010_0000,
  allowXrp: 0x0020_0000,
} as const;

/** The numbers of SetFlag and ClearFlag (xrpl.org, AccountSet flags). */
const asf = {
  requireDest: 1,
  requireAuth: 2,
  disallowXrp: 3,
  disableMaster: 4,
  accountTxnId: 5,
  noFreeze: 6,
  globalFreeze: 7,
  defaultRipple: 8,
  depositAuth: 9,
  nftMinter: 10,
  disallowIncomingNftOffer: 12,
  disallowIncomingCheck: 13,
  disallowIncomingPayChannel: 14,
  disallowIncomingTrustline: 15,
  allowTrustLineClawback: 16,
} as const;

const plainFlags: Readonly<Record<number, number>> = {
  [asf.requireDest]: rootFlag.requireDestTag,
  [asf.requireAuth]: rootFlag.requireAuth,
  [asf.disallowXrp]: rootFlag.disallowXrp,
  [asf.disableMaster]: rootFlag.disableMaster,
  [asf.noFreeze]: rootFlag.noFreeze,
  [asf.globalFreeze]: rootFlag.globalFreeze,
  [asf.defaultRipple]: rootFlag.defaultRipple,
  [asf.depositAuth]: rootFlag.depositAuth,
  [asf.disallowIncomingNftOffer]: rootFlag.disallowIncomingNftOffer,
  [asf.disallowIncomingCheck]: rootFlag.disallowIncomingCheck,
  [asf.disallowIncomingPayChannel]: rootFlag.disallowIncomingPayChannel,
  [asf.disallowIncomingTrustline]: rootFlag.disallowIncomingTrustline,
  [asf.allowTrustLineClawback]: rootFlag.allowTrustLineClawback,
};
const cannotBeCleared: ReadonlySet<number> = new Set([asf.noFreeze, asf.allowTrustLineClawback]);

const rateMost = 2n * parity;
const tickSize = { least: 3, most: 16 } as const;
const domainBytesMost = 256;
/** 33 bytes: the mark of a secp256k1 or Ed25519 key and the key. */
const publicKey = /^(02|03|ED)[0-9A-F]{64}$/;

const flagChanges = (
  tx: Tx,
): Readonly<{ set: ReadonlySet<number>; clear: ReadonlySet<number> }> => {
  const set = new Set([tx.SetFlag ?? 0]);
  const clear = new Set([tx.ClearFlag ?? 0]);
  if (has(tx, tf.requireDestTag)) set.add(asf.requireDest);
  if (has(tx, tf.optionalDestTag)) clear.add(asf.requireDest);
  if (has(tx, tf.requireAuth)) set.add(asf.requireAuth);
  if (has(tx, tf.optionalAuth)) clear.add(asf.requireAuth);
  if (has(tx, tf.disallowXrp)) set.add(asf.disallowXrp);
  if (has(tx, tf.allowXrp)) clear.add(asf.disallowXrp);
  set.delete(0);
  clear.delete(0);
  return { set, clear };
};

const check = (tx: Tx): Result => {
  const { set, clear } = flagChanges(tx);
  if ([...set].some((flag) => clear.has(flag))) return 'temINVALID_FLAG';
  const rate = BigInt(tx.TransferRate ?? 0);
  if (rate !== 0n && (rate < parity || rate > rateMost)) return 'temBAD_TRANSFER_RATE';
  const size = tx.TickSize ?? 0;
  if (size !== 0 && (size < tickSize.least || size > tickSize.most)) return 'temBAD_TICK_SIZE';
  if (tx.MessageKey && !publicKey.test(tx.MessageKey)) return 'telBAD_PUBLIC_KEY';
  if ((tx.Domain?.length ?? 0) > 2 * domainBytesMost) return 'telBAD_DOMAIN';
  const hasMinter = tx.NFTokenMinter !== undefined;
  const setsNobody = tx.SetFlag === asf.nftMinter && !hasMinter;
  return setsNobody || (tx.ClearFlag === asf.nftMinter && hasMinter)
    ? 'temMALFORMED'
    : 'tesSUCCESS';
};

const ownsNothing = (draft: Draft, address: string): boolean =>
  read(draft, ownerDirIndex(address)) === undefined;

const claim = (draft: Draft, tx: Tx, retry: boolean): Result => {
  const { set } = flagChanges(tx);
  const { Flags } = mustAccount(draft, tx.Account);
  const asksAuth = set.has(asf.requireAuth) && !hasFlag(Flags, rootFlag.requireAuth);
  if (asksAuth && !ownsNothing(draft, tx.Account)) return retry ? 'terOWNERS' : 'tecOWNERS';
  if (set.has(asf.allowTrustLineClawback)) {
    if (hasFlag(Flags, rootFlag.noFreeze)) return 'tecNO_PERMISSION';
    if (!ownsNothing(draft, tx.Account)) return 'tecOWNERS';
  }
  const clawback = hasFlag(Flags, rootFlag.allowTrustLineClawback);
  return set.has(asf.noFreeze) && clawback ? 'tecNO_PERMISSION' : 'tesSUCCESS';
};

const apply = ({ draft, tx }: Applying): Result => {
  const account = mustAccount(draft, tx.Account);
  const { set, clear } = flagChanges(tx);
  const isMasterOff = hasFlag(account.Flags, rootFlag.disableMaster);
  if (set.has(asf.disableMaster) && !isMasterOff) {
    if (!isByMaster(tx)) return 'tecNEED_MASTER_KEY';
    if (account.RegularKey === undefined) return 'tecNO_ALTERNATIVE_KEY';
  }
  if (set.has(asf.noFreeze) && !isByMaster(tx) && !isMasterOff) return 'tecNEED_MASTER_KEY';
  let flags = account.Flags;
  for (const number of set) flags = withFlag(flags, plainFlags[number] ?? 0);
  for (const number of clear) {
    const stays =
      cannotBeCleared.has(number) ||
      (number === asf.globalFreeze && hasFlag(flags, rootFlag.noFreeze));
    if (!stays) flags = withoutFlag(flags, plainFlags[number] ?? 0);
  }
  const fields: Record<string, unknown> = { ...account, Flags: flags };
  if (set.has(asf.accountTxnId)) fields['AccountTxnID'] ??= '0'.repeat(64);
  if (clear.has(asf.accountTxnId)) delete fields['AccountTxnID'];
  put(fields, 'TransferRate', tx.TransferRate, [0, Number(parity)]);
  put(fields, 'TickSize', tx.TickSize, [0, tickSize.most]);
  put(fields, 'Domain', tx.Domain, ['']);
  put(fields, 'MessageKey', tx.MessageKey, ['']);
  put(fields, 'EmailHash', tx.EmailHash, ['0'.repeat(32)]);
  put(fields, 'WalletLocator', tx.WalletLocator, ['0'.repeat(64)]);
  if (set.has(asf.nftMinter)) fields['NFTokenMinter'] = tx.NFTokenMinter;
  if (clear.has(asf.nftMinter)) delete fields['NFTokenMinter'];
  write(draft, fields as AccountRoot);
  return 'tesSUCCESS';
};

/** Sets a field that the transaction names; a value that says nothing takes it away. */
const put = (
  fields: Record<string, unknown>,
  name: string,
  value: unknown,
  empty: readonly unknown[],
): void => {
  if (value === undefined) return;
  if (empty.includes(value)) delete fields[name];
  else fields[name] = value;
};

export const accountSet: Kind = {
  flags: Object.values(tf).reduce((all, flag) => all | flag, 0),
  check,
  claim,
  apply,
};
