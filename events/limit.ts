/** A hard limit was crossed: straight to HALT. */
import type { LimitReason } from './halt.ts';

export type LimitBreached = Readonly<{
  type: 'limit.breached';
  reason: LimitReason;
  detail: string;
}>;
