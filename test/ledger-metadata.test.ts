/** What a transaction did to an account, by its metadata: built by hand, and on real ones where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { format, zero } from '../ledger/decimal.ts';
import { exactText } from '../ledger/exact.ts';
import { effects, isConsumed, type Token } from '../ledger/metadata.ts';
import type { Json } from '../ledger/transport.ts';
import { account, token } from './given.ts';
import {
  createdOffer,
  deletedOffer,
  four,
  line,
  modifiedOffer,
  nothing,
  root,
  ten,
} from './given-transaction.ts';

const own = { Account: account, Fee: '12', TransactionType: 'OfferCreate' };
const meta = (...nodes: readonly Json[]): Json => ({
  TransactionResult: 'tesSUCCESS',
  AffectedNodes: nodes,
});
const bid = { sequence: 7, side: 'buy' } as const;

test('our own fee is no change of ours, another’s is none of our business', (t) => {
  const nodes = meta(root('1000', '900'));
  t.like(effects(own, nodes, account, token), { own: true, fee: 12n, change: { drops: -88n } });
  const foreign = effects({ ...own, Account: 'rOther' }, nodes, account, token);
  t.like(foreign, { own: false, fee: 0n, change: { drops: -100n } });
});

test('the line’s sign follows which end of it is ours', (t) => {
  for (const low of [true, false]) {
    const { change } = effects(own, meta(line('98.55', '84.35', low)), account, token);
    t.is(exactText(change.rlusd), '-14.2');
  }
});

test('lines of others and other tokens are not ours', (t) => {
  const other: Token = { ...token, currency: 'USD' };
  const { change } = effects(own, meta(line('1', '2')), account, other);
  t.is(exactText(change.rlusd), '0');
  const elsewhere = effects(own, meta(line('1', '2')), 'rOther', token);
  t.is(exactText(elsewhere.change.rlusd), '0');
  const another = effects(own, meta(line('1', '2')), account, { ...token, issuer: 'rOther' });
  t.is(exactText(another.change.rlusd), '0', 'of another issuer');
});

test('a line that comes to be with a balance has that more than before', (t) => {
  const made = line('0', '14.2')['ModifiedNode'] as Json;
  const { FinalFields: NewFields, LedgerEntryType } = made;
  const created = { CreatedNode: { LedgerEntryType, LedgerIndex: 'C', NewFields } } as Json;
  t.is(exactText(effects(own, meta(created), account, token).change.rlusd), '14.2');
});

test('where one side is used up nothing is left to trade', (t) => {
  const left = (drops: string, rlusd: string) =>
    effects(
      own,
      meta(deletedOffer({ ...bid, left: { drops, rlusd }, before: ten })),
      account,
      token,
    ).offers[0]?.left ?? { side: 'buy', drops: 1n, rlusd: zero };
  t.true(isConsumed(left('1', '0') as never));
  t.true(isConsumed(left('0', '0.0000001') as never));
  t.false(isConsumed(left('1', '0.0000001') as never));
});

test('placed as it rests; traded and left as the nodes say', (t) => {
  const placed = effects(own, meta(createdOffer({ ...bid, left: ten })), account, token);
  t.like(placed.placed, { side: 'buy', drops: 10_000_000n });
  t.deepEqual(placed.offers, []);
  const done = effects(
    own,
    meta(modifiedOffer({ ...bid, left: four, before: ten })),
    account,
    token,
  );
  t.like(done.offers[0], { sequence: 7, deleted: false });
  t.like(done.offers[0]?.traded, { side: 'buy', drops: 6_000_000n });
  t.is(format(done.offers[0]?.traded?.rlusd ?? zero), '8.52');
});

test('consumed, removed with a rest, removed untouched: three different things', (t) => {
  const one = (node: Json) => effects({ Account: 'rOther' }, meta(node), account, token).offers[0];
  const consumed = one(deletedOffer({ ...bid, left: nothing, before: ten }));
  t.true(consumed?.deleted && consumed.traded !== null && isConsumed(consumed.left));
  const drained = one(deletedOffer({ ...bid, left: four, before: ten }));
  t.true(drained?.deleted && drained.traded !== null && !isConsumed(drained.left));
  const removed = one(deletedOffer({ ...bid, left: ten, expiration: 40 }));
  t.true(removed?.deleted && removed.traded === null);
  t.is(removed?.expiration, 40);
});

test('offers of others, and ours of another pair, are none of this pair’s', (t) => {
  const other = { ...token, issuer: 'rElse' };
  const node = deletedOffer({ ...bid, left: nothing, before: ten });
  t.deepEqual(effects(own, meta(node), account, other).offers, []);
  t.deepEqual(effects(own, meta(node), 'rOther', token).offers, []);
});

test('metadata without nodes is nothing at all', (t) => {
  t.like(effects({ Account: 'rOther' }, {}, account, token), { placed: null, offers: [] });
});

const shared =
  process.env['NEO_SHARED'] ?? join(dirname(import.meta.dirname), '..', '..', 'shared');
const mainnet = join(shared, 'mainnet');
const real = existsSync(mainnet) ? test : test.skip;

const unzipped = (name: string): string => gunzipSync(readFileSync(join(mainnet, name))).toString();
const transactions = (ledger: number): readonly Json[] =>
  JSON.parse(unzipped(`ledger-${ledger}.json.gz`)).ledger.transactions;
const metadata = (tx: Json): Json => (tx['metaData'] ?? tx['meta']) as Json;
const byHash = (ledger: number, start: string): Json => {
  const found = transactions(ledger).find(({ hash }) => String(hash).startsWith(start));
  if (!found) throw new Error(`no transaction ${start} in ${ledger}`);
  return found;
};

const rlusd: Token = {
  currency: '524C555344000000000000000000000000000000',
  issuer: 'rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De',
};

real(
  'mainnet 94084608 (skipped without ../shared): ten re-quotes of a maker, none of them a fill',
  (t) => {
    const maker = 'rpiFwLYi6Gb1ESHYorn2QG1WU5vw2u4exQ';
    const done = transactions(94_084_608)
      .filter((tx) => tx['Account'] === maker && tx['TransactionType'] === 'OfferCreate')
      .map((tx) => effects(tx, metadata(tx), maker, rlusd))
      .filter(({ placed }) => placed !== null);
    t.is(done.length, 10);
    for (const { offers, change, placed } of done) {
      t.is(offers.length, 1);
      t.true(offers[0]?.deleted && offers[0].traded === null);
      t.is(change.drops, 0n as typeof change.drops);
      t.is(exactText(change.rlusd), '0');
      t.truthy(placed);
    }
    const prices = done.flatMap(({ placed }) =>
      placed
        ? [Math.round((Number(format(placed.rlusd)) / Number(placed.drops)) * 1e11) / 1e5]
        : [],
    );
    t.deepEqual(
      prices.toSorted((a, b) => a - b),
      [2.40488, 2.40972, 2.41214, 2.41456, 2.41698, 2.42182, 2.42424, 2.42666, 2.42908, 2.4315],
    );
  },
);

real('mainnet 94084608: what rests is read back, not what was sent (tick size)', (t) => {
  const rests = transactions(94_084_608).flatMap((tx) => {
    const { placed } = effects(tx, metadata(tx), String(tx['Account']), rlusd);
    return placed ? [`${placed.drops}`, format(placed.rlusd)] : [];
  });
  t.true(rests.includes('1905.271466521407'));
  t.true(rests.includes('789075855'));
  t.false(rests.includes('1905.27178'));
});

real('mainnet 87704323: the fee is apart from what was paid', (t) => {
  const tx = byHash(87_704_323, '2C71FEE8');
  const csc = JSON.stringify(metadata(tx)).match(/"currency":"(CSC)","issuer":"(\w+)"/);
  const done = effects(tx, metadata(tx), String(tx['Account']), {
    currency: 'CSC',
    issuer: csc?.[2] ?? '',
  });
  t.is(done.fee, 12n as typeof done.fee);
  t.is(done.change.drops, -9_915_204n as typeof done.fee);
});

real('mainnet 87704323: a taker whose XRP only changed by its fee traded no XRP', (t) => {
  const tx = byHash(87_704_323, '43EF2B13');
  const done = effects(tx, metadata(tx), String(tx['Account']), rlusd);
  t.is(done.fee, 10n as typeof done.fee);
  t.is(done.change.drops, 0n as typeof done.fee);
});

type Node = Readonly<{ Account: string; pair: Token }>;

/** Every owner and token of an XRP offer that the metadata touched. */
const owners = (given: Json): readonly Node[] => {
  const found = new Map<string, Node>();
  for (const wrapped of given['AffectedNodes'] as readonly Json[]) {
    const [node] = Object.values(wrapped) as readonly Json[];
    const fields = (node?.['FinalFields'] ?? node?.['NewFields'] ?? {}) as Json;
    if (node?.['LedgerEntryType'] !== 'Offer') continue;
    const amount = [fields['TakerGets'], fields['TakerPays']].find((x) => typeof x === 'object');
    if (!amount) continue;
    const { currency, issuer } = amount as Token;
    const Account = String(fields['Account']);
    found.set(`${Account} ${currency} ${issuer}`, { Account, pair: { currency, issuer } });
  }
  return [...found.values()];
};

real('mainnet 69064176: 554 offers consumed, 89 only removed', (t) => {
  const file = JSON.parse(unzipped('transaction-69064176.json.gz'));
  let [consumed, removed, part] = [0, 0, 0];
  for (const { Account, pair } of owners(file.meta)) {
    if (Account === file.tx.Account) continue;
    for (const offer of effects(file.tx, file.meta, Account, pair).offers) {
      if (offer.traded && offer.deleted) consumed += 1;
      else if (offer.traded) part += 1;
      else if (offer.deleted) removed += 1;
    }
  }
  t.deepEqual({ consumed, removed, part }, { consumed: 554, removed: 89, part: 1 });
});

real(
  'mainnet, 2,320 metadata objects: what a maker’s offers traded is what its XRP changed by',
  (t) => {
    let checked = 0;
    for (const text of unzipped('transaction-metadata.jsonl.gz').split('\n')) {
      if (text === '') continue;
      const given = JSON.parse(text) as Json;
      const all = owners(given);
      for (const { Account } of all) {
        const pairs = all.filter((one) => one.Account === Account);
        const done = pairs.map(({ pair }) => effects({ Account: '' }, given, Account, pair));
        const traded = done.flatMap(({ offers }) => offers).filter((offer) => offer.traded);
        const [first] = done;
        if (!first || traded.length === 0) continue;
        const sum = traded.reduce(
          (total, { traded: one }) =>
            one ? total + (one.side === 'buy' ? one.drops : -one.drops) : total,
          0n,
        );
        checked += 1;
        if (sum !== first.change.drops) t.fail(`${Account}: ${sum} against ${first.change.drops}`);
      }
    }
    t.true(checked > 20, `${checked} makers`);
  },
);
