/** A recorded session turn by turn: the input and what was answered, as they are stored, parsed only where and when it is needed. */
import type { Written } from '../events/envelope.ts';
import type { Input } from '../events/event.ts';
import { eventOf } from './log/chain.ts';

export type Turn = Readonly<{
  input: Written;
  /** What was answered, in order. */
  said: readonly Written[];
}>;

/** Turns in batches of a page; kept in a list they can be played again and again. */
export type Turns = AsyncIterable<readonly Turn[]> | Iterable<readonly Turn[]>;

/** Pages may be cut anywhere. */
export async function* turnsOf(
  pages: AsyncIterable<readonly Written[]>,
): AsyncGenerator<readonly Turn[]> {
  let open: Written[] = [];
  for await (const page of pages) {
    const turns: Turn[] = [];
    for (const row of page) {
      if (row.kind === 'input' && open.length > 0) {
        turns.push(turnOf(open));
        open = [];
      }
      open.push(row);
    }
    yield turns;
  }
  if (open.length > 0) yield [turnOf(open)];
}

const turnOf = ([input, ...said]: readonly Written[]): Turn => {
  if (!input) throw new Error('a turn has an input');
  return { input, said };
};

/** Throws a SyntaxError where its data is no JSON. */
export const inputOf = ({ input }: Turn): Input => eventOf(input) as Input;
