/** What neo sessions, show and explain print for a real log, and what they refuse in one sentence. */
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LogError } from '../actors/log/failure.ts';
import { UsageError, type Command } from '../commands/command.ts';
import { explainCommand } from '../commands/explain.ts';
import { exportCommand } from '../commands/export.ts';
import { importCommand } from '../commands/import.ts';
import { realignCommand } from '../commands/realign.ts';
import { replayCommand } from '../commands/replay.ts';
import { sessionsCommand } from '../commands/sessions.ts';
import { showCommand } from '../commands/show.ts';
import { sweepCommand } from '../commands/sweep/sweep.ts';
import type { Alternatives } from '../projections/alternative.ts';
import type { SessionDocument } from '../projections/document.ts';
import { span } from '../projections/wording.ts';
import { folderFor, openSample, readAll } from './log-sample.ts';
import { play, type Script } from './narrative.ts';

const legacy: Script = {
  profile: 'legacy-s42',
  seconds: 602,
  amm: () => 1.418949,
  fills: [
    { t: 24, side: 'buy' },
    { t: 48, side: 'sell' },
  ],
};

/** A database with these sessions, numbered from 1. */
const databaseOf = async (
  t: ExecutionContext<unknown>,
  scripts: readonly Script[],
): Promise<string> => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  for (const [index, script] of scripts.entries()) await log.append(index + 1, play(script));
  await log.close({ clean: true });
  return file;
};

const said = async (command: Command, ...args: readonly string[]) => {
  const out: string[] = [];
  const surroundings = { env: {}, out: (text: string) => out.push(text), error: () => undefined };
  const code = await command.run(args, surroundings);
  return { code, text: out.join('') };
};

test('neo sessions lists how each ended', async (t) => {
  const db = await databaseOf(t, [
    legacy,
    { ...legacy, crash: { t: 60, silentSeconds: 41 } },
    { ...legacy, profile: 'default' },
  ]);
  const { code, text } = await said(sessionsCommand, '--db', db);
  t.is(code, 0);
  const [, first, second, third] = text.split('\n');
  t.regex(first ?? '', /^1 .* HALT degraded_timeout, source anchor_saturation/);
  t.regex(second ?? '', /^2 .* 57 s +unexpected_halt \(the log was silent for 41 s\)$/);
  t.regex(third ?? '', /^3 +sandbox +2026-04-20 18:57:59Z +10m03s +duration_elapsed$/);
});

test('of a session without an end sessions, show and explain know whether somebody writes the log', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const rows = play(legacy).slice(0, 60);
  await log.append(1, rows);
  const all = async (): Promise<readonly string[]> => {
    const texts = [
      await said(sessionsCommand, '--db', file),
      await said(showCommand, '1', '--db', file),
      await said(explainCommand, '1', '--db', file),
    ];
    return texts.map(({ text }) => text.replaceAll(/\s+/g, ' '));
  };
  for (const text of await all()) {
    t.notRegex(text, /died|nobody writes/);
    t.regex(text, /it runs|: OK for/);
  }
  await log.close({ clean: false });
  for (const text of await all()) {
    t.regex(text, /died: nobody writes this log since 2026-04-20 18:58:/);
    t.regex(text, /the next start closes/);
    t.notRegex(text, /it runs|: OK for \d+ s: quoting\./);
  }
});

test('realign compares books and wallet of one ledger, and says apart what was booked since', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const rows = play({ ...legacy, seconds: 100 });
  const read = rows.findLastIndex(({ event }) => event.type === 'market.read');
  const until = rows.findIndex(({ turn }) => turn > (rows[read]?.turn ?? 0));
  const last = rows[until - 1];
  const fill = rows.find(({ event }) => event.type === 'fill.recorded');
  if (!last || !fill) return t.fail();
  const late = {
    ...fill,
    seq: last.seq + 1,
    at: last.at,
    turn: last.turn + 1,
    kind: 'input' as const,
    cause: 0,
  };
  await log.append(1, [...rows.slice(0, until), late]);
  await log.close({ clean: true });
  const { text } = await said(realignCommand, '--db', file, '--json');
  const told = JSON.parse(text) as Record<string, Record<'xrp' | 'rlusd', string>>;
  const number = (name: string): number => Number(told[name]?.xrp);
  t.true(Math.abs(number('wallet') - number('books_then') - number('difference')) < 1e-6);
  t.not(number('books'), number('books_then'), 'the late fill is no part of the comparison');
  const { text: words } = await said(realignCommand, '--db', file);
  t.regex(words, /^As of ledger \d+, the newest that session 1 has read, the books say /);
  t.true(words.includes(`Since then the books have moved to ${told['books']?.xrp} XRP`), words);
});

test('sessions and show mark a session that was imported', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const exported = join(await folderFor(t), 'one.neo');
  await said(exportCommand, '1', '--format', 'neo', '-o', exported, '--db', db);
  const own = await said(sessionsCommand, '--db', db, '--json');
  const other = join(await folderFor(t), 'other.db');
  await said(importCommand, exported, '--db', other);
  const { text } = await said(sessionsCommand, '--db', other);
  t.regex(text, /\n1 +sandbox, imported +/);
  const { text: json } = await said(sessionsCommand, '--db', other, '--json');
  const marks = [own.text, json].map(
    (list) => (JSON.parse(list) as readonly { imported: boolean }[])[0]?.imported,
  );
  t.deepEqual(marks, [false, true]);
  const { text: page } = await said(showCommand, '1', '--db', other);
  t.regex(page, /Session 1 \(sandbox, imported from another log\)/);
});

test('every figure of a session that died ends with its last event before the silence', async (t) => {
  const died: Script = {
    ...legacy,
    crash: { t: 160, silentSeconds: 75 },
  };
  const db = await databaseOf(t, [died]);
  const { text } = await said(showCommand, '1', '--db', db, '--json');
  const told = JSON.parse(text) as SessionDocument;
  const seconds = (from: string, to: string | null): number =>
    (Date.parse(to ?? '') - Date.parse(from)) / 1000;
  const degraded = seconds(told.mode[0]?.at ?? '', told.ended_at);
  t.true(degraded > 0 && degraded < 75, String(degraded));
  t.is(told.ended_at, told.died_at);
  t.is(seconds(told.ended_at ?? '', told.halt?.at ?? ''), 75);
  const { text: page } = await said(showCommand, '1', '--db', db);
  t.regex(page, new RegExp(`DEGRADED for the last ${span(degraded * 1000)}: `));
  const { text: json } = await said(showCommand, '1', '--db', db, '--account', '--json');
  const account = JSON.parse(json) as { seconds: number };
  t.true(account.seconds <= seconds(told.started_at, told.ended_at), String(account.seconds));
  const line = ['1', '--grid', 'guards.issuer.enabled=true,false', '--db', db, '--json'];
  const { text: swept } = await said(sweepCommand, ...line);
  const { base } = JSON.parse(swept) as {
    base: { sessions: readonly { degraded_seconds: number; halt: { after_seconds: number } }[] };
  };
  t.is(base.sessions[0]?.degraded_seconds, degraded);
  t.is(base.sessions[0]?.halt.after_seconds, seconds(told.started_at, told.ended_at));
});

test('neo sessions finds the halt of a session however much followed it', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const rows = play(legacy);
  const last = rows.at(-1);
  if (!last) return t.fail();
  const more = Array.from({ length: 3000 }, (_, index) => ({
    ...last,
    seq: last.seq + 1 + index,
    turn: last.turn + 1 + index,
    kind: 'input' as const,
    event: { type: 'tick', index },
  }));
  await log.append(1, [...rows, ...more]);
  await log.close({ clean: true });
  const { text } = await said(sessionsCommand, '--db', file, '--json');
  const [one] = JSON.parse(text) as { halt: { reason: string }; ended_at: string | null }[];
  t.is(one?.halt.reason, 'degraded_timeout');
  t.not(one?.ended_at, null);
});

test('neo show prints the sentence and the report within forty lines, and the document as JSON', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const { text } = await said(showCommand, '1', '--db', db);
  t.regex(text, /^HALT since 2026-04-20 19:04:36Z: degraded_timeout of anchor_saturation/);
  t.true(text.split('\n').length <= 40);
  const { text: json } = await said(showCommand, '1', '--db', db, '--json');
  const told = JSON.parse(json) as { session: number; log: { events: number; last_hash: string } };
  t.is(told.session, 1);
  t.is(told.log.events, play(legacy).length);
  t.regex(told.log.last_hash, /^[0-9a-f]{64}$/);
});

test('neo show has the account in words, and alone with --account', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const { text } = await said(showCommand, '1', '--db', db);
  const { text: alone } = await said(showCommand, '1', '--db', db, '--account');
  t.regex(alone, /^markout .*\ndrift .*\nbasis .*\nresult .*spread dominance .*\n$/);
  t.true(text.includes(alone));
  const { text: json } = await said(showCommand, '1', '--db', db, '--account', '--json');
  t.like(JSON.parse(json), { session: 1, fills: 2, buy: 1, sell: 1 });
});

test('neo explain prints a page, and the same as JSON', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const { code, text } = await said(explainCommand, '1', '--db', db);
  t.is(code, 0);
  t.regex(text, /anchor_saturation tripped at 18:59:36Z, the first cause/);
  const { text: json } = await said(explainCommand, '1', '--db', db, '--json');
  const told = JSON.parse(json) as Record<string, unknown>;
  for (const key of ['halt', 'chain', 'causes', 'standing', 'timeline']) t.true(key in told, key);
});

test('neo explain tells which settings of the guards alone would have changed the end, and what then', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const { text } = await said(explainCommand, '1', '--db', db);
  const page = text.replaceAll(/\s+/g, ' ');
  t.regex(page, /Each of these settings alone would have changed that/);
  t.regex(
    page,
    /guards\.anchor_saturation\.timeout_seconds = 0 \(was 300\): no halt then; anchor_saturation waiting without a deadline, directional_drift with its own deadline at 6m48s/,
  );
  t.regex(page, /recovery_enabled, .* of anchor_saturation; any of directional_drift\./);
  const { text: json } = await said(explainCommand, '1', '--db', db, '--json');
  const { settings } = JSON.parse(json) as { settings: Alternatives };
  const keys = settings.changed.map(({ key }) => key.replace('guards.anchor_saturation.', ''));
  t.true(keys.includes('bias_threshold_bps'));
  for (const { key, recorded, value } of settings.changed) t.not(value, recorded, key);
});

test('each setting that explain names is what a what-if of it finds, and a step nearer is not', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const { text } = await said(explainCommand, '1', '--db', db, '--json');
  const { settings } = JSON.parse(text) as { settings: Alternatives };
  const whatIf = async (key: string, value: unknown): Promise<string> => {
    const line = ['1', '--db', db, '--json', '--set', `${key}=${String(value)}`];
    const { text: json } = await said(replayCommand, ...line);
    const { whatif } = JSON.parse(json) as { whatif: { halt: { reason: string } } };
    return whatif.halt.reason;
  };
  for (const { key, value, halt } of settings.changed) {
    t.is(await whatIf(key, value), halt?.reason ?? 'replay_exhausted', key);
  }
  const bias = settings.changed.find(({ key }) => key.endsWith('bias_threshold_bps'));
  t.is(await whatIf(bias?.key ?? '', Number(bias?.value) - 0.2), 'degraded_timeout');
});

test('of a hard limit explain names the limit that would have let it go on; of a planned end none', async (t) => {
  const db = await databaseOf(t, [
    { seconds: 60, amm: () => 1.42, set: ['risk.max_xrp_exposure=90'] },
    { seconds: 60, amm: () => 1.42 },
  ]);
  const { text } = await said(explainCommand, '1', '--db', db);
  t.regex(text, /risk\.max_xrp_exposure = 99 \(was 90\): no halt then; nothing standing/);
  const { text: planned } = await said(explainCommand, '2', '--db', db);
  t.notRegex(planned, /settings/);
});

test('of a session of more than 300,000 events explain tells everything but what would have changed the end', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const log = await openSample(db);
  const last = (await log.newest())?.last;
  const tick = (await readAll(log, 1)).findLast(({ event }) => event.type === 'tick');
  if (!last || !tick) return t.fail();
  const more = Array.from({ length: 300_001 - last.seq }, (_, index) => ({
    ...tick,
    at: last.at,
    seq: last.seq + 1 + index,
    turn: last.turn + 1 + index,
  }));
  await log.append(1, more);
  await log.close({ clean: true });
  const { text } = await said(explainCommand, '1', '--db', db);
  t.regex(text, /anchor_saturation tripped at 18:59:36Z, the first cause/);
  t.regex(text, /too long to seek the settings/);
  const { text: json } = await said(explainCommand, '1', '--db', db, '--json');
  t.is((JSON.parse(json) as { settings: unknown }).settings, null);
});

test('an unknown session, a database without sessions and a missing one are exit code 2 in a sentence', async (t) => {
  const db = await databaseOf(t, [legacy]);
  const none = await databaseOf(t, []);
  for (const command of [showCommand, explainCommand]) {
    const unknown = await t.throwsAsync(said(command, '9', '--db', db), { instanceOf: LogError });
    t.is((unknown as LogError).exitCode, 2);
    t.regex(unknown?.message ?? '', /no session 9 in .*, its newest is 1: neo sessions lists them/);
    const empty = await t.throwsAsync(said(command, '1', '--db', none), { instanceOf: LogError });
    t.regex(empty?.message ?? '', /has no sessions yet: start one with neo run/);
    const missing = said(command, '1', '--db', `${db}.missing`);
    t.is(((await t.throwsAsync(missing)) as LogError).exitCode, 2);
  }
  const { code, text } = await said(sessionsCommand, '--db', none);
  t.is(code, 0);
  t.regex(text, /has no sessions yet/);
});

test('wrong usage is refused with the cure', async (t) => {
  for (const args of [[], ['one'], ['1', '2'], ['1', '--sideways']]) {
    await t.throwsAsync(said(showCommand, ...args), { instanceOf: UsageError });
    await t.throwsAsync(said(explainCommand, ...args), { instanceOf: UsageError });
  }
  await t.throwsAsync(said(sessionsCommand, '1'), { instanceOf: UsageError, message: /neo show/ });
});

test('each has its help', async (t) => {
  const commands = { sessions: sessionsCommand, show: showCommand, explain: explainCommand };
  for (const [name, command] of Object.entries(commands)) {
    const { code, text } = await said(command, '--help');
    t.is(code, 0);
    t.true(text.startsWith(`neo ${name}`));
  }
});
