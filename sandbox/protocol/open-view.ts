/** The open ledger as rippled shows it: no entry names a transaction that is not validated yet. */
import type { Chain, Entry, View } from '../chain.ts';

const nowhere = { PreviousTxnID: '0'.repeat(64), PreviousTxnLgrSeq: 0 };

export const openView = (chain: Chain): View => {
  const open = chain.open();
  const closed = chain.latest().state;
  const shown = (entry: Entry): Entry => {
    if (entry['PreviousTxnID'] === undefined) return entry;
    const before = closed.read(entry.index);
    if (before === entry) return entry;
    const { PreviousTxnID, PreviousTxnLgrSeq } = before ?? nowhere;
    return { ...entry, PreviousTxnID, PreviousTxnLgrSeq };
  };
  const maybe = (entry: Entry | undefined): Entry | undefined => entry && shown(entry);
  return {
    read: (index) => maybe(open.read(index)),
    account: (address) => maybe(open.account(address)),
    line: (address, peer, currency) => maybe(open.line(address, peer, currency)),
    owned: (address) => open.owned(address).map(shown),
    book: function* (pays, gets) {
      for (const entry of open.book(pays, gets)) yield shown(entry);
    },
    amm: (a, b) => maybe(open.amm(a, b)),
  };
};
