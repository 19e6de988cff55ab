/**
 * Where a log is, and whether it may be there: a local folder that exists and can be written. Looks, and changes nothing. It
 * never opens the database itself: closing a file drops every lock that this process holds on it.
 */
import { constants, readlinkSync, realpathSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { LogError, codeOf } from './failure.ts';
import { isWal } from './wal.ts';

export type Place = Readonly<{
  /** Bytes of the database, undefined if there is none yet. */
  bytes: number | undefined;
  /** Bytes of the write-ahead log; more than 0 while a writer runs, or after one died. */
  walBytes: number;
  /** `kept` if there is one, empty or not. */
  wal: 'kept' | 'missing' | 'spoilt';
}>;

/** More links in a row than any kernel follows. */
const linksMost = 40;

/**
 * The path of the database itself: what a symbolic link leads to, there already or not, and any other path as it stands. All
 * that lies beside a database (lock, inbox, backups, reports, kept ledger) is named after this one. Throws a LogError.
 */
export const truePath = (path: string): string => {
  if (namesFolder(path)) {
    throw new LogError(2, `"${path}" names a folder and no file: choose another with --db`);
  }
  let file = path;
  for (let links = 0; links <= linksMost; links += 1) {
    const next = targetOf(file);
    if (next === undefined) return file;
    file = next;
  }
  throw new LogError(
    2,
    `${path} is a link that leads to no file: name the database itself with --db`,
  );
};

/** By its words alone: of such a name nothing tells whether it is a link, and nothing can be put beside it. */
const namesFolder = (path: string): boolean =>
  ['', '.', '..'].includes(path.split(sep === '/' ? sep : /[\\/]/).at(-1) ?? '');

/** Undefined where it is no link, or nothing is there. */
const targetOf = (path: string): string | undefined => {
  try {
    const target = readlinkSync(path);
    return resolve(realpathSync(dirname(resolve(path))), target);
  } catch (error) {
    if (noLink.has(codeOf(error))) return undefined;
    throw unreadable(path, error);
  }
};

/** `UNKNOWN` is what Windows says of a plain file. */
const noLink: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOENT', 'ENOTDIR', 'UNKNOWN']);

/** Rejects with a LogError if a writer could not work here. */
export const lookAt = async (file: string): Promise<Place> => {
  const folder = dirname(file);
  const type = await statfs(folder).then(
    (found) => found.type,
    (error: unknown) => {
      throw codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
        ? new LogError(2, `there is no folder ${folder}: create it, or choose another with --db`)
        : unreadable(folder, error);
    },
  );
  const network = process.platform === 'linux' ? networkFileSystem(type) : undefined;
  if (network) {
    throw new LogError(
      4,
      `${folder} is on ${network}, where a write-ahead log gets corrupted: put the database on a local disk with --db`,
    );
  }
  const place = await lookInto(file);
  await permitted(folder, constants.W_OK | constants.X_OK);
  if (place.bytes !== undefined) {
    await permitted(file, constants.R_OK | constants.W_OK);
    await refuseSecondName(file);
  }
  return place;
};

/** By a hard link two writers would not meet each other's lock, and SQLite would not find its write-ahead log (sqlite.org/howtocorrupt.html). */
const refuseSecondName = async (file: string): Promise<void> => {
  const { nlink } = await stat(file);
  if (nlink === 1) return;
  throw new LogError(
    4,
    `${file} has ${nlink} names (hard links), and a log has one: remove the others, or use a copy or a symbolic link`,
  );
};

/** The same for a reader, which needs no more than a file. */
export const lookInto = async (file: string): Promise<Place> => {
  const found = await sizeOf(file);
  if (found === 'not a file') {
    throw new LogError(2, `${file} is not a file: choose another with --db`);
  }
  if (found === 0) {
    throw new LogError(
      4,
      `${file} is empty, which no log ever is: restore it from ${file}.backups/, or move it away to start anew`,
    );
  }
  const wal = await sizeOf(`${file}-wal`);
  if (found === undefined && wal !== undefined) {
    throw new LogError(
      4,
      `${file} is gone but its write-ahead log ${file}-wal is there: put the two back together, or move that away to start anew`,
    );
  }
  return {
    bytes: found,
    walBytes: typeof wal === 'number' ? wal : 0,
    wal: await stateOf(`${file}-wal`),
  };
};

/** A writer that ends takes it away, also while it is looked at. */
const stateOf = async (wal: string): Promise<Place['wal']> => {
  try {
    return (await isWal(wal)) ? 'kept' : 'spoilt';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'missing';
    throw unreadable(wal, error);
  }
};

/**
 * What is to be said where `writer` died with the log open and the write-ahead log that it left has gone; null elsewhere. Whoever
 * opens a database with SQLite and is the last to close it merges that log, so that nothing here tells it from a loss.
 */
export const missingWal = (
  file: string,
  { wal }: Place,
  writer: string | undefined,
): string | null => {
  if (wal === 'kept' || writer === undefined) return null;
  return wal === 'missing'
    ? `${file}-wal is not there, which ${writer} left when it died: another program has opened the database and merged it (nothing is lost), or it was removed, or a backup restored (what was written last is missing)`
    : `${file}-wal, which ${writer} left when it died, is no write-ahead log any more (what was written last is missing)`;
};

/** Throws a LogError where that is so: nobody goes on from such a log unasked. */
export const refuseMissingWal = (file: string, place: Place, writer: string | undefined): void => {
  const words = missingWal(file, place, writer);
  if (words === null) return;
  throw new LogError(
    4,
    `${words}: put it back, or see with neo verify up to when the log goes, and delete ${file}.owner to go on from there`,
  );
};

/** How to read the log so that its folder looks afterwards as it did before. */
export const readingAccess = async (file: string): Promise<'look' | 'read' | 'frozen'> => {
  if ((await sizeOf(`${file}-wal`)) !== undefined) return 'read';
  const writable = await Promise.all([
    access(dirname(file), constants.W_OK | constants.X_OK),
    access(file, constants.W_OK),
  ]).then(
    () => true,
    () => false,
  );
  return writable ? 'look' : 'frozen';
};

/** The name of a file system that shares files between machines (statfs(2)), undefined for a local one. */
export const networkFileSystem = (type: number): string | undefined => shared.get(type >>> 0);

const shared: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P (a folder shared with a virtual machine)'],
  [0x65735546, 'FUSE (sshfs, virtiofs and the like)'],
  [0x786f4256, 'a VirtualBox share'],
  [0xbacbacbc, 'a VMware share'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
]);

const sizeOf = async (path: string): Promise<number | 'not a file' | undefined> => {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : 'not a file';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
};

const permitted = async (path: string, wanted: number): Promise<void> => {
  try {
    await access(path, wanted);
  } catch (error) {
    throw unreadable(path, error);
  }
};

const unreadable = (path: string, error: unknown): LogError =>
  new LogError(
    4,
    `${path} cannot be read and written (${codeOf(error)}): give this user the right to it, or choose another with --db`,
    error,
  );
