/** The live status line: time left, the mode's sentence, mid, quotes, inventory, fills. On a terminal it stands still; elsewhere it is a line now and then. */
import { decimal, format, formatFixed, toDigits } from '../../ledger/decimal.ts';
import { xrpOf } from '../../ledger/drops.ts';
import { held } from '../../projections/inventory.ts';
import { sentence } from '../../projections/sentence.ts';
import type { SessionState } from '../../projections/session.ts';

export type Status = Readonly<{
  show: (state: SessionState, now: number) => void;
  /** Ends the line, so that what follows stands on its own. */
  end: () => void;
}>;

export type Screen = Readonly<{
  write: (text: string) => void;
  isTerminal: boolean;
  columns: number;
}>;

const quietMs = 10_000;

export const createStatus = (screen: Screen): Status => {
  let saidAt = 0;
  let saidMode = '';
  let open = false;
  return {
    show: (state, now) => {
      const line = statusLine(state, now);
      if (screen.isTerminal) {
        open = true;
        screen.write(`\r\u001B[2K${line.slice(0, screen.columns - 1)}`);
        return;
      }
      const mode = `${state.mode.mode} ${state.mode.causes.join()}`;
      if (mode === saidMode && now - saidAt < quietMs) return;
      saidMode = mode;
      saidAt = now;
      screen.write(`${line}\n`);
    },
    end: () => {
      if (open) screen.write('\n');
      open = false;
    },
  };
};

const statusLine = (state: SessionState, now: number): string => {
  const { drops, rlusd } = held(state.inventory);
  const mid = state.mid ? `mid ${format(toDigits(state.mid, 6))}` : 'no mid';
  return [
    timeLeft(state, now),
    sentence(state, now),
    mid,
    quotes(state),
    `${formatFixed(xrpOf(drops), 2)} XRP ${formatFixed(rlusd, 2)} RLUSD`,
    `fills ${state.fills.buy} buy ${state.fills.sell} sell`,
  ].join(' · ');
};

const timeLeft = ({ plannedEndAt }: SessionState, now: number): string => {
  if (plannedEndAt === null) return '--:-- left';
  const seconds = Math.max(0, Math.ceil((plannedEndAt - now) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const clock = `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
  return `${hours > 0 ? `${hours}:${clock.padStart(5, '0')}` : clock} left`;
};

/** What rests, by side; a side without an order is a dash. */
const quotes = ({ orders }: SessionState): string => {
  const open = [...orders.open.values()];
  const price = (side: 'buy' | 'sell'): string => {
    const order = open.find((one) => one.side === side && one.state !== 'intended');
    return order ? format(toDigits(decimal(order.price), 6)) : '–';
  };
  return `bid ${price('buy')} ask ${price('sell')}`;
};
