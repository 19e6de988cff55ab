/** The live status line: time left, the mode's sentence, mid, quotes, inventory, fills. On a terminal it stands still; elsewhere it is a line now and then. */
import { decimal, format, formatFixed, toDigits } from '../../ledger/decimal.ts';
import { xrpOf } from '../../ledger/drops.ts';
import { nearest } from '../../ledger/exact.ts';
import { held } from '../../projections/inventory.ts';
import { sentence } from '../../projections/sentence.ts';
import type { SessionState } from '../../projections/session.ts';
import { span } from '../../projections/wording.ts';
import { clearLine } from '../printable.ts';

export type Status = Readonly<{
  /** `session` is its local number. */
  show: (session: number, state: SessionState, now: number) => void;
  /** Ends the line, so that what follows stands on its own. */
  end: () => void;
}>;

export type Screen = Readonly<{
  write: (text: string) => void;
  isTerminal: boolean;
  /** Asked for each line: a window is made smaller, a terminal taken up elsewhere. */
  columns: () => number;
}>;

const quietMs = 10_000;

export const createStatus = (screen: Screen): Status => {
  let saidAt = 0;
  let saidMode = '';
  let open = false;
  return {
    show: (session, state, now) => {
      const mode = `${state.mode.mode} ${state.mode.causes.join()}`;
      const isNew = mode !== saidMode;
      if (screen.isTerminal) {
        /** The line may have to cut the sentence: each new one stands above it whole. */
        const whole = isNew && saidMode !== '' ? `${sentence(session, state, now)}\n` : '';
        open = true;
        saidMode = mode;
        screen.write(
          `${clearLine}${whole}${statusLine(session, state, now, screen.columns() - 1)}`,
        );
        return;
      }
      if (!isNew && now - saidAt < quietMs) return;
      saidMode = mode;
      saidAt = now;
      screen.write(`${statusLine(session, state, now, Infinity)}\n`);
    },
    end: () => {
      if (open) screen.write('\n');
      open = false;
    },
  };
};

/** At most `width` characters: the sentence gives way, what stands around it does not. */
const statusLine = (session: number, state: SessionState, now: number, width: number): string => {
  const { drops, rlusd } = held(state.inventory);
  const left = [...timeLeft(state, now), ...(state.network === 'paper' ? ['on paper'] : [])];
  const head = left.length === 0 ? '' : `${left.join(' ')} · `;
  const rest = [
    state.mid ? `mid ${format(toDigits(state.mid, 6))}` : 'no mid',
    quotes(state),
    `${formatFixed(xrpOf(drops), 2)} XRP ${formatFixed(nearest(rlusd), 2)} RLUSD`,
    `fills ${state.fills.buy} buy ${state.fills.sell} sell`,
  ].join(' · ');
  const room = Math.max(sentenceLeast, width - head.length - rest.length - 3);
  const whole = sentence(session, state, now);
  const told = whole.length <= room ? whole : `${whole.slice(0, room - 1)}…`;
  return `${head}${told} · ${rest}`.slice(0, width);
};

/** Enough for the mode and since when. */
const sentenceLeast = 24;

/** Nothing before it has started: its time runs from there. */
const timeLeft = ({ plannedEndAt }: SessionState, now: number): readonly string[] =>
  plannedEndAt === null ? [] : [`${span(plannedEndAt - now)} left`];

/** What rests, by side; a side without an order is a dash. */
const quotes = ({ orders }: SessionState): string => {
  const open = [...orders.open.values()];
  const price = (side: 'buy' | 'sell'): string => {
    const order = open.find((one) => one.side === side && one.state !== 'intended');
    return order ? format(toDigits(decimal(order.price), 6)) : '–';
  };
  return `bid ${price('buy')} ask ${price('sell')}`;
};
