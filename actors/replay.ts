/** Re-runs a recorded session's decisions: feeds the recorded inputs to the same actors and compares every word. */
import type { Recorded, Written } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Settings } from '../machines/settings.ts';
import { createCore, CoreError, type Core } from './core.ts';
import { eventOf, isDataText } from './log/chain.ts';
import { inputOf, type Turns } from './turns.ts';

type Row = Recorded<Event>;

/** The first place where this build says something else than the log. `got` is null where it said nothing more. */
export type Divergence = Readonly<{ seq: number; expected: Row | null; got: Row | null }>;

export type Replayed = Readonly<{ events: number; divergence: Divergence | null }>;

export type ReplayOptions = Readonly<{
  /** The last event that is compared, where the record goes on behind it. */
  until?: number | undefined;
  /** Hears the seq reached. */
  onProgress?: (seq: number) => void;
}>;

/** Stops at the first difference. */
export const replay = (
  recorded: Turns,
  settings: Settings,
  options: ReplayOptions = {},
): Promise<Replayed> => replayOn(createCore(settings), recorded, options);

/** The same on a core that has heard nothing yet: without a difference it stands where the record ends. */
export const replayOn = async (
  core: Core,
  recorded: Turns,
  { until = Infinity, onProgress = () => undefined }: ReplayOptions = {},
): Promise<Replayed> => {
  let events = 0;
  for await (const turns of recorded) {
    for (const turn of turns) {
      const { input, said } = turn;
      const divergence = compared(
        said,
        rowsOf(() => core.turn(inputOf(turn), input.at, input.cause)),
        until,
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
const compared = (
  expected: readonly Written[],
  got: readonly Row[],
  until: number,
): Divergence | null => {
  const length = Math.max(expected.length, got.length - 1);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [expected[index], got[index + 1]];
    if (one && other && isSame(one, other)) continue;
    if (!one && other && other.seq > until) return null;
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
