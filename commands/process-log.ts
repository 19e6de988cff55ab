/** The process log: pino on stderr, for what is no event. What an operator reads on the screen is not written here. */
import { destination, pino, type Logger } from 'pino';

export type ProcessLog = Logger;

/** On a terminal only what is wrong, so that the status line stays whole. */
export const processLog = (): ProcessLog =>
  pino(
    { level: process.stderr.isTTY ? 'warn' : 'info', base: null },
    destination({ dest: 2, sync: true }),
  );
