/** `ledger_entry`: one entry by its index, or by what names an account, an offer, a trust line, a ticket or a pool. */
import { parseAddress } from '../../ledger/address.ts';
import { currencyHex } from '../../ledger/currency.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Asset, Entry, View } from '../chain.ts';
import { offerIndex, ticketIndex } from '../state/keylet.ts';
import { isObject } from './params.ts';
import { Refusal } from './refusal.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

type Find = (view: View, named: unknown) => Entry | undefined;

export const ledgerEntry: Command = ({ params, world }) => {
  const { view, fields } = whichLedger(world.chain(), params);
  const [kind, find] = Object.entries(finders).find(([name]) => params[name] !== undefined) ?? [];
  if (kind === undefined || !find) throw new Refusal('invalidParams', undefined, fields);
  const entry = find(view, params[kind]);
  if (!entry) return { ...fields, error: 'entryNotFound' };
  return { ...fields, index: entry.index, node: entry };
};

const malformed = (): Refusal => new Refusal('invalidParams');

const byIndex: Find = (view, index) => {
  if (typeof index !== 'string' || !/^[0-9A-Fa-f]{64}$/.test(index)) throw malformed();
  return view.read(index.toUpperCase());
};

const addressIn = (named: Json, field: string): string => {
  const value = named[field];
  if (typeof value !== 'string' || parseAddress(value) === undefined) throw malformed();
  return value;
};

const sequenceIn = (named: Json, field: string): number => {
  const value = named[field];
  if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed();
  return value;
};

const currencyIn = (named: Json): string => {
  const { currency } = named;
  if (typeof currency !== 'string') throw malformed();
  try {
    currencyHex(currency);
  } catch {
    throw malformed();
  }
  return currency;
};

const assetIn = (named: unknown): Asset => {
  if (!isObject(named)) throw malformed();
  const currency = currencyIn(named);
  return currency === 'XRP' ? { currency } : { currency, issuer: addressIn(named, 'issuer') };
};

/** By index, or by the parts that the entry is named by. */
const named =
  (find: (view: View, parts: Json) => Entry | undefined): Find =>
  (view, parts) =>
    isObject(parts) ? find(view, parts) : byIndex(view, parts);

const finders: Readonly<Record<string, Find>> = {
  index: byIndex,
  account_root: (view, address) => view.account(addressIn({ address }, 'address')),
  offer: named((view, parts) =>
    view.read(offerIndex(addressIn(parts, 'account'), sequenceIn(parts, 'seq'))),
  ),
  ticket: named((view, parts) =>
    view.read(ticketIndex(addressIn(parts, 'account'), sequenceIn(parts, 'ticket_seq'))),
  ),
  ripple_state: named((view, parts) => {
    const accounts: unknown = parts['accounts'];
    if (!Array.isArray(accounts) || accounts.length !== 2) throw malformed();
    const [a, b] = (accounts as readonly unknown[]).map((each) =>
      addressIn({ address: each }, 'address'),
    ) as [string, string];
    return view.line(a, b, currencyIn(parts));
  }),
  amm: named((view, parts) => view.amm(assetIn(parts['asset']), assetIn(parts['asset2']))),
};
