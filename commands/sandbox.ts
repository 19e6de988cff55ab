/** `neo sandbox`: the embedded ledger alone on loopback, for whatever speaks to an XRP Ledger server. Runs until it is interrupted. */
import { resolve } from 'node:path';
import { LogError } from '../actors/log/failure.ts';
import { takeLock } from '../actors/log/lock.ts';
import { lookAt, truePath } from '../actors/log/place.ts';
import { ledgerSeconds } from '../ledger/time.ts';
import { createChain, genesisAccount, resumeChain } from '../sandbox/chain/create.ts';
import type { Chain } from '../sandbox/chain.ts';
import { createFaults, type Faults } from '../sandbox/faults/faults.ts';
import { faultNames, issuerFaults, parseFaults, type FaultName } from '../sandbox/faults/names.ts';
import { createHost, type Host } from '../sandbox/host.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { serve, type Served } from '../sandbox/server.ts';
import { openStore, type Store } from '../sandbox/store.ts';
import { genesisAt, genesisSeed } from '../sandbox/traders/founding.ts';
import { nobody } from '../sandbox/traders/market.ts';
import { command, UsageError } from './command.ts';

const portUsual = 6006;
const closeMsUsual = 4000;
const closeMsLeast = 100;
const closeMsMost = 60_000;
const portMost = 65_535;
const opening = { xrp: '66.82', rlusd: '97.61' };

/** In lines that fit a terminal. */
const listed = (names: readonly string[]): string =>
  names.reduce((text, name) => {
    const line = text.slice(text.lastIndexOf('\n') + 1);
    return line.length + name.length > 105 ? `${text},\n            ${name}` : `${text}, ${name}`;
  });

const help = `neo sandbox [--port P] [--seed N] [--close manual|MS] [--market on|off] [--faults F] [--db F] [--json]

  --port    where to listen on 127.0.0.1 (default ${portUsual}; 0 takes any free one)
  --seed    which world: accounts and traders follow from it (default 1)
  --close   a ledger every so many milliseconds (default ${closeMsUsual}), or manual: with ledger_accept {close_time?},
            and sandbox_reset {ledger_index, close_time, parent_close_time, genesis_balance, genesis_sequence, total_coins}
  --market  off (default): only the genesis account, as in rippled's standalone mode. on: issuer, pool, makers, takers
  --faults  what goes wrong by itself, each some four times an hour: none (default), all, or names with commas between:
            ${listed(faultNames)}
  --db      keeps the ledger in F.ledger and goes on with it

The genesis account is ${genesisAccount}, its seed ${genesisSeed} (masterpassphrase).
Exit codes: 0 interrupted, 2 wrong usage, 4 could not start.
`;

type Wanted = Readonly<{
  port: number;
  seed: number;
  closeMs: number | 'manual';
  market: 'on' | 'off';
  faults: readonly FaultName[];
}>;

const options = {
  port: { type: 'string' },
  seed: { type: 'string' },
  close: { type: 'string' },
  market: { type: 'string' },
  faults: { type: 'string' },
} as const;

export const sandboxCommand = command(
  help,
  options,
  async ({ values, positionals }, { out, error }) => {
    if (positionals.length > 0) {
      throw new UsageError(`neo sandbox takes no "${positionals[0]}"; --help shows what there is.`);
    }
    const wanted = checked(values);
    let started: Started;
    try {
      started = await start(wanted, values.db);
    } catch (failure) {
      if (failure instanceof LogError) throw failure;
      error(`${failure instanceof Error ? failure.message : String(failure)}\n`);
      return couldNotStart;
    }
    const end = interrupted();
    out(values.json ? `${JSON.stringify(described(started, wanted))}\n` : told(started, wanted));
    await end;
    await started.stop();
    return 0;
  },
);

const couldNotStart = 4;

type Started = Readonly<{ world: World; served: Served; stop: () => Promise<void> }>;

const start = async (wanted: Wanted, named: string | undefined): Promise<Started> => {
  const database = named === undefined ? undefined : truePath(named);
  if (database !== undefined) await lookAt(resolve(database));
  const lock = database === undefined ? undefined : await takeLock(database);
  const store = database === undefined ? undefined : openStore(`${database}.ledger`);
  const { seed, faults: names } = wanted;
  const faults = names.length > 0 ? createFaults({ seed, names, clock }) : undefined;
  const world = worldOf(wanted, store, faults);
  const served = await serve(world.host.node, { port: wanted.port, faults });
  store?.own();
  const { closeMs } = wanted;
  const timer =
    closeMs === 'manual' ? undefined : setInterval(() => world.host.closeLedger(), closeMs);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await served.close();
    store?.close();
    await lock?.release();
  };
  return { world, served, stop };
};

type World = Readonly<{
  host: Pick<Host, 'node' | 'closeLedger'>;
  wallet?: Readonly<{ address: string; seed: string; issuer: string }>;
}>;

const clock = { now: () => Date.now() };

const worldOf = (
  { seed, market, closeMs }: Wanted,
  store: Store | undefined,
  faults: Faults | undefined,
): World => {
  const manual = closeMs === 'manual';
  const kept = { ...(store ? { store } : {}), ...(faults ? { faults } : {}) };
  if (market === 'on') {
    const intervalMs = manual ? closeMsUsual : closeMs;
    const sandbox = createSandbox({ seed, clock, market, intervalMs, opening, manual, ...kept });
    const { address, issuer } = sandbox;
    return { host: sandbox, wallet: { address, seed: sandbox.seed, issuer } };
  }
  return { host: createHost({ chain: bareChain(store), clock, market: nobody, manual, ...kept }) };
};

/** Nothing but the genesis account. */
const bareChain = (store: Store | undefined): Chain => {
  if (store?.saved) return resumeChain(store.saved);
  const chain = createChain(genesisAt(ledgerSeconds(clock.now()) - 1, 0));
  const { header, state } = chain.latest();
  const root = state.account(genesisAccount);
  store?.begin(header, root ? [root] : []);
  return chain;
};

const genesis = { address: genesisAccount, seed: genesisSeed };

const described = ({ served, world }: Started, { closeMs }: Wanted) => ({
  url: served.url,
  close: closeMs,
  genesis,
  ...(world.wallet ? { wallet: world.wallet } : {}),
});

const told = ({ served, world }: Started, { closeMs }: Wanted): string => {
  const closes = closeMs === 'manual' ? 'by ledger_accept' : `every ${closeMs} ms`;
  const first = `${served.url}\nLedgers close ${closes}. Genesis account ${genesis.address}.\n`;
  if (!world.wallet) return first;
  const { address, seed, issuer } = world.wallet;
  const { xrp, rlusd } = opening;
  return `${first}RLUSD is issued by ${issuer}. A wallet with ${xrp} XRP and ${rlusd} RLUSD: ${address}, seed ${seed}.\n`;
};

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

type Values = Readonly<Record<'port' | 'seed' | 'close' | 'market' | 'faults', string | undefined>>;

/** Throws a UsageError. */
const checked = (values: Partial<Values>): Wanted => {
  const { close, market = 'off' } = values;
  if (market !== 'on' && market !== 'off') throw new UsageError('--market is "on" or "off".');
  return {
    port: whole('--port is', values.port, portUsual, 0, portMost),
    seed: whole('--seed is', values.seed, 1, 0, Number.MAX_SAFE_INTEGER),
    closeMs:
      close === 'manual'
        ? close
        : whole('--close is "manual" or', close, closeMsUsual, closeMsLeast, closeMsMost),
    market,
    faults: faultsIn(values.faults ?? 'none', market),
  };
};

const faultsIn = (text: string, market: Wanted['market']): readonly FaultName[] => {
  let names: readonly FaultName[];
  try {
    names = parseFaults(text);
  } catch (error) {
    throw new UsageError(`--faults: ${(error as Error).message}.`);
  }
  if (market === 'on') return names;
  const needy = names.find((name) => issuerFaults.has(name));
  if (needy !== undefined && text !== 'all') {
    throw new UsageError(`--faults ${needy} needs an issuer: give --market on.`);
  }
  return names.filter((name) => !issuerFaults.has(name));
};

const whole = (
  name: string,
  text: string | undefined,
  usual: number,
  least: number,
  most: number,
): number => {
  if (text === undefined) return usual;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${name} a whole number from ${least} to ${most}, not "${text}".`);
};
