/** The account's validated transactions over a range of ledgers, page by page; whole and in the ledger's order, or refused. */
import { ServerError, type Json } from '../../ledger/transport.ts';
import { count, list } from './json.ts';
import { pages } from './page.ts';
import type { ReadTarget, Request } from './read.ts';
import { validated, type Validated } from './transaction.ts';

/** What a server answers whose history begins later. */
const beyondHistory: ReadonlySet<string> = new Set(['lgrIdxMalformed', 'lgrIdxsInvalid']);

const withinHistory = async (answer: Promise<Json>, from: number, to: number): Promise<Json> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ServerError) || !beyondHistory.has(error.code)) throw error;
    throw new ServerError(
      'lgrGap',
      `the server has not all ledgers of ${from}–${to} (${error.message}): it lags, or one with more history has them`,
    );
  }
};

/** Rejects with a ServerError where the server has not all of the range, or says of it what cannot be. */
export const readTransactions = async (
  request: Request,
  target: ReadTarget,
  from: number,
  to: number,
): Promise<readonly Validated[]> => {
  const found: Validated[] = [];
  const command = {
    command: 'account_tx',
    account: target.account,
    ledger_index_min: from,
    ledger_index_max: to,
    forward: true,
  };
  for await (const page of pages((one) => withinHistory(request(one), from, to), command)) {
    const [least, most] = [count(page, 'ledger_index_min'), count(page, 'ledger_index_max')];
    if (least > from || most < to) {
      throw new ServerError(
        'lgrGap',
        `the server has ledgers ${least}–${most} of ${from}–${to}: ` +
          (least > from ? 'one with more history has them all' : 'it lags'),
      );
    }
    for (const entry of list(page, 'transactions')) found.push(listed(entry, target, found.at(-1)));
  }
  const [first, last] = [found[0], found.at(-1)];
  if ((first && first.ledger < from) || (last && last.ledger > to)) {
    throw new ServerError('malformedAnswer', `account_tx lists what lies outside ${from}–${to}`);
  }
  return found;
};

const listed = (entry: Json, target: ReadTarget, before: Validated | undefined): Validated => {
  const transaction = validated(entry, target);
  if (!transaction) {
    throw new ServerError('malformedAnswer', 'account_tx lists a transaction without validation');
  }
  const follows =
    !before ||
    transaction.ledger > before.ledger ||
    (transaction.ledger === before.ledger && transaction.index > before.index);
  if (follows) return transaction;
  throw new ServerError('malformedAnswer', 'account_tx lists transactions out of order');
};

/** The transaction of that hash; null where it never was, over a complete range. Rejects where this server cannot say. */
export const lookedUp = async (
  request: Request,
  target: ReadTarget,
  hash: string,
  range: Readonly<{ min_ledger: number; max_ledger: number }>,
): Promise<Validated | null> => {
  const answer = request({ command: 'tx', transaction: hash, ...range });
  const found = await answer.catch((error: unknown) => {
    const isNever =
      error instanceof ServerError && error.code === 'txnNotFound' && error.searchedAll;
    if (isNever) return null;
    throw error;
  });
  if (!found) return null;
  const transaction = validated(found, target);
  if (!transaction) {
    throw new ServerError('notValidated', 'the transaction is known and not validated');
  }
  if (transaction.hash === hash) return transaction;
  throw new ServerError('malformedAnswer', `asked for ${hash}, answered ${transaction.hash}`);
};
