/** Which ledger a request means, and how the answer names it. Without a word it is the open one, as on rippled. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, ClosedLedger, View } from '../chain.ts';
import { openView } from './open-view.ts';
import { Refusal } from './refusal.ts';

export type Chosen = Readonly<{
  view: View;
  /** Undefined for the open ledger. */
  closed: ClosedLedger | undefined;
  /** `ledger_hash`, `ledger_index` and `validated`, or those of the open ledger. */
  fields: Json;
}>;

export const openIndex = (chain: Chain): number => chain.latest().header.ledger_index + 1;

export const whichLedger = (chain: Chain, params: Json): Chosen => {
  const { hash, index } = named(params);
  if (hash !== undefined) return byHash(chain, hash);
  if (index === undefined || index === 'current') return open(chain);
  if (index === 'validated' || index === 'closed') return chosen(chain.latest());
  const number = typeof index === 'string' && /^\d+$/.test(index) ? Number(index) : index;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) {
    throw new Refusal('invalidParams', 'ledgerIndexMalformed');
  }
  if (number === openIndex(chain)) return open(chain);
  const ledger = chain.at(number);
  if (!ledger) throw new Refusal('lgrNotFound');
  return chosen(ledger);
};

const open = (chain: Chain): Chosen => ({
  view: openView(chain),
  closed: undefined,
  fields: { ledger_current_index: openIndex(chain), validated: false },
});

const chosen = (ledger: ClosedLedger): Chosen => ({
  view: ledger.state,
  closed: ledger,
  fields: {
    ledger_hash: ledger.header.ledger_hash,
    ledger_index: ledger.header.ledger_index,
    validated: true,
  },
});

/** `ledger` is the old name for either. */
const named = (params: Json): Readonly<{ hash?: unknown; index?: unknown }> => {
  const old = params['ledger'];
  if (
    old !== undefined &&
    params['ledger_hash'] === undefined &&
    params['ledger_index'] === undefined
  ) {
    return typeof old === 'string' && old.length > 12 ? { hash: old } : { index: old };
  }
  if (params['ledger_hash'] !== undefined) return { hash: params['ledger_hash'] };
  return { index: params['ledger_index'] };
};

const byHash = (chain: Chain, hash: unknown): Chosen => {
  if (typeof hash !== 'string' || !/^[0-9A-Fa-f]{64}$/.test(hash)) {
    throw new Refusal('invalidParams', 'ledgerHashMalformed');
  }
  const wanted = hash.toUpperCase();
  for (let index = chain.latest().header.ledger_index; index >= chain.oldest(); index -= 1) {
    const ledger = chain.at(index);
    if (ledger?.header.ledger_hash === wanted) return chosen(ledger);
  }
  throw new Refusal('lgrNotFound');
};
