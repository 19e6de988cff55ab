/** How traders and set-up send: sequence and fee filled in from the open ledger, signed, submitted. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, SubmitAnswer } from '../chain.ts';
import type { Account, Signed } from './keys.ts';

export const feeDrops = 10;

/** Signs with the account's own key, or with that of `key` where the account has made it its regular key. */
export const signed = (chain: Chain, account: string, key: Account, fields: Json): Signed => {
  const ticket = fields['TicketSequence'] !== undefined;
  return key.sign({
    Account: account,
    Fee: String(feeDrops),
    Flags: 0,
    Sequence: ticket ? 0 : chain.open().account(account)?.['Sequence'],
    ...fields,
  });
};

/** Submits and answers what the open ledger made of it. Throws if the blob is no transaction at all. */
export const send = (chain: Chain, account: Account, fields: Json): SubmitAnswer =>
  sendSigned(chain, signed(chain, account.address, account, fields));

export const sendSigned = (chain: Chain, { blob }: Signed): SubmitAnswer => {
  const answer = chain.submit(blob);
  if ('error' in answer) {
    throw new Error(`the sandbox cannot send: ${answer.error_exception ?? answer.error}`);
  }
  return answer;
};

/** As send, for what must succeed. Throws an Error naming the result. */
export const mustSend = (chain: Chain, account: Account, fields: Json): void => {
  const answer = send(chain, account, fields);
  if (answer.engine_result !== 'tesSUCCESS') {
    throw new Error(
      `setting up the sandbox, ${String(fields['TransactionType'])} of ${account.address}: ${answer.engine_result}`,
    );
  }
};

/** An account's tickets, oldest first: those of the founding come before any that the engine makes. */
export const ticketsOf = (chain: Chain, address: string): readonly number[] =>
  chain
    .open()
    .owned(address)
    .filter((entry) => entry.LedgerEntryType === 'Ticket')
    .map((entry) => Number(entry['TicketSequence']))
    .toSorted((a, b) => a - b);
