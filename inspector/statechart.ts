/**
 * A machine as something to draw: its states, its arrows, and which states a snapshot stands in. Read from the machine's own
 * definition, whatever it is; it knows no machine by name.
 */
import type {
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
  EventObject,
  StateValue,
} from 'xstate';

export type ChartNode = Readonly<{
  id: string;
  /** The state's own word. */
  key: string;
  parent: string | null;
  kind: AnyStateNode['type'];
  /** Children in the order of the definition. */
  children: readonly string[];
  initial: string | null;
}>;

export type ChartEdge = Readonly<{
  /** The same in every instance of the machine: see `edgeId`. */
  id: string;
  source: string;
  target: string;
  /** What it answers; null where it is taken by itself. */
  event: string | null;
  guard: string | null;
  actions: readonly Action[];
}>;

type Action = Readonly<{ type: string; params: Readonly<Record<string, unknown>> }>;

export type Chart = Readonly<{
  id: string;
  nodes: readonly ChartNode[];
  /** Arrows that lead somewhere; what a state answers without leaving is none. */
  edges: readonly ChartEdge[];
}>;

export const chartOf = ({ root, id }: AnyStateMachine): Chart => {
  const all = nodesOf(root);
  return {
    id,
    nodes: all.map((node) => ({
      id: node.id,
      key: node.key,
      parent: node.parent?.id ?? null,
      kind: node.type,
      children: childrenOf(node).map((child) => child.id),
      initial: node.type === 'compound' ? (node.initial.target[0]?.id ?? null) : null,
    })),
    edges: all.flatMap((node) => transitionsOf(node).flatMap(edgesOf)),
  };
};

/** A transition's name: its state, what it answers, and its place among the answers. */
export const edgeId = (transition: AnyTransitionDefinition): string => {
  const { source, eventType } = transition;
  const siblings = eventType === '' ? source.always : source.transitions.get(eventType);
  return `${source.id} ${eventType || 'always'} ${siblings?.indexOf(transition) ?? 0}`;
};

/** Ids of all states that this value stands in, the root left out. */
export const activeIds = ({ root }: AnyStateMachine, value: StateValue): readonly string[] =>
  inside(root, value);

const inside = (node: AnyStateNode, value: StateValue): readonly string[] => {
  const entries = typeof value === 'string' ? [[value, {}] as const] : Object.entries(value);
  return entries.flatMap(([key, below]) => {
    const child = node.states[key] as AnyStateNode | undefined;
    return child ? [child.id, ...inside(child, below ?? {})] : [];
  });
};

const childrenOf = (node: AnyStateNode): readonly AnyStateNode[] => Object.values(node.states);

const nodesOf = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...childrenOf(node).flatMap(nodesOf),
];

const transitionsOf = (node: AnyStateNode): readonly AnyTransitionDefinition[] => [
  ...[...node.transitions.values()].flat(),
  ...(node.always ?? []),
];

const edgesOf = (transition: AnyTransitionDefinition): readonly ChartEdge[] =>
  (transition.target ?? []).map((target) => ({
    id: edgeId(transition),
    source: transition.source.id,
    target: target.id,
    event: transition.eventType || null,
    guard: nameOf(transition.guard),
    actions: transition.actions.map((action) => ({
      type: nameOf(action) ?? 'inline',
      params: paramsOf(action),
    })),
  }));

/** Guards and actions stand as a name, as a name with parameters, or as a function that has a name at best. */
const nameOf = (named: unknown): string | null => {
  if (typeof named === 'string') return named;
  if (typeof named === 'function') return named.name || 'inline';
  return isNamed(named) ? named.type : null;
};

const paramsOf = (named: unknown): Action['params'] =>
  isNamed(named) && typeof named.params === 'object' && named.params !== null
    ? (named.params as Action['params'])
    : {};

const isNamed = (named: unknown): named is EventObject & { readonly params?: unknown } =>
  typeof named === 'object' && named !== null && 'type' in named;
