/** All recorded sessions through this build: those of every clone are decided as they were, and what would not be is told by cause. */
import { readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createCore, type Core } from '../actors/core.ts';
import { dataText, eventOf } from '../actors/log/chain.ts';
import { exportSession } from '../actors/log/export.ts';
import { readRows } from '../actors/log/portable.ts';
import { newest } from '../actors/log/page.ts';
import { UsageError } from '../commands/command.ts';
import { replayCommand } from '../commands/replay.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event, Input } from '../events/event.ts';
import { settingsOf } from '../machines/settings.ts';
import { sparingNobody } from './given.ts';
import { folderFor, openSample } from './log-sample.ts';
import { play } from './narrative.ts';
import { root } from './tidy/source.ts';

type Row = Recorded<Event>;

const recorded = join(root, 'test', 'recordings', 'sessions');
const bytesMost = 200_000;

const said = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const surroundings = {
    env: {},
    out: (text: string) => void out.push(text),
    error: (text: string) => void err.push(text),
  };
  const code = await replayCommand.run(['--all', ...args], surroundings);
  return { code, text: out.join(''), error: err.join('') };
};

test('the sessions that every clone has are decided by this build as they were recorded', async (t) => {
  const names = readdirSync(recorded);
  t.true(names.length >= 5);
  for (const name of names) t.true(statSync(join(recorded, name)).size < bytesMost, name);
  const { code, text, error } = await said(recorded);
  t.is(error, '');
  t.is(code, 0, `${text}\nMeant? Then npm run record, and say so in the changelog.`);
  t.regex(text, new RegExp(`^${names.length} sessions: ${names.length} identical, \\d{4,} events`));
});

test('actors that are spared nothing say the same in every one of them', async (t) => {
  for (const name of readdirSync(recorded)) {
    const words: string[] = [];
    const again: string[] = [];
    let core: Core | undefined;
    for await (const rows of readRows(join(recorded, name))) {
      for (const [seq, turn, at, kind, actor, type, v, cause, data] of rows) {
        const row = newest({ seq, turn, at, kind, actor, type, v, cause, data }, name);
        words.push(`${seq} ${actor} ${type} ${row.v} ${cause} ${row.data}`);
        if (kind !== 'input') continue;
        const input = eventOf(row) as Input;
        if (input.type === 'session.opened')
          core = createCore(settingsOf(input), { stages: sparingNobody });
        for (const said of core?.turn(input, at, cause) ?? []) {
          const { event } = said;
          again.push(
            `${said.seq} ${said.actor} ${event.type} ${said.v} ${said.cause} ${dataText(event)}`,
          );
        }
      }
    }
    t.true(words.length > 100);
    t.deepEqual(
      words.filter((word, index) => word !== again[index]),
      [],
      name,
    );
  }
});

const session = play({ seconds: 120, amm: () => 1.42 });

/** A session that has not ended: its turns so far. */
const short = session.filter(({ turn }) => turn < 60);

const logOf = async (
  t: ExecutionContext<unknown>,
  sessions: readonly (readonly Row[])[],
): Promise<string> => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  for (const [index, rows] of sessions.entries()) await log.append(index + 1, rows);
  await log.close({ clean: true });
  return file;
};

/** The nth event of a type with something else in it. */
const planted = (type: Event['type'], nth: number, fields: object): readonly Row[] => {
  const seq = session.filter(({ event }) => event.type === type)[nth]?.seq;
  return session.map((row) =>
    row.seq === seq ? { ...row, event: { ...row.event, ...fields } as Event } : row,
  );
};

test('what would be decided differently is gathered by who first says what otherwise, the most frequent first', async (t) => {
  const db = await logOf(t, [
    planted('quote.decided', 3, { skewBps: 99 }),
    session,
    planted('market.observed', 5, { mid: '1.5' }),
    planted('market.observed', 7, { mid: '1.6' }),
  ]);
  const { code, text } = await said('--db', db);
  t.is(code, 1);
  t.regex(text, /^4 sessions: 1 identical, /);
  t.regex(
    text,
    /\n2 sessions: market says market\.observed with another mid\n {2}session 3 of \S+, event \d+\n {2}session 4 of [^]*\n1 session: strategy says quote\.decided with another skewBps\n {2}session 1 of /,
  );
  const { text: json } = await said('--db', db, '--json');
  const told = JSON.parse(json);
  t.is(told.identical, 1);
  t.deepEqual(told.failures, []);
  t.like(told.groups[0], {
    recorded: { actor: 'market', type: 'market.observed' },
    now: { actor: 'market', type: 'market.observed' },
    fields: ['mid'],
  });
  t.deepEqual(
    told.groups[0].sessions.map((one: { session: number }) => one.session),
    [3, 4],
  );
});

test('a word that is missing, or one too many, is told as that', async (t) => {
  const extra = session.filter(({ event }) => event.type !== 'quote.decided');
  const renumbered = extra.map((row, index) => ({
    ...row,
    seq: index + 1,
    cause: Math.min(row.cause, index),
  }));
  const { text } = await said('--db', await logOf(t, [renumbered]));
  t.regex(text, /1 session: strategy says quote\.decided, where /);
});

test('logs, exported sessions and folders of both are places; a session without its end is compared as far as it goes', async (t) => {
  const db = await logOf(t, [session, short]);
  const folder = join(db, '..', 'folder');
  await mkdir(folder);
  await exportSession(db, 1, 'neo', join(folder, 'one.neo'));
  await copyFile(db, join(folder, 'two.db'));
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const { code, text } = await said(folder, db);
  t.regex(text, /^5 sessions: 5 identical/);
  t.is(code, 0);
});

test('what cannot be read is named, the others go on, and the exit code is 1', async (t) => {
  const newer = session.map((row) => (row.seq === 40 ? { ...row, v: 9 } : row));
  const db = await logOf(t, [session, newer]);
  const folder = join(db, '..', 'folder');
  await mkdir(folder);
  await exportSession(db, 2, 'neo', join(folder, 'newer.neo'));
  await writeFile(join(folder, 'cut.neo'), Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]));
  await writeFile(join(folder, 'diary.db'), 'Dear diary,\n'.repeat(500));
  const { code, text, error } = await said(db, folder, '--json');
  t.is(code, 1);
  const told = JSON.parse(text);
  t.is(told.sessions, 5);
  t.is(told.identical, 1);
  t.is(told.failures.length, 4);
  t.regex(
    error,
    /session 2 of \S+neo\.db is left out: event 40 of session 2 was written by a newer neo/,
  );
  t.regex(error, /newer\.neo is left out: event 40 of session \S+ was written by a newer neo/);
  t.regex(error, /cut\.neo is left out: .*damaged/);
  t.regex(error, /diary\.db is left out: /);
});

test('wrong usage is refused with the cure', async (t) => {
  const db = await logOf(t, []);
  for (const [args, words] of [
    [['--db', `${db}.missing`], /There is no .*missing: name a log, a file of neo export/],
    [[join(db, '..')], undefined],
    [['--db', db], /there are no sessions/],
    [['--db', db, '--set', 'a=1'], /leave --set, --profile, --fills and --until out/],
    [['--db', db, '--until', '9'], /leave --set/],
  ] as const) {
    await t.throwsAsync(said(...args), {
      instanceOf: UsageError,
      ...(words ? { message: words } : {}),
    });
  }
});
