/** A line that is wrong, or names what is not there, is refused and changes nothing. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { ask, folderFor, neo, snapshot } from './door.ts';
import { quick, refused, testRefusals, withLog, type Case } from './door-refused.ts';

const said = (what: string, line: string, says: RegExp, more: Partial<Case> = {}): Case => ({
  what,
  line: line.split(' '),
  code: 2,
  says,
  ...more,
});
const given = { given: withLog };

testRefusals([
  said(
    'an unknown key',
    'run --set strategy.bid_ofset_bps=9',
    /bid_ofset_bps .*did you mean strategy\.bid_offset_bps/,
  ),
  said(
    'a value out of range',
    'run --set engine.tick_interval_seconds=0',
    /tick_interval_seconds = "0".*from 1 to/,
  ),
  said('NaN', 'run --set risk.max_xrp_exposure=NaN', /risk\.max_xrp_exposure = "NaN".*give/),
  said('infinity', 'run --set risk.max_xrp_exposure=Infinity', /risk\.max_xrp_exposure.*give/),
  said('an empty value', 'run --set order_size.base_size_rlusd=', /base_size_rlusd.*give/),
  said('half a --set', 'run --set risk.max_xrp_exposure', /key=value/),
  said('a negative duration', 'run --duration-seconds=-5', /duration_seconds.*from 1/),
  said(
    'two intervals that must be one',
    'run --set strategy.requote_interval_seconds=3',
    /set both/,
  ),
  said(
    'an exit above its entry',
    'run --set guards.anchor_saturation.exit_bias_threshold_bps=7',
    /exit_bias_threshold_bps/,
  ),
  said('an unknown profile', 'run --profile demmo', /give one of .*demo/),
  said('an unknown network', 'run --network testnet', /give one of .*sandbox/),
  said('a configuration file that is not there', 'run --config no.json', /no\.json cannot be read/),
  said('a speed that is none', 'run --speed fast', /--speed "fast"/),
  said('a port that is none', 'run --inspect 70000', /70000 is no port/),
  said('an unknown option', 'run --durations', /--durations.*--help/),
  said(
    'an option given twice',
    'run --config a.json5 --config b.json5',
    /--config is given twice: leave one of the two/,
  ),
  said('an option without its value', 'run --seed', /--seed.*--help/),
  said('an option that begins with a dash', 'run --seed -1', /--seed.*--help/),
  said('a word too many', 'run fast', /takes no "fast"/),
  said(
    'an opening below the reserve',
    'run --set sandbox.opening_xrp=0.5',
    /below the reserve: open with at least/,
    { code: 4 },
  ),
  said(
    'a database in a folder that is not there',
    'run --db no/such/neo.db',
    /no folder .*create it/,
  ),
  said(
    'a sandbox in a folder that is not there',
    'sandbox --port 0 --db no/such/neo.db',
    /no folder .*create it/,
  ),
  said('a folder as the database', `run --db ${tmpdir()}`, /is not a file: choose another/),
  ...['show', 'replay', 'explain'].flatMap((name) => [
    said(`${name} without a log`, `${name} 1`, /no log .*start a session first/),
    said(
      `${name} of a session that is not there`,
      `${name} 9`,
      /no session 9 .*neo sessions/,
      given,
    ),
    said(`${name} without a session`, name, /which session.*neo sessions/),
    said(`${name} of no number`, `${name} one`, /"one" is no session number/),
    said(`${name} of two sessions`, `${name} 1 2`, /One session at a time|takes one/, given),
    said(`${name} with an unknown option`, `${name} 1 --frob`, /--frob.*--help/),
  ]),
  ...['sessions', 'verify', 'rebuild', 'kill', 'stop'].flatMap((name) => [
    said(`${name} without a log`, name, /no log .*--db/),
    said(`${name} with a word too many`, `${name} now`, /"now"/, given),
  ]),
  said('verify of a session that is not there', 'verify --session 9', /no session 9/, given),
  said('stop where no session runs', 'stop', /No session runs.*neo sessions/, given),
  said('a cleared kill switch without a name', 'kill --clear', /--by NAME and --note/, given),
  said('a backup onto a file', 'backup -o neo.db.ledger', /exists already: choose another/, given),
  said('a backup to nowhere', 'backup', /-o FILE/, given),
  said(
    'a replay with a key that it may not change',
    'replay 1 --set sandbox.seed=3',
    /sandbox\.seed cannot be changed in a replay/,
    given,
  ),
  ...['replay 1 --set', 'sweep 1 --grid'].flatMap((verb) =>
    ['strategy.bid_offset_bps=5', 'order_size.base_size_rlusd=5'].map((change) =>
      said(
        `${verb} ${change}, a quote’s key, with the fills that were recorded`,
        `${verb} ${change}`,
        /cannot be changed in a replay \(quotes are decided anew with --fills simulated alone\)/,
        given,
      ),
    ),
  ),
  said(
    'a replay with an unknown key',
    'replay 1 --set a.b=3',
    /a\.b .*no configuration key/,
    given,
  ),
  said('a replay with an unknown profile', 'replay 1 --profile s42', /legacy-s42/, given),
  said('a replay up to no event', 'replay 1 --until end', /--until end/, given),
  said('scenario without a file', 'scenario', /which scenario files/),
]);

test('the process itself: what is refused goes to stderr, and the exit code is the documented one', async (t) => {
  const folder = await folderFor(t);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const lines: readonly (readonly [readonly string[], 2 | 4, RegExp])[] = [
    [['frobnicate'], 2, /no command "frobnicate"; neo --help/],
    [['constructor'], 2, /no command "constructor"; neo --help/],
    [['--set', 'a.b=1'], 2, /a\.b .*no configuration key/],
    [['--inspect', String(port), ...quick], 4, /in use; choose another with run --inspect/],
    [['show', '1'], 2, /no log/],
  ];
  await Promise.all(
    lines.map(async ([line, code, says]) => refused(t, { code, says }, await neo(folder, ...line))),
  );
  t.deepEqual(await snapshot(folder), {});
});

test('help is told on stdout and ends well, for the whole and for each command', async (t) => {
  const folder = await folderFor(t);
  const whole = await neo(folder, '--help');
  t.is(whole.code, 0);
  const names = [...whole.out.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
  t.true(names.length >= 10);
  for (const name of names) {
    const { code, out, err } = await ask(folder, name, '--help');
    t.deepEqual([code, err], [0, ''], name);
    t.true(out.startsWith(`neo ${name}`) || out.startsWith('neo [run]'), out);
  }
  t.deepEqual(await snapshot(folder), {});
});

test('a reader that goes away ends no session', async (t) => {
  if (process.platform === 'win32') {
    t.log('skipped: no pipes of this kind');
    t.pass();
    return;
  }
  const folder = await folderFor(t);
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const line = `"${process.execPath}" "${main}" --speed max --duration-seconds 40`;
  const script = `${line} | head -n 1; exit "\${PIPESTATUS[0]}"`;
  t.is(spawnSync('bash', ['-c', script], { cwd: folder }).status, 0);
  t.regex((await ask(folder, 'sessions')).out, /duration_elapsed/);
});

test('a full disk behind what it shows ends no session, and fails what shows something and nothing else', async (t) => {
  if (process.platform !== 'linux') {
    t.log('skipped: no /dev/full');
    t.pass();
    return;
  }
  const folder = await folderFor(t);
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const onFullDisk = (line: string) =>
    spawnSync('bash', ['-c', `"${process.execPath}" "${main}" ${line} > /dev/full`], {
      cwd: folder,
    });
  t.is(onFullDisk('--speed max --duration-seconds 3').status, 0);
  t.regex((await ask(folder, 'sessions')).out, /duration_elapsed/);
  const { status, stderr } = onFullDisk('show 1 --json');
  t.is(status, 4);
  t.regex(String(stderr), /^not everything could be shown \(ENOSPC.*\)\n$/);
});

test('a session goes on with the ledger that is kept, whatever its seed was, and a session that was brought in has none', async (t) => {
  const folder = await folderFor(t);
  t.is((await ask(folder, 'run', ...quick, '--seed', '7')).code, 0);
  t.is((await ask(folder, 'run', ...quick)).code, 0);
  const other = await ask(folder, 'run', ...quick, '--seed', '8');
  t.is(other.code, 4);
  t.regex(
    other.err,
    /founded with another seed than 8, or without a market: give its seed with --seed/,
  );
  const file = join(folder, 'one.neo');
  t.is((await ask(folder, 'export', '1', '--format', 'neo', '-o', file)).code, 0);
  const elsewhere = await folderFor(t);
  t.is((await ask(elsewhere, 'import', file)).code, 0);
  t.is((await ask(elsewhere, 'run', ...quick, '--seed', '7')).code, 0);
});
