/**
 * How operators reach an engine: files moved into `<db>.inbox/` whole, handed over once and in the order in which they came,
 * removed only once the log has them. It decides nothing about what a message means; a file that is none is set aside, and none
 * keeps another from being heard.
 */
import { randomUUID } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import {
  access,
  chown,
  constants,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LogError, codeOf } from './log/failure.ts';
import { onDisk } from './log/output.ts';
import { truePath } from './log/place.ts';
import { secretIn } from './log/secret.ts';

/** What an operator asks for: an `operator.*` event without its envelope. */
export type Message = Readonly<{ type: string; [field: string]: unknown }>;

export type InboxHandlers = Readonly<{
  /**
   * Resolves once the message is durable, and only then is it removed, or with false where nobody takes it any more: then it
   * stays, with all after it.
   */
  record: (message: Message, id: string) => Promise<boolean>;
  /** One sentence about a file that was set aside, or could not be, or that was heard and could not be removed. */
  onTrouble: (sentence: string) => void;
}>;

export const inboxFolder = (file: string): string => `${resolve(truePath(file))}.inbox`;

const bytesMax = 65_536;
const timeDigits = 15;
const pollMs = 1_000;

/** Orders what this process writes within one millisecond. */
let written = 0;

/** Puts a message in for the running engine or the next one. Resolves with its id once a power cut cannot take it away. Rejects with a LogError without a folder for it, or where it holds a secret. */
export const writeInbox = async (file: string, message: Message, atMs: number): Promise<string> => {
  const text = JSON.stringify(message);
  if (Buffer.byteLength(text) > bytesMax) {
    throw new LogError(2, `the request is longer than any (${bytesMax} bytes): shorten its note`);
  }
  const secret = secretIn(text);
  if (secret !== undefined) {
    throw new LogError(2, `the request holds ${secret}, which the log would keep: leave it out`);
  }
  refuseStranger(await readerOf(file), file);
  const inbox = await makeFolder(file);
  const reader = await readerOf(file);
  written += 1;
  /** A clock that was set back puts no request before one that waits already. */
  const last = (await waiting(inbox)).findLast(isOwn);
  const newest = last === undefined ? 0 : askedAt(last);
  const time = atMs > newest ? atMs : newest + 1;
  const id = `${String(time).padStart(timeDigits, '0')}-${String(written).padStart(6, '0')}-${randomUUID()}`;
  const draft = join(inbox, `.${id}`);
  const handle = await open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw closed(inbox, error);
  });
  try {
    await handle.writeFile(text);
    if (reader && isRoot()) await handle.chown(reader.uid, reader.gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, pathOf(inbox, id));
  await namesOnDisk(inbox);
  return id;
};

/** A message that nobody has taken yet. */
export type Waiting = Readonly<{ id: string; message: Message }>;

/** What waits, in the order in which it will be taken; what would be set aside is left out. Changes nothing. */
export const readInbox = async (file: string): Promise<readonly Waiting[]> => {
  const inbox = inboxFolder(file);
  const found: Waiting[] = [];
  for (const id of await waiting(inbox)) {
    const one = await readMessage(pathOf(inbox, id));
    if (one.kind === 'message') found.push({ id, message: one.message });
  }
  return found;
};

/** Rejects with a LogError where this user cannot read what is there or may not take it away. Changes nothing. */
export const refuseClosed = async (file: string): Promise<void> => {
  const inbox = inboxFolder(file);
  await waiting(inbox);
  await access(inbox, constants.R_OK | constants.W_OK | constants.X_OK).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw closed(inbox, error);
  });
};

/**
 * Hands over every waiting message, one after the other, and removes it; one whose id is in `heard` is only removed. What could
 * not be removed stays in there. Rejects with what `record` rejects with, and leaves the rest.
 */
export const takeInbox = async (
  file: string,
  heard: Set<string>,
  handlers: InboxHandlers,
): Promise<void> => {
  const inbox = inboxFolder(file);
  for (const id of await waiting(inbox)) {
    const path = pathOf(inbox, id);
    if (!heard.has(id)) {
      const found = await readMessage(path);
      if (found.kind === 'gone') continue;
      if (found.kind === 'unread') {
        handlers.onTrouble(
          `${path} cannot be read (${found.code}): it is tried again; give this user the right to read it, or remove it and ask again`,
        );
        continue;
      }
      if (found.kind === 'none') {
        handlers.onTrouble(`${path} ${found.why}: ${await setAside(inbox, path)}`);
        continue;
      }
      if (!(await handlers.record(found.message, id))) return;
      heard.add(id);
    }
    const kept = await unlink(path).then(() => '', codeOf);
    if (kept === '' || kept === 'ENOENT') heard.delete(id);
    else {
      handlers.onTrouble(
        `${path} was heard, is not heard again, and cannot be removed (${kept}): remove it`,
      );
    }
  }
};

/**
 * Takes what is there and then what comes, at once where the system tells and within a second where it does not. `onLooked`
 * hears after each look why not everything could be recorded, or undefined; what was not stays and is tried again. The
 * result ends it.
 */
export const watchInbox = async (
  file: string,
  heard: Set<string>,
  handlers: InboxHandlers,
  onLooked: (failure: unknown) => void,
): Promise<() => Promise<void>> => {
  const inbox = await makeFolder(file);
  let ended = false;
  let again = false;
  let taking: Promise<void> | undefined;

  const take = async (): Promise<void> => {
    do {
      again = false;
      await takeInbox(file, heard, handlers).then(() => onLooked(undefined), onLooked);
    } while (again && !ended);
    taking = undefined;
  };
  const look = (): void => {
    if (ended) return;
    if (taking) again = true;
    else taking = take();
  };

  const watcher = watcherOf(inbox, look);
  const timer = setInterval(look, pollMs);
  timer.unref();
  look();
  return async () => {
    ended = true;
    clearInterval(timer);
    watcher?.close();
    await taking;
  };
};

/** Undefined where the system has no room for one more. */
const watcherOf = (inbox: string, look: () => void): FSWatcher | undefined => {
  try {
    const watcher = watch(inbox, look);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
};

type Owner = Readonly<{ uid: number; gid: number }>;

/** Who reads the requests: whose the inbox is, or where there is none yet the database; undefined where neither is. */
const readerOf = async (file: string): Promise<Owner | undefined> => {
  const database = resolve(truePath(file));
  for (const path of [inboxFolder(file), database]) {
    const found = await stat(path).catch(() => undefined);
    if (found) return found;
  }
  return undefined;
};

/** Nobody else can read what one user writes here: root hands it over, another is told. Windows knows no such owners. */
const refuseStranger = (reader: Owner | undefined, file: string): void => {
  const own = process.getuid?.();
  if (reader === undefined || own === undefined || own === 0 || own === reader.uid) return;
  throw new LogError(
    4,
    `the engine of ${file} is another user's (uid ${reader.uid}), who could not read the request: ask as that user`,
  );
};

const isRoot = (): boolean => process.getuid?.() === 0;

/** Not every system lets a folder be synced. */
const namesOnDisk = (folder: string): Promise<void> => onDisk(folder).catch(() => undefined);

const makeFolder = async (file: string): Promise<string> => {
  const inbox = inboxFolder(file);
  try {
    await access(dirname(inbox));
    const reader = await readerOf(file);
    const made = await mkdir(inbox, { recursive: true, mode: 0o700 });
    if (made !== undefined && reader && isRoot()) await chown(inbox, reader.uid, reader.gid);
    if (made !== undefined) await namesOnDisk(dirname(inbox));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw noFolder(inbox, error);
    throw new LogError(
      codeOf(error) === 'ENOENT' ? 2 : 4,
      `${inbox} cannot be made (${codeOf(error)}): name a database in a folder that this user can write, with --db`,
      error,
    );
  }
  return inbox;
};

/** Ids in order; whatever nobody here has named comes last and orders nothing. */
const waiting = async (inbox: string): Promise<readonly string[]> => {
  try {
    const ids = (await readdir(inbox))
      .filter((name) => !name.startsWith('.') && name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .toSorted();
    return [...ids.filter(isOwn), ...ids.filter((id) => !isOwn(id))];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw closed(inbox, error);
  }
};

const closed = (inbox: string, error: unknown): LogError =>
  codeOf(error) === 'ENOTDIR'
    ? noFolder(inbox, error)
    : new LogError(
        4,
        `${inbox} cannot be read and written (${codeOf(error)}): ask as the user whose log it is`,
        error,
      );

const noFolder = (inbox: string, error: unknown): LogError =>
  new LogError(4, `${inbox} is no folder, and requests are kept in one: move it away`, error);

/** Of `writeInbox`, and so of no other message ever. */
export const isOwn = (id: string): boolean => /^\d{15}-\d{6}-[\da-f-]{36}$/.test(id);

/** When it was asked for, in ms, by the clock of who asked; the later where another had waited with the same. */
export const askedAt = (id: string): number => Number(id.slice(0, timeDigits));

const ending = '.json';
const pathOf = (inbox: string, id: string): string => join(inbox, `${id}${ending}`);

type Found =
  | Readonly<{ kind: 'message'; message: Message }>
  | Readonly<{ kind: 'none'; why: string }>
  /** It may be one: what keeps it from being read may pass. */
  | Readonly<{ kind: 'unread'; code: string }>
  | Readonly<{ kind: 'gone' }>;

const readMessage = async (path: string): Promise<Found> => {
  try {
    if ((await stat(path)).size > bytesMax) {
      return { kind: 'none', why: `is longer than any message (${bytesMax} bytes)` };
    }
    const message: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isMessage(message)
      ? { kind: 'message', message }
      : { kind: 'none', why: 'is no message with a type that begins with "operator."' };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'none', why: 'is no JSON' };
    const code = codeOf(error);
    return code === 'ENOENT' ? { kind: 'gone' } : { kind: 'unread', code };
  }
};

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  value.type.startsWith('operator.');

/** What came of it. */
const setAside = async (inbox: string, path: string): Promise<string> => {
  const refused = join(inbox, 'refused');
  try {
    await mkdir(refused, { recursive: true });
    await rename(path, join(refused, basename(path)));
    return `it was moved to ${refused}/ and nothing was done`;
  } catch (error) {
    return `nothing was done, and it cannot be moved away (${codeOf(error)}): remove it`;
  }
};
