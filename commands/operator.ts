/** `neo kill` and `neo stop`: messages into the inbox beside the database. They never write the log; the engine does. */
import { writeInbox } from '../actors/inbox.ts';
import { findWriter } from '../actors/log/lock.ts';
import { openReader } from '../actors/log/reader.ts';
import { commonOptions, databaseDefault, parseLine, UsageError, type Command } from './command.ts';

const killHelp = `neo kill [--note T] [--db F]
neo kill --clear --by NAME --note T [--db F]

  Latches the kill switch: a running session halts at once, cancels everything and proves it; no session starts until it
  is cleared by name and with a note.
`;

export const killCommand: Command = {
  name: 'kill',
  summary: 'latch the kill switch, or clear it with --clear --by NAME --note T',
  help: killHelp,
  run: async (args, { out }) => {
    const { values, positionals } = parseLine(args, {
      ...commonOptions,
      note: { type: 'string' },
      clear: { type: 'boolean' },
      by: { type: 'string' },
    });
    if (values.help) {
      out(killHelp);
      return 0;
    }
    refuseWords('kill', positionals);
    const file = values.db ?? databaseDefault;
    if (values.clear && (!values.by || !values.note)) {
      throw new UsageError('neo kill --clear takes --by NAME and --note TEXT.');
    }
    await newest(file);
    const note = values.note ?? 'kill switch';
    const message = values.clear
      ? { type: 'operator.clear', by: values.by, note }
      : { type: 'operator.kill', note };
    await writeInbox(file, message, Date.now());
    out(
      told(
        values.json === true,
        message.type,
        values.clear ? 'The kill switch is cleared.' : 'The kill switch is latched.',
      ),
    );
    return 0;
  },
};

const stopHelp = `neo stop [--note T] [--db F]

  Asks the running session for a graceful end: it cancels everything, proves it, and ends as engine_requested_halt.
`;

export const stopCommand: Command = {
  name: 'stop',
  summary: 'ask the running session for a graceful end',
  help: stopHelp,
  run: async (args, { out }) => {
    const { values, positionals } = parseLine(args, { ...commonOptions, note: { type: 'string' } });
    if (values.help) {
      out(stopHelp);
      return 0;
    }
    refuseWords('stop', positionals);
    const file = values.db ?? databaseDefault;
    const session = await newest(file);
    if ((await findWriter(file)) === undefined) {
      throw new UsageError(
        `No session runs on ${file}; neo sessions shows how the last one ended.`,
      );
    }
    await writeInbox(file, { type: 'operator.stop', note: values.note ?? 'requested' }, Date.now());
    out(told(values.json === true, 'operator.stop', `Session ${session} was asked to stop.`));
    return 0;
  },
};

/** `neo kill clear` must not latch what it was meant to clear. */
const refuseWords = (name: string, words: readonly string[]): void => {
  if (words.length === 0) return;
  throw new UsageError(`neo ${name} takes no "${words[0]}"; --help shows what there is.`);
};

const told = (json: boolean, type: string, sentence: string): string =>
  json ? `${JSON.stringify({ sent: type })}\n` : `${sentence}\n`;

/** The newest session's number; 0 where there is none. Rejects with a LogError where there is no such log. */
const newest = async (file: string): Promise<number> => {
  const reader = await openReader(file);
  const last = (await reader.sessions()).at(-1);
  await reader.close();
  return last?.session ?? 0;
};
