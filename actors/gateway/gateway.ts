/**
 * The edge to the ledger: turns what servers say into inputs and sends signed blobs. What is not validated, malformed, late,
 * contradicted or older than what was covered never becomes state; it is recorded as what it is. Streams are for speed; every
 * read closes the gap from the ledger covered last by account_tx, so that nothing is missed and order is the ledger's.
 */
import type { TransactionAnswered } from '../../events/gateway.ts';
import type { Input } from '../../events/event.ts';
import type { TransactionLookup } from '../../events/order.ts';
import { ServerError, type Json, type Transport } from '../../ledger/transport.ts';
import { unfitness, type HealthLimits } from '../../machines/health.ts';
import type { Clock } from '../clock.ts';
import { createAgreement } from './agreement.ts';
import type { Endpoint } from './endpoint.ts';
import { lookedUp, readTransactions } from './history.ts';
import { createHeadlines } from './headline.ts';
import { text } from './json.ts';
import { createPool, described } from './pool.ts';
import { readMarket, type ReadTarget } from './read.ts';
import { createTrades } from './trades.ts';
import { provenBy, validated, type Validated } from './transaction.ts';

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
  transports: readonly Transport[];
  clock: Clock;
  target: ReadTarget;
  /** Up to this ledger everything is in the log already; null in a new database. */
  covered: number | null;
  requestsPerMinute: number;
  /** Whether what others trade is read too. */
  readsTrades: boolean;
  health: HealthLimits & Readonly<{ watchdog_seconds: number }>;
  post: (input: Input, cause?: number) => void;
}>;

const retryMs = 1_000;

export const createGateway = (options: GatewayOptions): Gateway => {
  const { transports, clock, target, post } = options;
  let { covered } = options;
  let closed = false;
  /** The gap to the ledger covered last was filled since somebody is connected. */
  let whole = false;
  let reading: Promise<void> | undefined;
  const up = new Set<Endpoint>();
  const seen = new Map<string, Validated>();
  const agreement = createAgreement(transports.length);
  const headlines = createHeadlines(clock, agreement, post);
  const trades = createTrades(target, post);
  let isSynced: () => void = () => undefined;
  const synced = new Promise<void>((resolve) => (isSynced = resolve));

  const refused = (endpoint: Endpoint, error: unknown): void =>
    post({ type: 'answer.refused', endpoint: endpoint.name(), ...described(error) });

  const taken = (transaction: Validated): void => {
    if (seen.has(transaction.hash) || transaction.ledger <= (covered ?? 0)) return;
    seen.set(transaction.hash, transaction);
    post(transaction);
  };

  const heard = (endpoint: Endpoint, said: Json): void => {
    try {
      if (said['type'] === 'ledgerClosed') headlines.closed(endpoint.name(), said);
      // Before the gap is filled the listing brings it, in order.
      if (said['type'] !== 'transaction' || !whole) return;
      const transaction = validated(said, target);
      if (transaction) taken(transaction);
    } catch (error) {
      refused(endpoint, error);
      endpoint.judge(error);
    }
  };

  const readOn = async (endpoint: Endpoint, ledger: number, isLast: boolean): Promise<void> => {
    const { request } = endpoint;
    const from = covered === null ? null : covered + 1;
    const [listed, { market, hash }] = await Promise.all([
      from === null || from > ledger ? [] : readTransactions(request, target, from, ledger),
      readMarket(request, target, ledger),
    ]);
    agreement.refuseOther(ledger, hash);
    if (from !== null) provenBy(listed, [...seen.values()], { from, to: ledger });
    const ill = unfitness(options.health, market);
    if (ill !== null && !isLast) throw new ServerError('unhealthy', ill);
    if (closed) return;
    for (const transaction of listed) taken(transaction);
    covered = Math.max(covered ?? 0, ledger);
    for (const [id, one] of seen) if (one.ledger <= covered) seen.delete(id);
    post(market);
    if (options.readsTrades) void trades.upTo(request, market);
  };

  const readWhole = async (): Promise<void> => {
    const ledger = headlines.newest();
    const from = (covered ?? ledger) + 1;
    await pool.ask((endpoint, isLast) => readOn(endpoint, ledger, isLast), refused);
    if (whole) return;
    whole = true;
    post({ type: 'gateway.synced', from: Math.min(from, ledger), to: ledger });
    isSynced();
  };

  const read = async (): Promise<void> => {
    pool.probe();
    if (reading || !pool.isJoined() || pool.isResting()) return reading;
    reading = readWhole()
      .catch((error: unknown) => {
        if (!closed && up.size > 0) post({ type: 'read.failed', ...described(error) });
      })
      .finally(() => (reading = undefined));
    return reading;
  };

  /** Until the gap is filled it is tried again, whether or not there are ticks. */
  const fill = async (): Promise<void> => {
    if (closed || whole || up.size === 0) return;
    await read();
    clock.at(clock.now() + retryMs, () => void fill());
  };

  const pool = createPool({
    transports,
    clock,
    account: target.account,
    requestsPerMinute: options.requestsPerMinute,
    silentMs: options.health.watchdog_seconds * 1000,
    onMessage: heard,
    onUp: (endpoint, networkId) => {
      up.add(endpoint);
      post({ type: 'gateway.up', endpoint: endpoint.name(), networkId });
    },
    onJoined: (_, ledger) => {
      headlines.joined(ledger);
      void fill();
    },
    onDown: (endpoint, why) => {
      up.delete(endpoint);
      if (up.size === 0) whole = false;
      post({ type: 'gateway.down', endpoint: endpoint.name(), why });
    },
  });

  return {
    synced,
    open: pool.open,
    read,
    submit: async (blob) => {
      try {
        const ask = async ({ request }: Endpoint): Promise<string> => {
          const answer = await request({ command: 'submit', tx_blob: blob });
          const result = text(answer, 'engine_result');
          if (result.startsWith('tel')) throw new ServerError(result, 'not taken by this server');
          return result;
        };
        return { result: await pool.ask(ask, refused), error: null };
      } catch (error) {
        const { code, message } = described(error);
        if (code.startsWith('tel')) return { result: code, error: null };
        return { result: null, error: `${code}: ${message}` };
      }
    },
    lookUp: async ({ hash, from, to }, cause) => {
      const searched = { from, to };
      const settled = { type: 'transaction.settled', hash, searched } as const;
      const range = { min_ledger: Math.max(1, from), max_ledger: to };
      try {
        const found = await pool.ask(
          ({ request }) => lookedUp(request, target, hash, range),
          refused,
        );
        if (found) taken(found);
        const outcome = found ? 'validated' : 'never';
        post({ ...settled, outcome, detail: '' }, cause);
      } catch (error) {
        post({ ...settled, outcome: 'unknown', detail: described(error).message }, cause);
      }
    },
    close: async () => {
      closed = true;
      await pool.close();
    },
  };
};
