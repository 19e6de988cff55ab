/** `submit`: a signed transaction in binary. This server holds no keys and signs nothing. */
import type { Json } from '../../ledger/transport.ts';
import { flag } from './params.ts';
import { Refusal } from './refusal.ts';
import { ctid } from './transaction-json.ts';
import type { Command } from './world.ts';

const deprecated =
  "Signing support in the 'submit' command has been deprecated and will be removed in a future version of the server. Please migrate to a standalone signing tool.";

export const submit: Command = ({ params, world }) => {
  const blob = params['tx_blob'];
  if (blob === undefined) throw refuseSigning(params);
  const text = String(blob);
  if (text === '' || !/^[0-9A-Fa-f]+$/.test(text)) throw new Refusal('invalidParams');
  const answer = world.chain().submit(text, { failHard: flag(params['fail_hard']) });
  if ('error' in answer) return answer;
  const found = world.history().byHash(String(answer.tx_json['hash']));
  if (answer.applied) world.propose(answer);
  if (!found) return answer;
  const { ledgerIndex, transactionIndex } = found.place;
  const place = {
    ctid: ctid(ledgerIndex, transactionIndex, world.networkId),
    inLedger: ledgerIndex,
    ledger_index: ledgerIndex,
  };
  return { ...answer, tx_json: { ...answer.tx_json, ...place } };
};

const refuseSigning = (params: Json): Refusal =>
  ['secret', 'seed', 'seed_hex', 'passphrase'].some((name) => params[name] !== undefined)
    ? new Refusal('notSupported', 'Signing is not supported by this server.', { deprecated })
    : new Refusal('invalidParams', "Missing field 'secret'.", { deprecated });
