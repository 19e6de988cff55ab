/** Sessions told by hand for the tests of the read models: turns of real events at seconds from a start, and what became of them. */
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Log } from '../actors/log/open.ts';
import type { Parameter } from '../actors/log/sqlite.ts';
import { startProjector } from '../actors/projector.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Decision, Event, Input } from '../events/event.ts';
import type { TransactionSigned } from '../events/gateway.ts';
import type { MarketObserved } from '../events/market.ts';
import type { OrderSubmit } from '../events/order.ts';
import type { SessionOpened } from '../events/session.ts';
import { folderFor, openSample, sampleAccount, withSqlite } from './log-sample.ts';

export type Row = Recorded<Event>;

/** The start of a session told by `told`: 2026-04-20T18:58:05.692Z. */
export const startMs = Date.UTC(2026, 3, 20, 18, 58, 5, 692);

/** What happened when: seconds, what the world said, what was answered. */
export type Happening = readonly [seconds: number, input: Input, ...decisions: Decision[]];

export const told = (happenings: readonly Happening[], fromMs = startMs): readonly Row[] => {
  const rows: Row[] = [];
  for (const [index, [seconds, ...events]] of happenings.entries()) {
    const first = rows.length + 1;
    for (const [place, event] of events.entries()) {
      rows.push({
        seq: rows.length + 1,
        turn: index + 1,
        at: fromMs + Math.round(seconds * 1000),
        kind: place === 0 ? 'input' : 'decision',
        actor: place === 0 ? 'world' : 'told',
        v: 1,
        cause: place === 0 ? 0 : first,
        event,
      });
    }
  }
  return rows;
};

const nothingBrought: SessionOpened['brought'] = {
  inventory: null,
  orders: [],
  coveredLedger: null,
  booked: [],
  expired: [],
  signed: [],
  killLatched: null,
  driftUnacknowledged: null,
  issuer: null,
};

export const opened = (
  uuid: string,
  fields: Partial<Omit<SessionOpened, 'brought'>> = {},
  brought: Partial<SessionOpened['brought']> = {},
): SessionOpened => ({
  type: 'session.opened',
  uuid,
  parent: null,
  build: '0.1.0',
  versions: {},
  network: 'sandbox',
  networkId: 0,
  account: sampleAccount,
  issuer: 'rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De',
  currency: '524C555344000000000000000000000000000000',
  config: { layers: {}, effective: {} },
  plannedSeconds: 120,
  worstCase: { rlusd: '78', seconds: 60 },
  cancelForeign: false,
  override: null,
  ...fields,
  brought: { ...nothingBrought, ...brought },
});

export const observed = (tick: number, fields: Partial<MarketObserved> = {}): MarketObserved => ({
  type: 'market.observed',
  tick,
  ledger: 100 + tick,
  closeTime: 830_000_000 + tick,
  bestBid: '1.4974',
  bestAsk: '1.4978',
  mid: '1.4976',
  amm: '1.4966',
  anchorErrorBps: -6.846,
  missing: null,
  ...fields,
});

export const submit = (
  order: string,
  sequence: number,
  fields: Partial<OrderSubmit> = {},
): OrderSubmit => ({
  type: 'order.submit',
  order,
  side: 'buy',
  price: '1.4961',
  drops: '10026000',
  rlusd: '15',
  sequence,
  lastLedger: 110,
  expiration: 830_000_060,
  replaces: null,
  tx: {},
  ...fields,
});

/** What was signed for the order of this Sequence. */
export const signed = (sequence: number, hash = `H${sequence}`): TransactionSigned => ({
  type: 'transaction.signed',
  intent: 1,
  blob: 'B',
  hash,
  sequence,
  lastLedger: 110,
});

/** Turn by turn, as the engine appends. */
export const append = async (log: Log, session: number, rows: readonly Row[]): Promise<void> => {
  for (const turn of turnsOf(rows)) await log.append(session, turn);
};

const turnsOf = (rows: readonly Row[]): readonly (readonly Row[])[] => {
  const turns = new Map<number, Row[]>();
  for (const row of rows) turns.set(row.turn, [...(turns.get(row.turn) ?? []), row]);
  return [...turns.values()];
};

export type Query = <Found = Record<string, unknown>>(
  sql: string,
  ...parameters: Parameter[]
) => Promise<readonly Found[]>;

/** A database with these sessions in its log and, by the projector, in its read models. */
export const tablesOf = async (
  t: ExecutionContext<unknown>,
  ...sessions: readonly (readonly Row[])[]
): Promise<Query> => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const projector = startProjector(log, (cause) => t.fail(String(cause)));
  for (const [index, rows] of sessions.entries()) await append(log, index + 1, rows);
  await projector.settled();
  await projector.stop();
  await log.close({ clean: true });
  return (sql, ...parameters) =>
    withSqlite(file, 'write', (connection) => connection.all(sql, ...parameters));
};
