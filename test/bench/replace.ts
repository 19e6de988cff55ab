/**
 * From a ledger's close, as the engine hears it, to its replacement on the wire: over a real socket to a sandbox in another
 * process, with a log that is synced to the disk. Beside it what nobody can do without: the requests of one read over a bare
 * WebSocket, all at once and parsed; a signature; two durable commits. Prints what it measured; judges nothing.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import type { Clock } from '../../actors/clock.ts';
import { openLog } from '../../actors/log/open.ts';
import { createSigner, type Signer } from '../../actors/signer.ts';
import { compose } from '../../commands/compose.ts';
import { loadConfig } from '../../config.ts';
import type { Json, Transport } from '../../ledger/transport.ts';
import { batchesOf, openBench, quantile, say } from './measured.ts';

const ledgers = Number(process.argv[2] ?? 300);
const warmUp = 30;
const intervalMs = 4000;
const patienceMs = 5000;
const pauseMs = 5;
/** Every tick replaces both sides. */
const set = [
  'strategy.requote_threshold_bps=0',
  'strategy.momentum_filter_enabled=false',
  'risk.max_xrp_exposure=10000',
  'risk.max_rlusd_exposure=10000',
  ...['directional_drift', 'inventory_corridor', 'anchor_saturation', 'wallet_truth'].map(
    (id) => `guards.${id}.enabled=false`,
  ),
];

type Stepped = Clock & Readonly<{ step: () => void }>;

/** Time that stands still between ledgers, so that a tick comes with the close and not some time after it. */
const steppedClock = (startMs: number): Stepped => {
  let now = startMs;
  let timers: { instantMs: number; task: () => void }[] = [];
  const due = (): void => {
    const ready = timers.filter(({ instantMs }) => instantMs <= now);
    timers = timers.filter(({ instantMs }) => instantMs > now);
    for (const { task } of ready) task();
  };
  return {
    now: () => now,
    at: (instantMs, task) => {
      const timer = { instantMs, task };
      timers.push(timer);
      if (instantMs <= now) setImmediate(due);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    step: () => {
      now += intervalMs;
      due();
    },
  };
};

const shown = (values: readonly number[]): string =>
  [0.5, 0.99].map((part) => quantile(values, part).toFixed(2)).join(' ms median, ') + ' ms p99';

/** Nobody does it twice in a row: before each there is the pause that is between two ledgers here. */
const elapsed = async (times: number, work: () => unknown) => {
  const all: number[] = [];
  for (let n = 0; n < times; n += 1) {
    await wait(pauseMs);
    const before = performance.now();
    await work();
    all.push(performance.now() - before);
  }
  return all;
};

const folder = await mkdtemp(join(tmpdir(), 'neo-bench-'));
const sandbox = fork(
  new URL('../sandbox/alone.js', import.meta.url),
  '--port 0 --close manual --market on --json'.split(' '),
  { silent: true },
);
const [line] = (await once(sandbox.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
const { url, wallet } = JSON.parse(line.toString()) as {
  url: string;
  wallet: { seed: string; issuer: string };
};
const signer: Signer = createSigner(wallet.seed, 'ed25519');
const keeper = webSocketTransport(url);
await keeper.connect();
const accept = (): Promise<Json> => keeper.request({ command: 'ledger_accept' });
const { ledger } = (await keeper.request({ command: 'ledger', ledger_index: 'validated' })) as {
  ledger: { close_time: number };
};

const clock = steppedClock((ledger.close_time + 946_684_800) * 1000);
const latencies: number[] = [];
let closedAt: number | undefined;
let sent: () => void = () => undefined;
/** What the engine asks between a close and its replacement; of the ledger before last, whole. */
let readSoFar: Json[] = [];
let asked: readonly Json[] = [];

/** The engine's transport, with a watch on what passes. */
const watched = (transport: Transport): Transport => {
  transport.messages.subscribe((message) => {
    if (message['type'] !== 'ledgerClosed') return;
    closedAt = performance.now();
    readSoFar = [];
    setImmediate(clock.step);
  });
  return {
    ...transport,
    request: (command) => {
      if (command.command === 'submit' && closedAt !== undefined) {
        latencies.push(performance.now() - closedAt);
        closedAt = undefined;
        asked = readSoFar;
        setImmediate(() => sent());
      }
      if (command.command !== 'submit' && closedAt !== undefined) readSoFar.push(command);
      return transport.request(command);
    },
  };
};

const log = await openLog({
  file: join(folder, 'neo.db'),
  network: 'sandbox',
  account: signer.address,
  synchronous: 'FULL',
  checkpointSeconds: 60,
  onCheckpoint: () => undefined,
  onFailure: (cause) => {
    throw cause;
  },
});
const { session } = await compose({
  configuration: loadConfig({ env: {}, set }),
  log,
  clock,
  transports: [watched(webSocketTransport(url))],
  signer,
  issuer: wallet.issuer,
  networkId: 0,
  plannedSeconds: 1_000_000,
  uuid: crypto.randomUUID(),
});
session.connect();
await wait(1000);

for (let n = 0; n < ledgers + warmUp; n += 1) {
  const leaves = new Promise<void>((resolve) => (sent = resolve));
  const gaveUp = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref());
  await accept();
  await Promise.race([leaves, gaveUp]);
  await session.quiet();
  await wait(pauseMs);
}
const measured = latencies.slice(warmUp);
await session.abandon();
await log.close({ clean: false });

const plain = await openBench(join(folder, 'bare.db'));
const rows = batchesOf(3, 2 * measured.length);
let place = 0;
const append = async (): Promise<void> => {
  await plain.append(1, rows[place] ?? []);
  place += 1;
};
const tx = {
  TransactionType: 'OfferCreate',
  Account: signer.address,
  Sequence: 7,
  Fee: '10',
  Flags: 0,
  LastLedgerSequence: 100,
  TakerGets: '10000000',
  TakerPays: {
    currency: '524C555344000000000000000000000000000000',
    issuer: wallet.issuer,
    value: '14.2',
  },
  Expiration: 800_000_000,
  OfferSequence: 5,
};
const bare = new WebSocket(url);
await once(bare, 'open');
/** The same requests at the newest ledger, and every answer parsed. */
const readBare = (): Promise<void> =>
  new Promise((resolve) => {
    let left = asked.length;
    bare.on('message', (data: Buffer) => {
      JSON.parse(data.toString());
      left -= 1;
      if (left > 0) return;
      bare.removeAllListeners('message');
      resolve();
    });
    for (const [id, command] of asked.entries()) {
      const at = 'ledger_index' in command ? { ledger_index: 'validated' } : {};
      bare.send(JSON.stringify({ ...command, ...at, id }));
    }
  });
const reads: number[] = [];
for (let n = 0; n < measured.length; n += 1) {
  await accept();
  reads.push(...(await elapsed(1, readBare)));
}
bare.terminate();
const signing = await elapsed(measured.length, () => signer.sign(tx));
const commits = await elapsed(measured.length, async () => {
  await append();
  await append();
});
await plain.close({ clean: true });
await keeper.close();
sandbox.kill('SIGKILL');
await rm(folder, { recursive: true, force: true });

say('ledger close heard to replacement sent', shown(measured));
say(`the ${asked.length} requests of its read over a bare socket`, shown(reads));
say('a signature', shown(signing));
say('two durable commits', shown(commits));
const floor = (part: number): number =>
  [reads, signing, commits].reduce((sum, values) => sum + quantile(values, part), 0);
for (const part of [0.5, 0.99]) {
  const ratio = (quantile(measured, part) / floor(part)).toFixed(2);
  say(`  of their sum, at ${part === 0.5 ? 'the median' : 'p99'}`, `${ratio} times`);
}
process.exit(0);
