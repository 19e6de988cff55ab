/** Ledger connection: what the gateway's state means at a tick, and how the gateway's own chart gets there. */
import test from 'ava';
import { connectionGuard } from '../machines/guards/connection.ts';
import { gatewayHears, gatewayMachine } from '../machines/gateway.ts';
import type { Event } from '../events/event.ts';
import type { GatewayState } from '../events/gateway.ts';
import { chart, closed, fact, observed, only, read, settings, thing } from './given.ts';

const changed = (state: GatewayState): Event => ({ type: 'gateway.changed', state, why: 'x' });

test('at a tick at which the gateway is not ready it trips, whatever keeps it', (t) => {
  for (const state of ['disconnected', 'syncing', 'stale'] as const) {
    const found = fact(thing(connectionGuard).turn(0, changed(state), observed(0)));
    t.true(found.trip, state);
    t.is(found.condition, state);
  }
});

test('ready trips nothing and releases', (t) => {
  const found = fact(thing(connectionGuard).turn(0, changed('ready'), observed(0)));
  t.false(found.trip);
  t.is(found.release, 'holds');
});

test('it says for how many ticks in a row it has been down', (t) => {
  const guard = thing(connectionGuard);
  const down = (state: GatewayState) =>
    fact(guard.turn(0, changed(state), observed(0))).operands['ticksDown'];
  t.deepEqual((['stale', 'syncing', 'ready', 'stale'] as const).map(down), [1, 2, 0, 1]);
});

test('what is down and up again before the next tick trips nothing', (t) => {
  const guard = thing(connectionGuard);
  guard.turn(0, changed('ready'), observed(0));
  guard.turn(1, changed('disconnected'));
  guard.turn(2, changed('syncing'));
  guard.turn(3, changed('ready'));
  t.false(fact(guard.turn(4, observed(1))).trip);
});

const up: Event = { type: 'gateway.up', endpoint: 'ws://ledger', networkId: 0 };
const down: Event = { type: 'gateway.down', endpoint: 'ws://ledger', why: 'closed' };
const tick = (index: number): Event => ({ type: 'tick', index });

const connected = () => {
  const gateway = chart(gatewayMachine(settings.guards.ledger_connection), gatewayHears);
  const at = (t: number, event: Event): GatewayState | undefined =>
    only(gateway.turn(t * 1000, event), 'gateway.changed')?.state;
  at(0, up);
  at(0, { type: 'gateway.synced', from: 100, to: 100 });
  return { at, state: gateway.state };
};

test('connected is syncing, and ready when subscribed and gap-filled', (t) => {
  const gateway = chart(gatewayMachine(settings.guards.ledger_connection), gatewayHears);
  t.is(gateway.state(), 'disconnected');
  t.is(only(gateway.turn(0, up), 'gateway.changed')?.state, 'syncing');
  const said = gateway.turn(1, { type: 'gateway.synced', from: 90, to: 100 });
  t.is(only(said, 'gateway.changed')?.state, 'ready');
});

test('silence of 12 s at a tick is stale, of less it is not', (t) => {
  const { at } = connected();
  at(4, closed(101, 4));
  t.is(at(15.999, tick(3)), undefined);
  t.is(at(16, tick(4)), 'stale');
  t.is(at(20, tick(5)), undefined, 'said once');
});

test('the next ledger makes it ready again', (t) => {
  const { at, state } = connected();
  at(12, tick(3));
  t.is(state(), 'stale');
  t.is(at(13, closed(101, 13)), 'ready');
});

test('a ledger after silence that leaves a gap is not ready before the gap is filled', (t) => {
  const { at } = connected();
  at(12, tick(3));
  t.is(at(13, closed(104, 13)), 'syncing');
  t.is(at(14, read(104)), 'ready');
});

test('a gap of ledgers is syncing until a whole read covers it', (t) => {
  const { at, state } = connected();
  t.is(connected().at(4, closed(102, 4)), 'syncing', 'one ledger is a gap');
  t.is(at(4, closed(103, 4)), 'syncing');
  at(4, read(102));
  t.is(state(), 'syncing', 'a read from before the gap fills nothing');
  t.is(at(5, read(103)), 'ready');
});

test('a ledger that was told and was none keeps nothing from being ready', (t) => {
  const { at } = connected();
  t.is(at(4, closed(1001, 4)), 'syncing');
  at(8, closed(102, 8));
  t.is(at(9, read(102)), 'ready');
  t.is(at(12, closed(103, 12)), undefined);
});

test('ledgers one after the other say nothing', (t) => {
  const { at } = connected();
  t.is(at(4, closed(101, 4)), undefined);
  t.is(at(8, closed(102, 8)), undefined);
  t.is(at(8, closed(102, 8)), undefined);
});

test('a server that has lost the network is not ready until it has found it', (t) => {
  const { at } = connected();
  const { server } = read(100);
  t.is(at(1, read(100, { server: { ...server, state: 'connected' } })), 'syncing');
  t.is(at(1, read(101, { server: { ...server, state: 'connected' } })), undefined);
  t.is(at(2, read(101)), 'ready');
});

test('only a server that follows the network is relied on', (t) => {
  const { server } = read(100);
  const said = (state: string) => connected().at(1, read(100, { server: { ...server, state } }));
  for (const state of ['disconnected', 'connected', 'syncing', 'tracking']) {
    t.is(said(state), 'syncing', state);
  }
  for (const state of ['full', 'validating', 'proposing']) t.is(said(state), undefined, state);
});

test('a drop is disconnected from every state', (t) => {
  const { at, state } = connected();
  t.is(at(1, down), 'disconnected');
  at(2, up);
  at(3, down);
  t.is(state(), 'disconnected');
  at(4, closed(101, 4));
  at(4, tick(1));
  t.is(state(), 'disconnected');
});

const other: Event = { type: 'gateway.up', endpoint: 'ws://other', networkId: 0 };
const otherDown: Event = { type: 'gateway.down', endpoint: 'ws://other', why: 'closed' };

test('with several servers it is disconnected when the last one has gone', (t) => {
  const { at, state } = connected();
  at(1, other);
  t.is(at(2, down), undefined);
  t.is(state(), 'ready');
  t.is(at(3, otherDown), 'disconnected');
  at(4, other);
  t.is(state(), 'syncing');
});

const contradicted = (index: number): Event => ({
  type: 'ledger.contradicted',
  index,
  endpoint: 'ws://other',
  hash: 'F',
  otherEndpoint: 'ws://ledger',
  otherHash: 'E',
});

test('two servers that contradict each other: not ready, however many ledgers close, until they agree', (t) => {
  const { at, state } = connected();
  at(1, closed(101, 1));
  t.is(at(2, contradicted(101)), 'syncing');
  at(3, closed(102, 3));
  t.is(at(4, read(102)), undefined);
  at(5, { type: 'gateway.synced', from: 102, to: 102 });
  t.is(state(), 'syncing');
  at(6, { type: 'ledger.agreed', index: 103, endpoints: ['ws://ledger', 'ws://other'] });
  t.is(at(7, read(103)), 'ready');
});

test('a contradiction outlives a drop', (t) => {
  const { at, state } = connected();
  at(1, contradicted(101));
  at(2, down);
  at(3, up);
  at(4, { type: 'gateway.synced', from: 101, to: 102 });
  t.is(state(), 'syncing');
});

test('load at the limit is borne, above it the server is not relied on', (t) => {
  const { server } = read(100);
  const loaded = (loadFactor: number) => read(100, { server: { ...server, loadFactor } });
  t.is(connected().at(1, loaded(100)), undefined);
  const { at } = connected();
  t.is(at(1, loaded(100.1)), 'syncing');
  t.is(at(2, loaded(1)), 'ready');
});

test('a gap among its last ledgers: not relied on; one further back, or its own beginning, is none', (t) => {
  const { server } = read(100);
  const having = (completeLedgers: string) =>
    connected().at(1, read(100, { server: { ...server, completeLedgers } }));
  t.is(having('1-96,98-100'), 'syncing');
  t.is(having('1-99'), 'syncing', 'without the ledger itself');
  t.is(having('empty'), 'syncing');
  t.is(having('98-100'), undefined, 'it has just begun');
  t.is(having('1-40,60-100'), undefined);
  t.is(having('1-84,86-100'), 'syncing', 'the last sixteen count');
  t.is(having('1-83,85-100'), undefined);
  t.is(having('1-96,98-200'), 'syncing', 'what it has beyond makes up for nothing');
});
