/** A server with a market to trade on: the one that NEO_RIPPLED_URL names, else `neo sandbox` as a process of its own. Founded anew with keys of chance. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { generateSeed } from 'ripple-keypairs';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import { rlusdCurrency } from '../../ledger/rlusd.ts';
import type { Json } from '../../ledger/transport.ts';
import { accountFrom, type Account } from '../../sandbox/traders/keys.ts';
import { genesisSeed } from '../../sandbox/traders/founding.ts';
import { start } from '../door.ts';

export type Holdings = Readonly<{ drops: string; rlusd: string; offers: number }>;

export type Server = Readonly<{
  url: string;
  issuer: string;
  wallet: Account;
  /** Somebody sells so much XRP at once at this price or better. */
  sellTo: (xrp: number, price: number) => Promise<void>;
  buyFrom: (xrp: number, price: number) => Promise<void>;
  freeze: (state: 'on' | 'off') => Promise<void>;
  /** A payment of XRP into the wallet. */
  pay: (xrp: number) => Promise<void>;
  /** One out of it, by another program with its key: the next Sequence that the open ledger has free. */
  withdraw: (xrp: number) => Promise<void>;
  /** What was sent is validated. */
  closed: () => Promise<unknown>;
  /** As of a validated ledger. */
  holdings: () => Promise<Holdings>;
}>;

const closeMs = 1_000;
/** TrustSet and OfferCreate flags; AccountSet's default ripple. */
const [setFreeze, clearFreeze, immediate, sell, defaultRipple] = [
  0x0010_0000, 0x0020_0000, 0x0002_0000, 0x0008_0000, 8,
];

export const serverFor = async (t: ExecutionContext<unknown>, folder: string): Promise<Server> => {
  const url = process.env['NEO_RIPPLED_URL'] ?? (await sandboxFor(t, folder));
  const transport = webSocketTransport(url);
  await transport.connect();
  const { request } = transport;
  const accept = (): Promise<unknown> =>
    request({ command: 'ledger_accept' }).catch(() => undefined);
  const genesis = accountFrom(genesisSeed);
  const [issuer, wallet, maker, taker] = Array.from({ length: 4 }, () =>
    accountFrom(generateSeed({ entropy: randomBytes(16), algorithm: 'ed25519' })),
  ) as [Account, Account, Account, Account];

  const send = async (from: Account, fields: Json): Promise<void> => {
    const info = await request({ command: 'account_info', account: from.address });
    const { Sequence } = info['account_data'] as Json;
    const tx = { Account: from.address, Fee: '12', Flags: 0, Sequence, ...fields };
    const answer = await request({ command: 'submit', tx_blob: from.sign(tx).blob });
    const result = String(answer['engine_result']);
    if (result !== 'tesSUCCESS') throw new Error(`${String(fields['TransactionType'])}: ${result}`);
  };
  const token = (value: number) => ({
    currency: rlusdCurrency,
    issuer: issuer.address,
    value: value.toFixed(6),
  });
  const drops = (xrp: number): string => String(Math.round(xrp * 1e6));
  const paid = (from: Account, to: Account, Amount: unknown): Promise<void> =>
    send(from, { TransactionType: 'Payment', Destination: to.address, Amount });

  for (const [to, xrp] of [
    [issuer, 100],
    [wallet, 70],
    [maker, 2000],
    [taker, 2000],
  ] as const) {
    await paid(genesis, to, drops(xrp));
  }
  await accept();
  await send(issuer, { TransactionType: 'AccountSet', SetFlag: defaultRipple });
  await accept();
  for (const holder of [wallet, maker, taker]) {
    await send(holder, { TransactionType: 'TrustSet', LimitAmount: token(1_000_000) });
  }
  await accept();
  for (const [to, value] of [
    [wallet, 98],
    [maker, 5000],
    [taker, 5000],
  ] as const) {
    await paid(issuer, to, token(value));
  }
  await accept();
  const create = { TransactionType: 'OfferCreate' };
  await send(maker, { ...create, TakerPays: drops(300), TakerGets: token(300 * 1.4) });
  await send(maker, {
    ...create,
    TakerPays: token(300 * 1.44),
    TakerGets: drops(300),
    Flags: sell,
  });
  await accept();

  const timer = setInterval(() => void accept(), closeMs);
  t.teardown(async () => {
    clearInterval(timer);
    await transport.close();
  });
  const Flags = immediate;
  return {
    url,
    issuer: issuer.address,
    wallet,
    sellTo: (xrp, price) =>
      send(taker, {
        ...create,
        TakerPays: token(xrp * price),
        TakerGets: drops(xrp),
        Flags: Flags | sell,
      }),
    buyFrom: (xrp, price) =>
      send(taker, { ...create, TakerPays: drops(xrp), TakerGets: token(xrp * price), Flags }),
    freeze: (state) =>
      send(issuer, {
        TransactionType: 'TrustSet',
        LimitAmount: { ...token(0), issuer: wallet.address },
        Flags: state === 'on' ? setFreeze : clearFreeze,
      }),
    pay: (xrp) => paid(genesis, wallet, drops(xrp)),
    closed: accept,
    withdraw: async (xrp) => {
      const again = (): Promise<void> => paid(wallet, genesis, drops(xrp));
      /** The engine may take the Sequence in between. */
      await again().catch((error: unknown) => {
        if (!/PAST_SEQ/.test(String(error))) throw error;
        return again();
      });
    },
    holdings: async () => {
      await wait(2 * closeMs);
      const at = { ledger_index: 'validated', account: wallet.address };
      const [root, lines, offers] = await Promise.all([
        request({ command: 'account_info', ...at }),
        request({ command: 'account_lines', ...at, peer: issuer.address }),
        request({ command: 'account_offers', ...at }),
      ]);
      const [line] = lines['lines'] as readonly Json[];
      return {
        drops: String((root['account_data'] as Json)['Balance']),
        rlusd: String(line?.['balance']),
        offers: (offers['offers'] as readonly Json[]).length,
      };
    },
  };
};

const sandboxFor = async (t: ExecutionContext<unknown>, folder: string): Promise<string> => {
  const sandbox = start(t, folder, 'sandbox', '--port', '0', '--close', 'manual', '--json');
  return String((JSON.parse(await sandbox.firstLine) as Json)['url']);
};
