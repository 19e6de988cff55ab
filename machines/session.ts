/**
 * A session's own life: opening until its checks have passed, running to its planned end, closing until the ledger proves
 * that nothing of ours is left or the wait is over. It asks for an end; the mode alone says `halt`.
 */
import { enqueueActions, setup } from 'xstate';
import type { HaltReason, HaltSource } from '../events/halt.ts';
import type { OrdersAccounted } from '../events/order.ts';
import type { SessionEvent, SignalName } from '../events/session.ts';
import { tradableUntil } from '../projections/at-risk.ts';
import { isAnswered } from '../projections/legacy.ts';
import type { Delivered } from './delivered.ts';
import type { Heard } from './reducer.ts';
import type { Settings } from './settings.ts';
import { foreignOffers, refusalOf, refused, type Starting } from './start.ts';

export type SessionContext = Starting &
  Readonly<{
    settings: SessionSettings;
    /** What of ours is not final, as the orders actor says it once the halt is said. */
    accounted: OrdersAccounted | null;
    /** Offers on the account that the log did not know at the start. */
    foreign: readonly number[];
    closingSince: number;
    /** A signal has come. */
    signalled: boolean;
    /** A second one, while it closes: to leave as soon as it is known what is open. */
    hurried: boolean;
  }>;

export type SessionSettings = Readonly<Pick<Settings, 'orders'>>;

export const sessionHears = [
  'session.opened',
  'session.closed_by_next',
  'gateway.up',
  'gateway.down',
  'market.read',
  'read.failed',
  'clock.compared',
  'gate.answered',
  'truth.checked',
  'tick',
  'time.due',
  'signal',
  'operator.stop',
  'operator.clear',
  'operator.acknowledge',
  'operator.realign',
  'halt',
  'orders.accounted',
] as const;

/** A session that runs has no use for what opens and closes one. */
export const sessionIsStill = (
  state: unknown,
  _context: SessionContext,
  { event }: Heard,
): boolean => state === 'running' && opensOrCloses.has(event.type);

const opensOrCloses: ReadonlySet<string> = new Set([
  'market.read',
  'read.failed',
  'truth.checked',
  'gateway.down',
  'tick',
]);

export const sessionMachine = (settings: SessionSettings) =>
  chart.createMachine({
    id: 'session',
    options: { maxIterations: 100 },
    context: {
      settings,
      opened: null,
      cleared: false,
      drift: null,
      accounted: null,
      refusal: null,
      hasRead: false,
      unread: null,
      foreign: [],
      closingSince: 0,
      signalled: false,
      hurried: false,
    },
    initial: 'opening',
    on: {
      '*': { actions: 'note' },
      /** Heard by a session that never ended, from the start after it. */
      'session.closed_by_next': { actions: 'askUnexpected' },
    },
    states: {
      opening: {
        on: {
          tick: [
            { guard: 'isRefused', target: 'ending', actions: ['note', 'refuse'] },
            { target: 'running', actions: ['note', 'start'] },
          ],
          'time.due': { guard: 'isEnd', target: 'ending', actions: 'askElapsed' },
          signal: { target: 'ending', actions: 'askSignal' },
          'operator.stop': { target: 'ending', actions: 'askStop' },
          halt: { target: 'closing', actions: 'beginClosing' },
        },
      },
      running: {
        on: {
          'time.due': { guard: 'isEnd', target: 'ending', actions: 'askElapsed' },
          signal: { target: 'ending', actions: 'askSignal' },
          'operator.stop': { target: 'ending', actions: 'askStop' },
          halt: { target: 'closing', actions: 'beginClosing' },
        },
      },
      /** An end was asked for; the mode answers with the halt. */
      ending: { on: { halt: { target: 'closing', actions: 'beginClosing' } } },
      closing: {
        /** In the turn after the halt the signal is heard first, and what is open right after it. */
        always: { guard: 'mayLeave', target: 'closed', actions: 'leaveAtOnce' },
        on: {
          signal: [
            { guard: 'isSecond', actions: ['askSignal', 'hurry'] },
            { actions: 'askSignal' },
          ],
          'operator.stop': { actions: 'askStop' },
          'time.due': [
            { guard: 'isSettled', target: 'closed', actions: 'endProven' },
            { guard: 'isPatienceOver', target: 'closed', actions: 'leaveAtOnce' },
          ],
        },
      },
      closed: {},
    },
  });

/** Unix milliseconds after which no order of ours can be traded with; null where there never was one. */
const lastTradableAt = ({ accounted }: SessionContext): number | null =>
  accounted && accounted.lastExpiration > 0 ? tradableUntil(accounted.lastExpiration) : null;

const signalReasons: Readonly<Record<SignalName, HaltReason>> = {
  SIGINT: 'interrupted_sigint',
  SIGTERM: 'interrupted_sigterm',
  SIGBREAK: 'interrupted_sigbreak',
  SIGHUP: 'interrupted_sighup',
};

const ending = (reason: HaltReason, source: HaltSource, detail: string): SessionEvent => ({
  type: 'session.ending',
  reason,
  source,
  detail,
});

const chart = setup({
  types: {
    context: {} as SessionContext,
    events: {} as Delivered,
    emitted: {} as SessionEvent,
  },
  guards: {
    isRefused: ({ context }) => refused(context) !== null,
    isEnd: ({ event }) => event.type === 'time.due' && event.heard.event.subject === 'end',
    isSecond: ({ context }) => context.signalled,
    mayLeave: ({ context: { hurried, accounted } }) => hurried && accounted !== null,
    /** Offers that are not ours to cancel may stand on. */
    isSettled: ({ context: { accounted, opened, foreign } }) =>
      accounted !== null &&
      accounted.open.length === 0 &&
      accounted.pending === 0 &&
      accounted.standing.every((one) => opened?.cancelForeign === false && foreign.includes(one)) &&
      (accounted.readLedger ?? 0) >= accounted.touchedLedger,
    isPatienceOver: ({ context, event }) => {
      const { at } = event.heard;
      const waited = at - context.closingSince;
      const gone = at >= (lastTradableAt(context) ?? Infinity);
      return gone || waited >= context.settings.orders.shutdown_wait_seconds * 1000;
    },
  },
  actions: {
    /** Folds what is heard: reads for the checks of the start, the orders' account for the proof of the end. */
    note: enqueueActions(({ context, event, enqueue }) => {
      const found = context.refusal ?? refusalOf(context, event);
      enqueue.assign({ refusal: found });
      if (event.type === 'session.opened') {
        const { driftUnacknowledged, inventory } = event.heard.event.brought;
        const drift = inventory?.realign ? null : driftUnacknowledged;
        enqueue.assign({ opened: event.heard.event, drift });
      }
      if (event.type === 'read.failed') enqueue.assign({ unread: event.heard.event.message });
      if (event.type === 'gateway.down') enqueue.assign({ unread: event.heard.event.why });
      if (event.type === 'orders.accounted') enqueue.assign({ accounted: event.heard.event });
      if (event.type === 'operator.clear') enqueue.assign({ cleared: true });
      if (event.type === 'operator.realign') enqueue.assign({ drift: null });
      if (event.type === 'operator.acknowledge' && isAnswered(context.drift, event.heard.event)) {
        enqueue.assign({ drift: null });
      }
      if (event.type !== 'market.read' || context.hasRead) return;
      enqueue.assign({ hasRead: true });
      const foreign = foreignOffers(context, event.heard.event).map(({ sequence }) => sequence);
      if (foreign.length > 0) {
        enqueue.assign({ foreign });
        enqueue.emit({ type: 'session.foreign_offers_found', sequences: foreign });
      }
    }),
    start: enqueueActions(({ context, event, enqueue }) => {
      enqueue.emit({
        type: 'session.started',
        plannedEndAt: event.heard.at + (context.opened?.plannedSeconds ?? 0) * 1000,
      });
    }),
    refuse: enqueueActions(({ context, enqueue }) => {
      const refusal = refused(context);
      if (refusal) enqueue.emit(ending(refusal.reason, 'startup', refusal.detail));
    }),
    askElapsed: enqueueActions(({ context, enqueue }) => {
      const detail = `planned end after ${context.opened?.plannedSeconds ?? 0} s`;
      enqueue.emit(ending('duration_elapsed', 'session', detail));
    }),
    askSignal: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'signal') return;
      const { name } = event.heard.event;
      enqueue.assign({ signalled: true });
      enqueue.emit(ending(signalReasons[name], 'session', `the process got ${name}`));
    }),
    askStop: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'operator.stop') return;
      enqueue.emit(ending('engine_requested_halt', 'operator', event.heard.event.note));
    }),
    askUnexpected: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'session.closed_by_next') return;
      const seconds = Math.round(event.heard.event.silentMs / 1000);
      enqueue.emit(ending('unexpected_halt', 'recovery', `the log was silent for ${seconds} s`));
    }),
    hurry: enqueueActions(({ enqueue }) => {
      enqueue.assign({ hurried: true });
    }),
    beginClosing: enqueueActions(({ event, enqueue }) => {
      enqueue.assign({ closingSince: event.heard.at });
    }),
    endProven: enqueueActions(({ context: { accounted }, enqueue }) => {
      const ledger = accounted?.readLedger ?? null;
      enqueue.emit({
        type: 'session.ended',
        outcome: accounted?.sent ? 'nothing_left' : 'nothing_sent',
        proof: ledger === null ? null : { ledger },
        left: [],
        untilMs: null,
      });
    }),
    leaveAtOnce: enqueueActions(({ context, enqueue }) => {
      enqueue.emit({
        type: 'session.ended',
        outcome: 'left_to_expire',
        proof: null,
        left: context.accounted?.open ?? [],
        untilMs: lastTradableAt(context),
      });
    }),
  },
});
