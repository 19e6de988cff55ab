/** `neo kill` and `neo stop`: messages into the inbox beside the database. They never write the log; the engine does. */
import { resolve } from 'node:path';
import { findWriter } from '../actors/log/lock.ts';
import { clearCameTo, killCameTo, stopCameTo } from './came-to.ts';
import { command, databaseDefault, UsageError } from './command.ts';
import { newest, refuseWords, send, told } from './message.ts';

const killHelp = `neo kill [--note T] [--db F] [--json]
neo kill --clear --by NAME --note T [--db F] [--json]

  Latches the kill switch: a running session halts at once, cancels everything and proves it; no session starts until it
  is cleared by name and with a note. While no session runs the request waits for the next start, which halts on it; one
  that is cleared before any start halts none, and the log has both.

  --clear     clear it
  --by NAME   who clears it
  --note T    why; it stands in the log
  --db F      the database (default ${databaseDefault}); the answer names it
  --json      one JSON document: sent, database, waits
`;

export const killCommand = command(
  killHelp,
  { note: { type: 'string' }, clear: { type: 'boolean' }, by: { type: 'string' } },
  async ({ values, positionals, database: file }, { out }) => {
    refuseWords('kill', positionals);
    if (values.clear && (!values.by || !values.note)) {
      throw new UsageError('neo kill --clear takes --by NAME and --note TEXT.');
    }
    if (!values.clear && values.by !== undefined) {
      throw new UsageError(
        '--by says who clears the kill switch: add --clear, or leave out --by to latch it.',
      );
    }
    await newest(file);
    const note = values.note ?? 'kill switch';
    const message = values.clear
      ? { type: 'operator.clear', by: values.by, note }
      : { type: 'operator.kill', note };
    const runs = await send(file, [message]);
    const database = resolve(file);
    const cameTo = values.clear ? clearCameTo : killCameTo;
    out(
      told(
        values.json === true,
        { sent: message.type, database, waits: !runs },
        cameTo(file, runs),
      ),
    );
    return 0;
  },
);

const stopHelp = `neo stop [--note T] [--db F] [--json]

  Asks the running session for a graceful end: it cancels everything, proves it, and ends as engine_requested_halt.
  One that comes when the session has ended reaches a session that is starting at that moment, and no later one.

  --note T    why; it stands in the log
  --db F      the database (default ${databaseDefault}); the answer names it
  --json      one JSON document: sent, database
`;

export const stopCommand = command(
  stopHelp,
  { note: { type: 'string' } },
  async ({ values, positionals, database: file }, { out }) => {
    refuseWords('stop', positionals);
    const { session, ended } = await newest(file);
    if ((await findWriter(file)) === undefined) {
      throw new UsageError(
        `No session runs on ${resolve(file)}; neo sessions shows how the last one ended.`,
      );
    }
    await send(file, [{ type: 'operator.stop', note: values.note ?? 'requested' }]);
    out(
      told(
        values.json === true,
        { sent: 'operator.stop', database: resolve(file) },
        stopCameTo(file, session, ended),
      ),
    );
    return 0;
  },
);
