/** The page over a database, whoever writes that: read through a connection of its own, asked for things through the inbox. */
import { randomBytes } from 'node:crypto';
import { remembered } from '../../actors/log/presence.ts';
import { openReader } from '../../actors/log/reader.ts';
import type { Place } from '../../inspector/listen.ts';
import { startInspector } from '../../inspector/server.ts';
import { postTo } from './post.ts';
import { sourceOf } from './source.ts';

export type Served = Readonly<{
  /** With the token that lets its reader ask for things. */
  url: string;
  close: () => Promise<void>;
}>;

/** Rejects with a LogError where there is no log, with an InspectorError where there is no port. */
export const serve = async (file: string, place: Place): Promise<Served> => {
  const isThere = await remembered(file);
  const reader = await openReader(file);
  const token = randomBytes(18).toString('base64url');
  try {
    const served = await startInspector({
      ...place,
      source: sourceOf(reader, file, isThere),
      actions: { token, post: postTo(file, isThere) },
    });
    return {
      url: `${served.url}#token=${token}`,
      close: async () => {
        await served.close();
        await reader.close();
      },
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
};
