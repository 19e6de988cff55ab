/** One recorded session replayed: identical, or the first word that this build says otherwise, or why it cannot be read. */
import { newest } from '../../actors/log/page.ts';
import { openReader } from '../../actors/log/reader.ts';
import { readHeader, readRows } from '../../actors/log/portable.ts';
import { replay, type Divergence } from '../../actors/replay.ts';
import { inputOf, turnsOf } from '../../actors/turns.ts';
import type { Written } from '../../events/envelope.ts';
import type { SessionOpened } from '../../events/session.ts';
import { settingsOf } from '../../machines/settings.ts';
import type { Source } from './places.ts';

export type Replayed = Source &
  (Readonly<{ events: number; divergence: Divergence | null }> | Readonly<{ failure: string }>);

export const replayOne = async (source: Source): Promise<Replayed> => {
  try {
    const { place, session } = source;
    const told = session === null ? await fromFile(place) : await fromLog(place, session);
    return { ...source, ...told };
  } catch (error) {
    return { ...source, failure: error instanceof Error ? error.message : String(error) };
  }
};

const fromLog = async (place: string, session: number) => {
  const reader = await openReader(place);
  try {
    return await replayed(turnsOf(reader.readWritten(session)));
  } finally {
    await reader.close();
  }
};

/** The chain is checked on the way, as an import does. */
const fromFile = async (place: string) => {
  const { uuid } = await readHeader(place);
  async function* pages(): AsyncGenerator<readonly Written[]> {
    for await (const rows of readRows(place)) {
      yield rows.map(([seq, turn, at, kind, actor, type, v, cause, data]) =>
        newest({ seq, turn, at, kind, actor, v, cause, type, data }, `session ${uuid}`),
      );
    }
  }
  return replayed(turnsOf(pages()));
};

/** Under the settings of its own opening. */
const replayed = async (turns: ReturnType<typeof turnsOf>) => {
  const first = await turns.next();
  const [turn] = first.done ? [] : first.value;
  const opened = turn && inputOf(turn);
  if (first.done || opened?.type !== 'session.opened') {
    throw new Error('it does not begin with its opening');
  }
  async function* all() {
    yield first.value;
    yield* turns;
  }
  return replay(all(), settingsOf(opened as SessionOpened));
};
