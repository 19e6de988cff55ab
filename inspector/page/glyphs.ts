/** A shape for each guard, so that no hue stands alone: paths in a box of 12 by 12, drawn as elements and on a canvas. */
import type { GuardId } from '../../events/guard.ts';

export const glyphs: Readonly<Record<GuardId, string>> = {
  wallet_truth: 'M6 1.6a4.4 4.4 0 1 0 0 8.8a4.4 4.4 0 1 0 0-8.8Z',
  anchor_saturation: 'M6 .8L11 6L6 11.2L1 6Z',
  directional_drift: 'M6 1.2L11.2 10.6H.8Z',
  inventory_corridor: 'M1.8 1.8h8.4v8.4H1.8Z',
  order_integrity: 'M4.3 1h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3Z',
  ledger_connection: 'M3.2 1.3h5.6L11.5 6L8.8 10.7H3.2L.5 6Z',
  issuer: 'M6 .5L7.6 4.2L11.6 4.6L8.6 7.3L9.5 11.2L6 9.1L2.5 11.2L3.4 7.3L.4 4.6L4.4 4.2Z',
};
