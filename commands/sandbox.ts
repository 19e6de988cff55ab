/** `neo sandbox`: the embedded ledger alone on loopback, for whatever speaks to an XRP Ledger server. Runs until it is interrupted. */
import { ledgerSeconds } from '../ledger/time.ts';
import { createChain, genesisAccount, resumeChain } from '../sandbox/chain/create.ts';
import type { Chain } from '../sandbox/chain.ts';
import { createHost, type Host } from '../sandbox/host.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { serve, type Served } from '../sandbox/server.ts';
import { openStore, type Store } from '../sandbox/store.ts';
import { genesisAt, genesisSeed } from '../sandbox/traders/founding.ts';
import { nobody } from '../sandbox/traders/market.ts';

const portUsual = 6006;
const closeMsUsual = 4000;
const closeMsLeast = 100;
const closeMsMost = 60_000;
const portMost = 65_535;
const uint32Max = 0xffff_ffff;
const opening = { xrp: '66.82', rlusd: '97.61' };

const help = `neo sandbox [--port P] [--seed N] [--close manual|MS] [--market on|off] [--db F] [--json]

  --port    where to listen on 127.0.0.1 (default ${portUsual}; 0 takes any free one)
  --seed    which world: accounts and traders follow from it (default 1)
  --close   a ledger every so many milliseconds (default ${closeMsUsual}), or manual: with ledger_accept {close_time?},
            and sandbox_reset {ledger_index, close_time, parent_close_time, genesis_balance, genesis_sequence, total_coins}
  --market  off (default): only the genesis account, as in rippled's standalone mode. on: issuer, pool, makers, takers
  --db      keeps the ledger in F.ledger and goes on with it

The genesis account is ${genesisAccount}, its seed ${genesisSeed} (masterpassphrase).
Exit codes: 0 interrupted, 2 wrong usage, 4 could not start.
`;

type Values = Readonly<Record<string, string | boolean | undefined>>;

type Wanted = Readonly<{
  port: number;
  seed: number;
  closeMs: number | 'manual';
  market: 'on' | 'off';
}>;

const run = async (values: Values): Promise<number> => {
  if (values['help'] === true) {
    process.stdout.write(help);
    return 0;
  }
  const wanted = parsed(values);
  if (typeof wanted === 'string') {
    process.stderr.write(`${wanted}\n\n${help}`);
    return 2;
  }
  let served: Served;
  let world: World;
  try {
    const database = values['db'];
    const store = typeof database === 'string' ? openStore(`${database}.ledger`) : undefined;
    world = worldOf(wanted, store);
    served = await serve(world.host.node, { port: wanted.port });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 4;
  }
  announce(served, world, wanted, values['json'] === true);
  const timer =
    wanted.closeMs === 'manual'
      ? undefined
      : setInterval(() => world.host.closeLedger(), wanted.closeMs);
  await interrupted();
  clearInterval(timer);
  await served.close();
  return 0;
};

export const sandboxCommand = {
  name: 'sandbox',
  summary: 'the embedded XRP Ledger alone, over WebSocket',
  help,
  options: {
    port: { type: 'string' },
    seed: { type: 'string' },
    close: { type: 'string' },
    market: { type: 'string' },
    db: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  run,
} as const;

type World = Readonly<{
  host: Pick<Host, 'node' | 'closeLedger'>;
  wallet?: Readonly<{ address: string; seed: string; issuer: string }>;
}>;

const clock = { now: () => Date.now() };

const worldOf = ({ seed, market, closeMs }: Wanted, store: Store | undefined): World => {
  const manual = closeMs === 'manual';
  const kept = store ? { store } : {};
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

const announce = (served: Served, { wallet }: World, wanted: Wanted, json: boolean): void => {
  const genesis = { address: genesisAccount, seed: genesisSeed };
  if (json) {
    const text = JSON.stringify({ url: served.url, close: wanted.closeMs, genesis, wallet });
    process.stdout.write(`${text}\n`);
    return;
  }
  const closes = wanted.closeMs === 'manual' ? 'by ledger_accept' : `every ${wanted.closeMs} ms`;
  process.stdout.write(
    `${served.url}\nLedgers close ${closes}. Genesis account ${genesis.address}.\n`,
  );
  if (wallet) {
    process.stdout.write(
      `Market on: RLUSD of ${wallet.issuer}; a wallet with ${opening.xrp} XRP and ${opening.rlusd} RLUSD: ${wallet.address}, seed ${wallet.seed}.\n`,
    );
  }
};

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

/** What was asked for, or a sentence that says what is wrong with it. */
const parsed = (values: Values): Wanted | string => {
  const port = whole(values['port'], portUsual, 0, portMost);
  if (port === undefined) return `--port is a number from 0 to ${portMost}.`;
  const seed = whole(values['seed'], 1, 0, uint32Max);
  if (seed === undefined) return `--seed is a whole number from 0 to ${uint32Max}.`;
  const close = values['close'];
  const closeMs =
    close === 'manual' ? close : whole(close, closeMsUsual, closeMsLeast, closeMsMost);
  if (closeMs === undefined) {
    return `--close is "manual" or a number of milliseconds from ${closeMsLeast} to ${closeMsMost}.`;
  }
  const market = values['market'] ?? 'off';
  if (market !== 'on' && market !== 'off') return '--market is "on" or "off".';
  return { port, seed, closeMs, market };
};

const whole = (
  value: string | boolean | undefined,
  usual: number,
  least: number,
  most: number,
): number | undefined => {
  if (value === undefined) return usual;
  if (typeof value !== 'string' || !/^\d{1,10}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= least && number <= most ? number : undefined;
};
