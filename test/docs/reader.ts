/** What a reader of the documentation puts in of their own: servers, account, seed, free ports, folders of their machine. No test itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../tidy/source.ts';
import type { Block } from './blocks.ts';
import { freePort, withoutSettings } from '../door.ts';

/** A ledger in another process, with a market and a wallet on it. */
export type Network = Readonly<{
  url: string;
  wallet: Readonly<{ address: string; seed: string; issuer: string }>;
  close: () => void;
}>;

/** As fast as ledgers may close with traders on. */
const closeMs = '500';

export const openNetwork = async (): Promise<Network> => {
  const line = ['sandbox', '--port', '0', '--market', 'on', '--close', closeMs, '--json'];
  const child = spawn(process.execPath, [join(root, 'dist', 'main.js'), ...line], {
    env: withoutSettings,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, wallet } = JSON.parse(said.toString()) as Network;
  return { url, wallet, close: () => void child.kill() };
};

export type Reader = Readonly<{
  /** A block of the documentation with the reader's own in it. */
  own: (text: string) => string;
  /** For what meets the network. */
  env: Readonly<Record<string, string>>;
  /** Resolves when that session has said that it is ready, or has ended. */
  ready: (session: Promise<unknown>) => Promise<void>;
}>;

/** Of real time. */
const seconds = '4';
const pauseMs = 100;

const same = (text: string): string => text;

/** Where the length of a session proves nothing: so many seconds at most, in virtual time and in real time. */
export const short = (text: string, { needs }: Pick<Block, 'needs'>): string =>
  text.replaceAll(/(?<=--duration-seconds )\d+/g, (most) =>
    needs === 'network' ? seconds : String(Math.min(Number(most), virtualSecondsMost)),
  );
const virtualSecondsMost = 12;
export const shortDemo = { NEO_ENGINE_DURATION_SECONDS: String(virtualSecondsMost) };

/** Without a network the blocks stand as they are. */
export const readerIn = async (folder: string, network: Network | undefined): Promise<Reader> => {
  if (!network) return { own: same, env: {}, ready: () => Promise.resolve() };
  const { url, wallet } = network;
  /** A machine with systemd has it. */
  mkdirSync(join(folder, 'etc', 'systemd', 'system'), { recursive: true });
  const notified = join(folder, 'notified');
  const metrics = String(await freePort());
  const puts: readonly (readonly [RegExp, string])[] = [
    [/wss:\/\/xrplcluster\.com/g, url],
    [/wss:\/\/s1\.ripple\.com/g, url.replace('127.0.0.1', 'localhost')],
    [/rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh/g, wallet.address],
    [/(?<= port: )9464/g, metrics],
    [/\/usr\/local\/bin\//g, `${join(root, 'test', 'docs', 'bin')}/`],
    [/(?<=^|[\s:='"])\/(?=(?:opt|etc|var)\/)/gm, `${folder}/`],
  ];
  return {
    own: (text) => puts.reduce((done, [what, put]) => done.replaceAll(what, put), text),
    env: {
      READER_SEED: wallet.seed,
      NOTIFY_SOCKET: notified,
      NEO_NETWORK_RLUSD_ISSUER: wallet.issuer,
      NEO_ENGINE_TICK_INTERVAL_SECONDS: '1',
      NEO_STRATEGY_REQUOTE_INTERVAL_SECONDS: '1',
      NEO_ENGINE_DURATION_SECONDS: seconds,
    },
    ready: async (session) => {
      let over = false;
      const end = (): void => void (over = true);
      session.then(end, end);
      while (!over && !existsSync(notified)) await wait(pauseMs);
    },
  };
};

/** The seed file, where the document takes it for granted. */
export const keepSeed = (folder: string, { wallet }: Network): void => {
  mkdirSync(join(folder, 'etc', 'neo'), { recursive: true });
  writeFileSync(join(folder, 'etc', 'neo', 'wallet_seed'), `${wallet.seed}\n`, { mode: 0o600 });
};
