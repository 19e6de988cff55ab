/** The one network and account of a log, which the database names from its making on. */
import { LogError } from './failure.ts';

/** What a log belongs to, for good. */
export type Binding = Readonly<{ network: string; account: string }>;

export const isSame = (one: Binding, other: Binding): boolean =>
  one.network === other.network && one.account === other.account;

/** Throws a LogError with exit code 4 if the log is another's. */
export const refuseOther = (file: string, found: Binding, wanted: Binding): void => {
  if (isSame(found, wanted)) return;
  throw new LogError(
    4,
    `${file} is the log of ${found.account} on ${found.network}, not of ${wanted.account} on ${wanted.network}: choose another file with --db, or the configuration that belongs to it`,
  );
};
