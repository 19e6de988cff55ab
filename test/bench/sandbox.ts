/**
 * How fast the embedded ledger applies offers with their metadata, closes a ledger of a hundred transactions, and crosses a
 * book of ten offers and of a hundred thousand; in processor time of this one process. With NEO_RIPPLED_URL (a standalone
 * server's admin WebSocket) the same ledger is closed there, and the ratio is printed. Decides nothing.
 */
import { deriveKeypair } from 'ripple-keypairs';
import { WebSocket } from 'ws';
import type { Entry } from '../../sandbox/chain.ts';
import { createChain } from '../../sandbox/chain/create.ts';
import type { Ground } from '../../sandbox/state/draft.ts';
import { accountIndex, lineIndex } from '../../sandbox/state/keylet.ts';
import { half } from '../../ledger/hash.ts';
import { set, type Trie } from '../../sandbox/state/trie.ts';
import { isHigher, nobody } from '../../ledger/address.ts';
import { drawn } from '../../sandbox/traders/random.ts';
import { accountFrom, accountOf, type Account } from '../../sandbox/traders/keys.ts';
import { genesisAt, genesisSeed } from '../../sandbox/traders/founding.ts';
import { applyTransaction } from '../../sandbox/transactions/apply.ts';
import type { Tx } from '../../sandbox/transactions/transaction.ts';

const currency = '524C555344000000000000000000000000000000';
const wallets = 50;
const people = Array.from({ length: wallets + 1 }, (_, n) => accountOf(1, `bench ${n}`));
const [issuer, ...traders] = people as [Account, ...Account[]];

const keys = new Map(people.map(({ address, seed }) => [address, deriveKeypair(seed).publicKey]));

const ground: Ground = {
  index: 100,
  parentCloseTime: 1000,
  parentHash: half('00'),
  open: false,
  loadFactor: 1,
  poolAccount: () => '',
};

/** Processor milliseconds. */
const spent = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const world = (): Trie<Entry> => {
  let root: Trie<Entry>;
  for (const { address } of people) {
    root = set(root, {
      LedgerEntryType: 'AccountRoot',
      Account: address,
      Balance: '100000000000000',
      Flags: 0x0080_0000,
      OwnerCount: 1,
      Sequence: 1,
      index: accountIndex(address),
    });
  }
  for (const { address } of traders) {
    const high = isHigher(address, issuer.address);
    const [low, top] = high ? [issuer.address, address] : [address, issuer.address];
    const limit = (who: string) => ({
      currency,
      issuer: who,
      value: who === address ? '1000000000' : '0',
    });
    root = set(root, {
      LedgerEntryType: 'RippleState',
      Balance: { currency, issuer: nobody, value: high ? '-100000000' : '100000000' },
      Flags: high ? 0x0002_0000 : 0x0001_0000,
      LowLimit: limit(low),
      HighLimit: limit(top),
      LowNode: '0',
      HighNode: '0',
      index: lineIndex(address, issuer.address, currency),
    });
  }
  return root;
};

const offer = (trader: Account, sequence: number, side: 'buy' | 'sell', price: string): Tx => {
  const xrp = '10000000';
  const token = { currency, issuer: issuer.address, value: (Number(price) * 10).toFixed(4) };
  return {
    TransactionType: 'OfferCreate',
    Account: trader.address,
    Fee: '10',
    Flags: 0,
    Sequence: sequence,
    SigningPubKey: keys.get(trader.address),
    TakerPays: side === 'buy' ? xrp : token,
    TakerGets: side === 'buy' ? token : xrp,
  } as Tx;
};

type Sequences = Map<string, number>;
const next = (sequences: Sequences, { address }: Account): number => {
  const number = sequences.get(address) ?? 1;
  sequences.set(address, number + 1);
  return number;
};

const apply = (root: Trie<Entry>, tx: Tx, place: number): Trie<Entry> => {
  const hash = half(place.toString(16).padStart(64, '0'));
  const outcome = applyTransaction(root, ground, tx, hash, place, {
    retry: false,
    failHard: false,
  });
  if (!outcome.applied || outcome.result !== 'tesSUCCESS') {
    throw new Error(`a bench offer is ${outcome.result}`);
  }
  return outcome.root;
};

/** A third crosses, the rest rests in a band around the price. */
const applied = (count: number): number => {
  let root = world();
  const sequences: Sequences = new Map();
  const txs = Array.from({ length: count }, (_, n) => {
    const trader = traders[n % traders.length] as Account;
    const side = drawn(1, n) < 0.5 ? 'buy' : 'sell';
    const away = (drawn(2, n) - 0.25) * 0.02 * (side === 'buy' ? -1 : 1);
    return offer(trader, next(sequences, trader), side, (1.42 * (1 + away)).toFixed(5));
  });
  const ms = spent(() => {
    for (const [place, tx] of txs.entries()) root = apply(root, tx, place);
  });
  return (count / ms) * 1000;
};

const crossings = 2000;

/** Milliseconds of one crossing against a book of so many offers, of which each is taken whole and put back. */
const crossing = (depth: number): number => {
  let root = world();
  const sequences: Sequences = new Map();
  const [maker, taker, ...others] = traders as [Account, Account, ...Account[]];
  for (let n = 0; n < depth; n += 1) {
    const trader = others[n % others.length] as Account;
    root = apply(
      root,
      offer(trader, next(sequences, trader), 'sell', (1.5 + n * 1e-5).toFixed(5)),
      n,
    );
  }
  let total = 0;
  for (let n = 0; n < crossings; n += 1) {
    root = apply(root, offer(maker, next(sequences, maker), 'sell', '1.42'), n);
    const tx = offer(taker, next(sequences, taker), 'buy', '1.42');
    if (n === crossings / 2) total = 0;
    total += spent(() => {
      root = apply(root, tx, n);
    });
  }
  return total / (crossings / 2);
};

const ledgerSize = 100;
const genesis = accountFrom(genesisSeed);

/** Offers of the genesis account, signed ahead. */
const signedLedger = (from: number): readonly string[] =>
  Array.from(
    { length: ledgerSize },
    (_, n) =>
      genesis.sign({
        TransactionType: 'OfferCreate',
        Account: genesis.address,
        Fee: '10',
        Flags: 0,
        Sequence: from + n,
        TakerGets: String(1_000_000 + n),
        TakerPays: { currency, issuer: issuer.address, value: (1.42 + n / 1e4).toFixed(4) },
      }).blob,
  );

const rounds = 20;

const closing = (): Readonly<{ submit: number; close: number }> => {
  const chain = createChain(genesisAt(1000, 0));
  const found = genesis.sign({
    TransactionType: 'Payment',
    Account: genesis.address,
    Fee: '10',
    Flags: 0,
    Sequence: 1,
    Destination: issuer.address,
    Amount: '1000000000',
  });
  chain.submit(found.blob);
  chain.close(1001);
  let [submit, close] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const blobs = signedLedger(2 + round * ledgerSize);
    if (round === rounds / 2) [submit, close] = [0, 0];
    submit += spent(() => {
      for (const blob of blobs) chain.submit(blob);
    });
    close += spent(() => {
      const { transactions } = chain.close(1002 + round);
      if (transactions.length !== ledgerSize) throw new Error('a bench ledger is not whole');
    });
  }
  return { submit: submit / (rounds / 2), close: close / (rounds / 2) };
};

/** Milliseconds on the clock for a hundred offers and a close on a real standalone server. */
const real = async (url: string): Promise<number> => {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const ask = (request: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      socket.once('message', (data: Buffer) =>
        resolve(JSON.parse(data.toString('utf8')) as Record<string, unknown>),
      );
      socket.send(JSON.stringify(request));
    });
  const { result } = await ask({ command: 'account_info', account: genesis.address });
  const { account_data: root } = result as { account_data: { Sequence: number } };
  const blobs = signedLedger(root.Sequence);
  const started = performance.now();
  for (const blob of blobs) await ask({ command: 'submit', tx_blob: blob });
  await ask({ command: 'ledger_accept' });
  socket.terminate();
  return performance.now() - started;
};

const count = 10_000;
applied(count);
const best = Math.max(applied(count), applied(count), applied(count));
console.log(`OfferCreates applied a second, with metadata: ${Math.round(best)} (asked: 5000)`);
const { submit, close } = closing();
console.log(
  `a ledger of ${ledgerSize} transactions: closed in ${close.toFixed(1)} ms (asked: 30), submitted in ${submit.toFixed(1)} ms`,
);
const [shallow, deep] = [crossing(10), crossing(100_000)];
console.log(
  `one crossing: ${shallow.toFixed(3)} ms with 10 offers in the book, ${deep.toFixed(3)} ms with 100,000: ratio ${(deep / shallow).toFixed(2)}`,
);
const url = process.env['NEO_RIPPLED_URL'];
if (url === undefined) console.log('NEO_RIPPLED_URL names no real server: no ratio to it');
else {
  const ms = await real(url);
  console.log(
    `a real server takes ${ms.toFixed(1)} ms for the same ledger: ratio ${(ms / (submit + close)).toFixed(2)}`,
  );
}
