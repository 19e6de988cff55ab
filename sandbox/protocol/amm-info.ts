/** `amm_info`: a pool's two balances, its fee, its shares and its slots. */
import { parseAddress } from '../../ledger/address.ts';
import { currencyCode, currencyHex } from '../../ledger/currency.ts';
import * as d from '../../ledger/decimal.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Asset, Entry, View } from '../chain.ts';
import { address, isObject } from './params.ts';
import { Refusal } from './refusal.ts';
import { slotTime } from './times.ts';
import { isFrozen, lineBalance } from './wallet.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

const slotSeconds = 86_400;
const slotIntervals = 20;

export const ammInfo: Command = ({ params, world }) => {
  const chain = world.chain();
  const { view, closed, fields } = whichLedger(chain, params);
  const { asset, asset2, amm_account: pool, account } = params;
  const byPair = asset !== undefined && asset2 !== undefined;
  if ((asset !== undefined) !== (asset2 !== undefined) || byPair === (pool !== undefined)) {
    throw new Refusal('invalidParams', undefined, fields);
  }
  const pair = byPair ? ([assetOf(asset, fields), assetOf(asset2, fields)] as const) : undefined;
  const amm = pair ? view.amm(...pair) : poolOf(view, pool, fields);
  const holder = account === undefined ? undefined : holderOf(view, account, fields);
  if (!amm) throw new Refusal('actNotFound', undefined, fields);
  const sides = pair ?? ([amm['Asset'] as Asset, amm['Asset2'] as Asset] as const);
  const now = closed ? closed.header.parent_close_time : chain.latest().header.close_time;
  return { ...fields, amm: described(view, amm, sides, holder, now) };
};

const assetOf = (value: unknown, fields: Json): Asset => {
  const malformed = new Refusal('issueMalformed', undefined, fields);
  if (!isObject(value) || typeof value['currency'] !== 'string') throw malformed;
  const { issuer } = value;
  let currency: string;
  try {
    currency = currencyCode(currencyHex(value['currency']));
  } catch {
    throw malformed;
  }
  if (currency === 'XRP') {
    if (issuer !== undefined) throw malformed;
    return { currency };
  }
  if (typeof issuer !== 'string' || parseAddress(issuer) === undefined) throw malformed;
  return { currency, issuer };
};

const poolOf = (view: View, pool: unknown, fields: Json): Entry | undefined => {
  const root = view.account(address(pool, fields));
  if (!root) throw new Refusal('actMalformed', undefined, fields);
  const id = root['AMMID'];
  return typeof id === 'string' ? view.read(id) : undefined;
};

const holderOf = (view: View, account: unknown, fields: Json): string => {
  const holder = address(account, fields);
  if (!view.account(holder)) throw new Refusal('actMalformed', undefined, fields);
  return holder;
};

const described = (
  view: View,
  amm: Entry,
  [first, second]: readonly [Asset, Asset],
  holder: string | undefined,
  now: number,
): Json => {
  const pool = String(amm['Account']);
  const shares = amm['LPTokenBalance'] as Readonly<{ currency: string; issuer: string }>;
  return {
    account: pool,
    amount: amountOf(view, pool, first),
    amount2: amountOf(view, pool, second),
    ...frozenField(view, pool, first, 'asset_frozen'),
    ...frozenField(view, pool, second, 'asset2_frozen'),
    ...slotField(amm['AuctionSlot'], now),
    lp_token: holder === undefined ? shares : { ...shares, value: sharesOf(view, holder, shares) },
    trading_fee: Number(amm['TradingFee'] ?? 0),
    ...voteField(amm['VoteSlots']),
  };
};

const amountOf = (view: View, pool: string, { currency, issuer }: Asset): unknown => {
  if (issuer === undefined) return String(view.account(pool)?.['Balance'] ?? '0');
  const line = view.line(pool, issuer, currency);
  return { currency, issuer, value: line ? d.format(lineBalance(line, pool, issuer)) : '0' };
};

const frozenField = (view: View, pool: string, { currency, issuer }: Asset, name: string): Json => {
  if (issuer === undefined) return {};
  const line = view.line(pool, issuer, currency);
  return { [name]: line !== undefined && isFrozen(view, pool, issuer, line) };
};

const sharesOf = (
  view: View,
  holder: string,
  { currency, issuer }: Readonly<{ currency: string; issuer: string }>,
): string => {
  const line = view.line(holder, issuer, currency);
  return line ? d.format(lineBalance(line, holder, issuer)) : '0';
};

const slotField = (slot: unknown, now: number): Json => {
  if (!isObject(slot) || slot['Account'] === undefined) return {};
  const expiration = Number(slot['Expiration']);
  const since = now - (expiration - slotSeconds);
  const interval =
    since >= 0 && since < slotSeconds
      ? Math.floor(since / (slotSeconds / slotIntervals))
      : slotIntervals;
  const friends = slot['AuthAccounts'];
  return {
    auction_slot: {
      account: slot['Account'],
      ...(Array.isArray(friends)
        ? {
            auth_accounts: (friends as readonly Json[]).map((each) => ({
              account: (each['AuthAccount'] as Json)['Account'],
            })),
          }
        : {}),
      discounted_fee: Number(slot['DiscountedFee'] ?? 0),
      expiration: slotTime(expiration),
      price: slot['Price'],
      time_interval: interval,
    },
  };
};

const voteField = (slots: unknown): Json => {
  if (!Array.isArray(slots)) return {};
  return {
    vote_slots: (slots as readonly Json[]).map((slot) => {
      const entry = slot['VoteEntry'] as Json;
      return {
        account: entry['Account'],
        trading_fee: Number(entry['TradingFee'] ?? 0),
        vote_weight: entry['VoteWeight'],
      };
    }),
  };
};
