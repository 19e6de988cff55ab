/** The mode chart, exhaustively: every state that two guards can reach under each kind of policy, and every step between them. */
import test from 'ava';
import { createActor, type AnyStateNode } from 'xstate';
import { guardIds, type GuardFact, type GuardId } from '../events/guard.ts';
import { activeIds, edgeId } from '../inspector/statechart.ts';
import { modeMachine } from '../machines/mode.ts';
import type { Policies } from '../machines/settings.ts';
import { evaluated } from './given.ts';
import {
  asked,
  explore,
  findings,
  policies,
  tickMs,
  type Pair,
  type World,
} from './mode/explore.ts';
import { plants } from './mode/planted.ts';
import { brokenRules, isBroken, rules, wayBack } from './mode/rules.ts';

const two: Pair = ['wallet_truth', 'anchor_saturation'];
/** Each guard beside the next one: every region is explored in both places. */
const pairs = guardIds.map((id, at): Pair => [id, guardIds[(at + 1) % guardIds.length] as GuardId]);

/** Waiting for ever. */
const waiting = ([one, other]: Pair): Policies =>
  policies({ [one]: { cooldown_ticks: 2 }, [other]: {} });
/** Deadlines of two lengths, and a last episode. */
const ending = ([one, other]: Pair): Policies =>
  policies({
    [one]: { timeout_seconds: 3, cooldown_ticks: 2 },
    [other]: { timeout_seconds: 2, max_episodes: 2, recovery_ticks: 1 },
  });
/** The same with the shortest counters. */
const short = ([one, other]: Pair): Policies =>
  policies({
    [one]: { timeout_seconds: 2, cooldown_ticks: 1, recovery_ticks: 1 },
    [other]: { max_episodes: 2, recovery_ticks: 1 },
  });

const worldOf = (pair: Pair, of: (pair: Pair) => Policies, make = modeMachine): World => ({
  pair,
  policies: of(pair),
  machine: make(of(pair)),
});

const explored = [
  worldOf(two, waiting),
  worldOf(two, ending),
  ...pairs.slice(1).map((pair) => worldOf(pair, short)),
].map((world) => ({ world, ...explore(world) }));

test('there is something to explore: hundreds of states, every phase of every region, both ends', (t) => {
  for (const { places } of explored) t.true(places.length > 100, `${places.length} states`);
  const values = explored.flatMap(({ places }) => places.map(({ snapshot }) => snapshot.value));
  for (const id of guardIds) {
    for (const phase of ['armed', 'tripped', 'cooling', 'recovering']) {
      const isThere = values.some(
        (value) =>
          typeof value !== 'string' && (value.live as Record<string, string>)[id] === phase,
      );
      if (!isThere) t.is(phase, 'cooling', `${id} is never ${phase}`);
    }
  }
  t.true(values.includes('HALT'));
  t.true(values.includes('ended'));
});

for (const name of [...Object.keys(rules), wayBack]) {
  test(name, (t) => {
    for (const { world, ...found } of explored) t.is(brokenRules(found, world)[name], undefined);
  });
}

const bitten = {
  sharedTimer: 'an episode keeps its own trip and its own deadline',
  sharedFlag: 'a region is left and reached only by what its own guard found',
  lastLabelWins: 'every change of mode or causes is said once, as it is, and nothing else is',
  lastCauseWins:
    'OK holds exactly when every region is armed, and the causes are the regions that are not',
  newestFirst: 'a second cause never replaces the first: causes keep the order of their trips',
  lastDeadlineWins:
    'the first cause is the halt’s: the earliest deadline, then a last trip; the rest is ignored',
  lastReasonWins: 'nothing changes a halt: what comes later is recorded as ignored',
  oneWay: wayBack,
  deadlineLast:
    'a session ends at a deadline, at a last trip, or where it is asked to, and at nothing else',
  silentReturn: 'every change of a region is said, and nothing else is',
} as const satisfies Record<keyof typeof plants, string>;

for (const [name, rule] of Object.entries(bitten)) {
  test(`a planted wrong chart is found: ${name}`, (t) => {
    const world = worldOf(two, plantedIn, plants[name as keyof typeof plants]);
    t.true(isBroken(rule, world));
  });
}
/** Where each of them shows. */
const plantedIn = ([one, other]: Pair): Policies =>
  policies({ [one]: { timeout_seconds: 3 }, [other]: { timeout_seconds: 2 } });

test('each rule is shown to bite, and no other wrong chart is needed for it', (t) => {
  t.deepEqual(
    [...new Set(Object.values(bitten))].toSorted(),
    [...Object.keys(rules), wayBack].toSorted(),
  );
});

test('the same world without a fault breaks no rule', (t) => {
  const world = worldOf(two, plantedIn);
  t.deepEqual(brokenRules(explore(world), world), {});
});

/** Numbers that look drawn and are the same in every run. */
const drawn = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

const nodesOf = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateNode)),
];

test('every state and every arrow of the chart is reached', (t) => {
  const draw = drawn(7);
  const machine = modeMachine(policies({}));
  const nodes = nodesOf(machine.root as AnyStateNode).filter(({ parent }) => parent !== undefined);
  const states = new Set(nodes.map(({ id }) => id));
  const arrows = new Set(
    nodes.flatMap((node) =>
      [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map(edgeId),
    ),
  );
  t.true(states.size > 30 && arrows.size > 100, `${states.size} states, ${arrows.size} arrows`);
  const any = (...values: readonly number[]) => values[Math.floor(draw() * values.length)] ?? 0;
  for (let session = 0; session < 1000 && arrows.size > 0; session += 1) {
    const speakers = pairs[session % pairs.length] ?? two;
    const policy = () => ({
      timeout_seconds: any(0, 2, 6),
      max_episodes: any(0, 3),
      cooldown_ticks: any(0, 3),
    });
    const rulesOf = policies(Object.fromEntries(guardIds.map((id) => [id, policy()])));
    const actor = createActor(modeMachine(rulesOf), {
      inspect: (event) => {
        if (event.type !== '@xstate.microstep') return;
        for (const taken of event._transitions) arrows.delete(edgeId(taken));
      },
    }).start();
    for (let tick = 0; tick < 60; tick += 1) {
      const one = (): Partial<GuardFact> =>
        findings[Math.floor(draw() * findings.length * 1.6)] ?? { release: 'holds' };
      const event =
        draw() < 0.02
          ? asked[Math.floor(draw() * asked.length)]
          : evaluated(tick, Object.fromEntries(speakers.map((id) => [id, one()])));
      if (!event) throw new Error('something is drawn');
      const heard = {
        seq: tick,
        turn: tick,
        at: tick * tickMs,
        kind: 'decision',
        actor: 'x',
        v: 1,
      };
      actor.send({ type: event.type, heard: { ...heard, cause: 0, event } } as never);
      for (const id of activeIds(machine, actor.getSnapshot().value)) states.delete(id);
    }
  }
  t.deepEqual([[...states], [...arrows]], [[], []]);
});
