/** The script port: prices that stand exactly, fills that are crossings, transfers that leave the Sequence alone. */
import test from 'ava';
import type { Json } from '../ledger/transport.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { ownerOf, priceOf, type Owner } from './sandbox/wallet.ts';

const usual = { bid: '1.41972', ask: '1.42028', amm: '1.420213' };

const opened = async (): Promise<Owner> => {
  const owner = await ownerOf();
  owner.sandbox.script?.market(usual);
  owner.close(0);
  return owner;
};

test('the wallet opens with exactly what was asked for, and nothing of it is ours to explain', async (t) => {
  for (const opening of [
    { xrp: '40.472253', rlusd: '85.569023768' },
    { xrp: '50', rlusd: '0' },
  ]) {
    const owner = await ownerOf({ opening });
    const { drops, rlusd } = await owner.wallet();
    t.is(Number(drops) / 1e6, Number(opening.xrp));
    t.is(rlusd, opening.rlusd);
  }
});

test('an opening below the reserve is refused with the least that will do', async (t) => {
  await t.throwsAsync(ownerOf({ opening: { xrp: '1', rlusd: '5' } }), { message: /at least 1\.6/ });
  await t.throwsAsync(ownerOf({ opening: { xrp: 'x', rlusd: '5' } }), { instanceOf: RangeError });
});

test('a clock outside the ledger’s time founds none, and is told as that', (t) => {
  const founded = (time: string) => () =>
    createSandbox({
      seed: 1,
      clock: { now: () => Date.parse(time) },
      market: 'on',
      intervalMs: 4000,
      opening: { xrp: '66.82', rlusd: '97.61' },
    });
  for (const time of ['1970-01-01', '2000-01-01', '2136-01-02', '3000-01-01']) {
    t.throws(founded(time), {
      instanceOf: RangeError,
      message: `the clock says ${time.slice(0, 10)}, and a ledger's time goes from 2000 to 2135: set it right`,
    });
  }
  t.notThrows(founded('2000-01-02'));
  t.notThrows(founded('2135-12-31'));
});

test('the same seed is the same world, another seed another', async (t) => {
  const [a, b, c] = [await ownerOf(), await ownerOf(), await ownerOf({ seed: 2 })];
  t.is(a.sandbox.address, b.sandbox.address);
  t.is(a.sandbox.chain.latest().header.ledger_hash, b.sandbox.chain.latest().header.ledger_hash);
  t.not(a.sandbox.address, c.sandbox.address);
});

test('bid, ask and pool stand exactly at their prices, and follow them', async (t) => {
  const owner = await opened();
  const spot = async (): Promise<number> => {
    const { amm } = await owner.link.request({
      command: 'amm_info',
      asset: { currency: 'XRP' },
      asset2: owner.token,
      ledger_index: 'validated',
    });
    const { amount, amount2 } = amm as { amount: string; amount2: { value: string } };
    return Number(amount2.value) / (Number(amount) / 1e6);
  };
  t.deepEqual((await owner.side('buy')).map(priceOf), ['1.41972']);
  t.deepEqual((await owner.side('sell')).map(priceOf), ['1.42028']);
  t.is(await spot(), 1.420213);
  owner.sandbox.script?.market({ bid: '1.4', ask: null, amm: '1.39' });
  t.deepEqual((await owner.side('sell')).map(priceOf), ['1.42028'], 'not before a ledger closes');
  owner.close();
  t.deepEqual((await owner.side('buy')).map(priceOf), ['1.4']);
  t.deepEqual(await owner.side('sell'), []);
  t.is(await spot(), 1.39);
});

test('a pool can be missing, come, and go', async (t) => {
  const owner = await ownerOf();
  const pool = (): Promise<Json> =>
    owner.link.request({
      command: 'amm_info',
      asset: { currency: 'XRP' },
      asset2: owner.token,
      ledger_index: 'validated',
    });
  owner.sandbox.script?.market({ ...usual, amm: null });
  owner.close();
  await t.throwsAsync(pool(), { message: /Account not found/ });
  owner.sandbox.script?.market(usual);
  owner.close();
  t.truthy((await pool())['amm']);
  owner.sandbox.script?.market({ ...usual, amm: null });
  owner.close();
  await t.throwsAsync(pool(), { message: /Account not found/ });
  owner.sandbox.script?.market(usual);
  owner.close();
  t.truthy((await pool())['amm']);
});

test('a take fills its part of what is left, at our price, with the makers back in the same ledger', async (t) => {
  const owner = await opened();
  await owner.offer('buy', 10, 1.4186);
  await owner.offer('sell', 10, 1.422);
  owner.close();
  owner.sandbox.script?.take('buy', '0.5');
  owner.close();
  t.deepEqual((await owner.side('buy')).map(priceOf), ['1.41972', '1.4186']);
  const [bid] = (await owner.offers()).filter(({ taker_pays }) => typeof taker_pays === 'string');
  t.is(bid?.['taker_pays'], '5000000');
  owner.sandbox.script?.take('buy', '1');
  owner.sandbox.script?.take('sell', '1');
  owner.close();
  t.deepEqual(await owner.offers(), []);
  t.deepEqual((await owner.side('buy')).map(priceOf), ['1.41972']);
  t.deepEqual((await owner.side('sell')).map(priceOf), ['1.42028']);
  const { drops, rlusd } = await owner.wallet();
  t.is(drops, String(69_400_000 - 20));
  t.is(Number(rlusd).toFixed(6), (98.55 - 14.186 + 14.22).toFixed(6));
});

test('a maker who comes back never trades with an offer of ours that the market has passed', async (t) => {
  const owner = await opened();
  await owner.offer('buy', 10, 1.4186);
  await owner.offer('sell', 10, 1.422);
  owner.close();
  owner.sandbox.script?.market({ bid: '1.43', ask: '1.4306', amm: null });
  owner.sandbox.script?.take('buy', '1');
  owner.close();
  t.is((await owner.wallet()).drops, String(69_400_000 + 10_000_000 - 20));
  owner.close();
  t.is((await owner.offers()).length, 1, 'our sell rests');
  t.deepEqual((await owner.side('buy')).map(priceOf), ['1.43']);
});

test('nothing is taken where nothing rests, or what rests has expired', async (t) => {
  const owner = await opened();
  owner.sandbox.script?.take('buy', '1');
  owner.close();
  await owner.offer('buy', 10, 1.4186, { Expiration: owner.inSeconds(10) });
  owner.close();
  owner.close(20);
  const before = await owner.wallet();
  owner.sandbox.script?.take('buy', '1');
  owner.close();
  t.deepEqual(await owner.wallet(), before);
});

test('a race is won by the taker: the replace deletes nothing and the new offer rests', async (t) => {
  const owner = await opened();
  const old = await owner.offer('buy', 10, 1.4186);
  owner.close();
  owner.sandbox.script?.race('buy');
  owner.close();
  t.is((await owner.offers()).length, 1, 'armed, and nothing to race against yet');
  const fresh = await owner.offer('buy', 10, 1.4187, { OfferSequence: old });
  owner.close();
  const [left, ...others] = await owner.offers();
  t.deepEqual([left?.['seq'], others.length], [fresh, 0]);
  const { transactions } = owner.sandbox.chain.latest();
  t.is(transactions[0]?.tx['Account'] === owner.sandbox.address, false, 'the taker is first');
  const { drops } = await owner.wallet();
  t.is(drops, String(69_400_000 + 10_000_000 - 20));
  await owner.send({ TransactionType: 'OfferCancel', OfferSequence: fresh });
  owner.close();
  t.deepEqual(await owner.offers(), [], 'a race is used once');
});

test('a race against a cancel fills what the cancel came too late for', async (t) => {
  const owner = await opened();
  const old = await owner.offer('sell', 10, 1.422);
  owner.close();
  owner.sandbox.script?.race('sell');
  await owner.send({ TransactionType: 'OfferCancel', OfferSequence: old });
  owner.close();
  const { transactions } = owner.sandbox.chain.latest();
  const cancel = transactions.find(({ tx }) => tx['TransactionType'] === 'OfferCancel');
  t.is(cancel?.result, 'tesSUCCESS');
  t.is((await owner.wallet()).drops, String(69_400_000 - 10_000_000 - 20));
});

test('transfers change the balances exactly, by validated payments, and leave the Sequence alone', async (t) => {
  const owner = await opened();
  const { sequence } = await owner.wallet();
  owner.sandbox.script?.transfer({ xrp: '-7.317607', rlusd: '0' });
  owner.close();
  t.deepEqual(await owner.wallet(), { drops: '62082393', rlusd: '98.55', sequence });
  const [payment] = owner.sandbox.chain.latest().transactions;
  t.like(payment, { result: 'tesSUCCESS', tx: { TransactionType: 'Payment', Sequence: 0 } });
  owner.sandbox.script?.transfer({ xrp: '35.21', rlusd: '20' });
  owner.close();
  t.deepEqual(await owner.wallet(), { drops: '97292393', rlusd: '118.55', sequence });
});

test('once the tickets are used up, what leaves is gone all the same', async (t) => {
  const owner = await ownerOf({ withdrawals: 1 });
  const { sequence } = await owner.wallet();
  owner.sandbox.script?.transfer({ xrp: '-1', rlusd: '0' });
  owner.sandbox.script?.transfer({ xrp: '-2', rlusd: '5' });
  owner.sandbox.script?.transfer({ xrp: '0', rlusd: '-3.55' });
  owner.close();
  t.deepEqual(await owner.wallet(), { drops: '66400000', rlusd: '100', sequence });
  owner.sandbox.script?.transfer({ xrp: '-100', rlusd: '0' });
  t.throws(() => owner.close(), { message: /has less than that/ });
});

test('ledgers faster than the clock’s seconds do not run ahead of it', async (t) => {
  const owner = await ownerOf({ intervalMs: 100 });
  for (let k = 0; k < 50; k += 1) owner.close(0.1);
  const { close_time: last, parent_close_time: before } = owner.sandbox.chain.latest().header;
  t.is(last, owner.inSeconds(0));
  t.true(before <= last);
});

test('ten minutes of a script leave the ledger as full as its first minute did, and each close as small', async (t) => {
  const owner = await opened();
  let entries = 0;
  const seen: (readonly number[])[] = [];
  for (let k = 0; k < 150; k += 1) {
    const bid = (1.42 + k / 1e5).toFixed(5);
    const ask = (1.4206 + k / 1e5).toFixed(5);
    owner.sandbox.script?.market({ bid, ask, amm: ask });
    owner.close();
    const closed = owner.sandbox.chain.latest();
    for (const [, now, before] of closed.changes) entries += Number(!!now) - Number(!!before);
    seen.push([entries, closed.changes.length]);
  }
  t.deepEqual(seen.at(-1), seen[15]);
  t.is(new Set(seen.slice(15).map(String)).size, 1);
});
