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

/** The newest session's number; 0 where there is none. Rejects with a LogError where there is no such log. */
export const newest = async (file: string): Promise<number> => {
  const reader = await openReader(file);
  const last = await reader.newest();
  await reader.close();
  return last?.session ?? 0;
};

/** Puts messages into the inbox, in this order. Resolves with whether a session runs, which takes them at once; else they wait for the next start. */
export const send = async (file: string, messages: readonly Message[]): Promise<boolean> => {
  for (const message of messages) await writeInbox(file, message, Date.now());
  return (await findWriter(file)) !== undefined;
};

/** A sentence, or one JSON document. */
export const told = (json: boolean, fields: object, sentence: string): string =>
  json ? `${JSON.stringify(fields)}\n` : `${sentence}\n`;
