/** Whether what the ledger says can be believed to be whole and fresh: connected, gap filled, ledgers closing, server in sync. */
import { enqueueActions, setup } from 'xstate';
import type { GatewayChanged } from '../events/gateway.ts';
import type { Delivered } from './delivered.ts';
import type { Heard } from './reducer.ts';

export type GatewayContext = Readonly<{
  watchdogMs: number;
  lastLedgerAt: number;
  lastLedger: number;
  why: string;
}>;

/** Server states in which rippled follows the network (server_state). */
const inSync: ReadonlySet<string> = new Set(['full', 'validating', 'proposing']);

export const gatewayHears = [
  'gateway.up',
  'gateway.synced',
  'gateway.down',
  'ledger.closed',
  'market.read',
  'tick',
] as const;

/** While it is ready, neither a tick within the watchdog's time nor a read of a server in sync changes anything. */
export const gatewayIsStill = (state: unknown, context: GatewayContext, heard: Heard): boolean => {
  if (state !== 'ready') return false;
  if (heard.event.type === 'tick') return !isSilent(context, heard.at);
  return heard.event.type === 'market.read' && inSync.has(heard.event.server.state);
};

const isSilent = ({ lastLedgerAt, watchdogMs }: GatewayContext, at: number): boolean =>
  at - lastLedgerAt >= watchdogMs;

export const gatewayMachine = (watchdogSeconds: number) =>
  chart.createMachine({
    id: 'gateway',
    options: { maxIterations: 100 },
    context: { watchdogMs: watchdogSeconds * 1000, lastLedgerAt: 0, lastLedger: 0, why: '' },
    initial: 'disconnected',
    on: {
      'gateway.down': {
        target: '.disconnected',
        actions: { type: 'say', params: { state: 'disconnected' } },
      },
    },
    states: {
      disconnected: {
        on: {
          'gateway.up': {
            target: 'syncing',
            actions: { type: 'say', params: { state: 'syncing' } },
          },
        },
      },
      syncing: {
        on: {
          'ledger.closed': { actions: 'beat' },
          'gateway.synced': {
            target: 'ready',
            actions: ['beat', { type: 'say', params: { state: 'ready' } }],
          },
          'market.read': {
            guard: 'isHealthy',
            target: 'ready',
            actions: ['beat', { type: 'say', params: { state: 'ready' } }],
          },
        },
      },
      ready: {
        on: {
          tick: {
            guard: 'isSilent',
            target: 'stale',
            actions: { type: 'say', params: { state: 'stale' } },
          },
          'ledger.closed': [
            {
              guard: 'leavesGap',
              target: 'syncing',
              actions: ['beat', { type: 'say', params: { state: 'syncing' } }],
            },
            { actions: 'beat' },
          ],
          'market.read': {
            guard: 'isUnhealthy',
            target: 'syncing',
            actions: { type: 'say', params: { state: 'syncing' } },
          },
        },
      },
      stale: {
        on: {
          'ledger.closed': [
            {
              guard: 'leavesGap',
              target: 'syncing',
              actions: ['beat', { type: 'say', params: { state: 'syncing' } }],
            },
            { target: 'ready', actions: ['beat', { type: 'say', params: { state: 'ready' } }] },
          ],
        },
      },
    },
  });

const chart = setup({
  types: {
    context: {} as GatewayContext,
    events: {} as Delivered,
    emitted: {} as GatewayChanged,
  },
  guards: {
    isSilent: ({ context, event }) => isSilent(context, event.heard.at),
    leavesGap: ({ context, event }) =>
      event.type === 'ledger.closed' && event.heard.event.index > context.lastLedger + 1,
    isHealthy: ({ context, event }) =>
      event.type === 'market.read' &&
      inSync.has(event.heard.event.server.state) &&
      event.heard.event.ledger.index >= context.lastLedger,
    isUnhealthy: ({ event }) =>
      event.type === 'market.read' && !inSync.has(event.heard.event.server.state),
  },
  actions: {
    beat: enqueueActions(({ context, event, enqueue }) => {
      const seen =
        event.type === 'ledger.closed'
          ? event.heard.event.index
          : event.type === 'gateway.synced'
            ? event.heard.event.to
            : event.type === 'market.read'
              ? event.heard.event.ledger.index
              : context.lastLedger;
      enqueue.assign({
        lastLedgerAt: event.heard.at,
        lastLedger: Math.max(context.lastLedger, seen),
      });
    }),
    say: enqueueActions(({ event, enqueue }, { state }: Pick<GatewayChanged, 'state'>) => {
      enqueue.emit({ type: 'gateway.changed', state, why: why(event) });
    }),
  },
});

const why = (event: Delivered): string => {
  switch (event.type) {
    case 'gateway.up':
      return `connected to ${event.heard.event.endpoint}`;
    case 'gateway.synced':
      return `subscribed, and whole up to ledger ${event.heard.event.to}`;
    case 'gateway.down':
      return event.heard.event.why;
    case 'tick':
      return 'no ledger has closed for longer than the watchdog allows';
    case 'ledger.closed':
      return `ledger ${event.heard.event.index} closed`;
    case 'market.read':
      return `the server is ${event.heard.event.server.state}`;
    default:
      return event.type;
  }
};
