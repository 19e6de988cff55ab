/** A bar on the terminal for what takes long: how much is done, how fast it goes, when it will be over. Nothing where nobody looks. */
import { span } from '../projections/wording.ts';

export type Progress = Readonly<{ at: (done: number) => void; end: () => void }>;

const width = 30;
const everyMs = 200;

/** `before`: what was done already when it began, of which nobody knows how long it took. */
export const showProgress = (
  { of, noun, before = 0 }: Readonly<{ of: number; noun: string; before?: number }>,
  write: (text: string) => void,
  shows = process.stderr.isTTY,
): Progress => {
  if (!shows) return { at: () => undefined, end: () => undefined };
  const started = performance.now();
  let shownAt = -Infinity;
  return {
    at: (done) => {
      const now = performance.now();
      if (now - shownAt < everyMs && done < of) return;
      shownAt = now;
      const filled = Math.round((width * done) / Math.max(of, 1));
      const left = ((now - started) / Math.max(done - before, 1)) * (of - done);
      const rest = done > before && done < of ? `, ${span(left)} left` : '';
      const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
      write(`\r\u001B[2K${bar} ${done} of ${of} ${noun}${rest}`);
    },
    end: () => write('\r\u001B[2K'),
  };
};
