/** A state as the recordings show it, asked for by commands: account_info, account_lines, account_offers, book_offers, amm_info. */
import type { Connection } from './door.ts';
import type { Alias } from './pool.ts';
import { type Case, type Json, type State, unnamed } from './recording.ts';

const validated = { ledger_index: 'validated' };
const rootFields = [
  'Balance',
  'Sequence',
  'OwnerCount',
  'Flags',
  'TickSize',
  'TransferRate',
  'TicketCount',
  'RegularKey',
] as const;
/** What the recordings leave out of an entry of a book. */
const unsaid: ReadonlySet<string> = new Set([
  'LedgerEntryType',
  'BookNode',
  'OwnerNode',
  'PreviousTxnID',
  'PreviousTxnLgrSeq',
]);
const bookLimit = 200;

/** The same accounts, books and pools as `like` has. */
export const lookAt = async (
  client: Connection,
  like: State,
  one: Case,
  pool: Alias | undefined,
): Promise<State> => {
  const accounts: Record<string, Json> = {};
  for (const [name, { lines }] of Object.entries(like.accounts)) {
    const recorded = one.accounts[name]?.address ?? name;
    const address = recorded === pool?.recorded ? pool.ours : recorded;
    accounts[name] = await accountOf(client, address, lines !== undefined);
  }
  const books = [];
  for (const book of one.books) {
    const { base, quote } = unnamed(book, one);
    const asks = await sideOf(client, base, quote);
    books.push({ asks, bids: await sideOf(client, quote, base) });
  }
  return { accounts, books, amm: like.amm && (await poolsOf(client, like.amm, one)) };
};

const resultOf = async (client: Connection, request: Json): Promise<Json> => {
  const answer = await client.ask({ ...validated, ...request });
  return (answer['result'] as Json | undefined) ?? { error: answer['error'] };
};

const accountOf = async (
  client: Connection,
  account: string,
  withLines: boolean,
): Promise<Json> => {
  const { account_data: data, error } = await resultOf(client, {
    command: 'account_info',
    account,
  });
  if (error !== undefined) return { missing: error };
  const root = data as Json;
  const fields = rootFields.flatMap((name) =>
    root[name] === undefined ? [] : [[name, root[name]] as const],
  );
  const { offers } = await resultOf(client, { command: 'account_offers', account });
  const lines = withLines && (await resultOf(client, { command: 'account_lines', account }));
  return {
    ...Object.fromEntries(fields),
    ...(lines ? { lines: (lines['lines'] as readonly Json[]).map(plainLine) } : {}),
    ...((offers as readonly Json[]).length > 0 ? { offers } : {}),
  };
};

const plainLine = ({ quality_in: qualityIn, quality_out: qualityOut, ...line }: Json): Json => ({
  ...line,
  ...(qualityIn === 0 ? {} : { quality_in: qualityIn }),
  ...(qualityOut === 0 ? {} : { quality_out: qualityOut }),
});

const sideOf = async (client: Connection, gets: Json, pays: Json): Promise<readonly Json[]> => {
  const sides = { taker_gets: gets, taker_pays: pays, limit: bookLimit };
  const { offers } = await resultOf(client, { command: 'book_offers', ...sides });
  return (offers as readonly Json[]).map((offer) =>
    Object.fromEntries(Object.entries(offer).filter(([name]) => !unsaid.has(name))),
  );
};

const poolsOf = async (client: Connection, like: unknown, one: Case): Promise<unknown> => {
  if (!Array.isArray(like)) return poolOf(client, like as Json, one);
  const pools = [];
  for (const each of like as readonly Json[]) pools.push(await poolOf(client, each, one));
  return pools;
};

const poolOf = async (client: Connection, like: Json, one: Case): Promise<Json> => {
  const { base, quote } = unnamed(one.books[0] ?? { base: {}, quote: {} }, one);
  const request = {
    command: 'amm_info',
    asset: assetOf(like['amount']) ?? base,
    asset2: assetOf(like['amount2']) ?? quote,
  };
  const { amm, error } = await resultOf(client, request);
  return (amm as Json | undefined) ?? { error };
};

const assetOf = (amount: unknown): Json | undefined => {
  if (amount === undefined) return undefined;
  if (typeof amount === 'string') return { currency: 'XRP' };
  const { currency, issuer } = amount as Json;
  return { currency, issuer };
};
