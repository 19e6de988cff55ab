/** The edge under every fault of the sandbox, by seed, in virtual time: what touched the account is told once, before any read that covers it, and in the end all is whole. */
import test from 'ava';
import { createFaults, type Faults } from '../sandbox/faults/faults.ts';
import { faultNames } from '../sandbox/faults/names.ts';
import { edge } from './edge.ts';

const closes = 150;
const secondsAClose = 4;
const patienceSeconds = 400;

test('under all faults nothing that touched the account is lost or told twice, and each read comes after what it covers', async (t) => {
  let faults: Faults | undefined;
  const world = await edge(['ws://one', 'ws://two'], undefined, undefined, (clock) => {
    faults = createFaults({ seed: 1, names: faultNames, clock, everySeconds: 120 });
    return faults;
  });
  const { sandbox, said, pass, pay, close, gateway } = world;
  const newest = () => sandbox.chain.latest();
  const first = newest().header.ledger_index;
  const happened: { hash: string; ledger: number }[] = [];
  const note = (before: number): void => {
    const { header, transactions } = newest();
    if (header.ledger_index === before) return;
    const touching = transactions.filter(({ tx, meta }) =>
      JSON.stringify([tx, meta]).includes(sandbox.address),
    );
    happened.push(...touching.map(({ hash }) => ({ hash, ledger: header.ledger_index })));
  };
  for (let round = 0; round < closes; round += 1) {
    await pass(secondsAClose);
    const before = newest().header.ledger_index;
    await (round % 3 === 0 ? pay() : close());
    note(before);
    if (round % 3 === 0) void gateway.read();
  }
  const isWhole = () => said('market.read').at(-1)?.ledger.index === newest().header.ledger_index;
  for (let second = 0; second < patienceSeconds && !isWhole(); second += 1) {
    void gateway.read();
    await pass(1);
  }
  t.true(isWhole());

  const told = said('transaction.validated').map(({ hash }) => hash);
  t.deepEqual(told.toSorted(), happened.map(({ hash }) => hash).toSorted());
  t.true(happened.length > 50, String(happened.length));
  const heard = new Set<string>();
  for (const input of world.posted) {
    if (input.type === 'transaction.validated') heard.add(input.hash);
    if (input.type !== 'market.read') continue;
    const missing = happened.filter(
      ({ hash, ledger }) => ledger <= input.ledger.index && !heard.has(hash),
    );
    t.deepEqual(missing, [], `a read of ledger ${input.ledger.index} came before what it covers`);
  }
  const ledgers = said('ledger.closed').map(({ index }) => index);
  t.deepEqual(
    ledgers,
    [...new Set(ledgers)].toSorted((a, b) => a - b),
  );
  t.true(ledgers.every((index) => index > first));
  const reads = said('market.read').map(({ ledger }) => ledger.index);
  t.deepEqual(
    reads,
    reads.toSorted((a, b) => a - b),
  );

  const submissions = ['tef_past_seq', 'tel_insuf_fee_p', 'ter_queued'];
  for (const [name, count] of Object.entries(faults?.counts() ?? {})) {
    if (!submissions.includes(name)) t.true(count > 0, `${name} happened`);
  }
});
