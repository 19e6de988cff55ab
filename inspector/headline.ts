/** What stands at the top of the page: the mode in a word, since when, and the one true sentence. */
import { isProtective } from '../events/halt.ts';
import { sentence } from '../projections/sentence.ts';
import { isOver, type SessionState } from '../projections/session.ts';
import { instant, span, timeBeside } from '../projections/wording.ts';

export type Headline = Readonly<{
  /** The mode; where it ends otherwise than by a halt ENDING until that is proven and ENDED then; DIED where it has no end and nobody writes its log. */
  word: 'OPENING' | 'OK' | 'DEGRADED' | 'HALT' | 'ENDING' | 'ENDED' | 'DIED';
  /** "for 1m56s", or "since 18:59:36Z", with the date where that is not the start's. */
  lasting: string;
  sentence: string;
  /** What of the sentence these two do not say already. */
  rest: string;
  /** Nothing more of it will come. */
  over: boolean;
}>;

/** `isWritten` false: nobody writes the session beyond this instant. */
export const headlineOf = (
  session: number,
  state: SessionState,
  at: number,
  isWritten: boolean,
): Headline => {
  const over = isOver(state);
  const died = !isWritten && !over;
  const since = died ? at : state.halt?.at;
  const word = died ? 'DIED' : wordOf(state);
  const lasting = (write: typeof instant): string =>
    since === undefined ? `for ${span(at - state.mode.since)}` : `since ${write(since)}`;
  const said = sentence(session, state, at, isWritten);
  const begins = [`${word} ${lasting(instant)}: `, `${word.toLowerCase()} ${lasting(instant)}: `];
  const head = [...begins, 'died: '].find((one) => said.startsWith(one)) ?? '';
  return {
    word,
    lasting: lasting((ms) => timeBeside(ms, state.openedAt)),
    sentence: said,
    rest: said.slice(head.length),
    over: died || over,
  };
};

const wordOf = (state: SessionState): Headline['word'] => {
  const { halt, mode, startedAt } = state;
  if (halt && isProtective(halt.reason)) return 'HALT';
  if (halt) return isOver(state) ? 'ENDED' : 'ENDING';
  return startedAt === null && mode.mode === 'OK' ? 'OPENING' : mode.mode;
};
