/** The recordings of a real server, with names turned back into addresses and codes. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Genesis } from '../../sandbox/chain.ts';
import { accountFrom } from '../../sandbox/traders/keys.ts';

export type Json = Readonly<Record<string, unknown>>;

export type Account = Readonly<{
  address: string;
  seed?: string;
  key_type?: string;
  amm?: boolean;
}>;

export type SetupTx = Readonly<{ tx: Json; hash: string; result: string; tx_blob?: string }>;

export type StepTx = Readonly<{
  tx?: Json;
  tx_blob: string;
  hash?: string;
  submit: Json;
  result: string | null;
  meta?: Json;
  fail_hard?: boolean;
  signer?: string;
  bad_signature?: boolean;
}>;

export type LedgerTimes = Readonly<{ ledger_index: number; close_time: number }>;

export type State = Readonly<{
  accounts: Readonly<Record<string, Json>>;
  books: readonly Readonly<{ asks: readonly Json[]; bids: readonly Json[] }>[];
  amm?: unknown;
}>;

export type Change = Readonly<{
  accounts?: Readonly<Record<string, Json>>;
  books?: Readonly<Record<string, Readonly<{ asks?: readonly Json[]; bids?: readonly Json[] }>>>;
  amm?: unknown;
}>;

export type Step = Readonly<{
  ledger: LedgerTimes;
  txs: readonly StepTx[];
  order?: readonly string[];
  extra?: readonly Readonly<{ hash: string; result: string; meta: Json }>[];
  after: Change;
  /** What a subscriber got, in a session; `same_as` stands for a copy of the message at that place. */
  stream?: readonly (Json & Readonly<{ same_as?: number }>)[];
}>;

export type Case = Readonly<{
  id: string;
  kind: string;
  sub: string;
  accounts: Readonly<Record<string, Account>>;
  currencies: Readonly<Record<string, string>>;
  books: readonly Readonly<{ base: Json; quote: Json }>[];
  start: Genesis & Readonly<{ ledger_hash: string }>;
  setup: readonly (LedgerTimes & Readonly<{ txs: readonly SetupTx[] }>)[];
  after_setup: State;
  steps: readonly Step[];
  /** In a session: what the one client asked to hear, and the answer. */
  subscribe?: Readonly<{ request: Json; response: Json }>;
}>;

/** What happened in a conversation, in order. */
export type Event = Readonly<{
  ev: string;
  conn?: string;
  msg?: Json;
  text?: string;
  tx_blob?: string;
  close_time?: number;
  ledger_index?: number;
}>;

export type Transcript = Case & Readonly<{ transcript: readonly Event[] }>;

/** The part that is kept with the project. */
export const keptFolder = path.resolve(import.meta.dirname, '../../../test/recordings');

/** The folder with all recordings, or where it is not there with the part that is kept. */
export const recordingsFolder = (): string => {
  const beside = path.resolve(import.meta.dirname, '../../../../shared');
  const folder = path.join(process.env['NEO_SHARED'] ?? beside, 'conformance');
  return existsSync(folder) ? folder : keptFolder;
};

const linesOf = (folder: string, file: string): readonly string[] =>
  gunzipSync(readFileSync(path.join(folder, file)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

export function* casesOf(folder: string, kind: string): Generator<Case> {
  if (kind === 'session') {
    const [head, ...steps] = linesOf(folder, 'session-alpha.jsonl.gz');
    const first = JSON.parse(head ?? '{}') as Case;
    yield { ...first, sub: 'market', steps: steps.map((line) => JSON.parse(line) as Step) };
    return;
  }
  for (const line of linesOf(folder, `${kind}.jsonl.gz`)) yield JSON.parse(line) as Case;
}

/** Signed by the seed of the account that it names, or of the one that is said to have signed. */
export const signedBlob = (
  { accounts, id }: Pick<Case, 'accounts' | 'id'>,
  tx: Json,
  signer?: string,
): string => {
  const account =
    signer === undefined
      ? Object.values(accounts).find(({ address }) => address === tx['Account'])
      : accounts[signer];
  if (!account?.seed) throw new Error(`no seed for ${String(tx['Account'])} in ${id}`);
  return accountFrom(account.seed).sign(tx).blob;
};

/** Every string that is a name of the case, as the address or code that it stands for. */
export const unnamed = <T>(value: T, one: Pick<Case, 'accounts' | 'currencies'>): T => {
  const real = new Map<string, string>(Object.entries(one.currencies));
  for (const [name, { address }] of Object.entries(one.accounts)) real.set(name, address);
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return real.get(part) ?? part;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value) as T;
};
