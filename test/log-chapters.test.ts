/** Chapters are read models that outlive the build that made them: one in another shape is none, and the log is read in its place. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { importSession } from '../actors/log/import.ts';
import { openReader } from '../actors/log/reader.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import { apply, blank, momentText, shape, stripText } from '../projections/chapter.ts';
import { columns } from '../projections/strip.ts';
import { folderFor, withSqlite, writeSample, turnsOf } from './log-sample.ts';

test('a chapter in the shape of another build is none, nor is what comes after it', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([1]));
  const keep = (first: number, last: number, moment: string): Promise<void> =>
    withSqlite(file, 'write', async (connection) => {
      await connection.run(
        'INSERT OR REPLACE INTO chapters VALUES (1, ?, ?, ?, ?)',
        first,
        last,
        stripText({
          ticks: [],
          marks: [{ seq: last, at: 5, kind: 'mode', mode: 'DEGRADED', causes: [] }],
        }),
        moment,
      );
    });
  const kept = async () => {
    const reader = await openReader(file);
    const [chapters, modes] = [await reader.chapters(1), await reader.modes(1)];
    await reader.close();
    return { chapters: chapters.length, modes: modes.lastSeq, changes: modes.changes.length };
  };
  const ours = momentText(blank.moment);
  await keep(1, 2, ours);
  await keep(3, 4, ours);
  t.deepEqual(await kept(), { chapters: 2, modes: 4, changes: 2 });
  const others = [ours.replace(/"shape":\d+,/, ''), ours.replace(/"shape":\d+,/, '"shape":0,')];
  for (const other of others) {
    await keep(3, 4, other);
    t.deepEqual(await kept(), { chapters: 1, modes: 2, changes: 1 }, 'the second');
  }
  await keep(3, 4, ours);
  await keep(1, 2, others[0] ?? '');
  t.deepEqual(await kept(), { chapters: 0, modes: 0, changes: 0 }, 'the first');
});

/** Every path in a text of JSON, with the kinds of value that were met there. */
const shapeIn = (value: unknown, path: string, met: Set<string>): void => {
  if (Array.isArray(value)) value.forEach((one) => shapeIn(one, `${path}[]`, met));
  else if (value !== null && typeof value === 'object') {
    for (const [key, one] of Object.entries(value)) shapeIn(one, `${path}.${key}`, met);
  } else met.add(`${path} ${value === null ? 'null' : typeof value}`);
};

test('what chapters keep has another number with every other shape', async (t) => {
  const met = new Set<string>();
  for (const name of ['demo', 'both-causes-legacy', 'crash-with-offers-resting', 'three-sells']) {
    const file = join(await folderFor(t), `${name}.db`);
    const recording = new URL(`../../test/recordings/sessions/${name}.neo`, import.meta.url);
    await importSession(fileURLToPath(recording), file, () => Promise.resolve());
    const reader = await openReader(file);
    let chapter = blank;
    for await (const rows of reader.readOutlines(1)) {
      for (const row of rows as readonly Recorded<Outline>[]) {
        ({ chapter } = apply(chapter, row));
        const { session, ...moment } = chapter.moment;
        // The settings are those that the session was opened with.
        const text = momentText({ ...moment, session: { ...session, thresholds: null } });
        shapeIn(JSON.parse(text), '', met);
      }
    }
    shapeIn(chapter.marks, 'marks', met);
    await reader.close();
  }
  const found = [...columns, ...[...met].toSorted()].join('\n');
  const digest = hash('sha256', found).slice(0, 16);
  t.deepEqual(
    { shape, digest },
    { shape: 1, digest: '4e3276e0a52aad71' },
    'raise the number in projections/chapter.ts',
  );
});
