/** What must come of a scenario, and the judgement of each expectation. */
import { difference, exact, isBelow, magnitude } from '../../ledger/exact.ts';
import { guardIds } from '../../events/guard.ts';
import {
  all,
  boolean,
  choice,
  decimalText,
  either,
  fields,
  listOf,
  number,
  objectOf,
  optional,
  text,
  type Check,
} from './check.ts';

type Count = number | string;

export type SessionExpectations = Readonly<{
  halt?: Readonly<{ reason?: string; source?: string; detail?: string; at_t?: number }>;
  mode_at?: readonly Readonly<{
    t: number;
    mode?: string;
    causes?: readonly string[];
    causes_include?: readonly string[];
  }>[];
  guards?: Readonly<
    Record<string, Readonly<{ trips?: Count; recoveries?: Count; tripped_t?: readonly number[] }>>
  >;
  fills?: Readonly<{ buy?: Count; sell?: Count }>;
  never_mode?: string | readonly string[];
}>;

export type Expectations = SessionExpectations &
  Readonly<{
    inventory?: Readonly<{
      xrp?: string;
      rlusd?: string;
      xrp_tolerance?: string;
      rlusd_tolerance?: string;
    }>;
    orders?: Readonly<{ unknown?: Count }>;
    chain_matches_engine?: boolean;
    offers_left_on_ledger?: number;
    tolerance_ticks?: number;
    sessions?: readonly SessionExpectations[];
  }>;

const countCheck: Check = (value, where) =>
  typeof value === 'number' || (typeof value === 'string' && /^(>=|<=|>|<|=)?\d+$/.test(value))
    ? []
    : [`${where} must be a count`];

const mode = choice('OK', 'DEGRADED', 'HALT');

const guardNames: Check = (value, where) =>
  Object.keys(value as object)
    .filter((name) => !guardIds.some((id) => id === name))
    .map((name) => `${where}.${name} is no guard; they are ${guardIds.join(', ')}`);

const ofSession = {
  halt: optional(
    fields({
      reason: optional(text),
      source: optional(text),
      detail: optional(text),
      at_t: optional(number),
    }),
  ),
  mode_at: optional(
    listOf(
      fields({
        t: number,
        mode: optional(mode),
        causes: optional(listOf(text)),
        causes_include: optional(listOf(text)),
      }),
    ),
  ),
  guards: optional(
    all(
      objectOf(
        fields({
          trips: optional(countCheck),
          recoveries: optional(countCheck),
          tripped_t: optional(listOf(number)),
        }),
      ),
      guardNames,
    ),
  ),
  fills: optional(fields({ buy: optional(countCheck), sell: optional(countCheck) })),
  never_mode: optional(either(mode, listOf(mode))),
};

export const checkExpectations: Check = fields({
  ...ofSession,
  inventory: optional(
    fields({
      xrp: optional(decimalText),
      rlusd: optional(decimalText),
      xrp_tolerance: optional(decimalText),
      rlusd_tolerance: optional(decimalText),
    }),
  ),
  orders: optional(fields({ unknown: optional(countCheck) })),
  chain_matches_engine: optional(boolean),
  offers_left_on_ledger: optional(number),
  tolerance_ticks: optional(number),
  sessions: optional(listOf(fields(ofSession))),
});

export type Failure = Readonly<{ what: string; expected: unknown; found: unknown }>;

/** The parts of a session's document that are judged. */
export type Judged = Readonly<{
  halt: Readonly<{ reason: string; source: string; detail: string; at: string }> | null;
  mode: readonly Readonly<{ at: string; mode: string; causes: readonly string[] }>[];
  guards: Readonly<
    Partial<
      Record<string, Readonly<{ trips: number; recoveries: number; tripped_at: readonly string[] }>>
    >
  >;
  fills: Readonly<{ buy: number; sell: number }>;
  inventory: Readonly<{ xrp: string | null; rlusd: string | null }>;
  orders: Readonly<{ unknown: number }>;
}>;

export type World = Readonly<{ offersLeft: number; chainMatches: boolean | null }>;

/** `startMs` is t = 0; times are judged within `toleranceMs`. */
export const judge = (
  expect: Expectations,
  sessions: readonly Judged[],
  world: World,
  startMs: number,
  tickMs: number,
): readonly Failure[] => {
  const toleranceMs = (expect.tolerance_ticks ?? 1) * tickMs;
  const last = sessions.at(-1);
  if (!last) return [{ what: 'sessions', expected: 'at least one', found: 0 }];
  const failures = [...judgeSession(expect, last, startMs, toleranceMs, '')];
  if (expect.sessions) {
    failures.push(...equal('sessions', expect.sessions.length, sessions.length));
    expect.sessions.forEach((one, index) => {
      const session = sessions[index];
      const where = `sessions[${index}].`;
      if (session) failures.push(...judgeSession(one, session, startMs, toleranceMs, where));
    });
  }
  for (const asset of ['xrp', 'rlusd'] as const) {
    const wanted = expect.inventory?.[asset];
    const tolerance = expect.inventory?.[`${asset}_tolerance`] ?? '0.01';
    const found = last.inventory[asset];
    if (wanted !== undefined && !isNear(wanted, found, tolerance)) {
      failures.push({ what: `inventory.${asset}`, expected: `${wanted} ± ${tolerance}`, found });
    }
  }
  failures.push(...counted('orders.unknown', expect.orders?.unknown, last.orders.unknown));
  failures.push(...equal('chain_matches_engine', expect.chain_matches_engine, world.chainMatches));
  failures.push(...equal('offers_left_on_ledger', expect.offers_left_on_ledger, world.offersLeft));
  return failures;
};

const judgeSession = (
  expect: SessionExpectations,
  found: Judged,
  startMs: number,
  toleranceMs: number,
  where: string,
): readonly Failure[] => {
  const failures: Failure[] = [];
  const seconds = (iso: string): number => (Date.parse(iso) - startMs) / 1000;
  const isClose = (t: number, iso: string): boolean =>
    Math.abs(Date.parse(iso) - startMs - t * 1000) <= toleranceMs;
  const { halt } = expect;
  for (const part of ['reason', 'source', 'detail'] as const) {
    failures.push(...equal(`${where}halt.${part}`, halt?.[part], found.halt?.[part] ?? null));
  }
  if (halt?.at_t !== undefined && !(found.halt && isClose(halt.at_t, found.halt.at))) {
    const at = found.halt ? seconds(found.halt.at) : null;
    failures.push({ what: `${where}halt.at_t`, expected: halt.at_t, found: at });
  }
  for (const point of expect.mode_at ?? []) {
    const entry = found.mode.findLast(({ at }) => Date.parse(at) <= startMs + point.t * 1000);
    const mode = entry?.mode ?? 'OK';
    const causes = entry?.causes ?? [];
    const place = `${where}mode_at ${point.t}`;
    failures.push(...equal(place, point.mode, mode));
    if (point.causes)
      failures.push(...equal(`${place} causes`, sorted(point.causes), sorted(causes)));
    const missing = (point.causes_include ?? []).filter((cause) => !causes.includes(cause));
    if (missing.length > 0) {
      failures.push({
        what: `${place} causes_include`,
        expected: point.causes_include,
        found: causes,
      });
    }
  }
  for (const [guard, wanted] of Object.entries(expect.guards ?? {})) {
    const report = found.guards[guard] ?? { trips: 0, recoveries: 0, tripped_at: [] };
    const place = `${where}guards.${guard}`;
    failures.push(...counted(`${place}.trips`, wanted.trips, report.trips));
    failures.push(...counted(`${place}.recoveries`, wanted.recoveries, report.recoveries));
    const times = wanted.tripped_t;
    const matches =
      times?.length === report.tripped_at.length &&
      times.every((t, index) => isClose(t, report.tripped_at[index] ?? ''));
    if (times && !matches) {
      failures.push({
        what: `${place}.tripped_t`,
        expected: times,
        found: report.tripped_at.map(seconds),
      });
    }
  }
  for (const side of ['buy', 'sell'] as const) {
    failures.push(...counted(`${where}fills.${side}`, expect.fills?.[side], found.fills[side]));
  }
  const never = [expect.never_mode ?? []].flat();
  const seen = found.mode.map(({ mode }) => mode).filter((mode) => never.includes(mode));
  if (seen.length > 0) failures.push({ what: `${where}never_mode`, expected: never, found: seen });
  return failures;
};

const sorted = (values: readonly string[]): readonly string[] => values.toSorted();

const equal = (what: string, expected: unknown, found: unknown): readonly Failure[] =>
  expected === undefined || JSON.stringify(expected) === JSON.stringify(found)
    ? []
    : [{ what, expected, found }];

const counted = (what: string, expected: Count | undefined, found: number): readonly Failure[] => {
  if (expected === undefined) return [];
  const [, sign = '=', digits = ''] = /^(>=|<=|>|<|=)?(\d+)$/.exec(String(expected)) ?? [];
  const wanted = Number(digits);
  const holds =
    sign === '>='
      ? found >= wanted
      : sign === '<='
        ? found <= wanted
        : sign === '>'
          ? found > wanted
          : sign === '<'
            ? found < wanted
            : found === wanted;
  return holds ? [] : [{ what, expected, found }];
};

const isNear = (wanted: string, found: string | null, tolerance: string): boolean =>
  found !== null && !isBelow(exact(tolerance), magnitude(difference(exact(wanted), exact(found))));
