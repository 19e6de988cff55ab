/** Everything that can happen: the closed list of inputs, and the decisions that answer them. */
import type { GatewayChanged, GatewayInput } from './gateway.ts';
import type { GuardAssessed, GuardEvent } from './guard.ts';
import type { HaltEvent } from './halt.ts';
import type { InventoryEvent, ReconcilerEvent } from './inventory.ts';
import type { LimitBreached } from './limit.ts';
import type { MarketEvent, MarketInput } from './market.ts';
import type { ModeChanged } from './mode.ts';
import type { OperatorInput } from './operator.ts';
import type { OrderEvent, OrderIntent } from './order.ts';
import type { QuoteDecided } from './quote.ts';
import type { SessionEvent, SessionInput } from './session.ts';

/** What the world says. Each starts a turn. */
export type Input = SessionInput | MarketInput | GatewayInput | OperatorInput;

/** What actors answer. */
export type Decision =
  | GatewayChanged
  | ReconcilerEvent
  | OrderEvent
  | SessionEvent
  | InventoryEvent
  | MarketEvent
  | LimitBreached
  | GuardEvent
  | ModeChanged
  | HaltEvent
  | QuoteDecided
  | OrderIntent;

export type Event = Input | Decision;
export type EventType = Event['type'];

/** What actors may say: decisions, and the facts that the guards' stage gathers. */
export type Said = Decision | GuardAssessed;
