/** Attends the inbox while a session runs: each message becomes an input, and is removed once that is durable. */
import {
  readInbox,
  refuseClosed,
  takeInbox,
  watchInbox,
  type InboxHandlers,
} from '../../actors/inbox.ts';
import { messageOf } from '../../actors/log/failure.ts';
import { inputsOf, operatorInput } from '../../actors/operator.ts';
import type { Session } from '../../actors/session.ts';

/**
 * Looks before anything is opened: the stops that wait were asked of a session that is over, and whoever takes the lock next hears
 * none of them. Rejects with a LogError where this user cannot take what is there. Changes nothing.
 */
export const earlierStops = async (file: string): Promise<readonly string[]> => {
  await refuseClosed(file);
  return (await readInbox(file)).flatMap(({ id, message }) =>
    message.type === 'operator.stop' ? [id] : [],
  );
};

/**
 * Resolves when what waited is durable, with what ends it. What is in `past` is not heard. `unheard` hears in a sentence of a
 * request that nobody could read, once for as long as that lasts.
 */
export const attendInbox = async (
  file: string,
  session: Pick<Session, 'record'>,
  past: readonly string[],
  unheard: (sentence: string) => void,
): Promise<() => Promise<void>> => {
  let before: ReadonlySet<string> = new Set();
  let told = new Set<string>();
  const tell = (sentence: string): void => {
    if (!before.has(sentence) && !told.has(sentence)) unheard(sentence);
    told.add(sentence);
  };
  const heard = new Set(past);
  const waited = new Map(
    inputsOf((await readInbox(file)).filter(({ id }) => !heard.has(id))).map(
      ({ id, input }) => [id, input] as const,
    ),
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
    onTrouble: tell,
  };
  await takeInbox(file, heard, handlers);
  return watchInbox(file, heard, handlers, (failure) => {
    if (failure !== undefined) tell(`The inbox could not be read: ${messageOf(failure)}`);
    [before, told] = [told, new Set()];
  });
};
