/** The process log: pino on stderr, for what is no event. JSON lines; words on a terminal. No line of it shows a secret. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { hidden, withoutCredentials } from '../config/format.ts';
import { clearLine, printable } from './printable.ts';

export type ProcessLog = Logger;

/**
 * No line shows one of the `secrets`. On a terminal only what is wrong is said, in words and above the status line; what makes
 * words of lines is loaded for it alone.
 */
export const openProcessLog = async (
  secrets: readonly string[],
  screen: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
): Promise<ProcessLog> => {
  const safe = (line: string): void =>
    void screen.write(printable(withoutCredentials(hide(line, secrets))));
  if (!screen.isTTY) return pino({ level: 'info', base: null }, { write: safe });
  const { prettyFactory } = await import('pino-pretty');
  const inWords = prettyFactory({ singleLine: true });
  const lines: DestinationStream = {
    write: (line) => safe(`${clearLine}${inWords(JSON.parse(line))}`),
  };
  return pino({ level: 'warn', base: null }, lines);
};

/** As it is, and as JSON has it. */
const hide = (line: string, secrets: readonly string[]): string =>
  secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .reduce((text, secret) => text.replaceAll(secret, hidden), line);
