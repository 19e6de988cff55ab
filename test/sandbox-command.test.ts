/** `neo sandbox`: one address on stdout, ledgers by the clock or by hand, and an end by signal. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { Client, Wallet } from 'xrpl';
import { UsageError } from '../commands/command.ts';
import { sandboxCommand } from '../commands/sandbox.ts';
import type { Json } from '../ledger/transport.ts';

const quiet = { env: {}, out: () => undefined, error: () => undefined };

type Running = Readonly<{ child: ChildProcess; url: string; said: Json }>;

const started = async (...args: readonly string[]): Promise<Running> => {
  const child = fork(new URL('./sandbox/alone.js', import.meta.url), [...args, '--json'], {
    silent: true,
  });
  const [text] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
  const said = JSON.parse(text.toString('utf8')) as Json;
  return { child, said, url: String(said['url']) };
};

const ended = async ({ child }: Running, signal: 'SIGINT' | 'SIGKILL'): Promise<unknown> => {
  const exit = once(child, 'exit');
  child.kill(signal);
  return (await exit)[0];
};

const anyRequest = (client: Client, request: Json): Promise<Json> =>
  client.request(request as never) as Promise<never>;

test('wrong words are refused with what is right', async (t) => {
  for (const [args, message] of [
    [['--port', '70000'], /--port is a whole number from 0 to 65535/],
    [['--seed', 'x'], /--seed is a whole number/],
    [['--close', '5'], /--close is "manual" or a whole number from 100/],
    [['--market', 'maybe'], /--market is "on" or "off"/],
    [['--nonsense'], /Unknown option/],
    [['word'], /takes no "word"/],
  ] as const) {
    const refused = await t.throwsAsync(async () => sandboxCommand.run(args, quiet), { message });
    t.true(refused instanceof UsageError);
  }
  t.is(await sandboxCommand.run(['--help'], quiet), 0);
});

test('closed by hand it is rippled’s standalone mode, and can start anew', async (t) => {
  const running = await started('--port', '0', '--close', 'manual');
  t.is((running.said['genesis'] as Json)['address'], 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh');
  const client = new Client(running.url);
  await client.connect();
  const genesis = Wallet.fromSeed('snoPBrXtMeMyMHUVTgbuqAfg1SUTb', {
    algorithm: 'ecdsa-secp256k1' as never,
  });
  const to = Wallet.generate().address;
  const pay = await client.autofill({
    TransactionType: 'Payment',
    Account: genesis.address,
    Destination: to,
    Amount: '50000000',
  });
  await client.submit(genesis.sign(pay).tx_blob);
  await anyRequest(client, { command: 'ledger_accept' });
  t.is(await client.getXrpBalance(to), 50);
  const start = { ledger_index: 100, close_time: 848628620, parent_close_time: 848628610 };
  const purse = { genesis_balance: '99999999999999000', genesis_sequence: 5 };
  await anyRequest(client, {
    command: 'sandbox_reset',
    ...start,
    ...purse,
    total_coins: '99999999999999000',
  });
  await anyRequest(client, { command: 'ledger_accept', close_time: 848628630 });
  const { result } = await client.request({ command: 'ledger', ledger_index: 'validated' });
  t.like(result.ledger, { ledger_index: 101, close_time: 848628630, parent_close_time: 848628620 });
  await t.throwsAsync(client.request({ command: 'account_info', account: to }));
  await t.throwsAsync(anyRequest(client, { command: 'sandbox_reset', ...start }), {
    message: /genesis_balance/,
  });
  await client.disconnect();
  t.is(await ended(running, 'SIGINT'), 0);
});

test('by the clock ledgers close by themselves, with a market where asked for, and nobody may close them', async (t) => {
  const running = await started('--port', '0', '--close', '100', '--market', 'on');
  const client = new Client(running.url);
  await client.connect();
  const wallet = running.said['wallet'] as Readonly<{
    address: string;
    seed: string;
    issuer: string;
  }>;
  t.is(Wallet.fromSeed(wallet.seed).address, wallet.address);
  t.is(await client.getXrpBalance(wallet.address), 66.82);
  const closed = new Promise((resolve) => client.once('ledgerClosed', resolve));
  await client.request({ command: 'subscribe', streams: ['ledger'] });
  await closed;
  await t.throwsAsync(anyRequest(client, { command: 'ledger_accept' }), { message: /credentials/ });
  await client.disconnect();
  t.is(await ended(running, 'SIGINT'), 0);
});

test('faults are switched on by name; what does not exist or cannot happen is wrong usage', async (t) => {
  const running = await started('--port', '0', '--close', '100', '--faults', 'all');
  t.is(await ended(running, 'SIGINT'), 0);
  const refused = async (...faults: readonly string[]) =>
    t.throwsAsync(async () => sandboxCommand.run(['--faults', ...faults], quiet), {
      instanceOf: UsageError,
    });
  t.regex((await refused('storm'))?.message ?? '', /no fault "storm": choose all, none, or of/);
  t.regex((await refused('freeze'))?.message ?? '', /give --market on/);
});

test('a taken port is exit 4 and a sentence', async (t) => {
  const running = await started('--port', '0', '--close', 'manual');
  const errors: string[] = [];
  const port = running.url.split(':').at(-1) ?? '';
  const error = (text: string): number => errors.push(text);
  t.is(await sandboxCommand.run(['--port', port], { ...quiet, error }), 4);
  t.regex(errors.join(''), /^Port \d+ on 127\.0\.0\.1 is taken: choose another/);
  await ended(running, 'SIGINT');
});

test('with a database the ledger goes on after kill −9', async (t) => {
  const db = path.join(mkdtempSync(path.join(tmpdir(), 'neo-alone-')), 'neo.db');
  const first = await started('--port', '0', '--close', '100', '--db', db);
  const client = new Client(first.url);
  await client.connect();
  while ((await client.getLedgerIndex()) < 5)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const before = await client.getLedgerIndex();
  await client.disconnect();
  await ended(first, 'SIGKILL');
  const second = await started('--port', '0', '--close', 'manual', '--db', db);
  const again = new Client(second.url);
  await again.connect();
  t.true((await again.getLedgerIndex()) >= before);
  await again.disconnect();
  t.is(await ended(second, 'SIGINT'), 0);
});
