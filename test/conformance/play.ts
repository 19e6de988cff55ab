/** Plays one recorded case through a door, by commands alone as anybody could from outside, and notes every value that differs. */
import type { Connection, Door } from './door.ts';
import { differencesOf } from './difference.ts';
import { type Alias, comparableMeta, isSame, renamed } from './pool.ts';
import {
  type Case,
  type Change,
  type Json,
  type SetupTx,
  signedBlob,
  type State,
  type Step,
  type StepTx,
  unnamed,
} from './recording.ts';
import { lookAt } from './state.ts';
import { comparableMessage } from './stream.ts';
import type { Tally } from './tally.ts';

/** What a case is played with. */
type Stage = {
  readonly one: Case;
  readonly door: Door;
  readonly noted: Tally;
  readonly client: Connection;
  readonly group: string;
  pool: Alias | undefined;
  /** Our hash of a recorded transaction that had to be signed anew. */
  readonly hashes: Map<string, string>;
};

export const playCase = async (one: Case, door: Door, noted: Tally): Promise<void> => {
  const pools = Object.values(one.accounts).filter(({ amm }) => amm === true);
  await door.reset(
    one.start,
    pools.map(({ address }) => address),
  );
  const stage: Stage = {
    one,
    door,
    noted,
    client: await door.connect(),
    group: `${one.kind}/${one.sub}`,
    pool: undefined,
    hashes: new Map(),
  };
  for (const ledger of one.setup) {
    for (const tx of ledger.txs) await setUp(stage, tx);
    await door.accept(ledger.close_time);
    await findPool(stage);
  }
  let state = unnamed(one.after_setup, one);
  await compareState(stage, `${one.id} setup`, state);
  const listener = one.subscribe && (await listen(stage, one.subscribe));
  for (const [at, step] of one.steps.entries()) {
    state = await playStep(stage, `${one.id} step ${at + 1}`, step, state, listener);
  }
  listener?.close();
  stage.client.close();
};

const setUp = async (stage: Stage, { tx, hash, tx_blob: blob }: SetupTx): Promise<void> => {
  const { one, client, noted, group } = stage;
  const sent = await client.ask({
    command: 'submit',
    tx_blob: blob ?? signedBlob(one, ours(stage, unnamed(tx, one))),
  });
  const result = sent['result'] as Json | undefined;
  const found = (result?.['tx_json'] as Json | undefined)?.['hash'];
  const wrong = [
    ...differencesOf('tesSUCCESS', result?.['engine_result'] ?? sent['error']),
    ...(stage.pool && !isSame(stage.pool) ? [] : differencesOf(hash, found)),
  ];
  if (wrong.length > 0) noted.note('submit', group, `${one.id} setup`, wrong);
  if (typeof found === 'string') stage.hashes.set(hash, found);
};

/** From the moment that there is one, it is known by our address. */
const findPool = async (stage: Stage): Promise<void> => {
  const { one, client } = stage;
  const recorded = Object.values(one.accounts).find(({ amm }) => amm === true)?.address;
  const book = one.books[0];
  if (recorded === undefined || !book) return;
  const { base, quote } = unnamed(book, one);
  const at = { ledger_index: 'validated', asset: base, asset2: quote };
  const answer = await client.ask({ command: 'amm_info', ...at });
  const amm = (answer['result'] as Json | undefined)?.['amm'] as Json | undefined;
  if (amm) stage.pool = { recorded, ours: String(amm['account']) };
};

const ours = <T>({ pool }: Stage, value: T): T =>
  pool && !isSame(pool) ? renamed(value, new Map([[pool.recorded, pool.ours]])) : value;

/** By the recorded names and hashes. */
const recordedNames = <T>({ pool, hashes }: Stage, value: T): T => {
  if (!pool || isSame(pool)) return value;
  const names = new Map([[pool.ours, pool.recorded]]);
  for (const [recorded, hash] of hashes) names.set(hash, recorded);
  return renamed(value, names);
};

const playStep = async (
  stage: Stage,
  place: string,
  step: Step,
  before: State,
  listener: Connection | undefined,
): Promise<State> => {
  const { one, door, noted, group, hashes } = stage;
  for (const tx of step.txs) await compareSubmit(stage, place, tx);
  await door.accept(step.ledger.close_time);
  await findPool(stage);
  const seen = new Set<string>();
  const applied: { hash: string; index: number }[] = [];
  for (const { hash, result, meta } of [...step.txs, ...(step.extra ?? [])]) {
    if (hash === undefined || seen.has(hash)) continue;
    seen.add(hash);
    const found = await lookUp(stage, hashes.get(hash) ?? hash, step.ledger.ledger_index);
    const at = `${place} ${hash.slice(0, 8)}`;
    noted.note('result', group, at, differencesOf(result, found?.['TransactionResult'] ?? null));
    if (found) applied.push({ hash, index: Number(found['TransactionIndex']) });
    if (meta && found) compareMeta(stage, at, unnamed(meta, one), found);
  }
  if (step.order) {
    const order = applied.toSorted((a, b) => a.index - b.index).map(({ hash }) => hash);
    noted.note('order', group, place, differencesOf(step.order, order));
  }
  if (listener && step.stream) await compareStream(stage, place, step.stream, listener);
  const state = changed(before, unnamed(step.after, one));
  await compareState(stage, place, state);
  return state;
};

const lookUp = async (
  { client }: Stage,
  hash: string,
  ledgerIndex: number,
): Promise<Json | undefined> => {
  const { result } = await client.ask({ command: 'tx', transaction: hash });
  const found = result as Json | undefined;
  return found?.['validated'] === true && found['ledger_index'] === ledgerIndex
    ? (found['meta'] as Json)
    : undefined;
};

const compareMeta = (stage: Stage, at: string, recorded: Json, found: Json): void => {
  const pool = stage.pool && !isSame(stage.pool) ? stage.pool.recorded : undefined;
  const [expected, got] = [recorded, recordedNames(stage, found)].map((meta) =>
    comparableMeta(meta, pool),
  );
  stage.noted.note('metadata', stage.group, at, differencesOf(expected, got));
};

const compareSubmit = async (stage: Stage, place: string, tx: StepTx): Promise<void> => {
  const { one, client, noted, group, hashes, pool } = stage;
  const sent = tx.tx && unnamed(tx.tx, one);
  let blob = tx.tx_blob;
  if (pool && !isSame(pool) && sent && JSON.stringify(sent).includes(pool.recorded)) {
    blob = signedBlob(one, ours(stage, sent), tx.signer);
  }
  const answer = await client.ask({
    command: 'submit',
    tx_blob: blob,
    ...(tx.fail_hard === true ? { fail_hard: true } : {}),
  });
  const result = (answer['result'] ?? answer) as Json;
  const { engine_result: recorded, error, ...flags } = tx.submit;
  const got = Object.fromEntries(Object.keys(flags).map((name) => [name, result[name]]));
  const usual = ['accepted', 'applied', 'broadcast', 'kept'].filter((name) => !(name in flags));
  const unusual = recorded === undefined ? [] : usual.filter((name) => result[name] !== true);
  const kind = String(sent?.['TransactionType'] ?? 'raw');
  noted.note('submit', group, `${place} ${kind}`, [
    ...differencesOf(recorded ?? error, result['engine_result'] ?? result['error'], 'result'),
    ...differencesOf(flags, got),
    ...unusual.map((name) => `${name} is not true`),
  ]);
  const ourHash = (result['tx_json'] as Json | undefined)?.['hash'];
  if (tx.hash !== undefined && typeof ourHash === 'string') hashes.set(tx.hash, ourHash);
};

const listen = async (
  stage: Stage,
  { request, response }: NonNullable<Case['subscribe']>,
): Promise<Connection> => {
  const listener = await stage.door.connect();
  const answer = await listener.ask(request);
  const wrong = differencesOf(
    comparableMessage(response['result']),
    comparableMessage(answer['result']),
  );
  stage.noted.note('protocol', stage.group, `${stage.one.id} subscribe`, wrong);
  await listener.arrived();
  return listener;
};

const compareStream = async (
  stage: Stage,
  place: string,
  stream: NonNullable<Step['stream']>,
  listener: Connection,
): Promise<void> => {
  const arrived = await listener.arrived();
  const recorded = stream.map((message) =>
    message.same_as === undefined ? message : (stream[message.same_as] as Json),
  );
  const told = (message: Json | undefined, pool: string | undefined): unknown => {
    const { meta, transaction, ...rest } = (comparableMessage(message) ?? {}) as Json;
    return { ...rest, transaction, meta: meta && comparableMeta(meta as Json, pool) };
  };
  const { pool, noted, group } = stage;
  const other = pool && !isSame(pool) ? pool.recorded : undefined;
  for (let at = 0; at < Math.max(recorded.length, arrived.length); at += 1) {
    const [want, have] = [recorded[at], recordedNames(stage, arrived[at])];
    const wrong = differencesOf(told(want, other), told(have, other));
    noted.note('stream', group, `${place} message ${at}`, wrong);
    if (want?.['meta'] && have?.['meta']) {
      const [expected, got] = [want, have].map(({ meta }) => comparableMeta(meta as Json, other));
      noted.note('metadata', group, `${place} message ${at}`, differencesOf(expected, got));
    }
  }
};

const changed = (state: State, change: Change): State => ({
  accounts: { ...state.accounts, ...change.accounts },
  books: state.books.map((book, at) => ({ ...book, ...change.books?.[String(at)] })),
  amm: change.amm ?? state.amm,
});

const compareState = async (stage: Stage, place: string, state: State): Promise<void> => {
  const { one, client, noted, group, pool } = stage;
  const found = recordedNames(stage, await lookAt(client, ours(stage, state), one, pool));
  for (const [name, { offers, ...rest }] of Object.entries(state.accounts)) {
    const { offers: foundOffers, ...got } = found.accounts[name] ?? {};
    const expected = rest['missing'] === undefined ? rest : { missing: 'actNotFound' };
    noted.note(
      'balances',
      group,
      `${place} ${name}`,
      differencesOf(lined(stage, expected), lined(stage, got)),
    );
    noted.note('offers', group, `${place} ${name}`, differencesOf(offers, foundOffers));
  }
  for (const [at, { asks, bids }] of state.books.entries()) {
    const got = found.books[at];
    noted.note('books', group, `${place} asks ${at}`, differencesOf(asks, got?.asks));
    noted.note('books', group, `${place} bids ${at}`, differencesOf(bids, got?.bids));
  }
  if (state.amm !== undefined) noted.note('amm', group, place, differencesOf(state.amm, found.amm));
};

/** With another pool's account its lines stand elsewhere in the list. */
const lined = ({ pool }: Stage, account: Json): Json => {
  const { lines } = account;
  if (!Array.isArray(lines) || !pool || isSame(pool)) return account;
  const key = ({ account: peer, currency }: Json): string => `${String(peer)} ${String(currency)}`;
  return {
    ...account,
    lines: (lines as readonly Json[]).toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
  };
};
