/**
 * Re-runs a recorded session's decisions. A plain replay feeds the recorded inputs to the same actors and compares every
 * word; a what-if runs session, market, limits, guards and mode anew under another configuration, with orders, fills and
 * inventory as recorded.
 */
import type { Recorded, Written } from '../events/envelope.ts';
import type { Decision, Event } from '../events/event.ts';
import { guardIds } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import type { Settings } from '../machines/settings.ts';
import { createCore, CoreError } from './core.ts';
import { dataText, eventOf, isDataText } from './log/chain.ts';
import { voicesOf, type Turn, type Turns } from './turns.ts';

type Row = Recorded<Event>;

/** The first place where this build says something else than the log. `got` is null where it said nothing more. */
export type Divergence = Readonly<{ seq: number; expected: Row | null; got: Row | null }>;

export type Replayed = Readonly<{ events: number; divergence: Divergence | null }>;

/** Stops at the first difference. `onProgress` hears the seq reached. */
export const replay = async (
  recorded: Turns,
  settings: Settings,
  onProgress: (seq: number) => void = () => undefined,
): Promise<Replayed> => {
  const core = createCore(settings);
  let events = 0;
  for await (const turns of recorded) {
    for (const { input, said } of turns) {
      const divergence = compared(
        said,
        rowsOf(() => core.turn(input.event, input.at, input.cause)),
      );
      if (divergence) return { events, divergence };
      events += said.length + 1;
    }
    onProgress(events);
  }
  return { events, divergence: null };
};

/** An actor that fails in replay has still said what it said. */
const rowsOf = (run: () => readonly Row[]): readonly Row[] => {
  try {
    return run();
  } catch (error) {
    if (error instanceof CoreError) return error.rows;
    throw error;
  }
};

/** Answers against answers: the first row of what was got is the input itself. */
const compared = (expected: readonly Written[], got: readonly Row[]): Divergence | null => {
  const length = Math.max(expected.length, got.length - 1);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [expected[index], got[index + 1]];
    if (one && other && isSame(one, other)) continue;
    const seq = one?.seq ?? other?.seq ?? 0;
    return { seq, expected: one ? rowOf(one) : null, got: other ?? null };
  }
  return null;
};

/** To the letter: what would be stored is what is stored. */
const isSame = (stored: Written, { seq, turn, at, kind, actor, cause, event }: Row): boolean =>
  stored.type === event.type &&
  stored.seq === seq &&
  stored.turn === turn &&
  stored.at === at &&
  stored.kind === kind &&
  stored.actor === actor &&
  stored.cause === cause &&
  isDataText(event, stored.data);

const rowOf = ({ type, data, ...row }: Written): Row => ({
  ...row,
  event: eventOf({ type, data }) as Event,
});

export type WhatIf = Readonly<{ rows: readonly Row[]; divergedAt: number | null }>;

/** The actors that a what-if runs anew; all others speak from the record. */
const anew: ReadonlySet<string> = new Set(['session', 'market', 'limits', ...guardIds, 'mode']);
/** Those, and the stage that gathers what guards assess. */
const notFromRecord: ReadonlySet<string> = new Set([...anew, 'guards']);

/** `divergedAt` is the recorded seq at which the first decision differs. Inputs that run out end it as `replay_exhausted`. */
export const whatIf = async (recorded: Turns, settings: Settings): Promise<WhatIf> => {
  const core = createCore(settings, { live: anew });
  const rows: Row[] = [];
  let divergedAt: number | null = null;
  let halted = false;
  let recordedHalt = false;
  let lastAt = 0;
  /** Whether there is more to play. */
  const play = (recorded: Turn): boolean => {
    const { input, said } = recorded;
    if (recordedHalt && !halted) return false;
    const turn = core.turn(input.event, input.at, 0, voicesOf(recorded, notFromRecord));
    divergedAt ??= firstDifference(recorded, turn);
    rows.push(...turn);
    lastAt = input.at;
    halted ||= turn.some(({ event }) => event.type === 'halt');
    recordedHalt ||= said.some(({ type }) => type === 'halt');
    return !halted || divergedAt === null;
  };
  for await (const turns of recorded) {
    if (!turns.every(play)) break;
  }
  if (!halted) rows.push(...exhausted(core, lastAt));
  return { rows, divergedAt };
};

/** Compares what the actors that run anew said, in order; numbers and causes may differ, and so may the guards' distances. */
const firstDifference = ({ input, said }: Turn, turn: readonly Row[]): number | null => {
  const expected = said.filter(({ actor }) => anew.has(actor));
  const got = turn.filter(({ kind, actor }) => kind === 'decision' && anew.has(actor));
  for (let index = 0; index < Math.max(expected.length, got.length); index += 1) {
    const [one, other] = [expected[index], got[index]];
    const same = one && other && one.type === other.event.type && isSameWord(one, other);
    if (!same) return one?.seq ?? said.at(-1)?.seq ?? input.seq;
  }
  return null;
};

/** Without the seq that a halt names, which counts other rows here. */
const isSameWord = (stored: Written, { event }: Row): boolean => {
  if (event.type !== 'halt') return isDataText(event, stored.data);
  const unnumbered = (halt: Halt): string => {
    const plain: Halt = { ...halt, event: 0 };
    return dataText(plain);
  };
  return unnumbered(eventOf(stored) as Halt) === unnumbered(event);
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
