/** What simulated sessions came to, in numbers that add up. */
import { sufferedNames, type Suffered } from './plan.ts';

export type Tally = Readonly<{
  /** Simulated from a seed of their own. */
  simulated: number;
  /** Sessions in their logs: one more after each crash and each end ahead of time. */
  sessions: number;
  ticks: number;
  ledgers: number;
  events: number;
  fills: Readonly<{ buy: number; sell: number }>;
  faults: Readonly<Partial<Record<Suffered, number>>>;
  /** How often each reason ended a session. */
  ends: Readonly<Record<string, number>>;
}>;

export const nothing: Tally = {
  simulated: 0,
  sessions: 0,
  ticks: 0,
  ledgers: 0,
  events: 0,
  fills: { buy: 0, sell: 0 },
  faults: {},
  ends: {},
};

type Counts = Readonly<Record<string, number | undefined>>;

export const summed = (a: Counts, b: Counts): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .toSorted()
      .map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]),
  );

export const plus = (a: Tally, b: Tally): Tally => ({
  simulated: a.simulated + b.simulated,
  sessions: a.sessions + b.sessions,
  ticks: a.ticks + b.ticks,
  ledgers: a.ledgers + b.ledgers,
  events: a.events + b.events,
  fills: { buy: a.fills.buy + b.fills.buy, sell: a.fills.sell + b.fills.sell },
  faults: summed(a.faults, b.faults),
  ends: summed(a.ends, b.ends),
});

/** Faults that were asked for and never happened. */
export const neverHappened = ({ faults }: Tally, asked: readonly Suffered[]): readonly Suffered[] =>
  asked.filter((name) => !faults[name]);

/** The counts as a page for people. */
export const told = (tally: Tally, asked: readonly Suffered[]): string => {
  const { simulated, sessions, ticks, ledgers, events, fills } = tally;
  const crashes = sum(entries(tally, asked).filter(([name]) => name.startsWith('crash_')));
  const faults = sum(entries(tally, asked).filter(([name]) => !name.startsWith('crash_')));
  const lines = [
    `${simulated} simulated from a seed each: ${sessions} sessions, ${ticks} ticks, ${ledgers} ledgers, ${events} events`,
    `fills    ${fills.buy} bought, ${fills.sell} sold`,
    `crashes  ${crashes}`,
    `faults   ${faults}`,
    ...entries(tally, asked).map(([name, count]) => `  ${name.padEnd(20)} ${count}`),
    'ends',
    ...Object.entries(tally.ends).map(([name, count]) => `  ${name.padEnd(20)} ${count}`),
  ];
  return `${lines.join('\n')}\n`;
};

type Entry = readonly [string, number];

const entries = ({ faults }: Tally, asked: readonly Suffered[]): readonly Entry[] =>
  sufferedNames
    .filter((name) => asked.includes(name))
    .map((name): Entry => [name, faults[name] ?? 0]);

const sum = (all: readonly Entry[]): number => all.reduce((total, [, count]) => total + count, 0);
