/** What waits in the inbox for the next start stands already in every answer, and is heard as it was meant. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { writeInbox } from '../actors/inbox.ts';
import { inputsOf } from '../actors/operator.ts';
import { openReader } from '../actors/log/reader.ts';
import { leftIn } from '../commands/inspect/left.ts';
import { postTo } from '../commands/inspect/post.ts';
import type { Event } from '../events/event.ts';
import type { GateAnswered } from '../events/session.ts';
import { driftStanding, noLegacy } from '../projections/legacy.ts';
import { withWaiting } from '../commands/waiting.ts';
import { ask, documentOf, recorded } from './door.ts';
import { quick, withLog } from './door-refused.ts';
import { opened, read } from './given.ts';
import { folderFor, openSample } from './log-sample.ts';
import { fact, recorded as told } from './recorded.ts';

const latch = async (folder: string): Promise<string> => {
  const { lines } = documentOf<GateAnswered>(await ask(folder, 'gate', '--json'));
  const found = lines.find(({ check }) => check === 'kill switch');
  return `${found?.pass ? 'pass' : 'fail'}: ${found?.evidence}`;
};

const clear = ['kill', '--clear', '--by', 'me', '--note', 'mistake'] as const;

const heard = async (folder: string, session: number): Promise<readonly object[]> =>
  (await recorded(join(folder, 'neo.db'), session)).flatMap(({ event }) =>
    event.type.startsWith('operator.') ? [event] : [],
  );

const says = async (
  t: ExecutionContext,
  folder: string,
  line: readonly [string, ...string[]],
  words: RegExp,
): Promise<void> => {
  const { code, out, err } = await ask(folder, ...line);
  t.is(code, 0, err);
  t.regex(out, words);
};

test('a kill that waits is no-go at the gate, and the next session halts on it', async (t) => {
  const folder = await withLog(t);
  await says(
    t,
    folder,
    ['kill', '--note', 'n1'],
    /No session runs on .*neo\.db: the kill switch waits/,
  );
  t.regex(await latch(folder), /^fail: the kill switch is latched \(n1\)/);
  t.is((await ask(folder, 'run', ...quick)).code, 3);
  t.regex(await latch(folder), /^fail/);
  await says(t, folder, clear, /the clearing waits for the next start/);
  t.regex(await latch(folder), /^pass/);
  t.is((await ask(folder, 'run', ...quick)).code, 0);
});

test('a kill that was cleared before any start halts none, and the log has both', async (t) => {
  const folder = await withLog(t);
  t.is((await ask(folder, 'kill', '--note', 'a')).code, 0);
  t.is((await ask(folder, ...clear)).code, 0);
  t.regex(await latch(folder), /^pass/);
  const { code, err } = await ask(folder, 'run', ...quick);
  t.is(code, 0, err);
  const [killed, cleared, ...more] = await heard(folder, 2);
  t.like(killed, { type: 'operator.kill', note: 'a', cleared: true });
  t.like(cleared, { type: 'operator.clear', by: 'me', note: 'mistake' });
  t.deepEqual(more, []);
  t.is((await ask(folder, 'replay', '2')).code, 0);
  t.is((await ask(folder, 'run', ...quick)).code, 0, 'and it latched nothing');
});

test('a request whose file is there again when its machine has died is not heard again', async (t) => {
  const folder = await withLog(t);
  const inbox = join(folder, 'neo.db.inbox');
  const deposit = ['capital', 'deposit', '--xrp', '5', '--confirm'] as const;
  await says(t, folder, deposit, /waits for the next start/);
  const [name = ''] = await readdir(inbox);
  const kept = await readFile(join(inbox, name));
  t.is((await ask(folder, 'run', ...quick)).code, 0);
  t.like(await heard(folder, 2), [
    { type: 'operator.capital', drops: '5000000', request: name.replace('.json', '') },
  ]);
  t.is((await ask(folder, 'run', ...quick)).code, 0);
  await writeFile(join(inbox, name), kept);
  await writeFile(join(inbox, 'by hand.json'), '{"type":"operator.basis","price":"1","note":""}');
  t.is((await ask(folder, 'run', ...quick)).code, 0);
  t.like(await heard(folder, 4), [{ type: 'operator.basis' }]);
  t.deepEqual(await readdir(inbox), []);
});

test('a kill that comes after the clear stands', async (t) => {
  const folder = await withLog(t);
  t.is((await ask(folder, 'kill', '--note', 'a')).code, 0);
  t.is((await ask(folder, ...clear)).code, 0);
  t.is((await ask(folder, 'kill', '--note', 'b')).code, 0);
  t.regex(await latch(folder), /^fail: the kill switch is latched \(b\)/);
  const ended = await ask(folder, 'run', ...quick);
  t.is(ended.code, 3);
  t.is(documentOf(ended).halt?.detail, 'b');
});

test('--by without --clear is refused, and latches nothing', async (t) => {
  const folder = await withLog(t);
  const { code, err } = await ask(folder, 'kill', '--by', 'me', '--note', 'x');
  t.is(code, 2);
  t.regex(err, /add --clear/);
  t.deepEqual(await readdir(join(folder, 'neo.db.inbox')).catch(() => []), []);
});

test('an announcement that waits is shown, and a second one is told so', async (t) => {
  const folder = await withLog(t);
  const line = ['capital', 'deposit', '--xrp', '5', '--note', 'home'] as const;
  await says(t, folder, [...line, '--confirm'], /No session runs: it waits for the next start/);
  await says(t, folder, ['capital', 'basis', '--price', '1.25', '--confirm'], /waits/);
  await says(t, folder, ['capital'], /announced, and waits for the next start: 5 XRP \(home\)/);
  type Standing = Readonly<{ announced: readonly object[]; basis_waiting: string | null }>;
  const shown = async (): Promise<Standing> =>
    documentOf<Standing>(await ask(folder, 'capital', '--json'));
  t.like(await shown(), {
    announced: [{ xrp: '5', rlusd: '0', note: 'home', waits: true }],
    basis_waiting: '1.25',
  });
  await says(t, folder, line, /announced already/);
  t.is((await ask(folder, 'run', ...quick)).code, 0);
  t.like(await shown(), {
    announced: [{ xrp: '5', rlusd: '0', note: 'home', waits: false }],
    basis_waiting: null,
  });
});

test('an acknowledgement and a realignment that wait lift the drift that they name', (t) => {
  const drift = { uuid: 'u', session: 3, seq: 9 };
  const left = { ...noLegacy, driftUnacknowledged: drift };
  const note = 'seen';
  const lifts = (event: Parameters<typeof withWaiting>[1][number]): boolean =>
    driftStanding(withWaiting(left, [event])) === null;
  t.true(lifts({ type: 'operator.acknowledge', ...drift, note }));
  t.false(lifts({ type: 'operator.acknowledge', ...drift, seq: 10, note }));
  t.true(lifts({ type: 'operator.realign', note }));
});

test('what is no request is heard by nobody, and a clear without a name clears nothing', (t) => {
  const waiting = [
    { type: 'operator.kill', note: 'a' },
    { type: 'operator.clear', note: 'nobody' },
    { type: 'operator.dance' },
  ].map((message, id) => ({ id: String(id), message }));
  t.deepEqual(inputsOf(waiting), [{ id: '0', input: { type: 'operator.kill', note: 'a' } }]);
});

test('a kill is one without a note too', (t) => {
  for (const note of [undefined, 7, null]) {
    const waiting = [
      { id: '0', message: { type: 'operator.kill', ...(note === undefined ? {} : { note }) } },
    ];
    t.deepEqual(inputsOf(waiting)[0]?.input, { type: 'operator.kill', note: 'no note' });
  }
});

test('the page is answered in the words of the command line, and refused what nobody could act on', async (t) => {
  const folder = await withLog(t);
  const file = join(folder, 'neo.db');
  const post = postTo(file, async () => true);
  const answer = async (message: Parameters<typeof post>[0]): Promise<string> =>
    Object.entries(await post(message))
      .flat()
      .join(': ');
  t.regex(await answer({ type: 'operator.stop', note: 'x' }), /^refused: No session runs/);
  const about = { type: 'operator.acknowledge', session: 1, note: 'seen' };
  t.regex(await answer({ ...about, seq: 1 }), /^refused: .*nothing waits for its acknowledgement/);
  t.regex(await answer({ ...about, session: 9, seq: 1 }), /^refused: .*no session 9/);
  const kill = { type: 'operator.kill', note: 'x' };
  t.regex(await answer(kill), /^said: No session runs on .*: the kill switch waits/);
  t.regex(await latch(folder), /^fail/);
  await writeInbox(file, { type: 'operator.clear', by: 'me', note: 'y' }, Date.now());
  t.regex(await latch(folder), /^pass/);
});

test('the page offers the clearing while log and inbox say that the switch is latched', async (t) => {
  const folder = await withLog(t);
  const file = join(folder, 'neo.db');
  const reader = await openReader(file);
  t.teardown(reader.close);
  const left = leftIn(reader, file);
  const isLatched = async (): Promise<boolean> => (await left()).killLatched;
  t.false(await isLatched());
  await ask(folder, 'kill', '--note', 'a');
  t.true(await isLatched(), 'a kill waits');
  await ask(folder, 'run', ...quick);
  t.true(await isLatched(), 'the next session was killed by it');
  const clearing = { type: 'operator.clear', by: 'me', note: 'y' };
  const said = await postTo(file, async () => true)(clearing);
  t.regex('said' in said ? said.said : '', /the clearing waits for the next start/);
  t.false(await isLatched(), 'the clearing waits');
  await ask(folder, 'run', ...quick);
  t.false(await isLatched(), 'the next session has recorded it');
  t.false((await leftIn(reader, file)()).killLatched, 'who asks only now hears the same');
});

test('of an issuer’s change the page offers the event that shows what stands now', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  t.teardown(() => log.close({ clean: true }));
  const reader = await openReader(file);
  t.teardown(reader.close);
  const issuer = { flags: 0x0040_0000, transferRate: null, tickSize: null };
  const line = { rlusd: '98.55', limit: '1000000', frozen: true, deepFrozen: false };
  const tripped: Event = {
    type: 'guard.tripped',
    guard: 'issuer',
    episode: 1,
    fact: fact({ trip: true }),
    deadlineAt: null,
  };
  const rows = told([
    [0, opened],
    [4, read(100)],
    [8, read(101, { issuer })],
    [8, tripped],
    [12, read(102, { issuer })],
    [16, read(103, { issuer, line })],
  ]).map((row) => ({ ...row, kind: 'input' as const }));
  const left = leftIn(reader, file);
  const grow = async (from: number, to: number): Promise<readonly unknown[]> => {
    await log.append(1, rows.slice(from, to));
    return (await left()).awaiting;
  };
  t.deepEqual(await grow(0, 3), []);
  t.deepEqual(await grow(3, 5), [
    { session: 1, seq: 4, type: 'guard.tripped', what: 'global freeze' },
  ]);
  const frozen = 'global freeze, our line is frozen';
  t.deepEqual(await grow(5, 6), [{ session: 1, seq: 6, type: 'market.read', what: frozen }]);
  const { uuid } = opened;
  const seen = { type: 'operator.acknowledge', session: 1, uuid, seq: 6, note: 'seen' };
  await writeInbox(file, seen, Date.now());
  t.deepEqual((await left()).awaiting, []);
});
