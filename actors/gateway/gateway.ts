/**
 * The edge to the ledger: keeps the connection, turns what it says into inputs, sends signed blobs. What is not validated,
 * malformed or older than what was covered never becomes an input. Streams are for speed; every read closes the gap from the
 * ledger covered last by account_tx, so that nothing is missed and order is the ledger's.
 */
import type { Subscription } from 'rxjs';
import type { TransactionAnswered } from '../../events/gateway.ts';
import type { Input } from '../../events/event.ts';
import type { TransactionLookup } from '../../events/order.ts';
import { ServerError, type Json, type Transport } from '../../ledger/transport.ts';
import type { Clock } from '../clock.ts';
import { count, object, text } from './json.ts';
import { readMarket, readTransactions, type ReadTarget } from './read.ts';
import { validated, type Validated } from './transaction.ts';

export type Gateway = Readonly<{
  /** Connects and keeps connected until closed; reconnects after a drop. */
  open: () => void;
  /** Resolves when the first whole read is in the log. */
  synced: Promise<void>;
  /** One read of everything, as inputs; a failed one is an input too. Never two at once. */
  read: () => Promise<void>;
  submit: (blob: string) => Promise<Pick<TransactionAnswered, 'result' | 'error'>>;
  lookUp: (lookup: TransactionLookup, cause: number) => Promise<void>;
  close: () => Promise<void>;
}>;

export type GatewayOptions = Readonly<{
  transport: Transport;
  clock: Clock;
  target: ReadTarget;
  /** Up to this ledger everything is in the log already; null in a new database. */
  covered: number | null;
  post: (input: Input, cause?: number) => void;
}>;

const reconnectFirstMs = 500;
const reconnectMostMs = 15_000;

export const createGateway = ({
  transport,
  clock,
  target,
  covered: before,
  post,
}: GatewayOptions): Gateway => {
  let covered = before;
  let newest = 0;
  let up = false;
  let syncing = false;
  let closed = false;
  let delayMs = reconnectFirstMs;
  let reading: Promise<void> | undefined;
  let held: Json[] = [];
  const seen = new Map<string, number>();
  const subscriptions: Subscription[] = [];
  let isSynced: () => void = () => undefined;
  const synced = new Promise<void>((resolve) => (isSynced = resolve));

  const request = (command: Json & { readonly command: string }): Promise<Json> =>
    transport.request({ api_version: 2, ...command });

  const taken = (transaction: Validated): void => {
    if (seen.has(transaction.hash) || transaction.ledger <= (covered ?? 0)) return;
    seen.set(transaction.hash, transaction.ledger);
    post(transaction);
  };

  const message = (said: Json): void => {
    if (syncing) held.push(said);
    else heard(said);
  };

  const heard = (said: Json): void => {
    try {
      if (said['type'] === 'ledgerClosed') ledgerClosed(said);
      if (said['type'] !== 'transaction') return;
      const transaction = validated(said);
      if (transaction) taken(transaction);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      post({ type: 'read.failed', code: error.code, message: error.message });
    }
  };

  const ledgerClosed = (said: Json): void => {
    const index = count(said, 'ledger_index');
    if (index <= newest) return;
    newest = index;
    post({
      type: 'ledger.closed',
      index,
      hash: text(said, 'ledger_hash'),
      closeTime: count(said, 'ledger_time'),
      baseFeeDrops: count(said, 'fee_base'),
    });
  };

  /** Everything since the ledger covered last, then the read; both as inputs, in the ledger's order. */
  const readWhole = async (ledger: number): Promise<void> => {
    const from = covered === null ? null : covered + 1;
    const [listed, market] = await Promise.all([
      from === null || from > ledger ? [] : readTransactions(request, target.account, from, ledger),
      readMarket(request, target, ledger),
    ]);
    for (const one of listed) {
      const transaction = validated(one);
      if (transaction) taken(transaction);
    }
    covered = Math.max(covered ?? 0, ledger);
    for (const [hash, at] of seen) if (at <= covered) seen.delete(hash);
    post(market);
  };

  const read = async (): Promise<void> => {
    if (!up || reading) return reading;
    reading = readWhole(newest)
      .catch((error: unknown) => {
        if (up) post({ type: 'read.failed', ...described(error) });
      })
      .finally(() => (reading = undefined));
    return reading;
  };

  /** Subscribes, then covers the gap; what streams in meanwhile waits for it. */
  const synchronize = async (): Promise<void> => {
    syncing = true;
    held = [];
    const answer = await request({
      command: 'subscribe',
      streams: ['ledger'],
      accounts: [target.account],
    });
    newest = Math.max(newest, count(answer, 'ledger_index'));
    const from = (covered ?? newest) + 1;
    await readWhole(newest);
    syncing = false;
    post({ type: 'gateway.synced', from: Math.min(from, newest), to: newest });
    delayMs = reconnectFirstMs;
    for (const said of held.splice(0)) heard(said);
    isSynced();
  };

  const networkId = async (): Promise<number | null> => {
    const info = object(await request({ command: 'server_info' }), 'info');
    return typeof info['network_id'] === 'number' ? info['network_id'] : 0;
  };

  const connected = async (endpoint: string): Promise<void> => {
    try {
      const id = await networkId();
      up = true;
      post({ type: 'gateway.up', endpoint, networkId: id });
      await synchronize();
    } catch (error) {
      dropped(endpoint, described(error).message);
    }
  };

  const dropped = (endpoint: string, why: string): void => {
    if (up) post({ type: 'gateway.down', endpoint, why });
    up = false;
    void transport.close().then(again);
  };

  const again = (): void => {
    if (closed) return;
    clock.at(clock.now() + delayMs, () => void connect());
    delayMs = Math.min(delayMs * 2, reconnectMostMs);
  };

  const connect = async (): Promise<void> => {
    if (closed || up) return;
    try {
      await transport.connect();
    } catch {
      again();
    }
  };

  return {
    synced,
    open: () => {
      subscriptions.push(
        transport.messages.subscribe(message),
        transport.connection.subscribe((change) => {
          if (change.up) void connected(change.endpoint);
          else if (up) dropped(change.endpoint, change.why);
        }),
      );
      void connect();
    },
    read,
    submit: async (blob) => {
      try {
        const answer = await request({ command: 'submit', tx_blob: blob });
        return { result: text(answer, 'engine_result'), error: null };
      } catch (error) {
        const { code, message: words } = described(error);
        return { result: null, error: `${code}: ${words}` };
      }
    },
    lookUp: async ({ hash, from, to }, cause) => {
      const searched = { from, to };
      const range = { min_ledger: Math.max(1, from), max_ledger: to };
      try {
        const found = validated(await request({ command: 'tx', transaction: hash, ...range }));
        if (!found)
          throw new ServerError('notValidated', 'the transaction is known and not validated');
        taken(found);
        post(
          { type: 'transaction.settled', hash, outcome: 'validated', searched, detail: '' },
          cause,
        );
      } catch (error) {
        const never =
          error instanceof ServerError && error.code === 'txnNotFound' && error.searchedAll;
        const outcome = never ? 'never' : 'unknown';
        const detail = never ? '' : described(error).message;
        post({ type: 'transaction.settled', hash, outcome, searched, detail }, cause);
      }
    },
    close: async () => {
      closed = true;
      for (const subscription of subscriptions) subscription.unsubscribe();
      await transport.close();
    },
  };
};

const described = (error: unknown): Readonly<{ code: string; message: string }> =>
  error instanceof ServerError
    ? { code: error.code, message: error.message }
    : { code: 'noAnswer', message: error instanceof Error ? error.message : String(error) };
