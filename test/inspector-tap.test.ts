/** The tap shows what the actors did, once it is durable, and changes nothing by listening. */
import test from 'ava';
import { createActor } from 'xstate';
import { createCore } from '../actors/core.ts';
import { loadConfig } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event, Input } from '../events/event.ts';
import { guardIds, type GuardFact, type GuardId, type GuardsEvaluated } from '../events/guard.ts';
import { changesMax } from '../inspector/frame.ts';
import { createTap, type Tap } from '../inspector/tap.ts';
import { modeMachine } from '../machines/mode.ts';

const settings = loadConfig({ env: {}, set: [] }).effective;

const row = (seq: number, event: Event): Recorded<Event> => ({
  seq,
  turn: seq,
  at: seq * 1000,
  kind: 'input',
  actor: 'world',
  v: 1,
  cause: 0,
  event,
});

const facts = (tripped: readonly GuardId[]): GuardsEvaluated['facts'] =>
  Object.fromEntries(
    guardIds.map((id): [GuardId, GuardFact] => [
      id,
      {
        trip: tripped.includes(id),
        release: tripped.includes(id) ? 'broken' : 'holds',
        condition: null,
        operands: { size: 7 },
        toTrip: 1,
        toRelease: 2,
      },
    ]),
  );

/** The mode actor under a tap; what it says becomes durable only when told so. */
const underTap = (tap: Tap) => {
  const actor = createActor(modeMachine(settings.guards), { id: 'mode', inspect: tap.inspect });
  const rows: Recorded<Event>[] = [];
  let seq = 0;
  const note = (event: Event): Recorded<Event> => {
    seq += 1;
    const made = row(seq, event);
    rows.push(made);
    return made;
  };
  actor.on('*', (said) => note(said));
  actor.start();
  return {
    hear: (event: Extract<Event, { type: 'guards.evaluated' | 'operator.kill' }>) => {
      const heard = note(event) as never;
      actor.send({ type: event.type, heard } as never);
    },
    /** So many rows, or all, become durable. */
    settle: (count = Infinity) => rows.splice(0, count).forEach((one) => tap.durable(one)),
  };
};

const evaluated = (tick: number, tripped: readonly GuardId[] = []) =>
  ({ type: 'guards.evaluated', tick, facts: facts(tripped) }) as const;

test('states are lit through XState’s inspection from the first snapshot on', (t) => {
  const tap = createTap();
  underTap(tap);
  const { active } = tap.frame().actors.mode;
  t.true(active.includes('mode.live.join.OK'));
  t.true(active.includes('mode.live.issuer.armed'));
});

test('what is not durable is not shown', (t) => {
  const tap = createTap();
  const mode = underTap(tap);
  mode.hear(evaluated(0, ['issuer']));
  t.true(tap.frame().actors.mode.active.includes('mode.live.issuer.armed'));
  t.is(tap.frame().actors.mode.last, null);
  mode.settle();
  const { actors, guards, seq } = tap.frame();
  t.true(actors.mode.active.includes('mode.live.issuer.tripped'));
  t.true(actors.mode.active.includes('mode.live.join.DEGRADED'));
  t.is(guards.issuer.episode.phase, 'tripped');
  t.is(guards.issuer.episode.fact?.toRelease, 2);
  t.true(seq > 1);
});

test('what came from a later row waits for that row', (t) => {
  const tap = createTap();
  const mode = underTap(tap);
  mode.hear(evaluated(0, ['issuer']));
  mode.hear(evaluated(1, ['issuer', 'wallet_truth']));
  mode.settle(1);
  const { active } = tap.frame().actors.mode;
  t.true(active.includes('mode.live.issuer.tripped'));
  t.true(active.includes('mode.live.wallet_truth.armed'));
  mode.settle();
  t.true(tap.frame().actors.mode.active.includes('mode.live.wallet_truth.tripped'));
});

test('the last transition names its event and every arrow that was taken, and stays until the next', (t) => {
  const tap = createTap();
  const mode = underTap(tap);
  mode.hear(evaluated(0, ['issuer']));
  mode.hear(evaluated(1, ['issuer']));
  mode.settle();
  const { last } = tap.frame().actors.mode;
  t.is(last?.event, 'guards.evaluated');
  t.is(last?.seq, 1);
  t.deepEqual(last?.edges, [
    'mode.live.issuer.armed guards.evaluated 1',
    'mode.live.join.OK always 0',
  ]);
});

test('changes of mode and causes stand in their order, the newest last, and no more than a bound', (t) => {
  const tap = createTap();
  const mode = underTap(tap);
  for (let tick = 0; tick < 2 * changesMax; tick += 1) {
    mode.hear(evaluated(tick, tick % 2 === 0 ? ['ledger_connection'] : []));
    mode.settle();
  }
  const { timeline, changes } = tap.frame();
  t.is(changes, 2 * changesMax);
  t.is(timeline.length, changesMax);
  t.deepEqual(timeline.at(-1)?.causes, []);
  t.deepEqual(timeline.at(-2)?.causes, ['ledger_connection']);
});

test('HALT is lit, and the guards stand as they stood', (t) => {
  const tap = createTap();
  const mode = underTap(tap);
  mode.hear(evaluated(0, ['issuer']));
  mode.hear({ type: 'operator.kill', note: 'enough' } as never);
  mode.settle();
  const { actors, halt, mode: word, guards } = tap.frame();
  t.deepEqual(actors.mode.active, ['mode.HALT']);
  t.is(word, 'HALT');
  t.is(halt?.reason, 'kill_switch');
  t.is(guards.issuer.episode.phase, 'tripped');
});

test('every durable row says that the frame is another', (t) => {
  const tap = createTap();
  let said = 0;
  tap.updates.subscribe(() => (said += 1));
  tap.durable(row(1, { type: 'tick', index: 4 }));
  t.is(said, 1);
  t.is(tap.frame().tick, 4);
});

test('a core says the same with a tap as without', (t) => {
  const inputs: readonly Input[] = [
    { type: 'gateway.up', endpoint: 'ws://127.0.0.1:1', networkId: 1 },
    { type: 'gateway.synced', from: 1, to: 9 },
    { type: 'tick', index: 0 },
    { type: 'gateway.down', endpoint: 'ws://127.0.0.1:1', why: 'gone' },
    { type: 'tick', index: 1 },
    { type: 'tick', index: 2 },
  ];
  const tap = createTap();
  const plain = createCore(settings);
  const tapped = createCore(settings, { inspect: tap.inspect });
  inputs.forEach((input, i) => {
    const rows = tapped.turn(input, i * 4000);
    t.deepEqual(rows, plain.turn(input, i * 4000));
    rows.forEach(tap.durable);
  });
  const { actors } = tap.frame();
  t.deepEqual(actors.gateway.active, ['gateway.disconnected']);
  t.true(actors.session.active.length === 1);
});
