/** `neo kill` and `neo stop`: messages into the inbox beside the database. They never write the log; the engine does. */
import { findWriter } from '../actors/log/lock.ts';
import { command, UsageError } from './command.ts';
import { newest, refuseWords, send, told } from './message.ts';

const killHelp = `neo kill [--note T] [--db F]
neo kill --clear --by NAME --note T [--db F]

  Latches the kill switch: a running session halts at once, cancels everything and proves it; no session starts until it
  is cleared by name and with a note.
`;

export const killCommand = command(
  killHelp,
  { note: { type: 'string' }, clear: { type: 'boolean' }, by: { type: 'string' } },
  async ({ values, positionals, database: file }, { out }) => {
    refuseWords('kill', positionals);
    if (values.clear && (!values.by || !values.note)) {
      throw new UsageError('neo kill --clear takes --by NAME and --note TEXT.');
    }
    await newest(file);
    const note = values.note ?? 'kill switch';
    const message = values.clear
      ? { type: 'operator.clear', by: values.by, note }
      : { type: 'operator.kill', note };
    await send(file, [message]);
    out(
      told(
        values.json === true,
        { sent: message.type },
        values.clear ? 'The kill switch is cleared.' : 'The kill switch is latched.',
      ),
    );
    return 0;
  },
);

const stopHelp = `neo stop [--note T] [--db F]

  Asks the running session for a graceful end: it cancels everything, proves it, and ends as engine_requested_halt.
`;

export const stopCommand = command(
  stopHelp,
  { note: { type: 'string' } },
  async ({ values, positionals, database: file }, { out }) => {
    refuseWords('stop', positionals);
    const session = await newest(file);
    if ((await findWriter(file)) === undefined) {
      throw new UsageError(
        `No session runs on ${file}; neo sessions shows how the last one ended.`,
      );
    }
    await send(file, [{ type: 'operator.stop', note: values.note ?? 'requested' }]);
    out(
      told(
        values.json === true,
        { sent: 'operator.stop' },
        `Session ${session} was asked to stop.`,
      ),
    );
    return 0;
  },
);
