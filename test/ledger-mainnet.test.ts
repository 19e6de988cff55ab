/** Real transactions of the main network: each goes through the codec and back, and no asset is made or lost by any of them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { decode, encode } from 'ripple-binary-codec';
import * as d from '../ledger/decimal.ts';
import type { Json } from '../ledger/transport.ts';

const shared = process.env['NEO_SHARED'] ?? path.resolve(import.meta.dirname, '../../../shared');
const folder = path.join(shared, 'mainnet');
const real = existsSync(folder) ? test : test.skip;
const where = '(skipped without ../shared)';

const text = (file: string): string =>
  gunzipSync(readFileSync(path.join(folder, file))).toString('utf8');

const ledgers = [87_704_323, 90_156_059, 94_084_608] as const;
const ledgerAt = (index: number): Json =>
  (JSON.parse(text(`ledger-${index}.json.gz`)) as Json)['ledger'] as Json;
const inLedger = (index: number): readonly Json[] =>
  ledgerAt(index)['transactions'] as readonly Json[];

const metaOf = (tx: Json): Json => (tx['metaData'] ?? tx['meta']) as Json;

/** Fields that servers add to what is in the ledger. */
const added: ReadonlySet<string> = new Set([
  'hash',
  'metaData',
  'meta',
  'owner_funds',
  'delivered_amount',
  'date',
  'ledger_index',
  'inLedger',
  'validated',
  'ctid',
  'nftoken_id',
  'offer_id',
  'nftoken_ids',
  'mpt_issuance_id',
  'DeliverMax',
]);

const bare = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !added.has(name)));

/** Metadata as it is in the ledger, every object of it through the codec and back. */
const throughCodec = (value: Json): Json => decode(encode(bare(value) as never)) as unknown as Json;

real(
  `every transaction and metadata of three ledgers is the same after the codec ${where}`,
  (t) => {
    let count = 0;
    for (const index of ledgers) {
      for (const tx of inLedger(index)) {
        for (const part of [bare(tx), bare(metaOf(tx))]) {
          // One payment says that it delivered less than nothing; the codec knows no negative XRP.
          if (part['DeliveredAmount'] === '-1') {
            t.throws(() => encode(part as never), { message: /-1 is an illegal amount/ });
            continue;
          }
          const once = encode(part as never);
          t.is(encode(decode(once) as never), once);
          count += 1;
        }
      }
    }
    t.true(count > 100, String(count));
  },
);

const nodesOf = (meta: Json): readonly Readonly<{ kind: string; node: Json }>[] =>
  (meta['AffectedNodes'] as readonly Json[]).map((wrapped) => {
    const [[kind, node] = ['', {}]] = Object.entries(wrapped);
    return { kind, node: node as Json };
  });

/** What an entry held before, and holds after: nothing where it was not. */
const beforeAndAfter = (kind: string, node: Json, name: string): readonly [unknown, unknown] => {
  const [created, final, previous] = [
    node['NewFields'],
    node['FinalFields'],
    node['PreviousFields'],
  ] as (Json | undefined)[];
  if (kind === 'CreatedNode') return [undefined, created?.[name]];
  const last = final?.[name];
  const was = previous?.[name] ?? last;
  return kind === 'DeletedNode' ? [was, undefined] : [was, last];
};

/** XRP held by accounts, escrows, channels and pools: together they lose what was burned as the fee. */
const xrpChange = (meta: Json): bigint => {
  let sum = 0n;
  for (const { kind, node } of nodesOf(meta)) {
    for (const [type, name] of [
      ['AccountRoot', 'Balance'],
      ['Escrow', 'Amount'],
      ['PayChannel', 'Amount'],
      ['PayChannel', 'Balance'],
    ] as const) {
      if (node['LedgerEntryType'] !== type) continue;
      const [was, is] = beforeAndAfter(kind, node, name);
      const drops = (value: unknown): bigint => (typeof value === 'string' ? BigInt(value) : 0n);
      const sign = name === 'Balance' && type === 'PayChannel' ? -1n : 1n;
      sum += sign * (drops(is) - drops(was));
    }
  }
  return sum;
};

type Sums = ReadonlyMap<string, d.Decimal>;

/** By issuer and currency: what all holders together have more than before. The end of a line that has a balance is the holder. */
const holdersGain = (meta: Json): Sums => {
  const sums = new Map<string, d.Decimal>();
  for (const { kind, node } of nodesOf(meta)) {
    if (node['LedgerEntryType'] !== 'RippleState') continue;
    const fields = (node['NewFields'] ?? node['FinalFields']) as Json;
    const [was, is] = beforeAndAfter(kind, node, 'Balance').map((value) =>
      value === undefined ? d.zero : d.decimal(String((value as Json)['value'])),
    ) as [d.Decimal, d.Decimal];
    for (const [end, turn] of [
      ['HighLimit', (value: d.Decimal) => value],
      ['LowLimit', d.negate],
    ] as const) {
      const { issuer, currency } = fields[end] as Json;
      const held = (value: d.Decimal): d.Decimal => d.maximum(turn(value), d.zero);
      const key = `${String(issuer)} ${String(currency)}`;
      sums.set(key, d.add(sums.get(key) ?? d.zero, d.subtract(held(is), held(was))));
    }
  }
  return sums;
};

/** Whoever deals in his own tokens makes or takes back some. */
const dealsItself = (tx: Json, issuer: string): boolean =>
  tx['Account'] === issuer ||
  tx['Destination'] === issuer ||
  nodesOf(metaOf(tx)).some(({ node }) => {
    const fields = (node['FinalFields'] ?? node['NewFields']) as Json | undefined;
    return node['LedgerEntryType'] === 'Offer' && fields?.['Account'] === issuer;
  });

real(`XRP: all that accounts, escrows and channels lose is the fee ${where}`, (t) => {
  let count = 0;
  for (const index of ledgers) {
    for (const tx of inLedger(index)) {
      t.is(xrpChange(metaOf(tx)), -BigInt(String(tx['Fee'])), String(tx['hash']));
      count += 1;
    }
  }
  t.true(count > 50);
  const { tx, meta } = JSON.parse(text('transaction-69064176.json.gz')) as { tx: Json; meta: Json };
  t.is(xrpChange(meta), -BigInt(String(tx['Fee'])));
});

/** Below the last digits of what is moved: rounding, never a fee. */
const tiny = d.decimal('1e-6');

real(
  `tokens: holders and pools together gain nothing; what they lose is the transfer fee ${where}`,
  (t) => {
    let [even, taxed] = [0, 0];
    for (const index of ledgers) {
      for (const tx of inLedger(index)) {
        if (tx['TransactionType'] !== 'OfferCreate' && tx['TransactionType'] !== 'Payment')
          continue;
        for (const [asset, gain] of holdersGain(metaOf(tx))) {
          const [issuer = ''] = asset.split(' ');
          if (dealsItself(tx, issuer)) continue;
          t.true(d.compare(gain, tiny) <= 0, `${String(tx['hash'])} ${asset} ${d.format(gain)}`);
          if (d.compare(gain, d.negate(tiny)) < 0) taxed += 1;
          else even += 1;
        }
      }
    }
    t.true(even > 30 && taxed > 0, `${even} ${taxed}`);
  },
);

real(`87704323, 43EF2B13: the two transfer fees are what nobody has any more ${where}`, (t) => {
  const tx = inLedger(87_704_323).find(({ hash }) => String(hash).startsWith('43EF2B13')) as Json;
  const gains = [...holdersGain(metaOf(tx))];
  const lost = (code: string): string =>
    d.format(
      d.negate(
        gains.find(([asset, gain]) => asset.endsWith(code) && !d.isZero(gain))?.[1] ?? d.zero,
      ),
    );
  t.is(Number(lost('SGB')).toFixed(9), (0.52325355066061 - 0.5216884852).toFixed(9));
  t.is(
    Number(lost('534F4C4F00000000000000000000000000000000')).toFixed(12),
    (0.0414379574095 - 0.04143381402813).toFixed(12),
  );
});

real(`every one of 2,320 metadata objects is the same after the codec ${where}`, (t) => {
  let count = 0;
  for (const line of text('transaction-metadata.jsonl.gz').split('\n')) {
    if (line === '') continue;
    const meta = bare(JSON.parse(line) as Json);
    const again = throughCodec(meta);
    t.is(encode(again as never), encode(meta as never));
    count += 1;
  }
  t.is(count, 2320);
});
