/** What is no valid scenario is refused by its place in the file, and then none of the files is played. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { ask, folderFor } from './door.ts';

const good = {
  name: 'one',
  start: '2026-05-11T06:30:00Z',
  opening: { xrp: '44', rlusd: '96.8' },
  duration_seconds: 8,
  market: [{ t: 0, bid: '2.1996', ask: '2.2004', amm: null }],
  expect: {},
};
const point = good.market[0];
const { opening, expect, ...rest } = good;

const bad: readonly (readonly [what: string, content: unknown, says: RegExp])[] = [
  ['an unknown key', { ...good, color: 1 }, /color is not known/],
  [
    'an unknown key of a market point',
    { ...good, market: [{ ...point, mid: '2' }] },
    /market\[0\]\.mid is not known/,
  ],
  ['an unknown expectation', { ...good, expect: { pnl: 1 } }, /expect\.pnl is not known/],
  [
    'an unknown key of a session',
    { ...good, expect: { sessions: [{ orders: {} }] } },
    /sessions\[0\]\.orders is not known/,
  ],
  ['no expectations', { ...rest, opening }, /expect is missing/],
  ['no opening', { ...rest, expect }, /either opening or after/],
  ['both opening and after', { ...good, after: 'other' }, /either opening or after/],
  [
    'another name than its file',
    { ...good, name: 'two' },
    /name is "two" where the file is one\.json/,
  ],
  ['a start that is no time', { ...good, start: 'yesterday' }, /start is no ISO 8601 time/],
  [
    'a start that is not in UTC',
    { ...good, start: '2026-05-11 06:30' },
    /start is no ISO 8601 time/,
  ],
  ['no duration', { ...good, duration_seconds: 0 }, /duration_seconds must be above 0/],
  ['no market', { ...good, market: [] }, /market must begin at t 0/],
  [
    'a market that begins late',
    { ...good, market: [{ ...point, t: 4 }] },
    /market must begin at t 0/,
  ],
  [
    'a market that goes back',
    { ...good, market: [point, { ...point, t: 9 }, { ...point, t: 5 }] },
    /market must begin at t 0 and ascend/,
  ],
  [
    'a price that is a number',
    { ...good, market: [{ ...point, bid: 2.2 }] },
    /market\[0\]\.bid must be a decimal string/,
  ],
  [
    'a price that is none',
    { ...good, market: [{ ...point, bid: 'two' }] },
    /market\[0\]\.bid must be a decimal string/,
  ],
  [
    'a price of zero',
    { ...good, market: [{ ...point, ask: '0' }] },
    /market\[0\]\.ask must be above 0/,
  ],
  [
    'a price below zero',
    { ...good, market: [{ ...point, amm: '-1' }] },
    /market\[0\]\.amm must be above 0/,
  ],
  [
    'an event without a subject',
    { ...good, events: [{ t: 1 }] },
    /events\[0\] must have exactly one subject/,
  ],
  [
    'an event with two subjects',
    { ...good, events: [{ t: 1, take: 'buy', race: 'buy' }] },
    /events\[0\] must have exactly one subject/,
  ],
  ['an event before the start', { ...good, events: [{ t: -1, crash: true }] }, /before t 0/],
  [
    'an event of an unknown kind',
    { ...good, events: [{ t: 1, rain: true }] },
    /events\[0\]\.rain is not known/,
  ],
  [
    'a side that is none',
    { ...good, events: [{ t: 1, take: 'both' }] },
    /take must be buy or sell/,
  ],
  [
    'a fraction without a take',
    { ...good, events: [{ t: 1, race: 'buy', fraction: '1' }] },
    /fraction goes with take alone/,
  ],
  [
    'a fraction above one',
    { ...good, events: [{ t: 1, take: 'buy', fraction: '1.5' }] },
    /fraction must be above 0 and at most 1/,
  ],
  [
    'a fraction of nothing',
    { ...good, events: [{ t: 1, take: 'buy', fraction: '0' }] },
    /fraction must be above 0 and at most 1/,
  ],
  [
    'half an answer to lose',
    { ...good, events: [{ t: 1, lose_response: 0.5 }] },
    /lose_response must be a whole number from 1 on/,
  ],
  [
    'an opening below the reserve',
    { ...good, opening: { xrp: '0.5', rlusd: '1' } },
    /below the reserve/,
  ],
  [
    'holdings that are no number',
    { ...good, expect: { inventory: { xrp: 'many' } } },
    /inventory\.xrp must be a decimal/,
  ],
  ['an opening below zero', { ...good, opening: { xrp: '-44', rlusd: '1' } }, /opening\.xrp/],
  [
    'a guard that is none',
    { ...good, expect: { guards: { anchor: { trips: 1 } } } },
    /guards\.anchor is no guard/,
  ],
  [
    'a count that is none',
    { ...good, expect: { fills: { buy: 'some' } } },
    /fills\.buy must be a count/,
  ],
  [
    'a mode that is none',
    { ...good, expect: { mode_at: [{ t: 1, mode: 'FINE' }] } },
    /mode must be OK or DEGRADED or HALT/,
  ],
  ['a mode that never could be', { ...good, expect: { never_mode: 'degraded' } }, /never_mode/],
  [
    'an unknown configuration key',
    { ...good, config: { 'risk.max': 1 } },
    /risk\.max .*no configuration key/,
  ],
  [
    'a configuration value out of range',
    { ...good, config: { 'risk.max_rpc_failures': -1 } },
    /risk\.max_rpc_failures/,
  ],
  ['a list', [good], /must be an object/],
  ['a number', 7, /must be an object/],
  [
    'a predecessor that is not there',
    { ...rest, expect, after: 'gone' },
    /gone\.json cannot be read/,
  ],
  [
    'itself as its predecessor',
    { ...rest, expect, after: 'one' },
    /one\.json: after "one" comes round/,
  ],
  ['a predecessor in another folder', { ...rest, expect, after: '../one' }, /after/],
];

for (const [what, content, says] of bad) {
  test(`refused: a scenario with ${what}`, async (t) => {
    const folder = await folderFor(t);
    const file = join(folder, 'one.json');
    const fine = join(folder, 'fine.json');
    await writeFile(file, JSON.stringify(content));
    await writeFile(fine, JSON.stringify({ ...good, name: 'fine' }));
    const told = await ask(folder, 'scenario', file, '--db', join(folder, 'neo.db'));
    t.is(told.code, 2, told.out);
    t.is(told.out, '');
    t.regex(told.err, says);
    t.deepEqual((await readdir(folder)).toSorted(), ['fine.json', 'one.json']);
  });
}

test('refused: a file that is no JSON, and one that is not there', async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, 'one.json');
  await writeFile(file, '{"name": "one",');
  const broken = await ask(folder, 'scenario', file, '--db', join(folder, 'neo.db'));
  t.is(broken.code, 2);
  t.regex(broken.err, /one\.json is no JSON/);
  const gone = await ask(
    folder,
    'scenario',
    join(folder, 'no.json'),
    '--db',
    join(folder, 'neo.db'),
  );
  t.is(gone.code, 2);
  t.regex(gone.err, /no\.json cannot be read/);
});

test('one bad file among good ones: none is played', async (t) => {
  const folder = await folderFor(t);
  const [fine, file] = [join(folder, 'fine.json'), join(folder, 'one.json')];
  await writeFile(fine, JSON.stringify({ ...good, name: 'fine' }));
  await writeFile(file, JSON.stringify({ ...good, color: 1 }));
  const { commands } = await import('../commands/commands.ts');
  const scenario = await commands.find(({ name }) => name === 'scenario')?.load();
  let out = '';
  const surroundings = { env: {}, out: (text: string) => (out += text), error: () => undefined };
  await t.throwsAsync(async () => scenario?.run([fine, file], surroundings), {
    message: /color is not known/,
  });
  t.is(out, '');
  t.is(await scenario?.run([fine], surroundings), 0);
  t.regex(out, /^pass {2}fine/);
});
