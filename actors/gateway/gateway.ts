/**
 * The edge to the ledger: turns what servers say into inputs and sends signed blobs. What is not validated, malformed, late,
 * contradicted or older than what was covered never becomes state; it is recorded as what it is. Every read closes
 * the gap from the ledger covered last by account_tx, so that nothing is missed.
 */
import type { TransactionAnswered } from '../../events/gateway.ts';
import type { Input } from '../../events/event.ts';
import type { TransactionLookup } from '../../events/order.ts';
import { ServerError, type Json, type Transport } from '../../ledger/transport.ts';
import { unfitness, type HealthLimits } from '../../machines/health.ts';
import type { Clock } from '../clock.ts';
import { createAgreement } from './agreement.ts';
import type { Endpoint } from './endpoint.ts';
import { lookedUp } from './history.ts';
import { createHeadlines } from './headline.ts';
import { resultCode } from './json.ts';
import { createPool, described } from './pool.ts';
import { naming, readMarket, type ReadTarget } from './read.ts';
import { createTold } from './told.ts';
import { createTrades } from './trades.ts';
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
  transports: readonly Transport[];
  clock: Clock;
  target: ReadTarget;
  networkId: number;
  /** Up to this ledger everything is in the log already; null in a new database. */
  covered: number | null;
  /** No ledger before this one is read: the log holds what was booked up to it; null in a new database. */
  atLeast: number | null;
  requestsPerMinute: number;
  /** Whether what others trade is read too. */
  readsTrades: boolean;
  health: HealthLimits & Readonly<{ watchdog_seconds: number }>;
  post: (input: Input, cause?: number) => void;
}>;

const retryMs = 1_000;
const unhealthy = 'unhealthy';

export const createGateway = (options: GatewayOptions): Gateway => {
  const { transports, clock, target, post } = options;
  let closed = false;
  /** The gap to the ledger covered last was filled since somebody is connected. */
  let whole = false;
  let reading: Promise<void> | undefined;
  let listing = false;
  const up = new Set<Endpoint>();
  const agreement = createAgreement(transports.length);
  const headlines = createHeadlines(clock, agreement, post, options.atLeast ?? 0);
  const told = createTold(target, options.covered, post);
  const trades = createTrades(target, post);
  let isSynced: () => void = () => undefined;
  const synced = new Promise<void>((resolve) => (isSynced = resolve));

  const refused = (endpoint: Endpoint, error: unknown): void => {
    if (closed) return;
    post({ type: 'answer.refused', endpoint: endpoint.name(), ...described(error) });
  };

  const heard = (endpoint: Endpoint, said: Json): void => {
    try {
      if (said['type'] === 'ledgerClosed') headlines.closed(endpoint.name(), said);
      // Before the gap is filled the listing brings it, in order.
      if (said['type'] !== 'transaction' || !whole) return;
      const transaction = validated(said, target);
      if (!transaction) return;
      told.hear(transaction);
      void tellHeard();
    } catch (error) {
      refused(endpoint, error);
      endpoint.judge(error);
    }
  };

  const tellOn = async ({ request }: Endpoint, to: number): Promise<void> => {
    const listed = await told.list(request, to);
    if (!closed) told.tell(listed, to);
  };

  /** Where nobody can list what was heard of, the next read tells it, or says why it cannot. */
  const tellHeard = async (): Promise<void> => {
    const to = told.heardUpTo();
    if (to === undefined || listing || reading || pool.isResting()) return;
    listing = true;
    const list = (endpoint: Endpoint, isLast: boolean): Promise<void> =>
      tellOn(endpoint, to).catch((error: unknown) => {
        if (isLast) refused(endpoint, error);
        throw error;
      });
    const isTold = await pool.ask(list, refused).then(
      () => true,
      () => false,
    );
    listing = false;
    if (isTold) void tellHeard();
  };

  const readOn = async (endpoint: Endpoint, ledger: number, maybeIll: boolean): Promise<void> => {
    const request = naming(endpoint.request, target);
    const [listed, { market, hash }] = await Promise.all([
      told.list(request, ledger),
      readMarket(request, target, ledger),
    ]);
    agreement.refuseOther(ledger, hash);
    const ill = unfitness(options.health, market);
    if (ill !== null && !maybeIll) throw new ServerError(unhealthy, ill);
    if (closed) return;
    told.tell(listed, ledger);
    told.cover(ledger);
    headlines.proven(ledger);
    post(market);
    if (options.readsTrades) void trades.upTo(request, market);
  };

  const readWhole = async (): Promise<void> => {
    const ledger = headlines.newest();
    const atLeast = Math.max(options.atLeast ?? 0, told.covered() ?? 0);
    if (ledger < atLeast) {
      throw new ServerError(
        'behind',
        `the servers are at ledger ${ledger}, and the log holds what happened up to ledger ${atLeast}; ` +
          'wait until they have it, or, where the network began anew, choose a new database',
      );
    }
    const from = (told.covered() ?? ledger) + 1;
    /** An unhealthy server is believed only where all the others are unhealthy too. */
    let isOtherWell = false;
    await pool.ask(
      (endpoint, isLast) => readOn(endpoint, ledger, isLast && !isOtherWell),
      (endpoint, error) => {
        isOtherWell ||= described(error).code !== unhealthy;
        refused(endpoint, error);
      },
    );
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
      .finally(() => {
        reading = undefined;
        void tellHeard();
      });
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
    networkId: options.networkId,
    requestsPerMinute: options.requestsPerMinute,
    silentMs: options.health.watchdog_seconds * 1000,
    onMessage: heard,
    onUp: (endpoint, networkId) => {
      up.add(endpoint);
      post({ type: 'gateway.up', endpoint: endpoint.name(), networkId });
    },
    onJoined: (endpoint, ledger) => {
      headlines.joined(endpoint.name(), ledger);
      void fill();
    },
    onDown: (endpoint, why) => {
      up.delete(endpoint);
      headlines.left(endpoint.name());
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
          const result = resultCode(answer, 'engine_result');
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
        const find = async (endpoint: Endpoint): Promise<Validated | null> => {
          const one = await lookedUp(endpoint.request, target, hash, range);
          if (one) told.hear(one);
          if (one && !told.has(one)) await tellOn(endpoint, one.ledger);
          return one;
        };
        const found = await pool.ask(find, refused);
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
