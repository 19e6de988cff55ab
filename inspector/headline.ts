/** What stands at the top of the page: the mode in a word, since when, and the one true sentence. */
import { isProtective } from '../events/halt.ts';
import { sentence } from '../projections/sentence.ts';
import { isOver, type SessionState } from '../projections/session.ts';
import { span, timeOfDay } from '../projections/wording.ts';

export type Headline = Readonly<{
  /** The mode, ENDED where the session ended otherwise than by a halt, DIED where it has no end and nobody writes its log. */
  word: 'OPENING' | 'OK' | 'DEGRADED' | 'HALT' | 'ENDED' | 'DIED';
  /** "for 1m56s", or "since 18:59:36Z". */
  lasting: string;
  sentence: string;
  /** Nothing more of it will come. */
  over: boolean;
}>;

/** `isWritten` false: nobody writes the session beyond this instant. */
export const headlineOf = (state: SessionState, at: number, isWritten: boolean): Headline => {
  const over = isOver(state);
  const died = !isWritten && !over;
  const since = died ? at : state.halt?.at;
  return {
    word: died ? 'DIED' : wordOf(state),
    lasting:
      since === undefined ? `for ${span(at - state.mode.since)}` : `since ${timeOfDay(since)}`,
    sentence: sentence(state, at, isWritten),
    over: died || over,
  };
};

const wordOf = ({ halt, mode, startedAt }: SessionState): Headline['word'] => {
  if (halt) return isProtective(halt.reason) ? 'HALT' : 'ENDED';
  return startedAt === null && mode.mode === 'OK' ? 'OPENING' : mode.mode;
};
