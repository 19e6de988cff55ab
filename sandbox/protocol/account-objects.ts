/** `account_objects`: the entries of an account's directory, all of them or of one type. */
import type { Json } from '../../ledger/transport.ts';
import type { Entry } from '../chain.ts';
import { ownerDirIndex } from '../state/keylet.ts';
import { pageLimits } from './page.ts';
import { accountText, address, invalid, limitOf, notA } from './params.ts';
import { Refusal } from './refusal.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

const types: Readonly<Record<string, string>> = {
  amm: 'AMM',
  check: 'Check',
  deposit_preauth: 'DepositPreauth',
  escrow: 'Escrow',
  nft_page: 'NFTokenPage',
  offer: 'Offer',
  payment_channel: 'PayChannel',
  signer_list: 'SignerList',
  state: 'RippleState',
  ticket: 'Ticket',
};

export const accountObjects: Command = ({ params, world }) => {
  const text = accountText(params);
  const { view, fields } = whichLedger(world.chain(), params);
  const account = address(text, fields);
  if (!view.account(account)) throw new Refusal('actNotFound');
  const type = wantedType(params['type']);
  const limit = limitOf(params, pageLimits);
  const owned = view.owned(account);
  const start = startAt(owned, params['marker']);
  const rest = owned[start + limit];
  return {
    ...fields,
    account,
    account_objects: owned
      .slice(start, start + limit)
      .filter((entry) => type === undefined || entry.LedgerEntryType === type),
    ...(rest === undefined ? {} : { limit, marker: `${ownerDirIndex(account)},${rest.index}` }),
  };
};

const wantedType = (type: unknown): string | undefined => {
  if (type === undefined) return undefined;
  if (typeof type !== 'string') throw notA('type', 'string');
  const known = types[type] ?? Object.values(types).find((name) => name === type);
  if (known === undefined) throw invalid('type');
  return known;
};

/** The marker names the first entry of the next page. */
const startAt = (owned: readonly Entry[], marker: Json[string]): number => {
  if (marker === undefined) return 0;
  if (typeof marker !== 'string') throw notA('marker', 'string');
  const [, index] = marker.split(',');
  const place = owned.findIndex((entry) => entry.index === index);
  if (place < 0) throw invalid('marker');
  return place;
};
