/** `account_tx`: the validated transactions that touched an account, newest first unless asked otherwise, a page at a time. */
import type { Json } from '../../ledger/transport.ts';
import type { Place } from './history.ts';
import { accountText, address, flag, invalid, isObject, limitOf } from './params.ts';
import { Refusal } from './refusal.ts';
import { listed } from './transaction-json.ts';
import { openIndex, whichLedger } from './which-ledger.ts';
import type { Command, Request } from './world.ts';

const pageMax = 400;
const pageUsual = 200;

type Range = Readonly<{ min: number; max: number }>;

export const accountTx: Command = (request) => {
  const { params, version, world } = request;
  if (version === 2) {
    for (const name of ['binary', 'forward'] as const) {
      const value = params[name];
      if (value !== undefined && typeof value !== 'boolean') throw invalid(name);
    }
  }
  const limit = limitOf(params, { least: 0, usual: 0, most: pageMax });
  const account = address(accountText(params));
  const range = rangeOf(request);
  const forward = flag(params['forward']);
  const marker = markerOf(params['marker']);
  const history = world.history();
  const places = history
    .of(account)
    .filter(({ ledgerIndex }) => ledgerIndex >= range.min && ledgerIndex <= range.max);
  const ordered = forward ? places : places.toReversed();
  const start = marker ? ordered.findIndex((place) => reached(place, marker, forward)) : 0;
  const rest = start < 0 ? [] : ordered.slice(start);
  const size = limit === 0 ? pageUsual : limit;
  const next = rest[size];
  return {
    account,
    ledger_index_max: range.max,
    ledger_index_min: range.min,
    limit,
    ...(next ? { marker: { ledger: next.ledgerIndex, seq: next.transactionIndex } } : {}),
    transactions: rest.slice(0, size).flatMap((place) => {
      const found = history.at(place);
      return found ? [listed(found, version, flag(params['binary']), world.networkId)] : [];
    }),
    validated: true,
  };
};

const reached = (place: Place, from: Place, forward: boolean): boolean => {
  const distance =
    place.ledgerIndex - from.ledgerIndex || place.transactionIndex - from.transactionIndex;
  return forward ? distance >= 0 : distance <= 0;
};

const markerOf = (marker: unknown): Place | undefined => {
  if (marker === undefined) return undefined;
  const { ledger, seq } = isObject(marker) ? marker : ({} as Json);
  if (typeof ledger !== 'number' || typeof seq !== 'number') {
    throw new Refusal(
      'invalidParams',
      'invalid marker. Provide ledger index via ledger field, and transaction sequence number via seq field',
    );
  }
  return { ledgerIndex: ledger, transactionIndex: seq };
};

/** Of the ledgers that are kept, those that the request means. */
const rangeOf = ({ params, version, world }: Request): Range => {
  const chain = world.chain();
  const { missing } = world.trouble();
  const kept = {
    min: missing ? missing.to + 1 : chain.knownFrom(),
    max: chain.latest().header.ledger_index,
  };
  const { ledger_index_min: min, ledger_index_max: max } = params;
  const single = params['ledger_index'] !== undefined || params['ledger_hash'] !== undefined;
  if (min === undefined && max === undefined) {
    if (!single) return kept;
    if (params['ledger_index'] === openIndex(chain)) throw new Refusal('lgrNotValidated');
    const { closed } = whichLedger(chain, params);
    if (!closed) throw new Refusal('lgrNotValidated');
    return { min: closed.header.ledger_index, max: closed.header.ledger_index };
  }
  if (version === 2 && single) throw new Refusal('invalidParams', 'invalidParams');
  const [least, most] = [bound(min, 'ledger_index_min'), bound(max, 'ledger_index_max')];
  if (version === 2) {
    const outside =
      (most !== undefined && most > kept.max) ||
      (least !== undefined && least !== 0 && least < kept.min);
    if (outside) throw new Refusal('lgrIdxMalformed');
  }
  const range = {
    min: Math.max(kept.min, least ?? 0),
    max: Math.min(kept.max, most ?? kept.max),
  };
  if (range.max >= range.min) return range;
  throw new Refusal(version === 1 ? 'lgrIdxsInvalid' : 'invalidLgrRange');
};

/** A negative bound is none. */
const bound = (value: unknown, name: string): number | undefined => {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw invalid(name);
  return number < 0 ? undefined : number;
};
