/** How a session starts: by folding the one before it, of which it keeps what it takes over and nothing else. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { Log } from '../actors/log/open.ts';
import { opening, settlePredecessor } from '../actors/opening.ts';
import { loadConfig } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import { observed, opened, told } from './story.ts';

const uuid = 'a1111111-0000-4000-8000-000000000001';
const pages = 50;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a start holds no more of the session before than one page, however long that was', async (t) => {
  const rows = told([
    [0, opened(uuid)],
    ...Array.from({ length: pages }, (_, index) => [
      index + 1,
      { type: 'tick', index } as const,
      observed(index),
    ]),
    [pages + 1, { type: 'session.closed_by_next', uuid, silentMs: 1_000 }],
  ] as Parameters<typeof told>[0]);
  const seen: WeakRef<Recorded>[] = [];
  const log = {
    newest: async () => ({ session: 1, first: rows[0], last: rows.at(-1), lastHash: '' }),
    readOutlines: async function* () {
      for (const text of rows.map((row) => JSON.stringify(row))) {
        const row = JSON.parse(text) as Recorded;
        seen.push(new WeakRef(row));
        yield [row];
      }
    },
  } as unknown as Log;
  const predecessor = await settlePredecessor(log, 0);
  t.false(predecessor?.died);
  t.is(predecessor?.legacy.lastAt, rows.at(-1)?.at);
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  t.is(seen.length, rows.length);
  t.true(seen.filter((row) => row.deref() !== undefined).length <= 1);
});

test('what could be traded after a death is nothing of a session that quotes nothing', (t) => {
  const boundUnder = (...set: readonly string[]) => {
    const { effective } = loadConfig({ env: {}, set });
    const config = { layers: {}, effective: { ...effective } };
    return opening(opened(uuid, { config }), undefined).worstCase;
  };
  t.deepEqual(boundUnder(), { rlusd: '78', seconds: 80 }, 'an Expiration is late');
  t.is(boundUnder('strategy.enabled=false').rlusd, '0');
});
