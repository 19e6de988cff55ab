/**
 * Intents on their way out: signed when their turn is durable, sent when the signature is. An OfferCreate leaves only while
 * the newest mode allows it; one that may not is withheld, and with it every unsent intent of a later Sequence.
 */
import type { OrderCancel, OrderSubmit } from '../events/order.ts';
import type { Mode } from '../events/mode.ts';
import type { Engine, Row } from './engine.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Signer } from './signer.ts';

/** Above this many turns that are not durable yet, nothing new is placed. */
const waitingTurnsMax = 1_000;

type Unsent = Readonly<{ intent: number; event: OrderSubmit | OrderCancel; signed: string | null }>;

export const startDispatch = (engine: Engine, gateway: Gateway, signer: Signer): void => {
  let mode: Mode = 'OK';
  let ended = false;
  const unsent = new Map<number, Unsent>();

  const mayPlace = (): boolean => !ended && mode === 'OK' && engine.waiting() <= waitingTurnsMax;

  const withhold = (first: number): void => {
    const why = ended
      ? 'the session ends'
      : mode === 'OK'
        ? 'the log is behind'
        : `mode is ${mode}`;
    const later = [...unsent.values()].filter(({ event }) => event.sequence >= first);
    for (const { event } of later) unsent.delete(event.sequence);
    for (const { intent, event } of later.toSorted((a, b) => a.event.sequence - b.event.sequence)) {
      engine.post({ type: 'intent.withheld', intent, sequence: event.sequence, why }, intent);
    }
  };

  /** False if it may not go on; then it has been withheld. */
  const passes = ({ event }: Unsent): boolean => {
    if (event.type === 'order.cancel' || mayPlace()) return true;
    withhold(event.sequence);
    return false;
  };

  const sign = (intent: number): void => {
    const one = [...unsent.values()].find((candidate) => candidate.intent === intent);
    if (!one || !passes(one)) return;
    const { blob, hash } = signer.sign(one.event.tx);
    unsent.set(one.event.sequence, { ...one, signed: hash });
    const { sequence, lastLedger } = one.event;
    engine.post({ type: 'transaction.signed', intent, blob, hash, sequence, lastLedger }, intent);
  };

  const send = (signed: Row): void => {
    if (signed.event.type !== 'transaction.signed') return;
    const { hash, blob, sequence } = signed.event;
    const one = unsent.get(sequence);
    if (one?.signed !== hash || !passes(one)) return;
    unsent.delete(sequence);
    void gateway.submit(blob).then(({ result, error }) => {
      engine.post({ type: 'transaction.answered', hash, result, error }, signed.seq);
    });
  };

  engine.computed.subscribe(({ seq, event }) => {
    if (event.type === 'mode.changed') mode = event.mode;
    if (event.type === 'halt') ended = true;
    if (event.type !== 'order.submit' && event.type !== 'order.cancel') return;
    unsent.set(event.sequence, { intent: seq, event, signed: null });
  });
  engine.durable.subscribe((row) => {
    const { event, seq } = row;
    if (event.type === 'order.submit' || event.type === 'order.cancel') sign(seq);
    if (event.type === 'transaction.signed') send(row);
    if (event.type === 'transaction.lookup') void gateway.lookUp(event, seq);
  });
};
