/** What is found against starting a session, each in a sentence with its cure. The first tick refuses the start; a note may override a few. */
import type { HaltReason } from '../events/halt.ts';
import type { MarketRead, OwnOffer } from '../events/market.ts';
import type { ClockCompared, DriftLeft, SessionOpened } from '../events/session.ts';
import { formatXrp, parseDrops } from '../ledger/drops.ts';
import type { Delivered } from './delivered.ts';

export type Refusal = Readonly<{ reason: HaltReason; detail: string }>;

/** What a session knows that has not started. */
export type Starting = Readonly<{
  opened: SessionOpened | null;
  /** The kill switch's latch was cleared since this session was opened. */
  cleared: boolean;
  /** The drift that an earlier end left, until it is acknowledged or the wallet adopted. */
  drift: DriftLeft | null;
  /** Why the start must be refused; the first reason found. */
  refusal: Refusal | null;
  /** A ledger has been read: balances and offers are known. */
  hasRead: boolean;
  /** Why the last try to read one failed. */
  unread: string | null;
}>;

/** Further from the ledger's close times than this the clock is wrong, or the server's newest ledger is old. */
const skewMostMs = 20_000;

/** What this event finds against starting, where nothing was found before it. */
export const refusalOf = (context: Starting, event: Delivered): Refusal | null => {
  const { opened } = context;
  if (!opened) return null;
  switch (event.type) {
    case 'gateway.up': {
      const { networkId } = event.heard.event;
      if (networkId === null || networkId === opened.networkId) return null;
      const detail = `the server is on network ${networkId}, the configuration says ${opened.networkId}; correct network.endpoints or network.network_id`;
      return { reason: 'config_mismatch', detail };
    }
    case 'truth.checked': {
      const { source, status, internal, chain } = event.heard.event;
      if (source !== 'start' || status !== 'trip' || !chain) return null;
      const detail = `the books say ${formatXrp(parseDrops(internal.drops))} XRP and ${internal.rlusd} RLUSD, the wallet ${formatXrp(parseDrops(chain.drops))} XRP and ${chain.rlusd} RLUSD; adopt the wallet with neo realign --confirm`;
      return { reason: 'startup_failure', detail };
    }
    case 'market.read': {
      if (context.hasRead) return null;
      if (event.heard.event.line === null) {
        const detail = `the account has no trust line for the token of ${opened.issuer}; set one (TrustSet) and start again`;
        return { reason: 'startup_failure', detail };
      }
      if ((event.heard.event.account.flags & masterDisabled) !== 0) {
        const detail = `the account's master key is disabled, and NEO signs with no other; enable it (AccountSet with asfDisableMaster cleared) or trade from another account`;
        return { reason: 'startup_failure', detail };
      }
      const foreign = tradable(context, event.heard.event);
      if (foreign.length === 0 || opened.cancelForeign) return null;
      const detail = `offers ${foreign.join(', ')} on the account are not in this log; cancel them, or start with --cancel-foreign`;
      return { reason: 'startup_failure', detail };
    }
    case 'read.failed': {
      const key = unknownAccount.get(event.heard.event.code);
      if (context.hasRead || key === undefined) return null;
      const detail = `${event.heard.event.message}; correct ${key}, or network.endpoints`;
      return { reason: 'config_mismatch', detail };
    }
    case 'gate.answered': {
      const { go, lines } = event.heard.event;
      if (go || opened.override !== null) return null;
      const against = lines.filter(({ pass }) => !pass).map(({ evidence }) => evidence);
      const unknown = context.hasRead ? '' : `${nothingRead(context)}; and `;
      const detail = `${unknown}the gate says no: ${against.join('; ')}; see neo gate, or start with --override NOTE`;
      return { reason: 'startup_failure', detail };
    }
    case 'clock.compared': {
      const detail = skewOf(event.heard.event);
      return detail === null ? null : { reason: 'startup_failure', detail };
    }
    default:
      return null;
  }
};

/** lsfDisableMaster of an AccountRoot. */
const masterDisabled = 0x00100000;

/** A read that fails with one of these codes fails for ever: the key that names the account. */
const unknownAccount: ReadonlyMap<string, string> = new Map([
  ['accountNotFound', 'network.account'],
  ['issuerNotFound', 'network.rlusd_issuer'],
]);

/** What is wrong with the time, in words; Expirations would be, too. Null within what rounding and validation take. */
const skewOf = ({ skewMs, ledger }: ClockCompared): string | null => {
  if (Math.abs(skewMs) <= skewMostMs) return null;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const allowed = `${skewMostMs / 1000} s are allowed`;
  return skewMs < 0
    ? `this clock is ${seconds} s behind the close of ledger ${ledger} (${allowed}); set it by NTP and start again`
    : `this clock is ${seconds} s ahead of the close of ledger ${ledger} (${allowed}); set it by NTP, or name a server that follows the network in network.endpoints, and start again`;
};

/** Offers of the pair on the account that are none of this log's. */
export const foreignOffers = (context: Starting, { offers }: MarketRead): readonly OwnOffer[] => {
  const { orders = [], expired = [] } = context.opened?.brought ?? {};
  const ours = new Set([...orders.map(({ sequence }) => sequence), ...expired]);
  return offers.filter(({ side, sequence }) => side !== 'other' && !ours.has(sequence));
};

/** They can still trade: one that has expired is in nobody's way. */
const tradable = (context: Starting, read: MarketRead): readonly number[] =>
  foreignOffers(context, read)
    .filter(({ expiration }) => expiration === null || expiration > read.ledger.closeTime)
    .map(({ sequence }) => sequence);

/** What the first tick finds against starting. */
export const refused = (context: Starting): Refusal | null =>
  context.refusal ?? latched(context) ?? drifted(context) ?? unread(context);

const unread = (context: Starting): Refusal | null =>
  context.hasRead ? null : { reason: 'startup_failure', detail: nothingRead(context) };

const nothingRead = ({ unread: why }: Starting): string =>
  `no ledger could be read, so balances and offers are unknown${why === null ? '' : ` (${why})`}; see network.endpoints`;

/** An end at which books and wallet were apart is looked at before the next session trades. */
const drifted = ({ drift, opened }: Starting): Refusal | null =>
  drift !== null && opened?.override === null
    ? {
        reason: 'startup_failure',
        detail: `session ${drift.session} ended with books and wallet apart (event ${drift.seq}); see neo show ${drift.session}, then neo acknowledge ${drift.session} ${drift.seq} --note TEXT, or neo realign --confirm, and start again`,
      }
    : null;

const latched = ({ opened, cleared }: Starting): Refusal | null =>
  opened?.brought.killLatched && !cleared
    ? {
        reason: 'startup_failure',
        detail: `the kill switch is latched (${opened.brought.killLatched.note}); clear it with neo kill --clear --by NAME --note TEXT`,
      }
    : null;
