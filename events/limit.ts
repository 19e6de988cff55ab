/** A hard limit was crossed: straight to HALT. */
import type { LimitReason } from './halt.ts';

/** A hard limit was crossed: the session halts. */
export type LimitBreached = Readonly<{
  type: 'limit.breached';
  reason: LimitReason;
  detail: string;
}>;
