/** What one session leaves to the next: what was asked and not done, and nothing of another network. */
import test from 'ava';
import type { Event } from '../events/event.ts';
import type { InventoryBrought, SessionOpened } from '../events/session.ts';
import { carried, held, noInventory } from '../projections/inventory.ts';
import { apply, brought, driftStanding, noLegacy, type Legacy } from '../projections/legacy.ts';
import { fill, opened, read, resting } from './given.ts';
import { submit } from './given-transaction.ts';

const after = (before: Legacy, ...events: readonly Event[]): Legacy =>
  events.reduce(
    (legacy, event, place) =>
      apply(legacy, {
        seq: place + 1,
        turn: place + 1,
        at: 1_000 + place,
        kind: 'input',
        actor: 'world',
        v: 1,
        cause: 0,
        event,
      }),
    before,
  );

const drift = { uuid: 'before', session: 1, seq: 812 };
const bringing = (fields: Partial<SessionOpened['brought']>): SessionOpened => ({
  ...opened,
  brought: { ...opened.brought, ...fields },
});
const holding: InventoryBrought = carried({ ...noInventory, known: true });
const realign: Event = { type: 'operator.realign', note: 'x' };

test('a realignment that was asked for waits from session to session until a wallet is read, and the drift with it', (t) => {
  const first = after(
    noLegacy,
    bringing({ inventory: holding, driftUnacknowledged: drift }),
    realign,
  );
  t.is(driftStanding(first), null, 'it is answered');
  const left = brought(first);
  t.like(left, { driftUnacknowledged: drift, inventory: { realign: true } });
  const second = after(noLegacy, bringing(left));
  t.is(driftStanding(second), null);
  const done = brought(after(second, read(100)));
  t.like(done, { driftUnacknowledged: null, inventory: { realign: false } });
});

test('an average cost that was asked for waits until it is committed to', (t) => {
  const asked = after(noLegacy, bringing({ inventory: holding }), {
    type: 'operator.basis',
    price: '1.25',
    note: 'bought',
  });
  const left = brought(after(noLegacy, bringing(brought(asked)), read(100)));
  t.is(left.inventory?.basis, '1.25');
  const done = after(asked, {
    type: 'capital.basis_committed',
    drops: '0',
    price: '1.25',
    deltaRlusd: '0',
  });
  t.is(brought(done).inventory?.basis, null);
});

test('an offer of ours that has expired is known until the account has it no more', (t) => {
  const order = { ...resting, sequence: 8 };
  const offers = [{ sequence: 8, side: 'sell', drops: '1', rlusd: '1', expiration: 400 }] as const;
  const gone: Event = { type: 'order.expired', order: 'old-1', ledger: 100, hash: null };
  const left = brought(after(noLegacy, bringing({ orders: [order] }), read(100, { offers }), gone));
  t.like(left, { orders: [], expired: [8] });
  t.deepEqual(brought(after(noLegacy, bringing(left), read(101, { offers }))).expired, [8]);
  t.deepEqual(brought(after(noLegacy, bringing(left), read(101))).expired, []);
});

test('an order is left as the ledger has it: what was never signed not at all, a cancel on its way is not brought along', (t) => {
  const cancel: Event = {
    type: 'order.cancel',
    order: 'old-1',
    offerSequence: 7,
    sequence: 20,
    lastLedger: 104,
    why: 'DEGRADED',
    excludes: null,
    tx: {},
  };
  const left = brought(after(noLegacy, bringing({ orders: [resting] }), cancel, submit(21)));
  t.like(left.orders, [{ id: 'old-1', state: 'resting' }]);
  t.is(left.orders.length, 1);
});

test('a session that has read no wallet leaves no books', (t) => {
  t.is(brought(after(noLegacy, opened)).inventory, null);
});

test('a drift is answered by its own number in its own session', (t) => {
  const answered = (uuid: string, seq: number) =>
    after(noLegacy, bringing({ driftUnacknowledged: drift }), {
      type: 'operator.acknowledge',
      session: 1,
      uuid,
      seq,
      note: 'x',
    }).driftUnacknowledged;
  t.deepEqual(answered('another', 812), drift);
  t.deepEqual(answered('before', 813), drift);
  t.is(answered('before', 812), null);
});

test('the kill switch stays latched from session to session until it is cleared', (t) => {
  const kill: Event = { type: 'operator.kill', note: 'enough' };
  const killed = brought(after(noLegacy, opened, kill));
  t.deepEqual(killed.killLatched, { note: 'enough' });
  const next = after(noLegacy, bringing(killed));
  t.deepEqual(brought(next).killLatched, { note: 'enough' });
  t.deepEqual(
    brought(after(next, { ...kill, note: 'again', cleared: true })).killLatched,
    { note: 'enough' },
    'one that was taken back before it was heard latches nothing, and clears nothing',
  );
  t.is(brought(after(next, { type: 'operator.clear', by: 'me', note: 'x' })).killLatched, null);
});

test('of a server of another network nothing counts while it is there, transactions as little as reads', (t) => {
  const up = (endpoint: string, networkId: number): Event => ({
    type: 'gateway.up',
    endpoint,
    networkId,
  });
  const there: readonly Event[] = [
    read(95_000_000),
    {
      type: 'transaction.validated',
      hash: 'A'.repeat(64),
      ledger: 95_000_000,
      index: 0,
      closeTime: 0,
      result: 'tesSUCCESS',
      tx: {},
      meta: {},
    },
    fill(1, { drops: '20000000' }),
  ];
  const here = bringing({ inventory: holding, coveredLedger: 5_000 });
  const started = after(noLegacy, here, up('ws://one', 1), ...there);
  t.like(brought(started), { coveredLedger: 5_000, booked: [] });
  t.is(String(held(started.inventory).drops), '0');
  t.like(brought(after(started, up('ws://two', 0), read(5_001))), { coveredLedger: 5_000 });
  const gone: Event = { type: 'gateway.down', endpoint: 'ws://one', why: 'it is on network 1' };
  t.like(brought(after(started, gone, read(5_001))), { coveredLedger: 5_001 });
  const running = after(
    noLegacy,
    here,
    { type: 'session.started', plannedEndAt: 0 },
    up('ws://one', 1),
  );
  const later = brought(after(running, read(5_001)));
  t.is(later.coveredLedger, 5_001, 'one that comes while it runs is asked nothing');
});
