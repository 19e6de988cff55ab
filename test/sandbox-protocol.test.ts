/** The protocol against transcripts of a real server: every message, but for hashes of ledgers and for times of the machine. */
import test from 'ava';
import type { Chain, Genesis } from '../sandbox/chain.ts';
import { createChain } from '../sandbox/chain/create.ts';
import { accountFrom } from '../sandbox/traders/keys.ts';
import { createNode, type Session } from '../sandbox/protocol/node.ts';
import { unixMs } from '../ledger/time.ts';
import {
  type Case,
  casesOf,
  type Json,
  recordingsFolder,
  unnamed,
} from './conformance/recording.ts';

type Event = Readonly<{
  ev: string;
  conn?: string;
  msg?: Json;
  text?: string;
  tx_blob?: string;
  close_time?: number;
  ledger_index?: number;
}>;

type Transcript = Case & Readonly<{ transcript: readonly Event[] }>;

/** Tied to hash trees, to the machine, to what it did before, or to load; two recordings begin with a total that is one fee off. */
const ignored = new Set([
  'account_hash',
  'transaction_hash',
  'ledger_hash',
  'parent_hash',
  'ledger_data',
  'hostid',
  'pubkey_node',
  'random',
  'time',
  'uptime',
  'age',
  'io_latency_ms',
  'initial_sync_duration_us',
  'server_state_duration_us',
  'state_accounting',
  'ports',
  'counters',
  'current_activities',
  'complete_ledgers',
  'validated_ledgers',
  'ledger_index_min',
  'total_coins',
  'last_close',
]);

const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ignored.has(key) && !(key === 'hash' && 'seq' in value))
      .map(([key, inner]) => [key, comparable(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** Load depends on the machine. */
const skippedSubs = new Set(['load']);
/** Commands that this server does not have, on purpose; and answers about the machine. */
const skippedCommands = new Set(['random', 'sign', 'server_definitions']);

const folder = recordingsFolder();
/** Its server remembers a crowd from before the case. */
const skippedCases = new Set(['protocol-fee-queue-03']);
const cases = folder
  ? ([...casesOf(folder, 'protocol')] as Transcript[]).filter(({ id }) => !skippedCases.has(id))
  : [];
const subs = [...new Set(cases.map(({ sub }) => sub))].filter((sub) => !skippedSubs.has(sub));

if (!folder) {
  test('recordings of a real server are not there: the protocol is not compared', (t) => t.pass());
}

for (const sub of subs) {
  test(`${sub} answers as the recorded server did`, (t) => {
    const notes: string[] = [];
    let compared = 0;
    for (const one of cases.filter((each) => each.sub === sub)) compared += play(one, notes);
    t.true(compared > 0);
    t.deepEqual(notes.slice(0, 12), [], `${notes.length} of ${compared} messages differ`);
  });
}

const play = (one: Transcript, notes: string[]): number => {
  const pools = Object.values(one.accounts).filter(({ amm }) => amm === true);
  const chain: Chain = createChain(one.start as Genesis, () => pools[0]?.address ?? '');
  const hashes = new Map<string, string>();
  const node = createNode({
    chain: () => chain,
    now: () => unixMs(chain.latest().header.close_time),
    networkId: 0,
    manual: null,
  });
  const close = (time: number): void => {
    const ledger = chain.close(time);
    node.closed(ledger);
  };
  for (const ledger of one.setup) {
    for (const { tx, tx_blob: blob } of ledger.txs)
      chain.submit(blob ?? signed(one, unnamed(tx, one)));
    close(ledger.close_time);
  }
  const outside = node.connect(() => {});
  const sessions = new Map<string, Session>();
  const arrived = new Map<string, Json[]>();
  const asked = new Map<string, Json | undefined>();
  let compared = 0;
  for (const event of eventsOf(one)) {
    const conn = event.conn ?? '';
    const queue = arrived.get(conn) ?? [];
    switch (event.ev) {
      case 'connect':
        arrived.set(conn, []);
        sessions.set(
          conn,
          node.connect((message) => arrived.get(conn)?.push(message)),
        );
        break;
      case 'disconnect':
        sessions.get(conn)?.close();
        break;
      case 'request': {
        const session = sessions.get(conn) as Session;
        const text = event.text ?? JSON.stringify(withOurHash(event.msg ?? {}, chain, hashes));
        asked.set(conn, event.msg);
        const answer = session.answerText(text);
        queue.push(answer);
        break;
      }
      case 'submit_outside':
        outside.answer({ command: 'submit', tx_blob: event.tx_blob });
        break;
      case 'submit_bulk_outside':
        bulk(one, chain);
        break;
      case 'close_ledger':
        close(Number(event.close_time));
        break;
      case 'message': {
        if (event.msg?.['type'] === 'serverStatus') break;
        const got = queue.shift();
        compared += 1;
        learnHash(event.msg ?? {}, hashes);
        const command = String((asked.get(conn) ?? {})['command']);
        if (event.msg?.['type'] === 'response' && skippedCommands.has(command)) break;
        const [want, have] = [comparable(event.msg), comparable(got)];
        if (JSON.stringify(want) !== JSON.stringify(have)) {
          notes.push(
            `${one.id} ${JSON.stringify(asked.get(conn))}\n  ${firstDifference(want, have)}`,
          );
        }
        break;
      }
      default:
    }
  }
  return compared;
};

/** A transaction that found the queue full comes back by itself there, and not here: what follows the close is another story. */
const eventsOf = ({ sub, transcript }: Transcript): readonly Event[] =>
  sub === 'fee-queue'
    ? transcript.slice(
        0,
        transcript.findIndex(({ ev }) => ev === 'close_ledger'),
      )
    : transcript;

/** Ledger hashes are not to be had: the recorded one stands for the ledger of the same index. */
const learnHash = (message: Json, hashes: Map<string, string>): void => {
  const result = (message['result'] ?? message) as Json;
  if (typeof result['ledger_hash'] === 'string' && result['ledger_index'] !== undefined) {
    hashes.set(result['ledger_hash'], String(result['ledger_index']));
  }
};

const withOurHash = (message: Json, chain: Chain, hashes: Map<string, string>): Json => {
  const hash = message['ledger_hash'];
  const index = typeof hash === 'string' ? hashes.get(hash) : undefined;
  if (index === undefined) return message;
  return { ...message, ledger_hash: chain.at(Number(index))?.header.ledger_hash };
};

const signed = (one: Case, tx: Json): string => {
  const account = Object.values(one.accounts).find(({ address }) => address === tx['Account']);
  return accountFrom(account?.seed ?? '').sign(tx).blob;
};

/** A thousand AccountSets of f0 … f9 in turn, as the recording says in words. */
const bulk = (one: Case, chain: Chain): void => {
  const accounts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => {
    const { address = '', seed = '' } = one.accounts[`f${place}`] ?? {};
    return { address, key: accountFrom(seed) };
  });
  for (let place = 0; place < 1000; place += 1) {
    const { address, key } = accounts[place % 10] as (typeof accounts)[number];
    const Sequence = chain.open().account(address)?.['Sequence'];
    const tx = { TransactionType: 'AccountSet', Account: address, Fee: '10', Flags: 0, Sequence };
    chain.submit(key.sign(tx).blob);
  }
};

const firstDifference = (want: unknown, have: unknown, path = ''): string => {
  if (JSON.stringify(want) === JSON.stringify(have)) return '';
  const both = [want, have].every((each) => typeof each === 'object' && each !== null);
  if (!both) return `${path}: recorded ${brief(want)}, answered ${brief(have)}`;
  const keys = new Set([...Object.keys(want as Json), ...Object.keys(have as Json)]);
  for (const key of keys) {
    const found = firstDifference((want as Json)[key], (have as Json)[key], `${path}.${key}`);
    if (found !== '') return found;
  }
  return '';
};

const brief = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
