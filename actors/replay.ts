/** Re-runs a recorded session's decisions: feeds the recorded inputs to the same actors and compares every word. */
import type { Recorded, Written } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Settings } from '../machines/settings.ts';
import { createCore, CoreError } from './core.ts';
import { eventOf, isDataText } from './log/chain.ts';
import { inputOf, type Turns } from './turns.ts';

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
    for (const turn of turns) {
      const { input, said } = turn;
      const divergence = compared(
        said,
        rowsOf(() => core.turn(inputOf(turn), input.at, input.cause)),
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
