/** Puts a session together from configuration, log, clock, transport and key: what run and scenario have in common. */
import type { Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import type { Clock } from '../actors/clock.ts';
import type { Row } from '../actors/engine.ts';
import { LogError } from '../actors/log/failure.ts';
import type { Log } from '../actors/log/open.ts';
import { sqliteVersion } from '../actors/log/sqlite.ts';
import { opening, settlePredecessor } from '../actors/opening.ts';
import type { Legacy } from '../projections/legacy.ts';
import { startSession, type Session } from '../actors/session.ts';
import type { Signer } from '../actors/signer.ts';
import type { Stages } from '../actors/wiring.ts';
import type { Configuration } from '../config.ts';
import type { MarketTraded } from '../events/market.ts';
import type { GateAnswered } from '../events/session.ts';
import type { Json, Transport } from '../ledger/transport.ts';
import { rlusdCurrency } from '../ledger/rlusd.ts';
import { build, packageJson } from './build.ts';

export type Composition = Readonly<{
  configuration: Configuration;
  log: Log;
  clock: Clock;
  transports: readonly Transport[];
  /** What others trade, where the servers do not tell it. */
  traded?: Observable<MarketTraded> | undefined;
  signer: Signer;
  issuer: string;
  networkId: number;
  plannedSeconds: number;
  uuid: string;
  cancelForeign?: boolean;
  override?: string | null;
  /** Asked by a live start; gets the session's number. */
  gate?: (session: number) => Promise<GateAnswered>;
  onRow?: (row: Row) => void;
  inspect?: (event: InspectionEvent) => void;
  /** Other actors in the places of ours: for tests that plant a fault. */
  stages?: Stages;
}>;

export type Composed = Readonly<{ number: number; session: Session }>;

export const compose = async (parts: Composition): Promise<Composed> => {
  const { configuration, log, clock, signer, gate } = parts;
  const predecessor = await settlePredecessor(log, clock.now());
  refuseOtherToken(log.file, predecessor?.legacy, parts.issuer);
  const number = log.nextSession();
  const { effective, layers } = configuration;
  const opened = opening(
    {
      uuid: parts.uuid,
      build: build(),
      versions: versions(),
      network: effective.network.name,
      networkId: parts.networkId,
      account: signer.address,
      issuer: parts.issuer,
      currency: rlusdCurrency,
      config: {
        layers: layers as unknown as Readonly<Record<string, Json>>,
        effective: effective as unknown as Json,
      },
      plannedSeconds: parts.plannedSeconds,
      cancelForeign: parts.cancelForeign ?? false,
      override: parts.override ?? null,
    },
    predecessor,
  );
  const session = startSession({
    opened,
    settings: effective,
    clock,
    transports: parts.transports,
    signer,
    append: (rows) => log.append(number, rows),
    onRow: parts.onRow ?? (() => undefined),
    ...(parts.traded ? { traded: parts.traded } : {}),
    ...(gate ? { gate: () => gate(number) } : {}),
    ...(parts.inspect ? { inspect: parts.inspect } : {}),
    ...(parts.stages ? { stages: parts.stages } : {}),
  });
  return { number, session };
};

/** Books are of one token; where the session before found no line for its own, that was the wrong one. */
const refuseOtherToken = (file: string, legacy: Legacy | undefined, issuer: string): void => {
  if (!legacy?.opened || !legacy.inventory.known || legacy.lineless) return;
  if (legacy.opened.issuer === issuer) return;
  throw new LogError(
    4,
    `${file} is the log of RLUSD of ${legacy.opened.issuer}, and network.rlusd_issuer says ${issuer}: correct that, or choose another file with --db`,
  );
};

const versions = (): Readonly<Record<string, string>> => {
  const { xstate = '', xrpl = '' } = packageJson().dependencies;
  return { node: process.versions.node, sqlite: sqliteVersion, xstate, xrpl };
};
