/** An error as rippled answers it: the token, its number and its words. Anything else that is thrown is a fault of ours. */
import type { Json } from '../../ledger/transport.ts';

/** Numbers and words of rippled 2.6.1 (`ErrorCodes.cpp`), for the errors that this server gives. */
const known = {
  actMalformed: [35, 'Account malformed.'],
  actNotFound: [19, 'Account not found.'],
  amendmentBlocked: [14, 'Amendment blocked, need upgrade.'],
  badIssuer: [41, 'Issuer account malformed.'],
  badMarket: [42, 'No such market.'],
  badSecret: [43, 'Secret does not match account.'],
  domainMalformed: [97, 'Domain is malformed.'],
  dstAmtMalformed: [51, 'Destination amount/currency/issuer is malformed.'],
  dstIsrMalformed: [53, 'Destination issuer is malformed.'],
  excessiveLgrRange: [78, 'Ledger range exceeds 1000.'],
  forbidden: [3, 'Bad credentials.'],
  internal: [73, 'Internal error.'],
  invalidLgrRange: [79, 'Ledger range is invalid.'],
  invalidParams: [31, 'Invalid parameters.'],
  issueMalformed: [93, 'Issue is malformed.'],
  lgrIdxMalformed: [58, 'Ledger index malformed.'],
  lgrIdxsInvalid: [57, 'Ledger indexes invalid.'],
  lgrNotFound: [21, 'ledgerNotFound'],
  lgrNotValidated: [22, 'Ledger not validated.'],
  malformedStream: [71, 'Stream malformed.'],
  noPermission: [6, "You don't have permission for this command."],
  notImpl: [74, 'Not implemented.'],
  notSupported: [75, 'Operation not supported.'],
  slowDown: [10, 'You are placing too much load on the server.'],
  srcActMalformed: [65, 'Source account is malformed.'],
  srcActNotFound: [67, 'Source account not found.'],
  srcCurMalformed: [69, 'Source currency is malformed.'],
  srcIsrMalformed: [70, 'Source issuer is malformed.'],
  transactionSigned: [96, 'Transaction should not be signed.'],
  txnNotFound: [29, 'Transaction not found.'],
  unknownCmd: [32, 'Unknown method.'],
} as const;

export type Code = keyof typeof known;

/** `fields` stand beside the error, as the ledger that was looked at does. */
export class Refusal extends Error {
  readonly code: Code;
  readonly fields: Json;
  constructor(code: Code, message: string = known[code][1], fields: Json = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.fields = fields;
  }
}

export const errorFields = ({ code, message, fields }: Refusal): Json => ({
  ...fields,
  error: code,
  error_code: known[code][0],
  error_message: message,
});
