/** The seeded market: the demo's weather, takers that reach a wide quote on both sides, and nobody who trades by decree. */
import { createHash } from 'node:crypto';
import test from 'ava';
import type { Json } from '../ledger/transport.ts';
import { basisAt, regimeNames, regimeOf } from '../sandbox/traders/regime.ts';
import { ownerOf, priceOf, startMs, type Owner } from './sandbox/wallet.ts';

const opened = (seed = 1, regime = 'demo'): Promise<Owner> =>
  ownerOf({
    seed,
    regime,
    market: 'on',
    intervalMs: 1000,
    opening: { xrp: '66.82', rlusd: '97.61' },
  });

type Look = Readonly<{ mid: number; basis: number }>;

/** The middle of the book without our own offers, and the pool above it in bps. */
const look = async (owner: Owner): Promise<Look> => {
  const best = async (side: 'buy' | 'sell'): Promise<number> => {
    const offers = await owner.side(side);
    const other = offers.find(({ Account: account }) => account !== owner.sandbox.address);
    return Number(priceOf(other as Json));
  };
  const { amm } = await owner.link.request({
    command: 'amm_info',
    asset: { currency: 'XRP' },
    asset2: owner.token,
    ledger_index: 'validated',
  });
  const { amount, amount2 } = amm as { amount: string; amount2: { value: string } };
  const mid = ((await best('buy')) + (await best('sell'))) / 2;
  const spot = Number(amount2.value) / (Number(amount) / 1e6);
  return { mid, basis: (spot / mid - 1) * 1e4 };
};

type Fill = Readonly<{ second: number; side: string; whole: boolean }>;

/** Fills of our offers, from the metadata of validated transactions. */
const fillsIn = (owner: Owner, second: number): readonly Fill[] =>
  owner.sandbox.chain.latest().transactions.flatMap(({ meta, tx }) =>
    (meta['AffectedNodes'] as readonly Json[]).flatMap((wrapped) => {
      const [[kind, node] = ['', {}]] = Object.entries(wrapped) as [string, Json][];
      const [final, previous] = [node['FinalFields'] as Json, node['PreviousFields'] as Json];
      if (node['LedgerEntryType'] !== 'Offer' || previous?.['TakerPays'] === undefined) return [];
      if (final['Account'] !== owner.sandbox.address) return [];
      if (tx['TransactionType'] !== 'OfferCreate') throw new Error('only offers trade here');
      const side = typeof final['TakerPays'] === 'string' ? 'buy' : 'sell';
      return [{ second, side, whole: kind === 'DeletedNode' }];
    }),
  );

/** Quotes as the engine does in its first 25 seconds and from the 80th on: 10 bps below and 14 above the mid. */
const play = async (owner: Owner) => {
  const looks: Look[] = [];
  const fills: Fill[] = [];
  for (let second = 0; second < 120; second += 1) {
    const now = await look(owner);
    looks.push(now);
    const resting = await owner.offers();
    const quoting = second < 25 || second >= 80;
    for (const side of ['buy', 'sell'] as const) {
      const old = resting.find(
        ({ taker_pays: pays }) => (typeof pays === 'string' ? 'buy' : 'sell') === side,
      );
      const replaced = old ? { OfferSequence: old['seq'] } : {};
      if (!quoting) {
        if (old) await owner.send({ TransactionType: 'OfferCancel', ...replaced });
      } else if (!old || second % 5 === 0) {
        const price = now.mid * (side === 'buy' ? 1 - 10 / 1e4 : 1 + 14 / 1e4);
        const Expiration = owner.inSeconds(60);
        await owner.offer(side, 15 / price, price, { Expiration, ...replaced });
      }
    }
    owner.close(1);
    fills.push(...fillsIn(owner, second));
  }
  return { looks, fills };
};

test('the demo saturates the anchor for a window, recovers, and fills wide quotes on both sides', async (t) => {
  const { looks, fills } = await play(await opened());
  const early = looks.slice(0, 25).map(({ basis }) => basis);
  t.true(early.every((basis) => basis < -5));
  t.true(early.reduce((sum, basis) => sum + basis, 0) / early.length < -6);
  t.true(looks.slice(40).every(({ basis }) => Math.abs(basis) < 2));
  for (const [second, { mid }] of looks.entries()) {
    const before = looks[second - 3]?.mid ?? mid;
    t.true(Math.abs(mid / before - 1) * 1e4 < 4, 'never enough to look like momentum');
  }
  t.true(fills.length >= 3 && fills.length <= 9, JSON.stringify(fills));
  for (const side of ['buy', 'sell']) t.true(fills.some((fill) => fill.side === side));
  t.true(fills.some(({ whole }) => whole) && fills.some(({ whole }) => !whole));
  t.true(fills.some(({ second }) => second < 25) && fills.some(({ second }) => second > 80));
  for (const [place, { side, second }] of fills.entries()) {
    const run = fills.slice(place, place + 3);
    const last = run.at(-1)?.second ?? 0;
    t.false(run.length === 3 && run.every((one) => one.side === side) && last - second <= 30);
  }
});

test('the same seed trades the same, to the last hash', async (t) => {
  const [a, b] = [await opened(), await opened()];
  let compared = 0;
  for (let second = 0; second < 10; second += 1) {
    a.close(1);
    b.close(1);
    const [one, two] = [a, b].map(({ sandbox }) =>
      sandbox.chain.latest().transactions.map(({ hash }) => hash),
    );
    compared += one?.length ?? 0;
    t.deepEqual(one, two);
  }
  t.true(compared > 0);
  t.is(a.sandbox.chain.latest().header.ledger_hash, b.sandbox.chain.latest().header.ledger_hash);
});

test('the stream of a seed is the same on every machine', async (t) => {
  const owner = await opened(1, 'field');
  const hash = createHash('sha256');
  for (let second = 0; second < 40; second += 1) {
    owner.close(1);
    for (const one of owner.sandbox.chain.latest().transactions) {
      hash.update(one.hash).update(one.result);
    }
  }
  t.is(hash.digest('hex'), '0354c125151ea5c2c178f028dc9e451cb85cc8f8df32afb2102c591478c5465c');
});

test('in the field the basis is on one side for hours, then on the other, from −20 to +23 bps', (t) => {
  const regime = regimeOf('field');
  let [least, most, flips] = [0, 0, 0];
  const spells: number[] = [];
  for (let seed = 1; seed <= 8; seed += 1) {
    let since = 0;
    for (let minute = 1; minute < 24 * 60; minute += 1) {
      const [before, now] = [minute - 1, minute].map((at) => basisAt(regime, at * 60, seed));
      least = Math.min(least, now as number);
      most = Math.max(most, now as number);
      if (Math.sign(before as number) === Math.sign(now as number)) continue;
      if (minute - since > 30) spells.push(minute - since);
      since = minute;
      flips += 1;
    }
  }
  t.true(least >= -20 && least < -16, String(least));
  t.true(most <= 23 && most > 19, String(most));
  t.true(flips >= 8 * 8 && spells.every((minutes) => minutes > 50 && minutes < 200));
});

test('our wide quotes are filled from never to three times a minute, and makers use tickets, replacements and expirations', async (t) => {
  const owner = await opened(2, 'field');
  const minutes = [0, 0, 0];
  const habits = new Set<string>();
  const spreads: number[] = [];
  for (let second = 0; second < 180; second += 1) {
    const { mid } = await look(owner);
    const [bid, ask] = [await owner.side('buy'), await owner.side('sell')].map((side) =>
      Number(
        priceOf(side.find(({ Account: account }) => account !== owner.sandbox.address) as Json),
      ),
    ) as [number, number];
    spreads.push((ask / bid - 1) * 1e4);
    const resting = await owner.offers();
    for (const side of ['buy', 'sell'] as const) {
      const old = resting.find(
        ({ taker_pays: pays }) => (typeof pays === 'string' ? 'buy' : 'sell') === side,
      );
      if (old && second % 5 !== 0) continue;
      const price = mid * (side === 'buy' ? 1 - 10 / 1e4 : 1 + 14 / 1e4);
      const more = old ? { OfferSequence: old['seq'] } : {};
      await owner.offer(side, 10 / price, price, { Expiration: owner.inSeconds(60), ...more });
    }
    owner.close(1);
    minutes[Math.floor(second / 60)] =
      (minutes[Math.floor(second / 60)] ?? 0) + fillsIn(owner, second).length;
    for (const { tx } of owner.sandbox.chain.latest().transactions) {
      if (tx['Account'] === owner.sandbox.address) continue;
      for (const name of ['TicketSequence', 'OfferSequence', 'Expiration']) {
        if (tx[name] !== undefined) habits.add(name);
      }
    }
  }
  t.deepEqual([...habits].toSorted(), ['Expiration', 'OfferSequence', 'TicketSequence']);
  t.true(
    minutes.every((fills) => fills <= 3) && minutes.some((fills) => fills > 0),
    String(minutes),
  );
  const sorted = spreads.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  t.true(median >= 3.5 && median <= 6, `median spread ${median}`);
});

test('every regime has a book and a pool from the first ledger on, and keeps them', async (t) => {
  t.true(regimeNames.length > 1);
  for (const regime of regimeNames) {
    const owner = await opened(1, regime);
    for (let second = 0; second < 8; second += 1) {
      const { mid, basis } = await look(owner);
      t.true(mid > 1.4 && mid < 1.44 && Math.abs(basis) < 25, `${regime} ${mid} ${basis}`);
      owner.close(1);
    }
  }
});

test('the makers’ quotes expire by themselves when nobody closes ledgers for a while', async (t) => {
  const owner = await opened();
  owner.close(1);
  owner.time.now = startMs + 600_000;
  owner.close(0);
  t.true(Math.abs((await look(owner)).basis) < 20, 'and are placed anew');
});

test('a pool that is off by more than its fee is traded back by somebody', async (t) => {
  for (const amount of ['72500', '69500']) {
    const owner = await opened(1, 'calm');
    owner.sandbox.chain.amend([
      { set: 'pool', amounts: ['50000000000', { ...owner.token, value: amount }] },
    ]);
    owner.close(1);
    const before = Math.abs((await look(owner)).basis);
    for (let second = 0; second < 5; second += 1) owner.close(1);
    const { basis } = await look(owner);
    t.true(Math.abs(basis) < before && Math.abs(basis) < 40, `${before} ${basis}`);
  }
});

test('an unknown regime is refused with the names there are', async (t) => {
  await t.throwsAsync(opened(1, 'stormy'), { message: /choose one of demo, calm, hostile/ });
});
