/** Plays one recorded case against a chain of its own and notes every value that differs. */
import { encode, encodeForSigning } from 'ripple-binary-codec';
import { deriveKeypair, sign } from 'ripple-keypairs';
import type { Asset, Chain, ClosedLedger } from '../../sandbox/chain.ts';
import { createChain } from '../../sandbox/chain/create.ts';
import { differencesOf } from './difference.ts';
import { type Case, type Json, type State, type Step, type StepTx, unnamed } from './recording.ts';
import { recordedPool, shownAccount, shownBook, shownPool } from './shown.ts';
import type { Tally } from './tally.ts';

export const playCase = (recorded: Case, noted: Tally): void => {
  const one = { ...recorded, after_setup: unnamed(recorded.after_setup, recorded) };
  const group = `${one.kind}/${one.sub}`;
  const chain = chainFor(one);
  for (const ledger of one.setup) {
    for (const { tx, hash, tx_blob: blob } of ledger.txs) {
      const answer = chain.submit(blob ?? signed(one, unnamed(tx, one)));
      const wrong = 'engine_result' in answer ? differencesOf(hash, answer.tx_json['hash']) : ['?'];
      const result = 'engine_result' in answer ? answer.engine_result : answer.error;
      if (result !== 'tesSUCCESS' || wrong.length > 0) {
        noted.note('submit', group, `${one.id} setup`, [`${result} ${wrong.join(' ')}`]);
      }
    }
    const closed = chain.close(ledger.close_time);
    const hashes = ledger.txs.toSorted(byIndex).map(({ hash }) => hash);
    noted.note('order', group, `${one.id} setup ${ledger.ledger_index}`, [
      ...differencesOf(
        hashes,
        closed.transactions.map(({ hash }) => hash),
      ),
    ]);
  }
  let state = one.after_setup;
  compareState(one, group, `${one.id} setup`, chain.latest(), state, noted);
  for (const [at, step] of one.steps.entries()) {
    state = playStep(one, group, `${one.id} step ${at + 1}`, chain, step, state, noted);
  }
};

const byIndex = (a: unknown, b: unknown): number =>
  (a as { transaction_index: number }).transaction_index -
  (b as { transaction_index: number }).transaction_index;

/** A pool gets the account that it was recorded with: it follows from a ledger hash that cannot be had here. */
const chainFor = (one: Case): Chain => {
  const pools = Object.values(one.accounts).filter(({ amm }) => amm === true);
  const given = new Map<string, string>();
  return createChain(one.start, (pool) => {
    const account = given.get(pool) ?? pools[given.size % pools.length]?.address ?? '';
    given.set(pool, account);
    return account;
  });
};

const signed = (one: Case, tx: Json): string => {
  const account = Object.values(one.accounts).find(({ address }) => address === tx['Account']);
  if (!account?.seed) throw new Error(`no seed for ${String(tx['Account'])} in ${one.id}`);
  const keys = deriveKeypair(account.seed);
  const full = { ...tx, SigningPubKey: keys.publicKey };
  return encode({ ...full, TxnSignature: sign(encodeForSigning(full), keys.privateKey) });
};

const playStep = (
  one: Case,
  group: string,
  place: string,
  chain: Chain,
  step: Step,
  before: State,
  noted: Tally,
): State => {
  for (const tx of step.txs) compareSubmit(group, place, chain, tx, noted);
  const closed = chain.close(step.ledger.close_time);
  const results = new Map(closed.transactions.map((applied) => [applied.hash, applied]));
  const seen = new Set<string>();
  for (const { hash, result, meta } of [...step.txs, ...(step.extra ?? [])]) {
    if (hash === undefined || seen.has(hash)) continue;
    seen.add(hash);
    const applied = results.get(hash);
    const at = `${place} ${hash.slice(0, 8)} ${String(applied?.tx['TransactionType'])}`;
    noted.note('result', group, at, differencesOf(result, applied?.result ?? null));
    if (meta && applied) {
      const expected = unnamed(meta, one);
      noted.note('metadata', group, at, differencesOf(ordered(expected), ordered(applied.meta)));
    }
  }
  for (const { transaction, meta } of step.stream ?? []) {
    const hash = (transaction as Json | undefined)?.['hash'];
    const applied = results.get(String(hash));
    if (!meta || !applied) continue;
    const wrong = differencesOf(ordered(meta as Json), ordered(applied.meta));
    noted.note('metadata', group, `${place} ${String(hash).slice(0, 8)}`, wrong);
  }
  if (step.order) {
    const order = closed.transactions.map(({ hash }) => hash);
    noted.note('order', group, place, differencesOf(step.order, order));
  }
  const state = changed(before, unnamed(step.after, one));
  compareState(one, group, place, closed, state, noted);
  return state;
};

/** Nodes keyed by their index, so that one missing node is one difference. */
const ordered = (meta: Json): unknown => {
  const nodes = meta['AffectedNodes'] as readonly Json[];
  const byPlace = nodes.map((node) => {
    const [[kind, fields] = ['', {}]] = Object.entries(node);
    const { LedgerIndex, LedgerEntryType } = fields as {
      LedgerIndex: string;
      LedgerEntryType: string;
    };
    return [`${LedgerEntryType} ${LedgerIndex.slice(0, 6)}`, { kind, ...(fields as object) }];
  });
  return { ...meta, AffectedNodes: Object.fromEntries(byPlace) };
};

const compareSubmit = (
  group: string,
  place: string,
  chain: Chain,
  tx: StepTx,
  noted: Tally,
): void => {
  const answer: Json = chain.submit(tx.tx_blob, { failHard: tx.fail_hard ?? false });
  const { engine_result: recorded, error, ...flags } = tx.submit;
  const got: Record<string, unknown> = {};
  for (const name of Object.keys(flags)) got[name] = answer[name];
  const kind = (tx.tx?.['TransactionType'] as string | undefined) ?? 'raw';
  noted.note('submit', group, `${place} ${kind}`, [
    ...differencesOf(recorded ?? error, answer['engine_result'] ?? answer['error'], 'result'),
    ...differencesOf(flags, got),
  ]);
};

const changed = (state: State, change: Step['after']): State => ({
  accounts: { ...state.accounts, ...change.accounts },
  books: state.books.map((book, at) => ({ ...book, ...change.books?.[String(at)] })),
  amm: change.amm ?? state.amm,
});

const compareState = (
  one: Case,
  group: string,
  place: string,
  closed: ClosedLedger,
  state: State,
  noted: Tally,
): void => {
  for (const [name, expected] of Object.entries(state.accounts)) {
    const address = one.accounts[name]?.address ?? name;
    const { offers: recordedOffers, ...fields } = expected;
    const recorded = fields['missing'] === undefined ? fields : { missing: 'actNotFound' };
    const shown = shownAccount(closed, address, recorded['lines'] === undefined);
    const { offers, ...rest } = shown;
    noted.note('balances', group, `${place} ${name}`, differencesOf(recorded, rest));
    noted.note('offers', group, `${place} ${name}`, differencesOf(recordedOffers, offers));
  }
  for (const [at, { asks, bids }] of state.books.entries()) {
    const book = one.books[at];
    if (!book) continue;
    const base = unnamed(book.base, one) as unknown as Asset;
    const quote = unnamed(book.quote, one) as unknown as Asset;
    const shownAsks = shownBook(closed, quote, base);
    const shownBids = shownBook(closed, base, quote);
    noted.note('books', group, `${place} asks ${at}`, differencesOf(asks, shownAsks));
    noted.note('books', group, `${place} bids ${at}`, differencesOf(bids, shownBids));
  }
  if (state.amm !== undefined) comparePools(one, group, place, closed, state.amm, noted);
};

const comparePools = (
  one: Case,
  group: string,
  place: string,
  closed: ClosedLedger,
  recorded: unknown,
  noted: Tally,
): void => {
  const pools = (Array.isArray(recorded) ? recorded : [recorded]) as readonly Json[];
  for (const pool of pools) {
    const [a, b] = pairOf(one, pool);
    const expected = recordedPool(pool);
    noted.note('amm', group, place, differencesOf(expected, shownPool(closed, a, b)));
  }
};

const pairOf = (one: Case, pool: Json): readonly [Asset, Asset] => {
  const assets = ['amount', 'amount2'].map((side): Asset | undefined => {
    const amount = pool[side];
    if (typeof amount === 'string') return { currency: 'XRP' };
    const { currency, issuer } = (amount ?? {}) as { currency?: string; issuer?: string };
    return currency === undefined || issuer === undefined ? undefined : { currency, issuer };
  });
  const book = one.books[0];
  const [a, b] = assets;
  return [
    a ?? (unnamed(book?.base, one) as unknown as Asset),
    b ?? (unnamed(book?.quote, one) as unknown as Asset),
  ];
};
