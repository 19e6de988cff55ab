/** The guards: what each found at a tick, and what its region of the mode chart did about it. */

export const guardIds = [
  'wallet_truth',
  'anchor_saturation',
  'directional_drift',
  'inventory_corridor',
  'order_integrity',
  'ledger_connection',
  'issuer',
] as const;
export type GuardId = (typeof guardIds)[number];

export type GuardEvent =
  | GuardsEvaluated
  | GuardTripped
  | GuardCooled
  | GuardRecovering
  | GuardRecovered;

/**
 * `holds`: this tick counts toward release; `broken`: the count starts again; `neither`: this tick does not count;
 * `now`: released at once, whatever the count.
 */
export type Release = 'holds' | 'broken' | 'neither' | 'now';

export type Operand = number | string | boolean | null;

/** One guard's answer at a tick: facts only. Distances are in the operand's unit; 0 or less means reached. */
export type GuardFact = Readonly<{
  trip: boolean;
  release: Release;
  /** Which of a guard's conditions holds, where it has several ("A", "floor"). */
  condition: string | null;
  operands: Readonly<Record<string, Operand>>;
  toTrip: number | null;
  toRelease: number | null;
}>;

/** Said by a guard to its stage; gathered into `guards.evaluated` and not logged by itself. */
export type GuardAssessed = Readonly<{ type: 'guard.assessed'; guard: GuardId; fact: GuardFact }>;

/** All guards' facts at one tick. A guard that is switched off is absent. */
export type GuardsEvaluated = Readonly<{
  type: 'guards.evaluated';
  tick: number;
  facts: Readonly<Partial<Record<GuardId, GuardFact>>>;
}>;

/** To tripped, for the nth time in this session; `deadlineAt` is null where it waits for ever. */
export type GuardTripped = Readonly<{
  type: 'guard.tripped';
  guard: GuardId;
  episode: number;
  fact: GuardFact;
  deadlineAt: number | null;
}>;
/** From tripped to cooling: it is not asked about recovery before tick `untilTick`. */
export type GuardCooled = Readonly<{ type: 'guard.cooled'; guard: GuardId; untilTick: number }>;
/** To recovering, or its count broken and begun again. */
export type GuardRecovering = Readonly<{
  type: 'guard.recovering';
  guard: GuardId;
  count: number;
  needed: number;
}>;
/** Armed again, so long after its trip. */
export type GuardRecovered = Readonly<{ type: 'guard.recovered'; guard: GuardId; afterMs: number }>;
