/**
 * Follows a real ledger without an account and without asking anything of it but to be read: each validated ledger in turn, with
 * the book and pool as it left them and what was traded in it. What was missed is fetched; what cannot be had is told as
 * unknown, and a gap too long to fill is passed over.
 */
import { Subject, type Observable } from 'rxjs';
import type { Trade } from '../../events/market.ts';
import type { Token } from '../../ledger/metadata.ts';
import { ServerError, type Json, type Transport } from '../../ledger/transport.ts';
import { unfitness, type HealthLimits } from '../../machines/health.ts';
import type { Clock } from '../clock.ts';
import { createAgreement } from './agreement.ts';
import type { Endpoint } from './endpoint.ts';
import { createHeadlines } from './headline.ts';
import { count, object } from './json.ts';
import { createPool, described } from './pool.ts';
import { naming, readPublic, type PublicMarket, type Request } from './read.ts';
import { ledgersMost, readTrades } from './trades.ts';

/** `market` is null where the ledger was missed and is only known to have closed, `trades` where nobody can say what was traded. */
export type Followed = Readonly<{
  index: number;
  closeTime: number;
  market: PublicMarket | null;
  trades: readonly Trade[] | null;
}>;

export type FollowerOptions = Readonly<{
  transports: readonly Transport[];
  clock: Clock;
  token: Token;
  /** A server of another network is told and then left alone. */
  networkId: number;
  requestsPerMinute: number;
  health: HealthLimits & Readonly<{ watchdog_seconds: number }>;
}>;

/** Somebody is connected; or nobody is any more. */
export type Presence = Readonly<{ up: true }> | Readonly<{ up: false; why: string }>;

/** A server of another network. */
export type Stranger = Readonly<{ endpoint: string; networkId: number }>;

export type Follower = Readonly<{
  ledgers: Observable<Followed>;
  presence: Observable<Presence>;
  strangers: Observable<Stranger>;
  /** Reads that failed on every server. They are tried again. */
  failures: Observable<Readonly<{ code: string; message: string }>>;
  open: () => void;
  close: () => Promise<void>;
}>;

const retryMs = 1_000;
/** After so many failures what was traded is given up as unknown, and the market goes on. */
const failuresMost = 5;

export const createFollower = (options: FollowerOptions): Follower => {
  const { transports, clock, token } = options;
  const ledgers = new Subject<Followed>();
  const presence = new Subject<Presence>();
  const strangers = new Subject<Stranger>();
  const failures = new Subject<ReturnType<typeof described>>();
  const target = { account: '', token };
  const agreement = createAgreement(transports.length);
  const closeTimes = new Map<number, number>();
  const up = new Set<Endpoint>();
  let covered: number | null = null;
  let failed = 0;
  let working = false;
  let closed = false;

  const headlines = createHeadlines(clock, agreement, (input) => {
    if (input.type === 'ledger.closed') closeTimes.set(input.index, input.closeTime);
  });

  const heard = (endpoint: Endpoint, said: Json): void => {
    if (said['type'] !== 'ledgerClosed') return;
    try {
      headlines.closed(endpoint.name(), said);
      pool.probe();
      void follow();
    } catch (error) {
      endpoint.judge(error);
    }
  };

  const pool = createPool({
    transports,
    clock,
    account: null,
    networkId: options.networkId,
    requestsPerMinute: options.requestsPerMinute,
    silentMs: options.health.watchdog_seconds * 1000,
    onMessage: heard,
    onUp: (endpoint, networkId) => {
      if (networkId !== options.networkId) {
        strangers.next({ endpoint: endpoint.name(), networkId });
        return;
      }
      up.add(endpoint);
      presence.next({ up: true });
    },
    onJoined: (endpoint, ledger) => {
      headlines.joined(endpoint.name(), ledger);
      void follow();
    },
    onDown: (endpoint, why) => {
      if (!up.delete(endpoint)) return;
      headlines.left(endpoint.name());
      if (up.size === 0) presence.next({ up: false, why });
    },
  });

  const marketOf = async (request: Request, ledger: number): Promise<PublicMarket> => {
    const { market, hash } = await readPublic(naming(request, target), token, ledger);
    agreement.refuseOther(ledger, hash);
    const ill = unfitness(options.health, market);
    if (ill !== null) throw new ServerError('unhealthy', ill);
    return market;
  };

  const closeTimeOf = async (request: Request, ledger: number): Promise<number> =>
    closeTimes.get(ledger) ??
    count(
      object(await request({ command: 'ledger', ledger_index: ledger }), 'ledger'),
      'close_time',
    );

  /** What happened from the ledger after `last` to `to`, each ledger in turn. */
  const between = async (
    request: Request,
    last: number,
    to: number,
  ): Promise<readonly Followed[]> => {
    const market = await marketOf(request, to);
    const { closeTime } = market.ledger;
    if (to - last > ledgersMost) return [{ index: to, closeTime, market, trades: null }];
    const fee = market.amm?.feeHundredThousandths ?? 0;
    const trading = readTrades(request, target, { from: last + 1, to, fee });
    const trades = await (failed < failuresMost ? trading : trading.catch(() => null));
    const missed = Array.from({ length: to - last - 1 }, (_, place) => last + 1 + place);
    const times = await Promise.all(missed.map((index) => closeTimeOf(request, index)));
    const of = (index: number) => trades && trades.filter(({ ledger }) => ledger === index);
    return [
      ...missed.map((index, place) => ({
        index,
        closeTime: times[place] ?? closeTime,
        market: null,
        trades: of(index),
      })),
      { index: to, closeTime, market, trades: of(to) },
    ];
  };

  const step = async (): Promise<void> => {
    const to = headlines.newest();
    const followed = await pool.ask(
      async ({ request }): Promise<readonly Followed[]> => {
        if (covered !== null) return between(request, covered, to);
        const market = await marketOf(request, to);
        return [{ index: to, closeTime: market.ledger.closeTime, market, trades: null }];
      },
      () => undefined,
    );
    if (closed) return;
    covered = to;
    headlines.proven(to);
    for (const index of closeTimes.keys()) if (index <= to) closeTimes.delete(index);
    for (const one of followed) ledgers.next(one);
  };

  const follow = async (): Promise<void> => {
    if (working || closed) return;
    working = true;
    try {
      while (!closed && up.size > 0 && headlines.newest() > (covered ?? 0)) {
        await step();
        failed = 0;
      }
    } catch (error) {
      failed += 1;
      failures.next(described(error));
      clock.at(clock.now() + retryMs, () => void follow());
    } finally {
      working = false;
    }
  };

  return {
    ledgers,
    presence,
    strangers,
    failures,
    open: pool.open,
    close: async () => {
      closed = true;
      await pool.close();
    },
  };
};
