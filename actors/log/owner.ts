/** Who writes a log, in `<db>.owner` beside it. Left behind, it says that its owner died, or closed the log with something left undone. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from './failure.ts';

const ownerFile = (file: string): string => `${file}.owner`;

/** Who is written down as the owner and has not closed the log, alive or not, such as "process 4711 on this-host". */
export const openedBy = async (file: string): Promise<string | undefined> => {
  const text = await ownerText(file);
  return text === undefined || text.endsWith(closedLine) ? undefined : nameIn(text);
};

/** Undefined if nobody is written down. */
export const readOwner = async (file: string): Promise<string | undefined> => {
  const text = await ownerText(file);
  return text === undefined ? undefined : nameIn(text);
};

/** Writes this process down. */
export const writeOwner = async (file: string, state: 'open' | 'closed'): Promise<void> => {
  const draft = `${ownerFile(file)}.new`;
  const more = state === 'closed' ? closedLine : '';
  await writeFile(draft, `process ${process.pid} on ${hostname()}\n${more}`);
  await rename(draft, ownerFile(file));
};

export const forgetOwner = (file: string): Promise<void> => rm(ownerFile(file), { force: true });

const nameIn = (text: string): string => text.split('\n')[0]?.trim() || 'an unknown process';

const closedLine = 'closed\n';

const ownerText = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(ownerFile(file), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};
