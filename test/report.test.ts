/** The report of a session: one file that needs nothing else, says what the log says, stays small, and lets no text of the log become markup. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LogError } from '../actors/log/failure.ts';
import { UsageError, type Command } from '../commands/command.ts';
import { reportCommand, writeReport } from '../commands/report.ts';
import { explainCommand } from '../commands/explain.ts';
import { showCommand } from '../commands/show.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { plotColumns } from '../inspector/report/canvas.ts';
import { command, prose } from '../inspector/report/command.ts';
import { gather } from '../inspector/report/gather.ts';
import { createListing } from '../inspector/report/listing.ts';
import { html } from '../inspector/report/markup.ts';
import { report, type About } from '../inspector/report/report.ts';
import { createSpans } from '../inspector/report/spans.ts';
import { folderFor, openSample, withSqlite } from './log-sample.ts';
import { play, start, type Script } from './narrative.ts';

type Row = Recorded<Event>;

const twoCauses: Script = {
  seconds: 600,
  amm: () => 1.4188,
  fills: [
    { t: 24, side: 'buy' },
    { t: 48, side: 'sell' },
  ],
};
const rows = play(twoCauses);

const about: About = {
  session: 1,
  lastHash: 'f'.repeat(64),
  isWritten: true,
  database: 'neo.db',
  chain: rows.filter(({ event }) => event.type === 'halt'),
  causes: [],
  alternatives: undefined,
  fromDefaults: [],
  fromBefore: null,
};

async function* streamed(all: Iterable<Row>): AsyncGenerator<Row> {
  yield* all;
}

const gathered = (all: readonly Row[], columns = plotColumns) =>
  gather(streamed(all), { from: all[0]?.at ?? 0, to: all.at(-1)?.at ?? 0, columns });

const drawn = async (all: readonly Row[]): Promise<string> => report(await gathered(all), about);

const databaseOf = async (
  t: ExecutionContext<unknown>,
  ...sessions: readonly (readonly Row[])[]
): Promise<string> => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  for (const [index, session] of sessions.entries()) await log.append(index + 1, session);
  await log.close({ clean: true });
  return file;
};

/** Its words, with single spaces. */
const plain = (text: string): string =>
  text
    .replaceAll(/<style>[^]*?<\/style>|<svg[^]*?<\/svg>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');

const said = async (command: Command, ...args: readonly string[]) => {
  const out: string[] = [];
  const error: string[] = [];
  const code = await command.run(args, {
    env: {},
    out: (text) => out.push(text),
    error: (text) => error.push(text),
  });
  return { code, text: out.join(''), error: error.join('') };
};

test('it says how the session ended, what tripped when, what came of it, and what it holds', async (t) => {
  const text = (await drawn(rows)).replaceAll(/<svg[^]*?<\/svg>/g, '').replaceAll(/<[^>]+>/g, '');
  t.regex(text, /Ended after 10m00s: duration_elapsed; DEGRADED for the last 8m24s/);
  t.regex(text, /anchor_saturation1m36s1mean −8\.45 bps/);
  t.regex(
    text,
    /directional_drift C1m48s115 ticks without a buy \(limit 15\)recovered after 2m00s/,
  );
  t.regex(text, /XRP: fills-only = 69\.4, capital overlay = 0, engine total = 69\.4/);
  t.regex(text, /18:58:24Zbuy101\.41858/);
  t.true(text.includes(about.lastHash));
});

test('it needs nothing else: no address, no script, fonts within', async (t) => {
  const text = await drawn(rows);
  t.deepEqual(text.match(/https?:\/\/[^\s"')]+/g), null);
  t.deepEqual(text.match(/<(?:script|link|img|iframe)\b/g), null);
  const urls = new Set(text.match(/url\(["']?[^)]{5}/g));
  t.true(
    [...urls].every((url) => /^url\(["']?(?:data:|#hatc)/.test(url)),
    [...urls].join(),
  );
  t.regex(text, /@font-face/);
  t.true(Buffer.byteLength(text) < 250_000);
});

test('each guard has its lane, and each cause its place on the axis', async (t) => {
  const { phases, modes } = await gathered(rows);
  const at = (seconds: number): number => start + seconds * 1000;
  t.like(
    phases.anchor_saturation.find(({ kind }) => kind.phase === 'tripped'),
    { from: at(96), to: rows.at(-1)?.at },
  );
  t.deepEqual(
    phases.directional_drift.map(({ from, kind }) => [kind.phase, (from - start) / 1000]).slice(1),
    [
      ['tripped', 108],
      ['recovering', 112],
      ['armed', 228],
    ],
  );
  t.deepEqual(
    modes.map(({ from, kind: { mode, causes } }) => [(from - start) / 1000, mode, causes.length]),
    [
      [-1, 'OK', 0],
      [96, 'DEGRADED', 1],
      [108, 'DEGRADED', 2],
      [228, 'DEGRADED', 1],
    ],
  );
  const text = await drawn(rows);
  for (const lane of Object.keys(phases))
    t.true(text.includes(`class="name">${lane}</text>`), lane);
});

test('what the log says stays text, wherever it is shown', async (t) => {
  const hostile = `</style><script>document.title='owned'</script>"'><img src=x onerror=alert(1)>`;
  const changed = rows.map((row): Row => {
    const { event } = row;
    if (event.type === 'halt' || event.type === 'session.ending') {
      return { ...row, event: { ...event, detail: hostile } };
    }
    if (event.type === 'fill.recorded') return { ...row, event: { ...event, hash: hostile } };
    if (event.type === 'truth.checked') return { ...row, event: { ...event, note: hostile } };
    return row;
  });
  const text = report(await gathered(changed), {
    ...about,
    lastHash: hostile,
    database: hostile,
    chain: changed.filter(({ event }) => event.type === 'halt'),
    fromDefaults: [{ key: hostile, here: hostile, there: hostile }],
  });
  t.true(text.includes('&lt;script&gt;'));
  t.is(text.split('<script').length, 1);
  t.is(text.split('<img').length, 1);
  t.is(text.split('</style>').length, 2);
  t.is(html`<a title="${`"><b>'&`}">`.markup, '<a title="&quot;&gt;&lt;b&gt;&#39;&amp;">');
});

test('a long session gives no larger a picture: as many points as it has pixels, lists by their ends', async (t) => {
  function* long(): Generator<Row> {
    let seq = 0;
    const row = (event: unknown, at: number, turn: number, kind: Row['kind']): Row => ({
      seq: (seq += 1),
      turn,
      at,
      kind,
      actor: 'core',
      v: 1,
      cause: 0,
      event: event as Event,
    });
    const first = rows[0];
    if (first) yield row(first.event, start, 1, 'input');
    const [check, fill] = (['truth.checked', 'fill.recorded'] as const).map((type) =>
      rows.find(({ event }) => event.type === type),
    );
    for (let tick = 0; tick < 20_000; tick += 1) {
      const at = start + tick * 4000;
      yield row({ type: 'tick', index: tick }, at, tick + 2, 'input');
      const mid = (1.4 + (tick % 97) / 1000).toFixed(4);
      const seen = { bestBid: mid, bestAsk: mid, mid, amm: mid, anchorErrorBps: tick % 13 };
      yield row(
        { type: 'market.observed', tick, ledger: 1, closeTime: 1, missing: null, ...seen },
        at,
        tick + 2,
        'decision',
      );
      const mode = tick % 20 === 0 ? 'DEGRADED' : 'OK';
      if (tick % 20 < 2)
        yield row({ type: 'mode.changed', mode, causes: [] }, at, tick + 2, 'decision');
      if (check && fill) yield row((tick % 2 === 0 ? check : fill).event, at, tick + 2, 'decision');
    }
  }
  const told = await gather(streamed(long()), {
    from: start,
    to: start + 20_000 * 4000,
    columns: plotColumns,
  });
  t.is(told.moment.session.ticks, 20_000);
  t.is(told.bins.length, plotColumns);
  t.is(
    told.bins.reduce((sum, { ticks }) => sum + ticks, 0),
    20_000,
  );
  t.true(told.bins.every(({ low, high }) => low.error === 0 && high.error === 12));
  t.true(told.modes.length <= 2 * plotColumns, `${told.modes.length} spans`);
  t.true(told.fillMarks.length <= 2 * plotColumns);
  t.true(told.truthMarks.length <= plotColumns);
  t.is(told.fills.count, 10_000);
  t.is(told.fills.hidden, 10_000 - 24);
  const text = report(told, about);
  t.true(text.includes(`${10_000 - 24} more fills`));
  t.true(Buffer.byteLength(text) < 450_000, `${Buffer.byteLength(text)} bytes`);
});

test('of two spans that are too narrow to be drawn apart the worse is seen', (t) => {
  const spans = createSpans(0, 0, 10, Math.max);
  spans.begin(100, 1);
  spans.begin(103, 0);
  spans.begin(106, 2);
  spans.begin(108, 0);
  t.deepEqual(spans.until(200), [
    { from: 0, to: 100, kind: 0 },
    { from: 100, to: 108, kind: 2 },
    { from: 108, to: 200, kind: 0 },
  ]);
});

test('a list keeps its beginning and its end', (t) => {
  const list = createListing<number>(4);
  for (const one of [1, 2, 3, 4, 5, 6, 7]) list.add(one);
  t.deepEqual(list.listed(), { shown: [1, 2, 6, 7], hidden: 3, count: 7 });
});

test('of a log that is damaged it tells as far as that can be read, and says so', async (t) => {
  async function* broken(): AsyncGenerator<Row> {
    yield* rows.slice(0, 400);
    throw new LogError(1, 'the hash of event 401 is wrong');
  }
  const to = rows.at(-1)?.at ?? 0;
  const told = await gather(broken(), { from: start, to, columns: plotColumns });
  const text = report(told, about);
  t.regex(text, /can be read up to event 400 and no further: the hash of event 401 is wrong/);
  t.regex(text, /<h1>\s*As of /);
});

test('of a log with an event that is not what was written the report ends before it, and show and explain name it', async (t) => {
  const db = await databaseOf(t, rows);
  const fill = rows.find(({ event }) => event.type === 'fill.recorded');
  const seq = fill?.seq ?? 0;
  t.is((await said(reportCommand, '1', '--db', db)).code, 0);
  t.regex(
    plain(await readFile(`${db}.reports/session-1.html`, 'utf8')),
    /hash chain verified, last hash/,
  );
  await withSqlite(db, 'write', async (connection) => {
    await connection.exec('DROP TRIGGER event_is_never_updated');
    const change = `UPDATE event SET data = replace(data, '"drops":"1', '"drops":"9') WHERE session = 1 AND seq = ?`;
    await connection.run(change, seq);
  });
  const where = new RegExp(
    `event ${seq} of session 1 is damaged: its hash does not follow .*; restore .*neo.db from .*neo.db.backups/`,
  );
  const { code, error } = await said(reportCommand, '1', '--db', db);
  t.is(code, 1);
  t.regex(error, where);
  const text = plain(await readFile(`${db}.reports/session-1.html`, 'utf8'));
  t.regex(
    text,
    new RegExp(`can be read up to event ${seq - 1} and no further: event ${seq} of session 1`),
  );
  t.regex(text, new RegExp(` ${seq - 1} events before the damage `));
  t.regex(text, /Nothing was traded/);
  t.regex(text, / As of 2026-04-20 18:58:\d\dZ: OK for \d+ s: /);
  t.notRegex(text, /[Dd]ied|has not said how it ended|; now: /);
  for (const command of [showCommand, explainCommand]) {
    await t.throwsAsync(said(command, '1', '--db', db), { instanceOf: LogError, message: where });
  }
});

test('each cause has its operands to the last digit, and the events and inputs that they came from', async (t) => {
  const db = await databaseOf(t, rows);
  const { file } = await writeReport(db, 1);
  const text = plain(await readFile(file, 'utf8'));
  for (const row of rows) {
    const { seq, event } = row;
    if (event.type !== 'guard.tripped') continue;
    const part = text.slice(text.indexOf(`event ${seq}`));
    for (const [key, value] of Object.entries(event.fact.operands)) {
      t.true(part.includes(`${key} ${String(value).replace('-', '−')}`), `${key} of event ${seq}`);
    }
  }
  const trip = rows.find(({ event }) => event.type === 'guard.tripped');
  const seen = rows.findLast(
    ({ seq, event }) => seq < (trip?.seq ?? 0) && event.type === 'market.observed',
  );
  const ledger = seen?.event.type === 'market.observed' ? seen.event.ledger : null;
  const read = rows.findLast(
    ({ seq, event }) =>
      seq < (seen?.seq ?? 0) && event.type === 'market.read' && event.ledger.index === ledger,
  );
  t.regex(text, new RegExp(`${ledger} mid [^\\n]*? ${seen?.seq} market.read ${read?.seq}`));
  t.regex(text, /19 more like these/);
  t.false(text.includes('What would have changed the end'));
});

test('of an end by a guard it names the settings that neo explain names', async (t) => {
  const db = await databaseOf(t, play({ ...twoCauses, profile: 'legacy-s42' }));
  const { file, bytes } = await writeReport(db, 1);
  const text = plain(await readFile(file, 'utf8'));
  const { text: explained } = await said(explainCommand, '1', '--db', db);
  const told = explained.replaceAll(/\s+/g, ' ');
  const found = [...told.matchAll(/guards\.\S+ = \S+ \(was \S+\): no halt then/g)];
  t.true(found.length > 0);
  for (const [one] of found) t.true(text.includes(one), one);
  t.true(text.includes('No value of these would: '));
  t.true(bytes < 220_000, `${bytes} bytes`);
});

test('of a session that has no end it tells what led to its mode, as neo explain does, and no later step of a guard', async (t) => {
  const counting = rows.find(({ event }) => event.type === 'guard.recovering');
  const db = await databaseOf(t, rows.slice(0, counting?.seq));
  const { file } = await writeReport(db, 1);
  const [, chain = ''] =
    /From the input to the present mode(.*)Causes/.exec(plain(await readFile(file, 'utf8'))) ?? [];
  const { text: json } = await said(explainCommand, '1', '--db', db, '--json');
  const steps = (JSON.parse(json) as { chain: readonly { seq: number; type: string }[] }).chain;
  t.is(steps.at(-1)?.type, 'mode.changed');
  t.deepEqual(
    [...chain.matchAll(/ (\d+) ([a-z]+(?:\.[a-z]+)*) /g)].map(([, seq, type]) => [
      Number(seq),
      type,
    ]),
    steps.map(({ seq, type }) => [seq, type]),
  );
  t.notRegex(chain, /\b(\w+) \1\b/);
});

test('of the reconciliation opening, fills and fees add up to the fills-only books', async (t) => {
  const at = start + 30_000;
  const row = rows.find(({ event }) => event.type === 'fill.recorded');
  t.truthy(row);
  if (!row) return;
  const paid = {
    type: 'fee.paid',
    drops: '10',
    hash: 'A'.repeat(64),
    ledger: 1,
    order: null,
  } as unknown as Event;
  const text = plain(
    await drawn([...rows.slice(0, row.seq), { ...row, seq: row.seq + 1, at, event: paid }]),
  );
  const xrp = (name: string): number =>
    Number(new RegExp(` ${name} (−?[\\d.]+)`).exec(text)?.[1]?.replace('−', '-'));
  t.is(xrp('fees since then'), -0.00001);
  t.is(
    (xrp('opening of the log') + xrp('fills since then') + xrp('fees since then')).toFixed(6),
    xrp('fills-only').toFixed(6),
  );
});

test('every wallet check that was not ok is listed between the first and the last, or said to be left out', async (t) => {
  const check = rows.find(({ event }) => event.type === 'truth.checked');
  t.truthy(check);
  if (!check) return;
  const checks = (isBad: (index: number) => boolean): readonly Row[] =>
    Array.from({ length: 100 }, (_, index) => ({
      ...check,
      seq: check.seq + index + 1,
      at: check.at + index * 60_000,
      event: {
        ...check.event,
        status: isBad(index) ? 'warn' : 'ok',
        note: `check ${index}.`,
      } as Event,
    }));
  const told = async (isBad: (index: number) => boolean): Promise<readonly number[]> => {
    const text = plain(await drawn([...rows.slice(0, check.seq), ...checks(isBad)]));
    return [...text.matchAll(/(?:ok|warn): check (\d+)\./g)].map(([, index]) => Number(index));
  };
  t.deepEqual(await told((index) => index >= 40 && index < 45), [40, 41, 42, 43, 44, 99]);
  t.is((await told((index) => index < 99)).length, 23);
  const text = plain(await drawn([...rows.slice(0, check.seq), ...checks(() => true)]));
  t.true(text.includes('77 more checks lie between the first 12 and the last.'));
});

test('a command is copied whole: it stands on a line of its own rather than broken over two', (t) => {
  t.is(
    prose('It stays latched until neo kill --clear --by NAME --note TEXT. Then all is well.')
      .map(({ markup }) => markup)
      .join(''),
    'It stays latched until <span class="command">neo kill --clear --by NAME --note TEXT</span>. Then all is well.',
  );
  t.is(
    plain(command(`node dist/main.js verify --session 1 --db 'it is.db'`).markup).trim(),
    `node dist/main.js verify --session 1 --db 'it is.db'`,
  );
});

test('neo report writes beside the database, or where it is told, and never over another file', async (t) => {
  const db = await databaseOf(t, rows);
  const { code, text } = await said(reportCommand, '1', '--db', db);
  t.deepEqual([code, text], [0, `${db}.reports/session-1.html\n`]);
  t.regex(await readFile(`${db}.reports/session-1.html`, 'utf8'), /<title>NEO session 1<\/title>/);
  t.is((await said(reportCommand, '1', '--db', db)).code, 0);
  const file = join(await folderFor(t), 'F.html');
  const { text: json } = await said(reportCommand, '1', '--db', db, '-o', file, '--json');
  t.like(JSON.parse(json), { session: 1, file });
  await access(file);
  await t.throwsAsync(said(reportCommand, '1', '--db', db, '-o', file), {
    instanceOf: LogError,
    message: /exists already/,
  });
  await t.throwsAsync(said(reportCommand, '2', '--db', db), { instanceOf: LogError });
  await t.throwsAsync(said(reportCommand, 'x', '--db', db), { instanceOf: UsageError });
});

test('it names the settings that differ from the defaults and from the session before', async (t) => {
  const uuid = '11111111-1111-4111-8111-111111111111';
  const named = (all: readonly Row[], as: string, parent: string | null): readonly Row[] =>
    all.map((row) =>
      row.event.type === 'session.opened'
        ? {
            ...row,
            event: {
              ...row.event,
              uuid: as,
              parent: parent === null ? null : { uuid: parent, lastHash: '' },
            } as Event,
          }
        : row,
    );
  const second = play({
    ...twoCauses,
    seconds: 60,
    set: ['guards.anchor_saturation.lookback_ticks=40'],
  });
  const db = await databaseOf(
    t,
    named(rows, uuid, null),
    named(second, `${uuid.slice(0, -1)}2`, uuid),
  );
  const { file } = await writeReport(db, 2);
  const text = plain((await readFile(file, 'utf8')).replaceAll('<wbr />', ''));
  const [, defaults = '', before = ''] =
    /Different from the defaults(.*)Different from the session before(.*)/.exec(text) ?? [];
  t.regex(defaults, /guards\.anchor_saturation\.lookback_ticks 40 25/);
  t.regex(before, /key here S1 .*guards\.anchor_saturation\.lookback_ticks 40 25/);
});

test('neo show draws mid, anchor error and share as a line of text each', async (t) => {
  const db = await databaseOf(t, rows);
  const { text } = await said(showCommand, '1', '--db', db);
  t.regex(text, /^mid {7}[▁-█ ]{20,60} {2}1\.4200 to 1\.4200 RLUSD per XRP$/m);
  t.regex(text, /^anchor {4}[▁-█ ]{20,60} {2}−8\.45 to −8\.45 bps$/m);
  t.regex(text, /^XRP share [▁-█ ]{20,60} {2}[\d.]+ to [\d.]+ %$/m);
});
