/** Attends the inbox while a session runs: each message becomes an input, and is removed once that is durable. */
import {
  askedAt,
  isOwn,
  readInbox,
  refuseClosed,
  takeInbox,
  watchInbox,
  type InboxHandlers,
} from '../../actors/inbox.ts';
import { messageOf } from '../../actors/log/failure.ts';
import { inputsOf, operatorInput } from '../../actors/operator.ts';
import type { Session } from '../../actors/session.ts';
import type { OperatorInput } from '../../events/operator.ts';
import { reading } from '../chronicle.ts';

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
 * What waits and a session has heard, the newest or one that lived when it was asked for: the process ended, or its machine, before
 * the file was gone for good, or it cannot be removed.
 */
export const heardBefore = async (file: string): Promise<readonly string[]> => {
  const waiting = (await readInbox(file)).map(({ id }) => id).filter(isOwn);
  const [oldest] = waiting;
  if (oldest === undefined) return [];
  return reading(file, async (reader) => {
    const newest = await reader.newest();
    const heard = new Set<unknown>();
    for (const { session, last } of await reader.sessions()) {
      if (session !== newest?.session && last.at < askedAt(oldest)) continue;
      const asked = { actor: '', type: 'operator.*', text: '' };
      const seqs = await reader.find(session, { from: 1, to: last.seq }, asked);
      for (const { event } of (await reader.lineage(session, seqs)).values())
        heard.add((event as OperatorInput).request);
    }
    return waiting.filter((id) => heard.has(id));
  });
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
      return session.record({ ...input, request: id });
    },
    onTrouble: tell,
  };
  await takeInbox(file, heard, handlers);
  return watchInbox(file, heard, handlers, (failure) => {
    if (failure !== undefined) tell(`The inbox could not be read: ${messageOf(failure)}`);
    [before, told] = [told, new Set()];
  });
};
