/** The few facts beside the sentence: how the session ends, what it traded, what it holds and what it earned. */
import { toNumber } from '../ledger/decimal.ts';
import { isoDate } from '../ledger/time.ts';
import { nearest } from '../ledger/exact.ts';
import { vwSpreadBps } from '../projections/fills.ts';
import { held, totalAt } from '../projections/inventory.ts';
import type { Moment } from '../projections/moment.ts';
import { isOver, livedUntil } from '../projections/session.ts';
import { fixed, signed, span, timeBeside, timeOfDay } from '../projections/wording.ts';

export type Fact = Readonly<{ name: string; value: string; note: string }>;

/**
 * What the log cannot say of a session. `isWritten`: as the headline takes it; of one that was imported nobody knows here. `damaged`: this
 * is the last moment that can be read, and more was written.
 */
export type Whereabouts = Readonly<{ isWritten: boolean; imported: boolean; damaged: boolean }>;

const endOf = (
  { at, session: state }: Moment,
  { isWritten, imported, damaged }: Whereabouts,
): Fact => {
  const { plannedEndAt, halt, openedAt } = state;
  /** The date of an instant, where it is not the start's, before what else is noted. */
  const noted = (instantMs: number, note: string): string =>
    [...(isoDate(instantMs) === isoDate(openedAt) ? [] : [isoDate(instantMs)]), note]
      .filter((part) => part !== '')
      .join(', ');
  if (isOver(state)) {
    const ended = livedUntil(state);
    return { name: 'ended', value: timeOfDay(ended), note: noted(ended, halt?.reason ?? '') };
  }
  if (damaged)
    return { name: 'as of', value: timeOfDay(at), note: noted(at, 'damaged from there on') };
  if (halt)
    return { name: 'ending since', value: timeOfDay(halt.at), note: noted(halt.at, halt.reason) };
  if (plannedEndAt === null) return { name: 'planned end', value: 'none yet', note: '' };
  const planned = timeOfDay(plannedEndAt);
  if (imported) {
    const note = noted(plannedEndAt, 'no end was imported');
    return { name: 'planned end', value: planned, note };
  }
  return isWritten
    ? {
        name: 'planned end',
        value: `in ${span(plannedEndAt - at)}`,
        note: timeBeside(plannedEndAt, openedAt),
      }
    : { name: 'planned end', value: planned, note: noted(plannedEndAt, 'not reached') };
};

export const factsOf = (moment: Moment, where: Whereabouts): readonly Fact[] => {
  const { fills, inventory, mid } = moment.session;
  const end = endOf(moment, where);
  const vw = vwSpreadBps(fills);
  const total = mid ? toNumber(nearest(totalAt(held(inventory), mid))) : Number.NaN;
  return [
    end,
    {
      name: 'buys, sells',
      value: `${fills.buy} + ${fills.sell}`,
      note: `${fixed(toNumber(fills.notional), 2)} RLUSD`,
    },
    { name: 'value at mid', value: fixed(total, 2), note: 'RLUSD' },
    {
      name: 'spread PnL',
      value: signed(toNumber(fills.pnl), 3),
      note: vw === null ? 'nothing filled' : `VW ${signed(vw, 2)} bps`,
    },
  ];
};
