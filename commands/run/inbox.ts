/** Attends the inbox while a session runs: each message becomes an input, and is removed once that is durable. */
import {
  readInbox,
  removeWaiting,
  takeInbox,
  watchInbox,
  type InboxHandlers,
} from '../../actors/inbox.ts';
import { inputsOf, operatorInput } from '../../actors/operator.ts';
import type { Session } from '../../actors/session.ts';

/** Resolves when what waited is durable, with what ends it. `unheard` hears in a sentence of a request that nobody could read, once for as long as that lasts. */
export const attendInbox = async (
  file: string,
  session: Pick<Session, 'record'>,
  unheard: (sentence: string) => void,
): Promise<() => Promise<void>> => {
  let last = '';
  const tell = (sentence: string): void => {
    if (sentence !== last) unheard(sentence);
    last = sentence;
  };
  const waited = new Map(
    inputsOf(await readInbox(file)).map(({ id, input }) => [id, input] as const),
  );
  const handlers: InboxHandlers = {
    record: async (message, id) => {
      const input = waited.get(id) ?? operatorInput(message);
      if (!input) {
        tell(`A message in the inbox was no operator's request and was dropped: ${message.type}`);
        return true;
      }
      return session.record(input);
    },
    onRefused: tell,
  };
  await takeInbox(file, handlers);
  return watchInbox(file, handlers, (cause) =>
    tell(`The inbox could not be read: ${cause instanceof Error ? cause.message : String(cause)}`),
  );
};

/** A stop that came when its session had ended has nothing to stop, and must not end the next one; anything else waits for that. */
export const dropStops = async (file: string): Promise<void> => {
  for (const { id, message } of await readInbox(file)) {
    if (message.type === 'operator.stop') await removeWaiting(file, id);
  }
};
