/** A port as it stands on a command line. */
import { UsageError } from '../command.ts';

/** Throws a UsageError that names the option. */
export const portOf = (option: string, text: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`${option} ${text} is no port; ports are 1 to 65535.`);
};
