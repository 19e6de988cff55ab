/** What is seen of a configuration through the doors of the program: a scripted scenario, a run, the demo, the wallet, the gate. No test itself. */
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { play as playScenario } from '../../commands/scenario/play.ts';
import { liveWorld } from '../../commands/run/live.ts';
import { loadConfig } from '../../config.ts';
import { ask, here, neo, recorded } from '../door.ts';

type Set = readonly string[];

/** A seed of nobody, and its account. */
const seed = 'sEdTM1uX8pu2do5XvTnutH6HsouMaM2';
export const address = 'rG31cLyErnqeVj2eomEjBZtq7PYaupGYzL';
export const otherAddress = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh';

const inFolder = async (use: (folder: string) => Promise<string>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'neo-wiring-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** Everything recorded after the manifest, but the guards' distances. */
const told = async (file: string, session: number): Promise<string> => {
  const rows = await recorded(file, session);
  return rows
    .filter(({ event }) => event.type !== 'session.opened' && event.type !== 'guards.evaluated')
    .map(({ at, event }) => `${at} ${JSON.stringify(event)}`)
    .join('\n');
};

/** A minute and a half of offers that rest and are renewed at a price that moves a little; the ledger stands still at the end. */
export const play = (set: Set): Promise<string> =>
  inFolder(async (folder) => {
    const file = join(folder, 'neo.db');
    const market = [
      { t: 0, bid: '1.4196', ask: '1.4204', amm: '1.42' },
      { t: 30, bid: '1.4199', ask: '1.4207', amm: '1.4203' },
    ];
    const config = Object.fromEntries(set.map((pair) => pair.split('=') as [string, string]));
    const opening = { xrp: '69.4', rlusd: '98.55' };
    const start = '2026-05-11T06:30:00Z';
    const events = [{ t: 84, ledger: 'stall' as const }];
    const scenario = {
      name: 'wiring',
      config,
      start,
      opening,
      duration_seconds: 90,
      market,
      events,
      expect: {},
    };
    await playScenario(scenario, file, undefined);
    return told(file, 1);
  });

/** Five seconds of the demo in virtual time. */
export const run = (set: Set): Promise<string> =>
  inFolder(async (folder) => {
    const base = [`engine.database=${join(folder, 'neo.db')}`, 'engine.duration_seconds=5'];
    const flags = [...base, ...set]
      .map((pair) => pair.replace('=other.db', `=${join(folder, 'other.db')}`))
      .flatMap((pair) => ['--set', pair]);
    const database = flags.findLast((word) => word.startsWith('engine.database='))?.split('=')[1];
    const { code, err } = await here({}, 'run', ['--speed', 'max', '--json', ...flags]);
    if (code === 2) return err;
    const files = (await readdir(folder)).filter((name) => name.endsWith('.db')).join(' ');
    const text = await told(database ?? '', 1);
    return `${code} ${files} ${text.replaceAll(/"at":\d+|^\d+ /gm, '')}`;
  });

/** Three seconds of the demo in real time: the page's address, and whether the log made checkpoints meanwhile. */
export const demo = (set: Set): Promise<string> =>
  inFolder(async (folder) => {
    const flags = set.flatMap((pair) => ['--set', pair]);
    const { out, err } = await neo(folder, 'run', '--duration-seconds', '3', ...flags);
    const page = new URL(/page (\S+)/.exec(out)?.[1] ?? 'http://nowhere');
    const port = Number(page.port);
    const near = port - (port % 1000);
    return `${page.hostname} ${near} ${err.includes('"PASSIVE"')}`;
  });

/** A session that halts at once: how it ended, and who was told of it. `taken` is where somebody listens for alerts. */
export const alarmed = (set: Set): Promise<string> =>
  inFolder(async (folder) => {
    const told: string[] = [];
    const server = createServer((request, response) => {
      told.push(`${request.method}`);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [program, mark] = [join(folder, 'tell'), join(folder, 'mark')];
    await writeFile(program, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o700 });
    const flags = ['risk.max_xrp_exposure=1', ...set]
      .map((pair) => pair.replace('=tell', `=${program}`).replace('taken', String(port)))
      .flatMap((pair) => ['--set', pair]);
    const line = ['--speed', 'max', '--duration-seconds', '3', '--json', ...flags];
    const { code } = await ask(folder, 'run', ...line);
    server.close();
    return `${code} ${told.join(' ')} ${(await readdir(folder)).includes('mark')}`;
  });

/** The wallet and the servers that a live session would be composed of, or why there are none. */
export const wallet = (set: Set): Promise<string> =>
  inFolder(async (folder) => {
    const seedFile = join(folder, 'seed');
    await writeFile(seedFile, seed, { mode: 0o600 });
    const base = {
      'network.name': 'live',
      'network.endpoints': 'ws://127.0.0.1:1',
      'network.account': address,
      'network.wallet_seed_file': seedFile,
    };
    const pairs = [...Object.entries(base).map((pair) => pair.join('=')), ...set];
    const { effective } = loadConfig({ env: {}, set: pairs });
    const { signer, issuer, networkId, transports } = liveWorld(effective, {});
    const refusals = await Promise.all(
      transports.map((one) => one.connect().catch((error: Error) => error.message)),
    );
    return JSON.stringify({ address: signer.address, issuer, networkId, refusals });
  });

export const check = async (set: Set): Promise<string> => {
  const { code, err } = await ask(
    '.',
    'config',
    'check',
    ...set.flatMap((pair) => ['--set', pair]),
  );
  return `${code} ${err}`;
};

/** The gate after one clean session. */
export const gate = (set: Set): Promise<string> =>
  inFolder(async (folder) => {
    const started = await ask(folder, 'run', '--speed', 'max', '--duration-seconds', '3', '--json');
    if (started.code !== 0) return started.err;
    const flags = set.flatMap((pair) => ['--set', pair]);
    return String((await ask(folder, 'gate', ...flags)).code);
  });
