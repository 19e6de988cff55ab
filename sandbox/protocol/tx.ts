/** `tx` and `transaction_entry`: one transaction by its hash or its place, validated or still in the open ledger. */
import type { Json } from '../../ledger/transport.ts';
import type { Found } from './history.ts';
import { flag } from './params.ts';
import { Refusal } from './refusal.ts';
import { closeTimeIso } from './times.ts';
import { ctid, metaBlob, plain } from './transaction-json.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command, Request } from './world.ts';

const rangeMax = 1000;

export const tx: Command = (request) => {
  const { params, version, world } = request;
  const named = wanted(request);
  const range = rangeOf(params);
  const found = typeof named === 'string' ? world.history().byHash(named) : named.found;
  if (found) return validated(found, request);
  const pending =
    typeof named === 'string'
      ? world
          .chain()
          .pending()
          .find(({ hash }) => hash === named)
      : undefined;
  if (pending) {
    const binary = flag(params['binary']);
    if (version === 1) {
      return binary
        ? { hash: pending.hash, tx: pending.blob, validated: false }
        : { ...plain(pending.tx, pending.hash, 1), validated: false };
    }
    return {
      hash: pending.hash,
      ...(binary ? { tx_blob: pending.blob } : { tx_json: plain(pending.tx, pending.hash, 2) }),
      validated: false,
    };
  }
  const chain = world.chain();
  const { missing } = world.trouble();
  const searched = range && {
    searched_all:
      range.min >= chain.knownFrom() &&
      range.max <= chain.latest().header.ledger_index &&
      !(missing && range.min <= missing.to && range.max >= missing.from),
  };
  throw new Refusal('txnNotFound', undefined, searched);
};

/** The same within one ledger that the request names. */
export const transactionEntry: Command = ({ params, version, world }) => {
  const { closed, fields } = whichLedger(world.chain(), params);
  const hash = params['tx_hash'];
  if (hash === undefined) return { ...fields, error: 'fieldNotFoundTransaction' };
  if (!closed) return { ...fields, error: 'notYetImplemented' };
  if (typeof hash !== 'string' || !/^[0-9A-Fa-f]{64}$/.test(hash)) {
    return { ...fields, error: 'malformedRequest' };
  }
  const applied = closed.transactions.find((each) => each.hash === hash.toUpperCase());
  if (!applied) return { ...fields, error: 'transactionNotFound' };
  const { hash: _, ...body } = applied.tx;
  if (version === 1)
    return { ...fields, metadata: applied.meta, tx_json: { ...body, hash: applied.hash } };
  return {
    ...fields,
    close_time_iso: closeTimeIso(closed.header.close_time),
    hash: applied.hash,
    meta: applied.meta,
    tx_json: body,
  };
};

type Named = string | Readonly<{ found: Found | undefined }>;

const wanted = ({ params, world }: Request): Named => {
  const { transaction, ctid: place } = params;
  if (transaction !== undefined && place !== undefined) throw new Refusal('invalidParams');
  if (transaction !== undefined) {
    if (typeof transaction === 'string' && /^[0-9A-Fa-f]{64}$/.test(transaction)) {
      return transaction.toUpperCase();
    }
    throw new Refusal('notImpl');
  }
  const match =
    typeof place === 'string' ? /^C([0-9A-F]{7})([0-9A-F]{4})[0-9A-F]{4}$/i.exec(place) : null;
  if (!match) throw new Refusal('invalidParams');
  const [, ledger = '', index = ''] = match;
  return {
    found: world.history().at({
      ledgerIndex: Number.parseInt(ledger, 16),
      transactionIndex: Number.parseInt(index, 16),
    }),
  };
};

const rangeOf = (params: Json): Readonly<{ min: number; max: number }> | undefined => {
  const { min_ledger: min, max_ledger: max } = params;
  if (typeof min !== 'number' || typeof max !== 'number') return undefined;
  if (max < min) throw new Refusal('invalidLgrRange');
  if (max - min > rangeMax) throw new Refusal('excessiveLgrRange');
  return { min, max };
};

const validated = (
  { ledger, applied, place }: Found,
  { params, version, world }: Request,
): Json => {
  const { ledger_index, ledger_hash, close_time } = ledger.header;
  const binary = flag(params['binary']);
  const common = {
    ctid: ctid(ledger_index, place.transactionIndex, world.networkId),
    hash: applied.hash,
    ledger_index,
    validated: true,
  };
  const meta = binary ? metaBlob(applied.meta) : applied.meta;
  if (version === 1) {
    const body = binary ? { tx: applied.blob } : plain(applied.tx, applied.hash, 1);
    return { ...body, ...common, date: close_time, inLedger: ledger_index, meta };
  }
  return {
    ...common,
    close_time_iso: closeTimeIso(close_time),
    ledger_hash,
    ...(binary
      ? { meta_blob: meta, tx_blob: applied.blob }
      : {
          meta,
          tx_json: {
            ...plain(applied.tx, applied.hash, 2),
            ctid: common.ctid,
            date: close_time,
            ledger_index,
          },
        }),
  };
};
