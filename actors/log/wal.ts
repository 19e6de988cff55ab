/**
 * Whether what lies beside a database is a write-ahead log (sqlite.org/fileformat2.html#walformat). SQLite takes one whose
 * header is not whole for an empty one, says nothing, and writes over it.
 */
import { open } from 'node:fs/promises';

const headerBytes = 32;
const magic = 0x37_7f_06_82;

/** An empty one is one: nothing has been written into it yet. */
export const isWal = async (path: string): Promise<boolean> => {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return bytesRead === 0 || (bytesRead === headerBytes && isHeader(buffer));
  } finally {
    await file.close();
  }
};

/** The last bit of its first word says in which order of bytes the checksums are added up. */
const isHeader = (header: Buffer): boolean => {
  const kind = header.readUInt32BE(0);
  if (kind !== magic && kind !== magic + 1) return false;
  const word = (at: number): number =>
    kind === magic ? header.readUInt32LE(at) : header.readUInt32BE(at);
  let [first, second] = [0, 0];
  for (let at = 0; at < 24; at += 8) {
    first = (first + word(at) + second) >>> 0;
    second = (second + word(at + 4) + first) >>> 0;
  }
  return first === header.readUInt32BE(24) && second === header.readUInt32BE(28);
};
