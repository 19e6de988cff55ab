/**
 * Re-runs a recorded session's decisions. A plain replay feeds the recorded inputs to the same actors and compares every
 * word; a what-if runs session, market, limits, guards and mode anew under another configuration, with orders, fills and
 * inventory as recorded.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Decision, Event, Input } from '../events/event.ts';
import { guardIds } from '../events/guard.ts';
import type { Settings } from '../machines/settings.ts';
import { createCore, CoreError, type Voices } from './core.ts';
import { dataText } from './log/chain.ts';

type Row = Recorded<Event>;
export type Pages = AsyncIterable<readonly Recorded[]>;

/** The first place where this build says something else than the log. `got` is null where it said nothing more. */
export type Divergence = Readonly<{ seq: number; expected: Row | null; got: Row | null }>;

export type Replayed = Readonly<{ events: number; divergence: Divergence | null }>;

/** Turns of a session, one after the other: the input's row first. */
async function* turns(pages: Pages): AsyncGenerator<readonly Row[]> {
  let turn: Row[] = [];
  for await (const page of pages) {
    for (const row of page as readonly Row[]) {
      if (row.kind === 'input' && turn.length > 0) {
        yield turn;
        turn = [];
      }
      turn.push(row);
    }
  }
  if (turn.length > 0) yield turn;
}

/** Stops at the first difference. `onProgress` hears the seq reached. */
export const replay = async (
  pages: Pages,
  settings: Settings,
  onProgress: (seq: number) => void = () => undefined,
): Promise<Replayed> => {
  const core = createCore(settings);
  let events = 0;
  for await (const recorded of turns(pages)) {
    const [input] = recorded;
    if (!input) continue;
    const divergence = compared(
      recorded,
      said(() => core.turn(input.event as Input, input.at, input.cause)),
    );
    if (divergence) return { events, divergence };
    events += recorded.length;
    onProgress(events);
  }
  return { events, divergence: null };
};

/** An actor that fails in replay has still said what it said. */
const said = (run: () => readonly Row[]): readonly Row[] => {
  try {
    return run();
  } catch (error) {
    if (error instanceof CoreError) return error.rows;
    throw error;
  }
};

const compared = (expected: readonly Row[], got: readonly Row[]): Divergence | null => {
  const length = Math.max(expected.length, got.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [expected[index], got[index]];
    if (one && other && isSame(one, other)) continue;
    const seq = one?.seq ?? other?.seq ?? 0;
    return { seq, expected: one ?? null, got: other ?? null };
  }
  return null;
};

const isSame = (one: Row, other: Row): boolean =>
  one.seq === other.seq &&
  one.turn === other.turn &&
  one.at === other.at &&
  one.kind === other.kind &&
  one.actor === other.actor &&
  one.cause === other.cause &&
  (one.event === other.event ||
    (one.event.type === other.event.type && isEqual(one.event, other.event)));

/** The same JSON, in the same order of fields. */
const isEqual = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const [mine, theirs] = [Object.entries(one), Object.entries(other)];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    mine.length === theirs.length &&
    mine.every(
      ([key, value], index) => key === theirs[index]?.[0] && isEqual(value, theirs[index][1]),
    )
  );
};

export type WhatIf = Readonly<{ rows: readonly Row[]; divergedAt: number | null }>;

/** The actors that a what-if runs anew; all others speak from the record. */
const anew: ReadonlySet<string> = new Set(['session', 'market', 'limits', ...guardIds, 'mode']);
const gathered = 'guards';

/** `divergedAt` is the recorded seq at which the first decision differs. Inputs that run out end it as `replay_exhausted`. */
export const whatIf = async (pages: Pages, settings: Settings): Promise<WhatIf> => {
  const core = createCore(settings, { live: anew });
  const rows: Row[] = [];
  let divergedAt: number | null = null;
  let halted = false;
  let recordedHalt = false;
  let lastAt = 0;
  for await (const recorded of turns(pages)) {
    const [input] = recorded;
    if (!input || (recordedHalt && !halted)) break;
    const turn = core.turn(input.event as Input, input.at, 0, voicesOf(recorded));
    divergedAt ??= firstDifference(recorded, turn);
    rows.push(...turn);
    lastAt = input.at;
    if (turn.some(({ event }) => event.type === 'halt')) halted = true;
    if (recorded.some(({ event }) => event.type === 'halt')) recordedHalt = true;
    if (halted && divergedAt !== null) break;
  }
  if (!halted) rows.push(...exhausted(core, lastAt));
  return { rows, divergedAt };
};

const voicesOf = (recorded: readonly Row[]): Voices => {
  const voices = new Map<string, Decision[]>();
  for (const { kind, actor, event } of recorded) {
    if (kind === 'input' || anew.has(actor) || actor === gathered) continue;
    voices.set(actor, [...(voices.get(actor) ?? []), event as Decision]);
  }
  return voices;
};

/** Compares what the actors that run anew said, in order; numbers and causes may differ, and so may the guards' distances. */
const firstDifference = (recorded: readonly Row[], turn: readonly Row[]): number | null => {
  const own = (rows: readonly Row[]): readonly Row[] =>
    rows.filter(({ kind, actor }) => kind === 'decision' && anew.has(actor));
  const [expected, got] = [own(recorded), own(turn)];
  for (let index = 0; index < Math.max(expected.length, got.length); index += 1) {
    const [one, other] = [expected[index], got[index]];
    const same = one && other && one.event.type === other.event.type && words(one) === words(other);
    if (!same) return one?.seq ?? recorded.at(-1)?.seq ?? null;
  }
  return null;
};

/** Without the seq that a halt names, which counts other rows here. */
const words = ({ event }: Row): string => {
  const plain: Event = event.type === 'halt' ? { ...event, event: 0 } : event;
  return dataText(plain);
};

const exhausted = (core: ReturnType<typeof createCore>, at: number): readonly Row[] => {
  const ending: Decision = {
    type: 'session.ending',
    reason: 'replay_exhausted',
    source: 'replay',
    detail: 'the recorded inputs ended before the session did',
  };
  return core.turn(
    { type: 'time.due', subject: 'closing' },
    at,
    0,
    new Map([['session', [ending]]]),
  );
};
