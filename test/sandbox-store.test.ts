/** The kept ledger: what was closed is there again, whatever ended the process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { Json } from '../ledger/transport.ts';
import { openStore, type Store } from '../sandbox/store.ts';
import { ownerOf, startMs, type Owner } from './sandbox/wallet.ts';

const fresh = (): string =>
  path.join(mkdtempSync(path.join(tmpdir(), 'neo-store-')), 'neo.db.ledger');

const owned = (file: string): Store => {
  const store = openStore(file);
  store.own();
  return store;
};

const openedAt = (file: string, now = startMs): Promise<Owner> =>
  ownerOf({
    store: owned(file),
    clock: { now: () => now },
  });

test('a sandbox goes on where it ended: balances, offers, history and hashes', async (t) => {
  const file = fresh();
  const before = await openedAt(file);
  await before.offer('buy', 10, 1.4, { Expiration: before.inSeconds(60) });
  before.sandbox.closeLedger();
  const { header } = before.sandbox.chain.latest();
  const after = await openedAt(file, startMs + 3_600_000);
  t.deepEqual(after.sandbox.chain.latest().header, header);
  t.deepEqual(await after.wallet(), await before.wallet());
  t.deepEqual(await after.offers(), await before.offers());
  const history = (owner: Owner): Promise<Json> =>
    owner.link.request({ command: 'account_tx', account: owner.sandbox.address });
  t.deepEqual(await history(after), await history(before));
  t.is(((await history(after))['transactions'] as readonly Json[]).length, 6);
  for (const index of [3, 4, 5]) {
    t.deepEqual(
      after.sandbox.chain.at(index)?.state.account(after.sandbox.address),
      before.sandbox.chain.at(index)?.state.account(before.sandbox.address),
    );
  }
});

test('time goes on meanwhile: what expired is dead, and no ledger closes before the last one', async (t) => {
  const file = fresh();
  const before = await openedAt(file);
  before.sandbox.script?.market({ bid: '1.41', ask: '1.42', amm: null });
  await before.offer('buy', 10, 1.4, { Expiration: before.inSeconds(60) });
  before.sandbox.closeLedger();
  const last = before.sandbox.chain.latest().header.close_time;
  const early = await openedAt(file, startMs - 10_000);
  t.is(early.sandbox.now(), (last + 946_684_800) * 1000);
  t.is(early.sandbox.closeLedger().header.close_time, last);
  const late = await openedAt(file, startMs + 3_600_000);
  t.is((await late.offers()).length, 1, 'nobody has touched it');
  late.sandbox.closeLedger();
  const untouched = await late.wallet();
  late.sandbox.script?.take('buy', '1');
  late.sandbox.closeLedger();
  t.deepEqual(await late.wallet(), untouched, 'and nobody can trade with it');
});

test('a line that was not finished is dropped, and the next ledger follows the one before', async (t) => {
  const file = fresh();
  const before = await openedAt(file);
  before.sandbox.closeLedger();
  const whole = before.sandbox.chain.latest().header;
  appendFileSync(file, '{"header":{"ledger_index":99,"ledg');
  const after = await openedAt(file, startMs + 60_000);
  t.deepEqual(after.sandbox.chain.latest().header, whole);
  t.is(after.sandbox.closeLedger().header.parent_hash, whole.ledger_hash);
  const again = await openedAt(file, startMs + 120_000);
  t.is(again.sandbox.chain.latest().header.ledger_index, whole.ledger_index + 1);
});

test('a file that never got its first line is as good as none', async (t) => {
  const file = fresh();
  writeFileSync(file, '{"v":1,"header":{"le');
  const owner = await openedAt(file);
  owner.sandbox.closeLedger();
  t.is(
    (await openedAt(file)).sandbox.chain.latest().header.ledger_index,
    owner.sandbox.chain.latest().header.ledger_index,
  );
});

test('nothing is written before the file is owned, and then all that closed until then', async (t) => {
  const file = fresh();
  const store = openStore(file);
  const { sandbox } = await ownerOf({ store });
  sandbox.closeLedger();
  t.false(existsSync(file));
  store.own();
  t.deepEqual(openStore(file).saved?.header, sandbox.chain.latest().header);
  const before = readFileSync(file);
  openStore(file).close();
  t.deepEqual(readFileSync(file), before);
});

test('a file that another process wrote since it was read is not owned', async (t) => {
  const file = fresh();
  const store = openStore(file);
  await openedAt(file);
  t.throws(() => store.own(), { message: /another process.*start again/ });
});

test('owning packs the file into one line', async (t) => {
  const file = fresh();
  const before = await openedAt(file);
  for (let k = 0; k < 20; k += 1) before.sandbox.closeLedger();
  t.true(linesOf(file) > 20);
  owned(file).close();
  t.is(linesOf(file), 1);
});

test('a long run packs its file as it goes, and nothing of it is lost', (t) => {
  const file = fresh();
  const header = (index: number) => ({
    ledger_index: index,
    ledger_hash: '',
    parent_hash: '',
    close_time: index,
    parent_close_time: index - 1,
    total_coins: '0',
  });
  const entry = (index: number) => ({ LedgerEntryType: 'Ticket', index: String(index % 7) });
  const store = owned(file);
  store.begin(header(1), []);
  for (let index = 2; index <= 2100; index += 1) {
    const changes = [[String(index % 7), entry(index), null]] as const;
    store.append({ header: header(index), transactions: [], changes });
  }
  t.true(linesOf(file) < 200);
  store.close();
  const { saved } = openStore(file);
  t.is(saved?.header.ledger_index, 2100);
  t.is([...(saved?.entries ?? [])].length, 7);
  t.is(saved?.history.length, 512);
  t.is(saved?.history[0]?.header.ledger_index, 2100 - 511);
});

const linesOf = (file: string): number => readFileSync(file, 'utf8').trimEnd().split('\n').length;

test('damage in the middle is refused with the line and the cure', (t) => {
  const file = fresh();
  writeFileSync(file, '{"v":1,"header":{},"entries":[],"history":[]}\nnonsense\n{}\n');
  t.throws(() => openStore(file), { message: /line 2.*put back a copy/ });
});

test('a ledger of another seed is refused', async (t) => {
  const file = fresh();
  await openedAt(file);
  await t.throwsAsync(ownerOf({ seed: 2, store: openStore(file) }), { message: /another seed/ });
});

test('kill −9 loses no ledger that had closed', async (t) => {
  const file = fresh();
  const child = fork(new URL('./sandbox/keeper.js', import.meta.url), [file], { silent: true });
  const closed: number[] = [];
  await new Promise<void>((resolve) => {
    child.on('message', (index: number) => {
      closed.push(index);
      if (closed.length === 30) resolve();
    });
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const owner = await openedAt(file, startMs + 60_000);
  t.true(owner.sandbox.chain.latest().header.ledger_index >= (closed.at(-1) ?? Infinity));
  t.true((await owner.offers()).length > 0);
});
