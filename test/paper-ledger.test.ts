/** The mirrored ledger through its own door: others are as the feed says, ours are taken by real crossings, and by nothing the feed does not explain. */
import test from 'ava';
import type { Json } from '../ledger/transport.ts';
import { createLink } from '../sandbox/link.ts';
import type { FeedLedger, FeedMarket, FeedTrade } from '../sandbox/paper/feed.ts';
import { createPaper } from '../sandbox/paper/paper.ts';
import { accountFrom } from '../sandbox/traders/keys.ts';
import { rlusdCurrency } from '../ledger/rlusd.ts';

const issuer = { flags: 0, transferRate: null, tickSize: null };
const usual: FeedMarket = {
  bids: [
    { price: '1.419', drops: '50000000', own: false },
    { price: '1.4185', drops: '70000000', own: true },
    { price: '1.418', drops: '80000000', own: false },
  ],
  asks: [{ price: '1.421', drops: '60000000', own: false }],
  amm: { drops: '5000000000', rlusd: '7100', feeHundredThousandths: 300 },
  issuer,
};
const trade = (given: Partial<FeedTrade> = {}): FeedTrade => ({
  taker: 'sell',
  through: 'book',
  price: '1.41',
  lastPrice: '1.41',
  own: false,
  limit: null,
  drops: '4000000',
  ...given,
});

const world = async (market = usual) => {
  let index = 94_000_000;
  let closeTime = 850_000_000;
  const paper = createPaper({
    seed: 1,
    clock: { now: () => Date.UTC(2026, 11, 6) },
    opening: { xrp: '60', rlusd: '100' },
    first: { index, closeTime, market, trades: [] },
  });
  const link = createLink(paper.node, { setTimer: () => undefined });
  await link.connect();
  const wallet = accountFrom(paper.seed);
  const token = { currency: rlusdCurrency, issuer: paper.issuer };
  const ask = (command: Json & { command: string }) =>
    link.request({ ledger_index: 'validated', ...command });
  let sequence = Number(
    ((await ask({ command: 'account_info', account: paper.address }))['account_data'] as Json)[
      'Sequence'
    ],
  );
  const xrp = { currency: 'XRP' };
  return {
    paper,
    ask,
    advance: (given: Partial<FeedLedger> = {}) => {
      index += 1;
      closeTime += 4;
      return paper.advance({ index, closeTime, market, trades: [], ...given });
    },
    index: () => index,
    book: async (side: 'bids' | 'asks') => {
      const [gets, pays] = side === 'bids' ? [token, xrp] : [xrp, token];
      const answer = await ask({ command: 'book_offers', taker_gets: gets, taker_pays: pays });
      return (answer['offers'] as readonly Json[]).map((offer) => {
        const { TakerGets: give, TakerPays: want } = offer;
        const [drops, value] = typeof give === 'string' ? [give, want] : [want, give];
        const rlusd = (value as { value: string }).value;
        return [String(drops), (Number(rlusd) / Number(drops)) * 1e6] as const;
      });
    },
    wallet: async () => {
      const data = (await ask({ command: 'account_info', account: paper.address }))[
        'account_data'
      ] as Json;
      const lines = (await ask({ command: 'account_lines', account: paper.address }))[
        'lines'
      ] as readonly Json[];
      return { drops: BigInt(String(data['Balance'])), rlusd: Number(lines[0]?.['balance']) };
    },
    offers: async () =>
      (await ask({ command: 'account_offers', account: paper.address }))[
        'offers'
      ] as readonly Json[],
    bid: async (drops: string, rlusd: string, more: Json = {}) => {
      const { blob } = wallet.sign({
        TransactionType: 'OfferCreate',
        Account: paper.address,
        Fee: '10',
        Flags: 0,
        Sequence: sequence,
        TakerGets: { ...token, value: rlusd },
        TakerPays: drops,
        ...more,
      });
      sequence += 1;
      await link.request({ command: 'submit', tx_blob: blob });
      return sequence - 1;
    },
  };
};

test('others, the pool and the issuer’s terms are as the feed says, ledger by ledger, at the feed’s indexes', async (t) => {
  const { ask, book, advance, index } = await world();
  t.deepEqual(
    (await book('bids')).map(([drops]) => drops),
    ['50000000', '80000000'],
    'what was ours there is not here',
  );
  const { amm } = (await ask({
    command: 'amm_info',
    asset: { currency: 'XRP' },
    asset2: await tokenOf(ask),
  })) as {
    amm: Json;
  };
  t.is(amm['amount'], '5000000000');
  t.is(amm['trading_fee'], 300);
  const next: FeedMarket = {
    bids: [{ price: '1.4', drops: '1', own: false }],
    asks: [],
    amm: null,
    issuer: { flags: 0x0040_0000, transferRate: 1_001_000_000, tickSize: 7 },
  };
  const { header } = advance({ market: next });
  t.is(header.ledger_index, index());
  t.deepEqual(await book('bids'), [['1', 1.4]]);
  t.deepEqual(await book('asks'), []);
  const token = await tokenOf(ask);
  await t.throwsAsync(ask({ command: 'amm_info', asset: { currency: 'XRP' }, asset2: token }));
  const root = (await ask({ command: 'account_info', account: token.issuer }))[
    'account_data'
  ] as Json;
  t.like(root, { TransferRate: 1_001_000_000, TickSize: 7 });
  t.not(Number(root['Flags']) & 0x0040_0000, 0);
  advance({ market: usual });
  t.is((await book('asks')).length, 1);
  t.is(
    (
      (await ask({ command: 'amm_info', asset: { currency: 'XRP' }, asset2: token })) as {
        amm: Json;
      }
    ).amm['amount'],
    '5000000000',
  );
});

const tokenOf = async (ask: (command: Json & { command: string }) => Promise<Json>) => {
  const lines = (
    await ask({ command: 'account_lines', account: 'rHpXJ6ESoMVjE9fqL7vfvkneFjie2h2ZoP' })
  )['lines'] as readonly Json[];
  return { currency: rlusdCurrency, issuer: String(lines[0]?.['account']) };
};

test('an offer is taken from the ledger after its own on, by exactly what the trades explain', async (t) => {
  const { bid, advance, wallet, offers, book } = await world();
  await bid('10000000', '14.2');
  const placed = await wallet();
  advance({ trades: [trade()] });
  t.is((await offers()).length, 1, 'the ledger that places it has no takers for it');
  t.like(await wallet(), { drops: placed.drops - 10n, rlusd: 100 });
  const { transactions } = advance({ trades: [trade()] });
  t.is(transactions.length, 1);
  const after = await wallet();
  t.is(after.drops, placed.drops - 10n + 4_000_000n);
  t.true(Math.abs(after.rlusd - (100 - 4 * 1.42)) < 1e-9, 'at our price');
  t.deepEqual(
    (await book('bids')).map(([drops]) => drops),
    ['6000000', '50000000', '80000000'],
    'the others stand as before',
  );
  advance({ trades: [trade({ drops: '900000000' })] });
  t.deepEqual(await offers(), []);
  t.is((await wallet()).drops, placed.drops - 10n + 10_000_000n);
});

test('a better pool or a better offer of others takes nothing of what is given to us', async (t) => {
  const { bid, advance, wallet, book } = await world({
    ...usual,
    amm: { drops: '5000000000', rlusd: '7105', feeHundredThousandths: 1 },
  });
  await bid('10000000', '14.18');
  advance();
  const before = await wallet();
  advance({ trades: [trade()] });
  t.is((await wallet()).drops, before.drops + 4_000_000n);
  t.deepEqual((await book('bids'))[0]?.[0], '50000000');
});

test('a cancel or a replace is too late for the takers of its ledger, and nothing is filled where trades are not known', async (t) => {
  const { bid, advance, wallet, offers } = await world();
  const first = await bid('10000000', '14.15');
  advance();
  advance({ trades: null });
  const before = await wallet();
  await bid('10000000', '14.1', { OfferSequence: first });
  advance({ trades: [trade({ drops: '3000000' })] });
  t.is((await wallet()).drops, before.drops - 10n + 3_000_000n);
  t.is((await offers()).length, 1);
  t.is((await offers())[0]?.['taker_pays'], '10000000', 'the new one, whole');
});

test('what crosses at once crosses what others have, and they have it once', async (t) => {
  const { bid, advance, wallet, book } = await world();
  await bid('20000000', '29');
  advance();
  const { drops } = await wallet();
  t.is(drops, 60_000_000n - 10n + 20_000_000n);
  t.deepEqual((await book('asks'))[0]?.[0], '40000000', 'as the ledger left it');
  advance();
  t.deepEqual((await book('asks'))[0]?.[0], '40000000', 'and as long as that offer stands');
});

test('an expired offer is taken by nobody', async (t) => {
  const { bid, advance, wallet } = await world();
  await bid('10000000', '14.2', { Expiration: 850_000_007 });
  advance();
  const before = await wallet();
  advance();
  advance({ trades: [trade()] });
  t.deepEqual(await wallet(), before);
});

test('ledgers that nobody saw are passed over; what was before them is still known', async (t) => {
  const { ask, paper, advance, index, bid } = await world();
  await bid('10000000', '14.2');
  advance();
  const last = index();
  paper.advance({ index: last + 5_000, closeTime: 850_900_000, market: usual, trades: [trade()] });
  const listed = await ask({
    command: 'account_tx',
    account: paper.address,
    ledger_index_min: last,
    ledger_index_max: last + 5_000,
    forward: true,
  });
  t.true((listed['transactions'] as readonly Json[]).length >= 1);
});

test('a wallet below the reserve and a server that has just begun are refused in words', (t) => {
  const first = { index: 100, closeTime: 850_000_000, market: usual, trades: [] };
  const clock = { now: () => 0 };
  const opening = { xrp: '60', rlusd: '1' };
  t.throws(() => createPaper({ seed: 1, clock, opening: { xrp: '1', rlusd: '1' }, first }), {
    message: /below the reserve/,
  });
  t.throws(() => createPaper({ seed: 1, clock, opening, first: { ...first, index: 4 } }), {
    message: /only at ledger 4/,
  });
});
