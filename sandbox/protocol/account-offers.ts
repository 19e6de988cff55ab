/** `account_offers`: what an account has resting, expired and unfunded offers included. */
import { format } from '../../ledger/decimal.ts';
import { qualityFromHex, rateOf } from '../../ledger/quality.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Entry } from '../chain.ts';
import { pageOf } from './page.ts';
import { accountText, address, invalid } from './params.ts';
import { Refusal } from './refusal.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

export const accountOffers: Command = ({ params, world }) => {
  const text = accountText(params);
  const { view, fields } = whichLedger(world.chain(), params);
  const account = address(text, fields);
  if (!view.account(account)) throw new Refusal('actNotFound');
  const page = pageOf(view.owned(account), params, () => invalid('marker'));
  const offers = page.entries.filter((entry) => entry.LedgerEntryType === 'Offer').map(offer);
  return { ...fields, account, offers, ...page.fields };
};

/** What the taker pays for one unit of what he gets, as text. */
export const qualityText = (entry: Entry): string =>
  format(rateOf(qualityFromHex(String(entry['BookDirectory']))));

const offer = (entry: Entry): Json => ({
  ...(entry['Expiration'] === undefined ? {} : { expiration: entry['Expiration'] }),
  flags: entry['Flags'],
  quality: qualityText(entry),
  seq: entry['Sequence'],
  taker_gets: entry['TakerGets'],
  taker_pays: entry['TakerPays'],
});
