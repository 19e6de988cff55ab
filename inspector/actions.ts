/**
 * What an operator may ask for through the page: four requests, each with the token that was printed at the start. They go the
 * way of every operator's request, as a message to the engine, and are logged there.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './door.ts';

/** What a request came to, or why nobody could act on it; in a sentence. */
export type Posted = Readonly<{ said: string }> | Readonly<{ refused: string }>;

/** Puts a message where the engine finds it. Resolves when it is safe there. */
export type Post = (
  message: Readonly<{ type: string; [field: string]: unknown }>,
) => Promise<Posted>;

export type Actions = Readonly<{ token: string; post: Post }>;

/** What it came to. */
export const act = async (
  request: IncomingMessage,
  actions: Actions | null,
): Promise<Refusal | Readonly<{ said: string }>> => {
  if (!actions) return { status: 403, why: 'This page is read-only.' };
  if (!mayAct(request, actions)) {
    return {
      status: 401,
      why: 'The token is not the one that was printed at the start: open the address printed there.',
    };
  }
  if (request.headers['content-type'] !== 'application/json')
    return { status: 415, why: 'An action is JSON.' };
  const text = await bodyOf(request);
  if (text === undefined) return { status: 413, why: `An action has at most ${bytesMax} bytes.` };
  const message = messageOf(text);
  if (!message) return { status: 400, why: 'No such action, or a note or a name is missing.' };
  const posted = await actions.post(message);
  return 'refused' in posted ? { status: 409, why: posted.refused } : posted;
};

/** Whether it comes with the token, so that a page knows before it is needed. */
export const mayAct = ({ headers }: IncomingMessage, actions: Actions | null): boolean =>
  actions !== null &&
  isSame(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '', actions.token);

/** In a time that does not tell how much of it was right. */
const isSame = (given: string, token: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
};

const bytesMax = 4_096;

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bytesMax) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

type Asked = Readonly<Record<string, unknown>>;

const words = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 1_000
    ? value.trim()
    : undefined;
const count = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;

const messages: Readonly<Record<string, (asked: Asked) => ReturnType<typeof messageOf>>> = {
  stop: ({ note }) => ({ type: 'operator.stop', note: words(note) ?? 'through the page' }),
  kill: ({ note }) => ({ type: 'operator.kill', note: words(note) ?? 'through the page' }),
  clear: ({ by, note }) => {
    const [name, why] = [words(by), words(note)];
    return name && why ? { type: 'operator.clear', by: name, note: why } : undefined;
  },
  acknowledge: ({ session, seq, note }) => {
    const [number, event, why] = [count(session), count(seq), words(note)];
    return number && event && why
      ? { type: 'operator.acknowledge', session: number, seq: event, note: why }
      : undefined;
  },
};

const messageOf = (text: string): Parameters<Post>[0] | undefined => {
  try {
    const asked = JSON.parse(text) as Asked | null;
    const kind = asked?.['kind'];
    if (typeof kind !== 'string' || !Object.hasOwn(messages, kind)) return undefined;
    return messages[kind]?.(asked as Asked);
  } catch {
    return undefined;
  }
};
