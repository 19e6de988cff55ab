/**
 * Whether a write-ahead log belongs to the database it lies beside. SQLite believes any that is whole, and would let
 * one database's pages take the place of another's. A log only ever grows: what the file alone shows must still be
 * there with the write-ahead log on top, and every session is of the network and account that the file names.
 */
import { type Binding, isSame } from './binding.ts';
import { LogError } from './failure.ts';
import { type Sqlite, connect } from './sqlite.ts';

/** Rejects with a LogError if `connection`, which reads both, has not the newest event of the file alone, or another's session. */
export const refuseForeignWal = async (
  file: string,
  binding: Binding,
  connection: Sqlite,
): Promise<void> => {
  const last = await newestIn(connection);
  if (last && !isSame(last, binding)) {
    const { session, account, network } = last;
    throw foreign(file, `session ${session} in it is of ${account} on ${network}`);
  }
  const newest = await newestAlone(file);
  if (!newest) return;
  const { session, seq, turn, at } = newest;
  const found = await connection.get(
    'SELECT 1 FROM event WHERE session = ? AND seq = ? AND turn = ? AND at = ?',
    session,
    seq,
    turn,
    at,
  );
  if (found) return;
  throw foreign(file, `event ${seq} of session ${session} is not in it`);
};

const foreign = (file: string, why: string): LogError =>
  new LogError(
    4,
    `${file}-wal is another database's write-ahead log (${why}): put the right one there, or move this one away to go on without`,
  );

/** The newest session, and what it belongs to. */
const newestIn = (connection: Sqlite): Promise<(Binding & { session: number }) | undefined> =>
  connection.get(
    `SELECT session, data ->> 'network' AS network, data ->> 'account' AS account FROM event
     WHERE session = (SELECT max(session) FROM event) AND seq = 1 AND type = 'session.opened'`,
  );

type Newest = Readonly<{ session: number; seq: number; turn: number; at: number }>;

/**
 * Undefined if the file alone holds no event, or cannot be read alone because a checkpoint into it was cut short. Of
 * the row only what stands at its beginning is asked for: the end of a long one may not have been moved yet.
 */
const newestAlone = async (file: string): Promise<Newest | undefined> => {
  const alone = await connect(file, 'frozen');
  try {
    return await alone.get<Newest>(
      'SELECT session, seq, turn, at FROM event ORDER BY session DESC, seq DESC LIMIT 1',
    );
  } catch {
    return undefined;
  } finally {
    await alone.close();
  }
};
