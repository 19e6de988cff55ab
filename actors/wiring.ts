/** Who hears a turn, in which order: the stages of the core and the actors in each. The whole wiring is this list. */
import type {
  ActorLogic,
  ActorSystem,
  ActorSystemInfo,
  AnyActorLogic,
  TransitionSnapshot,
} from 'xstate';
import type { EventType, Said } from '../events/event.ts';
import { execution } from '../machines/execution.ts';
import { gatewayHears, gatewayIsStill, gatewayMachine } from '../machines/gateway.ts';
import { anchorGuard } from '../machines/guards/anchor.ts';
import { connectionGuard } from '../machines/guards/connection.ts';
import { corridorGuard } from '../machines/guards/corridor.ts';
import { driftGuard } from '../machines/guards/drift.ts';
import { integrityGuard } from '../machines/guards/integrity.ts';
import { issuerGuard } from '../machines/guards/issuer.ts';
import { truthGuard } from '../machines/guards/truth.ts';
import { inventory } from '../machines/inventory.ts';
import { limits } from '../machines/limits.ts';
import { market } from '../machines/market.ts';
import { isStill, type ModeContext } from '../machines/mode-context.ts';
import { modeHears, modeMachine } from '../machines/mode.ts';
import { orders } from '../machines/orders.ts';
import { reconciler } from '../machines/reconciler.ts';
import type { Heard, Reducer } from '../machines/reducer.ts';
import type { Spared } from '../machines/delivered.ts';
import { sessionHears, sessionIsStill, sessionMachine } from '../machines/session.ts';
import type { Settings } from '../machines/settings.ts';
import { strategy } from '../machines/strategy.ts';
import { touch } from '../machines/touch.ts';

/** One actor of the core: what it listens to, and its XState logic. */
export type Part = Readonly<{
  id: string;
  hears: readonly EventType[];
  /** What of that wakes it; the rest waits until something does. */
  wakes: ReadonlySet<EventType>;
  /** A reducer is sent all that it hears in a turn at once, a machine each event by its own type. */
  kind: 'reducer' | 'machine';
  /** Where it can tell cheaply that nothing will come of an event, a reducer hears it later, and a machine is spared it until something does. */
  isStill: ((snapshot: unknown, heard: Heard, spared: Spared) => boolean) | null;
  /** What of the configuration it was made under; null where nothing of it matters. */
  under: unknown;
  logic: AnyActorLogic;
}>;

/** `gathers`: what its actors assess is one `guards.evaluated` instead of events of their own. */
export type Stage = Readonly<{ name: string; gathers: boolean; parts: readonly Part[] }>;

export type Stages = (settings: Settings) => readonly Stage[];

export const stages: Stages = (settings) => [
  stage('settle', [
    machine(
      'gateway',
      gatewayHears,
      gatewayMachine(settings.guards.ledger_connection),
      gatewayIsStill,
      settings.guards.ledger_connection,
    ),
    thing(reconciler),
    thing(orders),
    machine('session', sessionHears, sessionMachine(settings), sessionIsStill, settings.orders),
  ]),
  stage('inventory', [ruled(inventory, settings.guards.wallet_truth)]),
  stage('market', [thing(market), thing(touch)]),
  stage('limits', [
    ruled((risk) => limits(risk, settings.engine.tick_interval_seconds), settings.risk),
  ]),
  { name: 'guards', gathers: true, parts: guards(settings) },
  stage('mode', [
    machine(
      'mode',
      modeHears,
      modeMachine(settings.guards),
      (_, context: ModeContext, heard) => isStill(context, heard),
      settings.guards,
    ),
  ]),
  stage('strategy', [ruled(strategy, settings)]),
  stage('execution', [ruled(execution, settings)]),
];

const guards = ({ guards: rules }: Settings): readonly Part[] =>
  [
    { on: rules.wallet_truth.enabled, part: ruled(truthGuard, rules.wallet_truth) },
    { on: rules.anchor_saturation.enabled, part: ruled(anchorGuard, rules.anchor_saturation) },
    { on: rules.directional_drift.enabled, part: ruled(driftGuard, rules.directional_drift) },
    { on: rules.inventory_corridor.enabled, part: ruled(corridorGuard, rules.inventory_corridor) },
    { on: rules.order_integrity.enabled, part: ruled(integrityGuard, rules.order_integrity) },
    { on: rules.ledger_connection.enabled, part: thing(connectionGuard) },
    { on: rules.issuer.enabled, part: thing(issuerGuard) },
  ].flatMap(({ on, part }) => (on ? [part] : []));

const stage = (name: string, parts: readonly Part[]): Stage => ({ name, gathers: false, parts });

/** What an actor is sent, and what a reducer's emits. */
export type Sent =
  | Readonly<{ type: 'turn'; input: Heard; heard: readonly Heard[] }>
  | Readonly<{ type: EventType; heard: Heard; spared?: true }>;
export type Answer = Readonly<{ type: 'answer'; event: Said; because: Heard }>;
type Turn = Extract<Sent, { type: 'turn' }>;

/** A reducer as an XState actor: its logic is what `fromTransition` makes, whose snapshot is copied on every event, without the copy. */
export const thing = <State>(reducer: Reducer<State>): Part => {
  const wakes: ReadonlySet<EventType> = new Set(reducer.answers ?? reducer.hears);
  const { isStill } = reducer;
  return {
    id: reducer.id,
    hears: reducer.hears,
    wakes,
    kind: 'reducer',
    isStill: isStill
      ? (snapshot, heard) => isStill((snapshot as Kept<State>).context, heard)
      : null,
    under: null,
    logic: logicOf(reducer, wakes),
  };
};

type Kept<State> = TransitionSnapshot<State>;

const kept = <State>(context: State): Kept<State> => ({
  status: 'active',
  output: undefined,
  error: undefined,
  context,
});

const logicOf = <State>(
  reducer: Reducer<State>,
  wakes: ReadonlySet<EventType>,
): ActorLogic<Kept<State>, Turn, undefined, ActorSystem<ActorSystemInfo>, Answer> => ({
  transition: (snapshot, sent, { emit }) => {
    if (sent.type !== 'turn') return snapshot;
    const { input, heard } = sent;
    let state = snapshot.context;
    let hearing = input;
    const say = (event: Said, because: Heard = hearing): void =>
      emit({ type: 'answer', event, because });
    const answer: typeof say = (event, because) => {
      const { type } = hearing.event;
      if (!wakes.has(type)) throw new Error(`${reducer.id} answers ${type}, as it never should`);
      say(event, because);
    };
    for (hearing of heard) state = reducer.on(state, hearing, answer);
    hearing = input;
    return kept(reducer.decide ? reducer.decide(state, input, say) : state);
  },
  getInitialSnapshot: () => kept(reducer.initial),
  getPersistedSnapshot: (snapshot) => snapshot,
});

/** A reducer made under settings. */
const ruled = <Rules, State>(reducer: (rules: Rules) => Reducer<State>, rules: Rules): Part => ({
  ...thing(reducer(rules)),
  under: rules,
});

const machine = <Context>(
  id: string,
  hears: readonly EventType[],
  logic: AnyActorLogic,
  isStill: (state: unknown, context: Context, heard: Heard, spared: Spared) => boolean,
  under: unknown,
): Part => ({
  id,
  hears,
  wakes: new Set(hears),
  kind: 'machine',
  isStill: (snapshot, heard, spared) => {
    const { value, context } = snapshot as { value: unknown; context: Context };
    return isStill(value, context, heard, spared);
  },
  under,
  logic,
});
