/** What the operators' commands have in common: the newest session of the log that they speak to, and what they say they did. */
import { writeInbox, type Message } from '../actors/inbox.ts';
import { findWriter } from '../actors/log/lock.ts';
import { openReader } from '../actors/log/reader.ts';
import { UsageError } from './command.ts';

/** `neo kill clear` must not latch what it was meant to clear. */
export const refuseWords = (name: string, words: readonly string[]): void => {
  if (words.length === 0) return;
  throw new UsageError(`neo ${name} takes no "${words[0]}"; --help shows what there is.`);
};

export type Newest = Readonly<{
  /** Its number; 0 where there is none. */
  session: number;
  /** It has said its end, whatever its process still does. */
  ended: boolean;
}>;

/** The newest session. Rejects with a LogError where there is no such log. */
export const newest = async (file: string): Promise<Newest> => {
  const reader = await openReader(file);
  try {
    const found = await reader.newest();
    if (!found) return { session: 0, ended: false };
    const { session, last } = found;
    const end = { actor: 'session', type: 'session.ended', text: '' };
    const said = await reader.find(session, { from: last.seq - afterEndMost, to: last.seq }, end);
    return { session, ended: said.length > 0 };
  } finally {
    await reader.close();
  }
};

/** More events than what is still heard after an end can cause. */
const afterEndMost = 1_000;

/** Puts messages into the inbox, in this order. Resolves with whether a session runs, which takes them at once; else they wait for the next start. */
export const send = async (file: string, messages: readonly Message[]): Promise<boolean> => {
  for (const message of messages) await writeInbox(file, message, Date.now());
  return (await findWriter(file)) !== undefined && !(await newest(file)).ended;
};

/** A sentence, or one JSON document. */
export const told = (json: boolean, fields: object, sentence: string): string =>
  json ? `${JSON.stringify(fields)}\n` : `${sentence}\n`;
