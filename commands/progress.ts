/** A bar on the terminal for what takes long: how much is done, how fast it goes, when it will be over. Nothing where nobody looks. */
import { span } from '../projections/wording.ts';
import { clearLine } from './printable.ts';

export type Progress = Readonly<{ at: (done: number, of: number) => void; end: () => void }>;

const width = 30;
const everyMs = 200;

/** `before`: what was done already when it began, of which nobody knows how long it took. */
export const showProgress = (
  { noun, before = 0 }: Readonly<{ noun: string; before?: number }>,
  write: (text: string) => void,
  shows = process.stderr.isTTY,
): Progress => {
  if (!shows) return { at: () => undefined, end: () => undefined };
  const started = performance.now();
  let shownAt = -Infinity;
  return {
    at: (done, of) => {
      const now = performance.now();
      if (now - shownAt < everyMs && done < of) return;
      shownAt = now;
      const filled = Math.round((width * done) / Math.max(of, 1));
      const left = ((now - started) / Math.max(done - before, 1)) * (of - done);
      const rest = done > before && done < of ? `, ${span(left)} left` : '';
      const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
      write(`${clearLine}${bar} ${done} of ${of} ${noun}${rest}`);
    },
    end: () => write(clearLine),
  };
};

/** The rows of a session as they come, with a bar that says how many of all there are have come. */
export async function* withProgress<Row extends Readonly<{ seq: number }>>(
  rows: AsyncIterable<Row>,
  of: number,
  write: (text: string) => void,
): AsyncGenerator<Row> {
  const progress = showProgress({ noun: 'events' }, write);
  try {
    for await (const row of rows) {
      if (row.seq % rowsEach === 0) progress.at(row.seq, of);
      yield row;
    }
  } finally {
    progress.end();
  }
}

const rowsEach = 1_000;
