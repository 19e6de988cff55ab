/** What the page draws is what the machines are: nothing is copied, nothing that can happen is left out. */
import test from 'ava';
import fc from 'fast-check';
import { createActor, createMachine, type AnyMachineSnapshot } from 'xstate';
import { loadConfig } from '../config.ts';
import type { Event } from '../events/event.ts';
import { guardIds, type GuardFact, type GuardId, type Release } from '../events/guard.ts';
import { drawingOf, modeDrawing, type GuardRegion, type ModeDrawing } from '../inspector/chart.ts';
import { activeIds, chartOf, edgeId } from '../inspector/statechart.ts';
import { modeMachine } from '../machines/mode.ts';
import type { Policies, Policy } from '../machines/settings.ts';

const settings = loadConfig({ env: {}, set: [] }).effective;

const withPolicy = (guard: GuardId, changed: Partial<Policy>): ModeDrawing => {
  const policies: Policies = {
    ...settings.guards,
    [guard]: { ...settings.guards[guard], ...changed },
  };
  return modeDrawing(modeMachine(policies), policies);
};

const regionOf = ({ guards }: ModeDrawing, guard: GuardId): GuardRegion => {
  const found = guards.find((region) => region.guard === guard);
  if (!found) throw new Error(`no region ${guard}`);
  return found;
};

const keys = ({ states }: Pick<GuardRegion, 'states'>): readonly string[] =>
  states.map(({ key }) => key);

test('the mode is drawn as its join, a region for each guard, and its ends', (t) => {
  const { mode, gateway, session } = drawingOf(settings);
  t.deepEqual(keys(mode.join), ['OK', 'DEGRADED']);
  t.deepEqual(
    mode.guards.map(({ guard }) => guard),
    [...guardIds],
  );
  t.deepEqual(keys(regionOf(mode, 'anchor_saturation')), [
    'armed',
    'tripped',
    'cooling',
    'recovering',
  ]);
  t.deepEqual(
    mode.ends.map(({ key }) => key),
    ['HALT', 'ended'],
  );
  t.true(keys(gateway).includes('syncing'));
  t.true(keys(session).includes('closing'));
});

test('a region shows the limits of its policy, and none where it waits for ever', (t) => {
  const limits = (guard: GuardId, changed: Partial<Policy>): readonly string[] =>
    regionOf(withPolicy(guard, changed), guard).exits.map(({ limit }) => limit);
  t.deepEqual(limits('wallet_truth', {}), ['300 s']);
  t.deepEqual(limits('wallet_truth', { timeout_seconds: 77 }), ['77 s']);
  t.deepEqual(limits('issuer', {}), []);
  t.deepEqual(limits('issuer', { max_episodes: 2 }), ['2nd trip']);
  t.deepEqual(limits('issuer', { max_episodes: 11, timeout_seconds: 5 }), ['5 s', '11th trip']);
});

test('a state that the policy rules out is not drawn', (t) => {
  t.false(
    keys(
      regionOf(withPolicy('anchor_saturation', { cooldown_ticks: 0 }), 'anchor_saturation'),
    ).includes('cooling'),
  );
  const lasting = { recovery_enabled: false, cooldown_ticks: 120 };
  t.deepEqual(keys(regionOf(withPolicy('issuer', lasting), 'issuer')), ['armed', 'tripped']);
});

test('another machine is another drawing: states, arrows and regions come from it alone', (t) => {
  const machine = createMachine({
    id: 'other',
    initial: 'on',
    states: {
      on: {
        type: 'parallel',
        on: { 'operator.kill': 'STOPPED' },
        states: {
          sum: {
            initial: 'fine',
            states: { fine: { always: { guard: 'bad', target: 'worse' } }, worse: {} },
          },
          issuer: {
            initial: 'quiet',
            states: {
              quiet: { on: { frozen: 'loud' } },
              loud: { on: { thawed: 'quiet', lost: '#other.STOPPED' } },
              never: {},
            },
          },
        },
      },
      STOPPED: {},
    },
  });
  const drawn = modeDrawing(machine, settings.guards);
  t.is(drawn.live, 'other.on');
  t.deepEqual(keys(drawn.join), ['fine', 'worse']);
  t.deepEqual(
    drawn.guards.map(({ guard }) => guard),
    ['issuer'],
  );
  t.deepEqual(keys(regionOf(drawn, 'issuer')), ['quiet', 'loud']);
  t.deepEqual(
    regionOf(drawn, 'issuer').exits.map(({ limit }) => limit),
    ['lost'],
  );
  t.deepEqual(
    drawn.endings.map(({ event, target }) => [event, target]),
    [['operator.kill', 'other.STOPPED']],
  );
});

test('a machine without regions is refused', (t) => {
  const flat = createMachine({ id: 'flat', initial: 'a', states: { a: {} } });
  t.throws(() => modeDrawing(flat, settings.guards), { message: /no regions/ });
});

test('an arrow has the same name in every instance of the machine', (t) => {
  const edges = () => chartOf(modeMachine(settings.guards)).edges.map(({ id }) => id);
  t.deepEqual(edges(), edges());
  t.is(new Set(edges()).size, edges().length);
});

const releases: readonly Release[] = ['holds', 'broken', 'neither', 'now'];

const policy = fc.record({
  enabled: fc.constant(true),
  timeout_seconds: fc.constantFrom(0, 3, 9),
  max_episodes: fc.nat(3),
  cooldown_ticks: fc.constantFrom(0, 2),
  recovery_ticks: fc.integer({ min: 1, max: 3 }),
  recovery_enabled: fc.boolean(),
});
const fact = fc.record({ trip: fc.boolean(), release: fc.constantFrom(...releases) });
const perGuard = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<Record<GuardId, T>> =>
  fc.record(Object.fromEntries(guardIds.map((id) => [id, one])) as Record<GuardId, typeof one>);

test('every state that the machine stands in and every arrow that it takes is drawn', (t) => {
  let taken = 0;
  fc.assert(
    fc.property(perGuard(policy), fc.array(perGuard(fact), { maxLength: 12 }), (rules, ticks) => {
      const policies: Policies = { ...settings.guards, ...rules };
      const machine = modeMachine(policies);
      const { live, join, guards, ends, endings } = modeDrawing(machine, policies);
      const rows = [join, ...guards];
      const states = new Set([
        live,
        ...rows.flatMap((row) => [row.id, ...row.states.map(({ id }) => id)]),
        ...ends.map(({ id }) => id),
      ]);
      const edges = new Set([...endings, ...rows.flatMap((row) => row.edges)].map(({ id }) => id));
      const missing: string[] = [];
      const actor = createActor(machine, {
        inspect: (event) => {
          if (event.type === '@xstate.snapshot') {
            const { value } = event.snapshot as AnyMachineSnapshot;
            missing.push(...activeIds(machine, value).filter((id) => !states.has(id)));
          }
          if (event.type !== '@xstate.microstep') return;
          const moves = event._transitions.filter(({ target }) => target !== undefined).map(edgeId);
          const after = moves.filter((id) => id.startsWith('mode.'));
          taken += after.length;
          missing.push(...after.filter((id) => !edges.has(id)));
        },
      }).start();
      ticks.forEach((facts, index) => {
        const seen = Object.fromEntries(
          guardIds.map((id): [GuardId, GuardFact] => [
            id,
            { ...facts[id], condition: null, operands: {}, toTrip: null, toRelease: null },
          ]),
        );
        const event: Event & { type: 'guards.evaluated' } = {
          type: 'guards.evaluated',
          tick: index,
          facts: seen,
        };
        const heard = {
          seq: index + 1,
          turn: 1,
          at: index * 1000,
          kind: 'decision',
          actor: 'guards',
          v: 1,
          cause: 0,
          event,
        } as const;
        actor.send({ type: 'guards.evaluated', heard });
      });
      t.deepEqual(missing, []);
    }),
    { numRuns: 60 },
  );
  t.true(taken > 100);
});
