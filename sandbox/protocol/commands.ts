/** Every command that this server knows. What rippled knows and is not here is answered as unknown. */
import { accountInfo } from './account-info.ts';
import { accountLines } from './account-lines.ts';
import { accountObjects } from './account-objects.ts';
import { accountOffers } from './account-offers.ts';
import { accountTx } from './account-tx.ts';
import { ammInfo } from './amm-info.ts';
import { bookChangesCommand } from './book-changes.ts';
import { bookOffers } from './book-offers.ts';
import { fee } from './fees.ts';
import { accountCurrencies, gatewayBalances } from './gateway-balances.ts';
import { ledgerAccept, sandboxReset } from './ledger-accept.ts';
import { ledgerEntry } from './ledger-entry.ts';
import { ledger, ledgerClosed, ledgerCurrent, ledgerHeader } from './ledger.ts';
import { Refusal } from './refusal.ts';
import { serverDefinitions } from './server-definitions.ts';
import { serverInfo, serverState } from './server-info.ts';
import { random, sign } from './sign.ts';
import { simulate } from './simulate.ts';
import { submit } from './submit.ts';
import { subscribe, unsubscribe } from './subscribe.ts';
import { transactionEntry, tx } from './tx.ts';
import type { Command } from './world.ts';

const forbidden: Command = () => {
  throw new Refusal('forbidden');
};

export const commands: Readonly<Record<string, Command>> = {
  account_currencies: accountCurrencies,
  account_info: accountInfo,
  account_lines: accountLines,
  account_objects: accountObjects,
  account_offers: accountOffers,
  account_tx: accountTx,
  amm_info: ammInfo,
  book_changes: bookChangesCommand,
  book_offers: bookOffers,
  fee,
  gateway_balances: gatewayBalances,
  ledger,
  ledger_accept: ledgerAccept,
  ledger_closed: ledgerClosed,
  ledger_current: ledgerCurrent,
  ledger_entry: ledgerEntry,
  ledger_header: ledgerHeader,
  ping: () => ({}),
  random,
  sandbox_reset: sandboxReset,
  server_definitions: serverDefinitions,
  server_info: serverInfo,
  server_state: serverState,
  sign,
  simulate,
  stop: forbidden,
  submit,
  subscribe,
  transaction_entry: transactionEntry,
  tx,
  unsubscribe,
  version: () => ({ version: { first: '1.0.0', good: '1.0.0', last: '1.0.0' } }),
};
