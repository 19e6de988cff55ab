/**
 * What the page draws, derived from the machines' own definitions and the policies they run under: the join and the ends, a
 * region for each guard with its limits, the gateway's and the session's charts. An arrow that the policy rules out is left
 * out, and with it the states that only it leads to.
 */
import type { AnyStateMachine } from 'xstate';
import { guardIds, type GuardId } from '../events/guard.ts';
import { gatewayMachine } from '../machines/gateway.ts';
import { modeMachine } from '../machines/mode.ts';
import { sessionMachine } from '../machines/session.ts';
import type { Policies, Policy, Settings } from '../machines/settings.ts';
import { chartOf, type Chart, type ChartEdge, type ChartNode } from './statechart.ts';

/** States in the order of the definition, and the arrows between them and out of them. */
export type Row = Readonly<{
  id: string;
  key: string;
  initial: string | null;
  states: readonly ChartNode[];
  edges: readonly ChartEdge[];
}>;

/** A way out for good, and the limit that opens it. */
export type Exit = Readonly<{
  edges: readonly string[];
  sources: readonly string[];
  limit: string;
}>;

export type GuardRegion = Row &
  Readonly<{
    guard: GuardId;
    enabled: boolean;
    exits: readonly Exit[];
    policy: Readonly<{
      timeoutSeconds: number;
      maxEpisodes: number;
      cooldownTicks: number;
      recoveryTicks: number;
      recoveryEnabled: boolean;
    }>;
  }>;

export type ModeDrawing = Readonly<{
  /** The parallel state that all regions stand in. */
  live: string;
  join: Row;
  guards: readonly GuardRegion[];
  /** What lies outside the parallel state, and the arrows from it that no region owns. */
  ends: readonly ChartNode[];
  endings: readonly ChartEdge[];
}>;

export type Drawing = Readonly<{ mode: ModeDrawing; gateway: Row; session: Row }>;

export const drawingOf = (settings: Settings): Drawing => ({
  mode: modeDrawing(modeMachine(settings.guards), settings.guards),
  gateway: flatDrawing(gatewayMachine(settings.guards.ledger_connection)),
  session: flatDrawing(sessionMachine(settings)),
});

/** Throws where the machine has no parallel state, or no region beside the guards': there is nothing to join. */
export const modeDrawing = (machine: AnyStateMachine, policies: Policies): ModeDrawing => {
  const chart = chartOf(machine);
  const live = chart.nodes.find(({ kind }) => kind === 'parallel');
  const regions = chart.nodes.filter(({ parent }) => parent === live?.id);
  const join = regions.find(({ key }) => !isGuard(key));
  if (!live || !join) throw new Error(`machine ${machine.id} has no regions with a join to draw`);
  return {
    live: live.id,
    join: rowOf(chart, join, () => true),
    guards: regions.flatMap(({ key, ...region }) =>
      isGuard(key) ? [guardRegion(chart, { key, ...region }, key, policies[key])] : [],
    ),
    ends: chart.nodes.filter(
      ({ parent, id }) => parent === live.parent && id !== live.id && parent,
    ),
    endings: chart.edges.filter(({ source }) => source === live.id),
  };
};

const flatDrawing = (machine: AnyStateMachine): Row => {
  const chart = chartOf(machine);
  const root = chart.nodes.find(({ parent }) => parent === null);
  if (!root) throw new Error(`machine ${machine.id} has no states to draw`);
  return rowOf(chart, root, () => true);
};

const isGuard = (key: string): key is GuardId => guardIds.some((id) => id === key);

/** What rules an arrow out for good, by its guard or by the exit that it takes. The names are the machine's; one that is not listed is always possible. */
const ruledOut: Readonly<Record<string, (policy: Policy) => boolean>> = {
  cools: ({ cooldown_ticks: ticks, recovery_enabled: enabled }) => ticks === 0 || !enabled,
  isReleased: ({ recovery_enabled: enabled }) => !enabled,
  beginsToRecover: ({ recovery_enabled: enabled }) => !enabled,
};

const exitsRuledOut: Readonly<Record<string, (policy: Policy) => boolean>> = {
  'timed out': ({ timeout_seconds: seconds }) => seconds === 0,
  exhausted: ({ max_episodes: episodes }) => episodes === 0,
};

const isPossible = (edge: ChartEdge, policy: Policy): boolean =>
  !ruledOut[edge.guard ?? '']?.(policy) && !exitsRuledOut[exitOf(edge) ?? '']?.(policy);

/** The exit that an arrow's action names. */
const exitOf = ({ actions }: ChartEdge): string | undefined => {
  const named = actions.map(({ params }) => params['exit']).find(Boolean);
  return typeof named === 'string' ? named : undefined;
};

const guardRegion = (
  chart: Chart,
  region: ChartNode,
  guard: GuardId,
  policy: Policy,
): GuardRegion => {
  const row = rowOf(chart, region, (edge) => isPossible(edge, policy));
  return {
    ...row,
    guard,
    enabled: policy.enabled,
    exits: exitsOf(row, policy),
    policy: {
      timeoutSeconds: policy.timeout_seconds,
      maxEpisodes: policy.max_episodes,
      cooldownTicks: policy.cooldown_ticks,
      recoveryTicks: policy.recovery_ticks,
      recoveryEnabled: policy.recovery_enabled,
    },
  };
};

/** Arrows out of the region, gathered by the exit that their action names. */
const exitsOf = ({ states, edges }: Row, policy: Policy): readonly Exit[] => {
  const own = new Set(states.map(({ id }) => id));
  const byName = new Map<string, ChartEdge[]>();
  for (const edge of edges) {
    if (own.has(edge.target)) continue;
    const name = exitOf(edge) ?? edge.event ?? 'always';
    byName.set(name, [...(byName.get(name) ?? []), edge]);
  }
  return [...byName].map(([name, gathered]) => ({
    edges: gathered.map(({ id }) => id),
    sources: gathered.map(({ source }) => source),
    limit: limitOf(name, policy),
  }));
};

const limitOf = (exit: string, policy: Policy): string => {
  if (exit === 'timed out') return `${policy.timeout_seconds} s`;
  if (exit === 'exhausted') return `${ordinal(policy.max_episodes)} trip`;
  return exit;
};

const ordinal = (n: number): string => {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
};

/** The children of one state that can be reached, and the possible arrows from it and from them. */
const rowOf = (chart: Chart, parent: ChartNode, isPossible: (edge: ChartEdge) => boolean): Row => {
  const edges = chart.edges.filter(isPossible);
  const reached = new Set(parent.initial ? [parent.initial] : parent.children);
  for (const id of reached) {
    for (const { source, target } of edges) {
      if ((source === id || source === parent.id) && parent.children.includes(target))
        reached.add(target);
    }
  }
  return {
    id: parent.id,
    key: parent.key,
    initial: parent.initial,
    states: chart.nodes.filter(({ id }) => reached.has(id)),
    edges: edges.filter(({ source }) => reached.has(source) || source === parent.id),
  };
};
