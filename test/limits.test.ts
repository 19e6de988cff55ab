/** The hard limits: each token, its numbers, and what is no breach. */
import test from 'ava';
import { deriveAddress } from 'ripple-keypairs';
import { createCore } from '../actors/core.ts';
import { limits } from '../machines/limits.ts';
import type { Event, Said } from '../events/event.ts';
import type { GatewayState } from '../events/gateway.ts';
import type { LimitReason } from '../events/halt.ts';
import { blind, closed, holding, observed, only, opened, read, settings, thing } from './given.ts';
import { root, validated } from './given-transaction.ts';

const changed = (state: GatewayState): Event => ({ type: 'gateway.changed', state, why: 'x' });
const failed: Event = { type: 'read.failed', code: 'noAnswer', message: 'x' };
const reason = (said: readonly Said[]): LimitReason | undefined =>
  only(said, 'limit.breached')?.reason;

const driven = (risk = settings.risk) => {
  const actor = thing(limits(risk, 4));
  actor.turn(0, opened, changed('ready'));
  return (seconds: number, ...events: readonly Event[]) => actor.turn(seconds * 1000, ...events);
};

test('XRP worth more than the limit breaches, with both numbers as people read them', (t) => {
  const tick = driven({ ...settings.risk, max_xrp_exposure: 100 });
  const said = tick(0, holding('76922600', '0'), observed(0, { mid: '1.4976' }));
  t.deepEqual(said, [
    {
      type: 'limit.breached',
      reason: 'risk_xrp_exposure',
      detail: 'xrp exposure limit (115.20 > 100.0)',
    },
  ]);
});

test('XRP worth exactly the limit does not; a drop more does', (t) => {
  t.deepEqual(driven()(0, holding('150000000', '0'), observed(0, { mid: '1' })), []);
  t.is(
    reason(driven()(0, holding('150000001', '0'), observed(0, { mid: '1' }))),
    'risk_xrp_exposure',
  );
});

test('without a mid XRP has no value, and RLUSD still has', (t) => {
  t.deepEqual(driven()(0, holding('900000000', '0'), observed(0, blind)), []);
  t.is(reason(driven()(0, holding('0', '150.01'), observed(0, blind))), 'risk_rlusd_exposure');
});

test('RLUSD above its limit breaches, at it does not', (t) => {
  t.deepEqual(driven()(0, holding('0', '150'), observed(0)), []);
  t.is(
    only(driven()(0, holding('0', '150.01'), observed(0)), 'limit.breached')?.detail,
    'rlusd exposure limit (150.01 > 150.0)',
  );
});

test('each is said once', (t) => {
  const tick = driven();
  tick(0, holding('0', '200'), observed(0));
  t.deepEqual(tick(4, observed(1)), []);
});

test('before any inventory is known nothing is too much', (t) => {
  t.deepEqual(driven()(0, observed(0)), []);
});

test('no ledger for 30 s while a server answers breaches at a tick, 29.999 s do not', (t) => {
  const tick = driven();
  tick(0, closed(100, 0));
  t.deepEqual(tick(29.999, observed(7)), []);
  const breach = only(tick(30, observed(8)), 'limit.breached');
  t.is(breach?.reason, 'risk_stale_ledger');
  t.regex(breach?.detail ?? '', /no new validated ledger for 30 s \(limit 30 s\)/);
});

test('stale is stale whether or not the watchdog spoke before (ruling 9)', (t) => {
  for (const state of ['stale', 'syncing'] as const) {
    const tick = driven();
    tick(0, closed(100, 0));
    tick(12, changed(state));
    t.is(reason(tick(30, observed(8))), 'risk_stale_ledger', state);
  }
});

test('each ledger starts the age anew; reads of the same one do not', (t) => {
  const tick = driven();
  tick(0, closed(100, 0));
  tick(20, read(100));
  t.is(reason(tick(30, observed(8))), 'risk_stale_ledger');
  const fresh = driven();
  fresh(0, closed(100, 0));
  fresh(20, closed(101, 20));
  t.deepEqual(fresh(49, observed(8)), []);
});

test('while nothing answers no ledger is stale, and that time does not count afterwards', (t) => {
  const tick = driven();
  tick(0, closed(100, 0));
  tick(10, changed('disconnected'));
  for (let n = 3; n <= 77; n += 1) t.deepEqual(tick(n * 4, observed(n)), [], `${n * 4} s`);
  tick(310, changed('syncing'));
  for (let n = 78; n <= 82; n += 1) t.deepEqual(tick(n * 4, observed(n)), [], `${n * 4} s`);
  t.is(reason(tick(332, observed(83))), 'risk_stale_ledger', '32 s of answering silence');
});

test('ticks that are missing for minutes age no ledger: nobody listened', (t) => {
  const tick = driven();
  tick(0, closed(100, 0), observed(0));
  t.deepEqual(tick(300, observed(75)), [], 'asleep for five minutes');
  for (const at of [304, 308, 312, 316, 320, 324]) t.deepEqual(tick(at, observed(at / 4)), []);
  t.is(reason(tick(328, observed(82))), 'risk_stale_ledger', 'awake, and still no ledger');
});

test('a ledger that came while nobody listened ages from the tick after it', (t) => {
  const tick = driven();
  tick(0, closed(100, 0), observed(0));
  tick(59, closed(101, 59));
  t.deepEqual(tick(60, observed(15)), []);
  for (let at = 64; at < 90; at += 4) t.deepEqual(tick(at, observed(at / 4)), [], `${at} s`);
  t.is(reason(tick(90, observed(22))), 'risk_stale_ledger');
});

test('more than two intervals without a tick are a standstill', (t) => {
  const tick = driven();
  tick(0, closed(100, 0));
  tick(20, observed(5));
  t.deepEqual(tick(30, observed(7)), [], 'nobody listened for 10 s, of which 4 were to be');
  t.deepEqual(tick(34, observed(8)), []);
  t.is(reason(tick(36, observed(9))), 'risk_stale_ledger');
});

test('a server that answers and has never closed a ledger is stale as well', (t) => {
  const tick = driven();
  for (let at = 0; at < 30; at += 4) t.deepEqual(tick(at, read(100), observed(at / 4)), []);
  t.is(reason(tick(30, read(100), observed(8))), 'risk_stale_ledger');
});

test('one late tick hides no silence', (t) => {
  const tick = driven();
  tick(0, closed(100, 0), observed(0));
  for (const at of [8, 16, 24]) t.deepEqual(tick(at, observed(at / 4)), []);
  t.is(reason(tick(32, observed(8))), 'risk_stale_ledger');
});

test('a connection that drops again and again does not hide a ledger that stands still', (t) => {
  const tick = driven();
  tick(0, closed(100, 0));
  for (const at of [10, 20, 28]) {
    tick(at, changed('disconnected'));
    tick(at, changed('syncing'));
  }
  t.is(reason(tick(30, observed(8))), 'risk_stale_ledger');
});

test('reads that fail on five ticks in a row breach, on four they do not', (t) => {
  const tick = driven();
  for (const n of [0, 1, 2, 3]) t.deepEqual(tick(n, failed, observed(n)), []);
  t.is(reason(tick(4, failed, observed(4))), 'risk_rpc_failure');
});

test('several failed reads within a tick are one', (t) => {
  const tick = driven();
  t.deepEqual(tick(0, failed, failed, failed, failed, failed, observed(0)), []);
});

test('a read that succeeded ends the row', (t) => {
  const tick = driven();
  for (const n of [0, 1, 2, 3]) tick(n, failed, observed(n));
  tick(4, read(101), observed(4));
  for (const n of [5, 6, 7, 8]) t.deepEqual(tick(n, failed, observed(n)), []);
});

test('a tick on which nothing was read, the connection being down, is no failed read', (t) => {
  const tick = driven();
  for (const n of [0, 1, 2, 3]) tick(n, failed, observed(n));
  tick(4, changed('disconnected'));
  for (const n of [5, 6, 7]) t.deepEqual(tick(n, observed(n)), []);
  t.is(reason(tick(8, failed, observed(8))), 'risk_rpc_failure');
});

test('an amendment-blocked server breaches', (t) => {
  const { server } = read(100);
  const blocked = read(100, { server: { ...server, amendmentBlocked: true } });
  t.is(reason(driven()(0, blocked, observed(0))), 'risk_gateway_unhealthy');
});

const payment = { TransactionType: 'Payment', Sequence: 20 };
const signed = (hash: string): Event => ({
  type: 'transaction.signed',
  intent: 1,
  blob: 'B',
  hash,
  sequence: 20,
  lastLedger: 104,
});

test('a transaction of our account that we did not sign: the account is in use', (t) => {
  const tick = driven();
  tick(0, read(100));
  const breach = only(tick(1, validated('X', 101, payment, [])), 'limit.breached');
  t.is(breach?.reason, 'account_in_use');
  t.regex(breach?.detail ?? '', /X used sequence 20/);
});

test('our own, by its hash, is not', (t) => {
  const tick = driven();
  tick(0, read(100), signed('X'));
  t.deepEqual(tick(1, validated('X', 101, payment, [])), []);
});

test('so is one with a ticket that the account’s own key has signed; another key’s ticket touches nothing of ours', (t) => {
  const key = 'EDB706B71AC40F2AF0AFF4CCC3593B5D246C2AA6EC89C40CF86FE51FD7514E0DD9';
  const other = `ED${'0'.repeat(64)}`;
  const Account = deriveAddress(key);
  const heard = (SigningPubKey: string, TransactionType: string) => {
    const core = createCore(settings);
    core.turn({ ...opened, account: Account }, 0);
    core.turn(read(100), 1_000);
    const tx = { Account, TransactionType, Sequence: 0, TicketSequence: 5, SigningPubKey };
    return core
      .turn(validated('X', 101, tx, []), 5_000)
      .flatMap(({ event }) => (event.type === 'limit.breached' ? [event.detail] : []));
  };
  for (const type of ['OfferCreate', 'Payment']) {
    t.deepEqual(heard(key, type), ['transaction X used ticket 5']);
    t.deepEqual(heard(other, type), []);
    t.deepEqual(heard('', type), [], 'signed by several');
  }
});

/** Two XRP leave the account by a payment that was signed elsewhere, in a session that knows of such announcements. */
const paidOut = (announced: readonly string[], type = 'Payment', fee = 10): readonly string[] => {
  const core = createCore(settings);
  core.turn(opened, 0);
  core.turn(read(100), 1_000);
  for (const drops of announced) {
    core.turn({ type: 'operator.capital', drops, rlusd: '0', note: 'home' }, 2_000);
  }
  const before = 60_000_000;
  const nodes = [root(String(before), String(before - 2_000_000 - fee))];
  const tx = { ...payment, TransactionType: type, Destination: 'rHome', Fee: String(fee) };
  return core
    .turn(validated('X', 101, tx, nodes), 5_000)
    .flatMap(({ event }) =>
      event.type === 'limit.breached' || event.type === 'halt'
        ? [event.reason]
        : event.type === 'inventory.changed'
          ? [event.why]
          : [],
    );
};

test('the payment of an announced withdrawal is booked, and nobody else uses the account', (t) => {
  t.deepEqual(paidOut(['-2000000']), ['fee', 'withdrawal']);
  t.deepEqual(paidOut(['-1000000', '-2000000']), ['fee', 'withdrawal']);
});

test('a payment out that nobody announced, or of another amount, or of another kind, halts as before', (t) => {
  const inUse = ['account_in_use', 'account_in_use'];
  t.deepEqual(paidOut([]), ['fee', ...inUse]);
  t.deepEqual(paidOut(['-2000001']), ['fee', ...inUse]);
  t.deepEqual(paidOut(['2000000']), ['fee', ...inUse]);
  t.deepEqual(paidOut(['-2000000'], 'EscrowCreate'), ['fee', 'withdrawal', ...inUse]);
});

test('an announcement answers for one payment', (t) => {
  const core = createCore(settings);
  core.turn(opened, 0);
  core.turn(read(100), 1_000);
  core.turn({ type: 'operator.capital', drops: '-2000000', rlusd: '0', note: 'home' }, 2_000);
  const pay = (hash: string, sequence: number, before: number) =>
    core
      .turn(
        validated(hash, 101, { ...payment, Sequence: sequence }, [
          root(String(before), String(before - 2_000_010)),
        ]),
        5_000,
      )
      .some(({ event }) => event.type === 'halt');
  t.false(pay('X', 20, 60_000_000));
  t.true(pay('Y', 21, 57_999_990));
});

test('one by ticket uses no Sequence of ours', (t) => {
  const tick = driven();
  tick(0, read(100));
  const ticket = { TransactionType: 'OfferCancel', Sequence: 0, TicketSequence: 5 };
  t.deepEqual(tick(1, validated('X', 101, ticket, [])), []);
});

test("another's transaction that touches us is not", (t) => {
  const tick = driven();
  tick(0, read(100));
  t.deepEqual(tick(1, validated('X', 101, { ...payment, Account: 'rOther' }, [])), []);
});

test('what the operator did with the account between two sessions is not', (t) => {
  t.deepEqual(driven()(0, validated('X', 99, payment, []), read(100)), []);
});

test('a transaction that an earlier session signed is ours', (t) => {
  const actor = thing(limits(settings.risk, 4));
  const order = {
    id: 'old-1',
    side: 'buy',
    sequence: 20,
    drops: '1',
    rlusd: '1',
    price: '1',
    state: 'submitted',
    hash: 'X',
    blob: 'B',
    lastLedger: 104,
    expiration: 460,
  } as const;
  actor.turn(0, { ...opened, brought: { ...opened.brought, orders: [order] } }, read(100));
  t.deepEqual(actor.turn(0, validated('X', 101, payment, [])), []);
  const cancelled = thing(limits(settings.risk, 4));
  cancelled.turn(0, { ...opened, brought: { ...opened.brought, signed: ['Y'] } }, read(100));
  t.deepEqual(cancelled.turn(0, validated('Y', 101, payment, [])), [], 'a cancel of its end');
});
