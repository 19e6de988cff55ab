/**
 * Intents on their way out: signed when their turn is durable, sent when the signature is. An OfferCreate leaves only while
 * the newest mode allows it; one that may not is withheld, and with it every unsent intent of a later Sequence.
 */
import type { OrderCancel, OrderSubmit, TransactionResend } from '../events/order.ts';
import type { Mode } from '../events/mode.ts';
import { may } from '../machines/permission.ts';
import type { Clock } from './clock.ts';
import type { Engine, Row } from './engine.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Signer } from './signer.ts';

/** Above this many turns that are not durable yet, nothing new is placed. */
const waitingTurnsMax = 1_000;

type Unsent = Readonly<{
  intent: number;
  event: OrderSubmit | OrderCancel;
  /** When it was decided, Unix ms. */
  at: number;
  signed: string | null;
}>;
type Sent = Readonly<{ blob: string; event: OrderSubmit | OrderCancel }>;

export type Dispatched = Readonly<{
  engine: Engine;
  gateway: Gateway;
  signer: Signer;
  clock: Clock;
  /** A quote that has waited for the disk for longer than this is of another market. */
  patienceMs: number;
}>;

export const startDispatch = ({ engine, gateway, signer, clock, patienceMs }: Dispatched): void => {
  let mode: Mode = 'OK';
  let ended = false;
  /** By the seq of the intent. */
  const unsent = new Map<number, Unsent>();
  /** By hash, as long as it may be sent once more. */
  const sent = new Map<string, Sent>();
  /** Hashes that are validated and that something unsent means to exclude. */
  const applied = new Set<string>();

  const mayPlace = (): boolean =>
    !ended && may(mode, 'quote') && engine.waiting() <= waitingTurnsMax;

  const withhold = (those: readonly Unsent[], why: string): void => {
    for (const { intent } of those) unsent.delete(intent);
    for (const { intent, event } of those.toSorted((a, b) => a.event.sequence - b.event.sequence)) {
      engine.post({ type: 'intent.withheld', intent, sequence: event.sequence, why }, intent);
    }
  };

  const whyNot = (): string => {
    if (ended) return 'the session ends';
    return may(mode, 'quote') ? 'the log is behind' : `mode is ${mode}`;
  };

  /** False if it may not go on; then it has been withheld. */
  const passes = (one: Unsent): boolean => {
    const { intent, event } = one;
    if (event.type === 'order.cancel') {
      if (event.excludes === null || !applied.delete(event.excludes)) return true;
      withhold([one], 'what it excludes has been applied');
      return false;
    }
    if (mayPlace() && clock.now() - one.at <= patienceMs) return true;
    const isLater = (other: Unsent): boolean =>
      other.intent === intent || other.event.sequence > event.sequence;
    withhold([...unsent.values()].filter(isLater), whyNot());
    return false;
  };

  const sign = (intent: number): void => {
    const one = unsent.get(intent);
    if (!one || !passes(one)) return;
    const { blob, hash } = signer.sign(one.event.tx);
    unsent.set(intent, { ...one, signed: hash });
    const { sequence, lastLedger } = one.event;
    engine.post({ type: 'transaction.signed', intent, blob, hash, sequence, lastLedger }, intent);
  };

  const submit = (hash: string, blob: string, cause: number): void => {
    void gateway.submit(blob).then(({ result, error }) => {
      engine.post({ type: 'transaction.answered', hash, result, error }, cause);
    });
  };

  const send = ({ seq, event }: Row): void => {
    if (event.type !== 'transaction.signed') return;
    const { hash, blob, intent } = event;
    const one = unsent.get(intent);
    if (one?.signed !== hash || !passes(one)) return;
    unsent.delete(intent);
    sent.set(hash, { blob, event: one.event });
    submit(hash, blob, seq);
  };

  const sendAgain = ({ hash }: TransactionResend, cause: number): void => {
    const one = sent.get(hash);
    if (!one || (one.event.type === 'order.submit' && !mayPlace())) return;
    submit(hash, one.blob, cause);
  };

  const validated = (hash: string): void => {
    sent.delete(hash);
    const isExcluded = ({ event }: Unsent): boolean =>
      event.type === 'order.cancel' && event.excludes === hash;
    if ([...unsent.values()].some(isExcluded)) applied.add(hash);
  };

  /** A ledger that was read; one that was told may have been none. */
  const forgetBefore = (ledger: number): void => {
    for (const [hash, { event }] of sent) if (event.lastLedger < ledger) sent.delete(hash);
  };

  engine.computed.subscribe(({ seq, at, event }) => {
    if (event.type === 'mode.changed') mode = event.mode;
    if (event.type === 'halt') ended = true;
    if (event.type === 'transaction.validated') validated(event.hash);
    if (event.type === 'market.read') forgetBefore(event.ledger.index);
    if (event.type !== 'order.submit' && event.type !== 'order.cancel') return;
    unsent.set(seq, { intent: seq, event, at, signed: null });
  });
  engine.durable.subscribe((row) => {
    const { event, seq } = row;
    if (event.type === 'order.submit' || event.type === 'order.cancel') sign(seq);
    if (event.type === 'transaction.signed') send(row);
    if (event.type === 'transaction.resend') sendAgain(event, seq);
    if (event.type === 'transaction.lookup') void gateway.lookUp(event, seq);
  });
};
