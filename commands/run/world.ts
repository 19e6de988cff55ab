/** What a session runs on: the servers, the wallet, the clock, and what must be open for them. One for each network. */
import type { Observable } from 'rxjs';
import type { Clock, VirtualClock } from '../../actors/clock.ts';
import type { Signer } from '../../actors/signer.ts';
import type { MarketTraded } from '../../events/market.ts';
import type { Transport } from '../../ledger/transport.ts';

export type World = Readonly<{
  signer: Signer;
  issuer: string;
  networkId: number;
  /** The servers, the first one first. */
  transports: readonly Transport[];
  /** What others trade, where that is not the servers' to tell. */
  traded?: Observable<MarketTraded>;
  clock: Clock;
  /** Present where time is virtual. */
  virtual: VirtualClock | null;
  /** The log's lock is held from now on. Throws a StartError where the log's ledger is gone. */
  own: (hasSessions: boolean) => void;
  /** The session is connecting. */
  start: () => void;
  close: () => Promise<void>;
}>;
