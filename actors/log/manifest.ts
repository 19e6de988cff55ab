/** What a session says of itself in its first event, held against the log in which it stands. */
import type { SessionOpened } from '../../events/session.ts';
import { type Binding, isSame } from './binding.ts';
import { readImported, readNumberOf } from './read.ts';
import type { Sqlite } from './sqlite.ts';
import type { Stored } from './stored.ts';

export type Manifest = Pick<SessionOpened, 'uuid' | 'parent' | 'network' | 'account' | 'build'>;

/** Undefined where the row is no opening of a session. */
export const manifestOf = ([seq, , , , , type, , , data]: Stored): Manifest | undefined =>
  seq === 1 && type === 'session.opened' ? (JSON.parse(data) as Manifest) : undefined;

/**
 * What is wrong, or undefined: the log is bound to this network and account, and the parent ended as was said of it, before this
 * session began. Of imported sessions the parent may have been brought in later.
 */
export const manifestFault = async (
  connection: Sqlite,
  binding: Binding,
  session: number,
  first: Stored,
): Promise<string | undefined> => {
  const manifest = manifestOf(first);
  if (!manifest) return undefined;
  const { network, account, parent } = manifest;
  if (!isSame(manifest, binding)) {
    return `it is of ${account} on ${network}, the log of ${binding.account} on ${binding.network}`;
  }
  const number = parent && (await readNumberOf(connection, parent.uuid));
  if (!parent || number === null || number === undefined) return undefined;
  if (number > session && !(await readImported(connection)).has(session)) {
    return `the session before it stands behind it, as session ${number}`;
  }
  const last = await connection.get<{ hash: string }>(
    'SELECT hash FROM event WHERE session = ? ORDER BY seq DESC LIMIT 1',
    number,
  );
  return last?.hash === parent.lastHash
    ? undefined
    : `the session before it, ${number}, ends with another hash than its manifest says`;
};
