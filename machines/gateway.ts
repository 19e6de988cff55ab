/** Whether what the ledger says can be believed to be whole and fresh: connected, gap filled, ledgers closing, server in sync. */
import { enqueueActions, setup } from 'xstate';
import type { GatewayChanged } from '../events/gateway.ts';
import type { Delivered, Spared } from './delivered.ts';
import { ailment } from './health.ts';
import type { ConnectionSettings } from './settings.ts';
import type { Heard } from './reducer.ts';

export type GatewayContext = Readonly<{
  settings: ConnectionSettings;
  /** Servers that are connected. */
  up: readonly string[];
  lastLedgerAt: number;
  lastLedger: number;
  /** Two servers contradict each other, and nobody knows who is right. */
  disputed: boolean;
}>;

export const gatewayHears = [
  'gateway.up',
  'gateway.synced',
  'gateway.down',
  'ledger.closed',
  'ledger.contradicted',
  'ledger.agreed',
  'market.read',
  'tick',
] as const;

/** While it is ready, the next ledger, a tick within the watchdog's time and a read of a server in sync change nothing. */
export const gatewayIsStill = (
  state: unknown,
  context: GatewayContext,
  { at, event }: Heard,
  spared: Spared,
): boolean => {
  if (state !== 'ready') return false;
  const beat = spared.get('ledger.closed');
  switch (event.type) {
    case 'ledger.closed': {
      const last = beat?.event.type === event.type ? beat.event.index : context.lastLedger;
      return event.index === last + 1;
    }
    case 'tick':
      return !isSilent(beat?.at ?? context.lastLedgerAt, context.settings, at);
    case 'market.read':
      return ailment(context.settings, event) === null;
    default:
      return false;
  }
};

const isSilent = (lastLedgerAt: number, settings: ConnectionSettings, at: number): boolean =>
  at - lastLedgerAt >= settings.watchdog_seconds * 1000;

export const gatewayMachine = (settings: ConnectionSettings) =>
  chart.createMachine({
    id: 'gateway',
    options: { maxIterations: 100 },
    context: {
      settings,
      up: [],
      lastLedgerAt: 0,
      lastLedger: 0,
      disputed: false,
    },
    initial: 'disconnected',
    on: {
      'gateway.up': { actions: 'join' },
      'gateway.down': [
        {
          guard: 'isLast',
          target: '.disconnected',
          actions: ['leave', { type: 'say', params: { state: 'disconnected' } }],
        },
        { actions: 'leave' },
      ],
      'ledger.contradicted': {
        target: '.syncing',
        actions: ['dispute', { type: 'say', params: { state: 'syncing' } }],
      },
      'ledger.agreed': { actions: 'settle' },
    },
    states: {
      disconnected: {
        on: {
          'gateway.up': {
            target: 'syncing',
            actions: ['join', { type: 'say', params: { state: 'syncing' } }],
          },
          'ledger.contradicted': { actions: 'dispute' },
        },
      },
      syncing: {
        on: {
          'ledger.closed': { actions: 'beat' },
          'ledger.contradicted': { actions: 'dispute' },
          'gateway.synced': {
            guard: 'isUndisputed',
            target: 'ready',
            actions: ['beat', { type: 'say', params: { state: 'ready' } }],
          },
          'market.read': {
            guard: 'isWhole',
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

/** What is wrong with the server that was read, by its own words. */
const ailing = ({ settings }: GatewayContext, event: Delivered): string | null =>
  event.type === 'market.read' ? ailment(settings, event.heard.event) : null;

/** The newest ledger there is. One that is told as closed behind it says that what was told before was none. */
const seen = ({ lastLedger }: GatewayContext, event: Delivered): number => {
  switch (event.type) {
    case 'ledger.closed':
      return event.heard.event.index;
    case 'gateway.synced':
      return Math.max(lastLedger, event.heard.event.to);
    case 'market.read':
      return Math.max(lastLedger, event.heard.event.ledger.index);
    default:
      return lastLedger;
  }
};

const chart = setup({
  types: {
    context: {} as GatewayContext,
    events: {} as Delivered,
    emitted: {} as GatewayChanged,
  },
  guards: {
    isLast: ({ context, event }) =>
      event.type === 'gateway.down' &&
      context.up.every((endpoint) => endpoint === event.heard.event.endpoint),
    isUndisputed: ({ context }) => !context.disputed,
    isSilent: ({ context: { lastLedgerAt, settings }, event }) =>
      !event.spared && isSilent(lastLedgerAt, settings, event.heard.at),
    leavesGap: ({ context, event }) =>
      event.type === 'ledger.closed' &&
      !event.spared &&
      event.heard.event.index > context.lastLedger + 1,
    isWhole: ({ context, event }) =>
      event.type === 'market.read' &&
      !context.disputed &&
      ailing(context, event) === null &&
      event.heard.event.ledger.index >= context.lastLedger,
    isUnhealthy: ({ context, event }) => ailing(context, event) !== null,
  },
  actions: {
    beat: enqueueActions(({ context, event, enqueue }) => {
      enqueue.assign({ lastLedgerAt: event.heard.at, lastLedger: seen(context, event) });
    }),
    join: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'gateway.up') return;
      const { endpoint } = event.heard.event;
      enqueue.assign({ up: [...context.up.filter((one) => one !== endpoint), endpoint] });
    }),
    leave: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'gateway.down') return;
      const { endpoint } = event.heard.event;
      enqueue.assign({ up: context.up.filter((one) => one !== endpoint) });
    }),
    dispute: enqueueActions(({ enqueue }) => enqueue.assign({ disputed: true })),
    settle: enqueueActions(({ enqueue }) => enqueue.assign({ disputed: false })),
    say: enqueueActions(({ context, event, enqueue }, { state }: Pick<GatewayChanged, 'state'>) => {
      enqueue.emit({ type: 'gateway.changed', state, why: why(context, event) });
    }),
  },
});

const why = (context: GatewayContext, event: Delivered): string => {
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
      return ailing(context, event) ?? `whole up to ledger ${event.heard.event.ledger.index}`;
    case 'ledger.contradicted': {
      const { index, endpoint, otherEndpoint } = event.heard.event;
      return `${endpoint} and ${otherEndpoint} contradict each other on ledger ${index}`;
    }
    default:
      return event.type;
  }
};
