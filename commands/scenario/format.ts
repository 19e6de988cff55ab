/** A scenario file, read and checked: unknown keys and wrong shapes are refused by their place in the file. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compare, decimal, isNegative, isPositive } from '../../ledger/decimal.ts';
import { UsageError } from '../command.ts';
import { checkExpectations, type Expectations } from './expectations.ts';
import {
  all,
  anything,
  choice,
  countFromOne,
  decimalText,
  decimalThat,
  either,
  fields,
  listOf,
  number,
  objectOf,
  optional,
  text,
  type Check,
} from './check.ts';

export type Amounts = Readonly<{ xrp?: string; rlusd?: string }>;
export type Side = 'buy' | 'sell';
export type MarketPoint = Readonly<{
  t: number;
  bid: string | null;
  ask: string | null;
  amm: string | null;
}>;

export type ScenarioEvent = Readonly<{
  t: number;
  take?: Side;
  fraction?: string;
  race?: Side;
  transfer?: Amounts;
  deposit?: Amounts;
  rpc?: 'down' | 'up';
  socket?: 'drop';
  ledger?: 'stall' | 'resume';
  lose_response?: number;
  signal?: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGBREAK';
  kill_switch?: true;
  crash?: true;
  restart?: true;
}>;

export type Scenario = Readonly<{
  name: string;
  story?: string;
  config?: Readonly<Record<string, unknown>>;
  start: string;
  opening?: Readonly<{ xrp: string; rlusd: string }>;
  after?: string;
  duration_seconds: number;
  market: readonly MarketPoint[];
  events?: readonly ScenarioEvent[];
  expect: Expectations;
}>;

/** The file, and the one it goes on from. Throws a UsageError with every problem, each by its place. */
export const readScenario = (path: string): readonly Scenario[] => chainTo(path, []);

const chainTo = (path: string, later: readonly string[]): readonly Scenario[] => {
  const scenario = parsed(path);
  const { name, after } = scenario;
  if (after === undefined) return [scenario];
  if (basename(after) !== after) {
    throw new UsageError(`${path}: after must be the name of a scenario in the same folder.`);
  }
  if (after === name || later.includes(after)) {
    throw new UsageError(`${path}: after "${after}" comes round to itself; one must be the first.`);
  }
  return [...chainTo(join(dirname(path), `${after}.json`), [...later, name]), scenario];
};

const parsed = (path: string): Scenario => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `is no JSON: ${error.message}` : 'cannot be read';
    throw new UsageError(`${path} ${why}.`);
  }
  const problems = [...check(value, 'the file')];
  if (problems.length === 0) problems.push(...sensible(value as Scenario, path));
  if (problems.length > 0) {
    throw new UsageError(`${path} is no valid scenario: ${problems.join('; ')}.`);
  }
  return value as Scenario;
};

const price = either(decimalThat(isPositive, 'above 0'), choice(null));
const share = decimalThat(
  (value) => isPositive(value) && compare(value, decimal('1')) <= 0,
  'above 0 and at most 1',
);
const holding = decimalThat((value) => !isNegative(value), '0 or more');
const amounts = fields({ xrp: optional(decimalText), rlusd: optional(decimalText) });
const side = choice('buy', 'sell');
const isTrue = choice(true);

const subjects = {
  take: side,
  race: side,
  transfer: amounts,
  deposit: amounts,
  rpc: choice('down', 'up'),
  socket: choice('drop'),
  ledger: choice('stall', 'resume'),
  lose_response: countFromOne,
  signal: choice('SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'),
  kill_switch: isTrue,
  crash: isTrue,
  restart: isTrue,
} as const;

const event: Check = all(
  fields({
    t: number,
    fraction: optional(share),
    ...Object.fromEntries(Object.entries(subjects).map(([name, one]) => [name, optional(one)])),
  }),
  (value, where) => {
    const named = Object.keys(subjects).filter((name) => name in (value as object));
    const fraction = 'fraction' in (value as object) && !('take' in (value as object));
    return [
      ...(named.length === 1 ? [] : [`${where} must have exactly one subject beside t`]),
      ...(fraction ? [`${where}.fraction goes with take alone`] : []),
    ];
  },
);

const check = fields({
  name: text,
  story: optional(text),
  config: optional(objectOf(anything)),
  start: text,
  opening: optional(fields({ xrp: holding, rlusd: holding })),
  after: optional(text),
  duration_seconds: number,
  market: listOf(fields({ t: number, bid: price, ask: price, amm: price })),
  events: optional(listOf(event)),
  expect: checkExpectations,
});

const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;

/** What no shape can say. */
const sensible = (scenario: Scenario, path: string): readonly string[] => {
  const problems: string[] = [];
  const file = basename(path, '.json');
  if (scenario.name !== file)
    problems.push(`name is "${scenario.name}" where the file is ${file}.json`);
  if (!utc.test(scenario.start) || Number.isNaN(Date.parse(scenario.start))) {
    problems.push('start is no ISO 8601 time in UTC, such as 2026-04-17T20:00:00Z');
  }
  if ((scenario.opening === undefined) === (scenario.after === undefined)) {
    problems.push('give either opening or after');
  }
  if (scenario.duration_seconds <= 0) problems.push('duration_seconds must be above 0');
  const times = scenario.market.map(({ t }) => t);
  const ascending = times.every((t, i) => i === 0 || t >= (times[i - 1] ?? t));
  if (times[0] !== 0 || !ascending) problems.push('market must begin at t 0 and ascend');
  for (const { t } of scenario.events ?? []) {
    if (t < 0) problems.push('an event is before t 0');
  }
  return problems;
};
