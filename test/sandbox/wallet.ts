/** A wallet's owner for tests of the sandbox: reads and sends through the link, as the engine would. */
import type { Json } from '../../ledger/transport.ts';
import { rlusdCurrency } from '../../ledger/rlusd.ts';
import { createLink, type Link } from '../../sandbox/link.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { accountFrom } from '../../sandbox/traders/keys.ts';

export const startMs = Date.parse('2026-04-21T07:00:00Z');
const ledgerEpochSeconds = 946_684_800;

export type Owner = Readonly<{
  sandbox: Sandbox;
  link: Link;
  time: { now: number };
  timers: (() => void)[];
  token: Readonly<{ currency: string; issuer: string }>;
  /** Closes one ledger so many seconds later. */
  close: (seconds?: number) => void;
  send: (fields: Json) => Promise<Json>;
  /** Sends an offer; its Sequence. */
  offer: (side: 'buy' | 'sell', xrp: number, price: number, more?: Json) => Promise<number>;
  wallet: () => Promise<Readonly<{ drops: string; rlusd: string; sequence: number }>>;
  offers: () => Promise<readonly Json[]>;
  side: (side: 'buy' | 'sell') => Promise<readonly Json[]>;
  inSeconds: (seconds: number) => number;
}>;

export const ownerOf = async (
  options: Partial<SandboxOptions> = {},
  time = { now: startMs },
  linkTo?: (node: Sandbox['node']) => Link,
): Promise<Owner> => {
  const sandbox = createSandbox({
    seed: 1,
    clock: { now: () => time.now },
    market: 'scripted',
    intervalMs: 4000,
    opening: { xrp: '69.4', rlusd: '98.55' },
    ...options,
  });
  const timers: (() => void)[] = [];
  const link =
    linkTo?.(sandbox.node) ?? createLink(sandbox.node, { setTimer: (_, fn) => timers.push(fn) });
  await link.connect();
  const token = { currency: rlusdCurrency, issuer: sandbox.issuer };
  const key = accountFrom(sandbox.seed);
  const validated = { ledger_index: 'validated', account: sandbox.address };
  const send = async (fields: Json): Promise<Json> => {
    const { account_data: root } = await link.request({
      command: 'account_info',
      account: sandbox.address,
    });
    const Sequence = (root as Json)['Sequence'];
    const tx = { Account: sandbox.address, Fee: '10', Flags: 0, Sequence, ...fields };
    return link.request({ command: 'submit', tx_blob: key.sign(tx).blob });
  };
  return {
    sandbox,
    link,
    time,
    timers,
    token,
    close: (seconds = 4) => {
      time.now += seconds * 1000;
      sandbox.closeLedger();
    },
    send,
    offer: async (side, xrp, price, more = {}) => {
      const drops = String(Math.round(xrp * 1e6));
      const rlusd = { ...token, value: (xrp * price).toFixed(8) };
      const amounts =
        side === 'buy'
          ? { TakerPays: drops, TakerGets: rlusd }
          : { TakerPays: rlusd, TakerGets: drops };
      const answer = await send({ TransactionType: 'OfferCreate', ...amounts, ...more });
      return Number((answer['tx_json'] as Json)['Sequence']);
    },
    wallet: async () => {
      const { account_data } = await link.request({ command: 'account_info', ...validated });
      const { lines } = await link.request({ command: 'account_lines', ...validated });
      const { Balance, Sequence } = account_data as Json;
      const [line] = lines as readonly Json[];
      return {
        drops: String(Balance),
        rlusd: String(line?.['balance']),
        sequence: Number(Sequence),
      };
    },
    offers: async () => {
      const { offers } = await link.request({ command: 'account_offers', ...validated });
      return offers as readonly Json[];
    },
    side: async (side) => {
      const xrp = { currency: 'XRP' };
      const sides =
        side === 'buy'
          ? { taker_pays: xrp, taker_gets: token }
          : { taker_pays: token, taker_gets: xrp };
      const { offers } = await link.request({
        command: 'book_offers',
        ledger_index: 'validated',
        ...sides,
      });
      return offers as readonly Json[];
    },
    inSeconds: (seconds) => Math.floor(time.now / 1000) - ledgerEpochSeconds + seconds,
  };
};

/** RLUSD per XRP of an entry of `book_offers`. */
export const priceOf = (offer: Json): string => {
  const [gets, pays] = [offer['TakerGets'], offer['TakerPays']] as const;
  const [drops, token] = typeof gets === 'string' ? [gets, pays] : [pays, gets];
  return String(Number((Number((token as Json)['value']) / (Number(drops) / 1e6)).toFixed(9)));
};
