/** What a tick costs in limits, guards and mode, calm and with guards standing, beside a flag and a timer in plain code; and how long the mode chart's exploration takes. Prints what it measured; judges nothing. */
import { createActor } from 'xstate';
import { createCore, type Voices } from '../../actors/core.ts';
import { loadConfig } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Decision, Event, Input } from '../../events/event.ts';
import { guardIds, type GuardsEvaluated } from '../../events/guard.ts';
import type { MarketObserved } from '../../events/market.ts';
import { modeMachine } from '../../machines/mode.ts';
import type { Settings } from '../../machines/settings.ts';
import { closed, evaluated, fill, holding, observed, opened, read } from '../given.ts';
import { explore, policies, tickMs } from '../mode/explore.ts';

const ticks = 20_000;
const rounds = 5;
const settings: Settings = loadConfig({
  env: {},
  set: [
    'guards.directional_drift.max_episodes=0',
    'guards.directional_drift.recovery_ticks=100000',
  ],
}).effective;
const alone: ReadonlySet<string> = new Set(['limits', ...guardIds, 'mode']);

/** Time of this process on the processor, in milliseconds: what others do beside it does not count. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const say = (what: string, value: string): void => console.log(what.padEnd(58), value);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const market = (tick: number, bps: number): MarketObserved =>
  observed(tick, { anchorErrorBps: bps + (tick % 7) / 10 });

/** Microseconds a tick: the turn of a tick with the market as it was seen, limits, guards and mode awake. */
const inTheCore = (bps: number, fills: number): number => {
  const core = createCore(settings, { live: alone });
  const post = (tick: number, input: Event, voices: Voices = new Map()): void =>
    void core.turn(input as Input, tick * 4000, 0, voices);
  post(0, opened);
  post(
    0,
    closed(100, 0),
    new Map([['gateway', [{ type: 'gateway.changed', state: 'ready', why: 'x' }]]]),
  );
  post(0, read(100), new Map([['inventory', [holding('69400000', '98.55') as Decision]]]));
  for (let n = 0; n < fills; n += 1) post(0, fill(n, { rlusd: '1' }));
  const turns = Array.from({ length: ticks }, (_, tick) => ({
    input: { type: 'tick', index: tick } as Input,
    voices: new Map([['market', [market(tick, bps) as Decision]]]),
  }));
  const started = cpuMs();
  for (const [tick, { input, voices }] of turns.entries()) core.turn(input, tick * 4000, 0, voices);
  return ((cpuMs() - started) * 1000) / ticks;
};

/** The chart alone, asked on every tick whatever the facts. */
const chartAlone = (): number => {
  const actor = createActor(modeMachine(settings.guards)).start();
  const event = evaluated(1, { anchor_saturation: { release: 'broken' } }) as GuardsEvaluated;
  const heard: Recorded<GuardsEvaluated> = {
    seq: 1,
    turn: 1,
    at: tickMs,
    kind: 'decision',
    actor: 'guards',
    v: 1,
    cause: 0,
    event,
  };
  const started = cpuMs();
  for (let tick = 0; tick < ticks; tick += 1) actor.send({ type: 'guards.evaluated', heard });
  return ((cpuMs() - started) * 1000) / ticks;
};

/** What the engine before this one did: one window, one flag, one timer, no facts, no events. */
const flagAndTimer = (): number => {
  const window: number[] = [];
  let degradedSince: number | null = null;
  let halted = 0;
  const started = cpuMs();
  for (let tick = 0; tick < ticks; tick += 1) {
    window.push(market(tick, 0).anchorErrorBps ?? 0);
    if (window.length > 25) window.shift();
    const mean = window.reduce((sum, x) => sum + x, 0) / window.length;
    const share = window.filter((x) => Math.abs(x) > 5).length / window.length;
    if (window.length === 25 && Math.abs(mean) >= 6 && share >= 0.4) degradedSince ??= tick;
    if (degradedSince !== null && (tick - degradedSince) * 4 >= 300) halted += 1;
  }
  if (halted > 0) throw new Error('it was calm');
  return ((cpuMs() - started) * 1000) / ticks;
};

const measured = (work: () => number): number => median(Array.from({ length: rounds }, work));

console.log(
  `Limits, guards and mode, ${ticks} ticks in memory, median of ${rounds}; the aim is 20 µs a tick`,
);
const flag = measured(flagAndTimer);
const cases = [
  ['a flag and a timer for one guard, in plain code', flag],
  ['seven guards, limits and mode: calm', measured(() => inTheCore(0, 0))],
  ['  with anchor saturation standing', measured(() => inTheCore(-8, 0))],
  ['  with anchor saturation and drift standing', measured(() => inTheCore(-8, 3))],
  ['the mode chart alone, asked on a calm tick', measured(chartAlone)],
] as const;
for (const [what, us] of cases) {
  say(what, `${us.toFixed(2)} µs a tick, ${(us / flag).toFixed(1)} ×`);
}

const rulesOf = policies({
  wallet_truth: { timeout_seconds: 3, cooldown_ticks: 2 },
  anchor_saturation: { timeout_seconds: 2, max_episodes: 2, recovery_ticks: 1 },
});
const started = cpuMs();
const { places, steps } = explore({
  machine: modeMachine(rulesOf),
  policies: rulesOf,
  pair: ['wallet_truth', 'anchor_saturation'],
});
const seconds = (cpuMs() - started) / 1000;
say(
  `explored: ${places.length} states, ${steps.length} steps`,
  `${seconds.toFixed(2)} s, ${((seconds * 1e6) / steps.length).toFixed(0)} µs a step`,
);
