/** Plays one recorded conversation of clients with a server through a door: every answer and every stream message in its place. */
import { accountFrom } from '../../sandbox/traders/keys.ts';
import type { Connection, Door } from './door.ts';
import { differencesOf } from './difference.ts';
import { comparableMeta, renamed } from './pool.ts';
import { type Event, type Json, signedBlob, type Transcript, unnamed } from './recording.ts';
import { comparableMessage } from './stream.ts';
import type { Tally } from './tally.ts';

type Talk = {
  readonly connection: Connection;
  queue: readonly Json[];
  asked: Json | undefined;
};

export const playTranscript = async (one: Transcript, door: Door, noted: Tally): Promise<void> => {
  const group = `${one.kind}/${one.sub}`;
  const pools = Object.values(one.accounts).filter(({ amm }) => amm === true);
  await door.reset(
    one.start,
    pools.map(({ address }) => address),
  );
  const outside = await door.connect();
  const names = new Map<string, string>();
  const submit = (blob: unknown): Promise<Json> =>
    outside.ask({ command: 'submit', tx_blob: blob });
  for (const ledger of one.setup) {
    for (const { tx, tx_blob: blob } of ledger.txs) {
      await submit(blob ?? signedBlob(one, unnamed(tx, one)));
    }
    await door.accept(ledger.close_time);
    await findPool(one, outside, names);
  }
  const talks = new Map<string, Talk>();
  const hashes = new Map<string, string>();
  for (const event of one.transcript) {
    const talk = talks.get(event.conn ?? '');
    switch (event.ev) {
      case 'connect': {
        const connection = await door.connect();
        talks.set(String(event.conn), { connection, queue: [], asked: undefined });
        break;
      }
      case 'disconnect':
        talk?.connection.close();
        break;
      case 'request': {
        if (!talk) break;
        talk.asked = event.msg;
        const ours = renamed(event.msg, new Map([...names].map(([a, b]) => [b, a])));
        const request = ours && (await withOurHash(ours, outside, hashes));
        await talk.connection.ask(event.text ?? JSON.stringify(request));
        break;
      }
      case 'submit_outside':
        await submit(event.tx_blob);
        break;
      case 'submit_bulk_outside':
        await crowd(one, outside);
        break;
      case 'close_ledger':
        await door.accept(Number(event.close_time));
        break;
      case 'message':
        if (talk) await compare(one, group, talk, event, { hashes, names, noted });
        break;
      default:
    }
  }
  for (const { connection } of talks.values()) connection.close();
  outside.close();
};

type Knowledge = Readonly<{
  /** The ledger index of a recorded ledger hash. */
  hashes: Map<string, string>;
  /** The recorded address of our pool, where it is another. */
  names: Map<string, string>;
  noted: Tally;
}>;

const findPool = async (
  one: Transcript,
  outside: Connection,
  names: Map<string, string>,
): Promise<void> => {
  const { accounts, books } = one;
  const recorded = Object.values(accounts).find(({ amm }) => amm === true)?.address;
  const book = books[0];
  if (recorded === undefined || !book) return;
  const { base, quote } = unnamed(book, one);
  const { result } = await outside.ask({ command: 'amm_info', asset: base, asset2: quote });
  const amm = (result as Json | undefined)?.['amm'] as Json | undefined;
  if (amm && amm['account'] !== recorded) names.set(String(amm['account']), recorded);
};

const compare = async (
  { id }: Transcript,
  group: string,
  talk: Talk,
  { msg = {} }: Event,
  { hashes, names, noted }: Knowledge,
): Promise<void> => {
  // What the server says of its own load comes when it likes.
  if (msg['type'] === 'serverStatus') return;
  if (talk.queue.length === 0) talk.queue = await talk.connection.arrived();
  const [got, ...rest] = talk.queue;
  talk.queue = rest;
  learnHash(msg, hashes);
  const isAnswer = msg['type'] === 'response' || msg['type'] === 'error';
  const pool = [...names.values()][0];
  const [expected, found] = [told(msg), told(renamed(got, names), msg)].map((message) =>
    comparableMessage(sided(message, pool)),
  );
  const wrong = differencesOf(expected, found);
  const place = `${id} ${JSON.stringify(isAnswer ? talk.asked : msg['type'])}`;
  noted.note(isAnswer ? 'protocol' : 'stream', group, place, wrong);
};

/** Metadata as it does not depend on the pool's account, wherever it stands. */
const sided = (value: unknown, pool: string | undefined): unknown => {
  if (pool === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => sided(each, pool));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isMeta = (key === 'meta' || key === 'metaData') && typeof inner === 'object';
      return [key, isMeta ? comparableMeta(inner as Json, pool) : sided(inner, pool)];
    }),
  );
};

/** The big tables of `server_definitions` were not recorded, so neither they nor their hash can be compared. */
const told = (message: Json | undefined, recorded = message): unknown => {
  const result = (recorded?.['result'] ?? {}) as Json;
  if (result['note_of_recorder'] === undefined) return message;
  return { ...message, result: 'left out' };
};

/** Ledger hashes are not to be had: the recorded one stands for the ledger of the same index. */
const learnHash = (message: Json, hashes: Map<string, string>): void => {
  const result = (message['result'] ?? message) as Json;
  if (typeof result['ledger_hash'] === 'string' && result['ledger_index'] !== undefined) {
    hashes.set(result['ledger_hash'], String(result['ledger_index']));
  }
};

const withOurHash = async (
  message: Json,
  outside: Connection,
  hashes: Map<string, string>,
): Promise<Json> => {
  const hash = message['ledger_hash'];
  const index = typeof hash === 'string' ? hashes.get(hash) : undefined;
  if (index === undefined) return message;
  const { result } = await outside.ask({ command: 'ledger', ledger_index: Number(index) });
  return { ...message, ledger_hash: (result as Json)['ledger_hash'] };
};

/** A thousand AccountSets of f0 … f9 in turn, as the recording says in words. */
const crowd = async (one: Transcript, outside: Connection): Promise<void> => {
  const accounts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => {
    const { address = '', seed = '' } = one.accounts[`f${place}`] ?? {};
    return { address, key: accountFrom(seed), sequence: 0 };
  });
  for (const account of accounts) {
    const { result } = await outside.ask({ command: 'account_info', account: account.address });
    account.sequence = Number(((result as Json)['account_data'] as Json)['Sequence']);
  }
  for (let place = 0; place < 1000; place += 1) {
    const account = accounts[place % 10] as (typeof accounts)[number];
    const tx = { TransactionType: 'AccountSet', Account: account.address, Fee: '10', Flags: 0 };
    const { blob } = account.key.sign({ ...tx, Sequence: account.sequence });
    account.sequence += 1;
    await outside.ask({ command: 'submit', tx_blob: blob });
  }
};
