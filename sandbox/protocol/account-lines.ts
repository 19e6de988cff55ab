/** `account_lines`: an account's trust lines from its own side. */
import * as d from '../../ledger/decimal.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Entry, View } from '../chain.ts';
import { pageOf } from './page.ts';
import { accountText, address, flag } from './params.ts';
import { Refusal } from './refusal.ts';
import { flagsOf } from './wallet.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

export type Line = Json &
  Readonly<{
    account: string;
    balance: string;
    currency: string;
    limit: string;
    limit_peer: string;
  }>;

type Limit = Readonly<{ issuer: string; currency: string; value: string }>;

/** [ours, the peer's] for the low side; the high side sees them the other way round. */
const sideFlags = {
  reserve: [0x00010000, 0x00020000],
  authorized: [0x00040000, 0x00080000],
  no_ripple: [0x00100000, 0x00200000],
  freeze: [0x00400000, 0x00800000],
  deep_freeze: [0x02000000, 0x04000000],
} as const;

export const accountLines: Command = ({ params, world }) => {
  const text = accountText(params);
  const { view, fields } = whichLedger(world.chain(), params);
  const account = address(text, fields);
  if (!view.account(account)) throw new Refusal('actNotFound');
  const peer = params['peer'] === undefined ? undefined : address(params['peer'], fields);
  const page = pageOf(view.owned(account), params, () => new Refusal('invalidParams'));
  const lines = page.entries
    .filter((entry) => entry.LedgerEntryType === 'RippleState')
    .filter((entry) => !flag(params['ignore_default']) || keepsReserve(entry, account))
    .map((entry) => line(entry, account))
    .filter((each) => peer === undefined || each['account'] === peer);
  return { ...fields, account, lines, ...page.fields };
};

/** All of an account's lines, from its own side. */
export const linesOf = (view: View, account: string): readonly Line[] =>
  view
    .owned(account)
    .filter((entry) => entry.LedgerEntryType === 'RippleState')
    .map((entry) => line(entry, account));

const isLow = (entry: Entry, account: string): boolean =>
  (entry['LowLimit'] as Limit).issuer === account;

const keepsReserve = (entry: Entry, account: string): boolean =>
  has(entry, 'reserve', isLow(entry, account) ? 0 : 1);

const has = (entry: Entry, name: keyof typeof sideFlags, side: 0 | 1): boolean =>
  (flagsOf(entry) & sideFlags[name][side]) !== 0;

const line = (entry: Entry, account: string): Line => {
  const low = isLow(entry, account);
  const [ours, theirs] = low ? ([0, 1] as const) : ([1, 0] as const);
  const limits = [entry['LowLimit'] as Limit, entry['HighLimit'] as Limit] as const;
  const balance = d.decimal((entry['Balance'] as Limit).value);
  const qualities = low ? ['LowQualityIn', 'LowQualityOut'] : ['HighQualityIn', 'HighQualityOut'];
  return {
    account: limits[theirs].issuer,
    balance: d.format(low ? balance : d.negate(balance)),
    currency: limits[ours].currency,
    limit: limits[ours].value,
    limit_peer: limits[theirs].value,
    quality_in: Number(entry[qualities[0] as string] ?? 0),
    quality_out: Number(entry[qualities[1] as string] ?? 0),
    ...marks(entry, ours, ''),
    ...marks(entry, theirs, '_peer'),
  };
};

const marks = (entry: Entry, side: 0 | 1, suffix: string): Json =>
  Object.fromEntries(
    (['authorized', 'no_ripple', 'freeze', 'deep_freeze'] as const)
      .filter((name) => has(entry, name, side))
      .map((name) => [name === 'authorized' && suffix ? 'peer_authorized' : name + suffix, true]),
  );
