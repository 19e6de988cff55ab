/**
 * Anchor saturation: the pool stands to one side of the book, far enough and long enough that quoting around it is a bet.
 * A tick without book or pool adds nothing; the window is kept on recovery.
 */
import type { GuardFact, Release } from '../../events/guard.ts';
import type { Reducer } from '../reducer.ts';
import type { AnchorSettings } from '../settings.ts';

type State = Readonly<{ window: readonly number[]; seen: number; ema: number }>;

export const anchorGuard = (settings: AnchorSettings): Reducer<State> => ({
  id: 'anchor_saturation',
  hears: ['market.observed'],
  initial: { window: [], seen: 0, ema: 0 },
  on: (state, { event }, say) => {
    if (event.type !== 'market.observed') return state;
    const sample = Number.isFinite(event.anchorErrorBps) ? event.anchorErrorBps : null;
    const next = sample === null ? state : take(settings, state, sample);
    say({
      type: 'guard.assessed',
      guard: 'anchor_saturation',
      fact: assess(settings, next, sample !== null),
    });
    return next;
  },
});

const take = (settings: AnchorSettings, state: State, sample: number): State => {
  const seen = state.seen + 1;
  const weight = 2 / (settings.ema_window_ticks + 1);
  const ema = state.seen === 0 ? sample : state.ema + weight * (sample - state.ema);
  const residual = settings.signal === 'residual' && seen >= settings.warmup_ticks;
  const signal = residual ? sample - ema : sample;
  return { seen, ema, window: [...state.window, signal].slice(-settings.lookback_ticks) };
};

const assess = (settings: AnchorSettings, { window }: State, sampled: boolean): GuardFact => {
  const count = window.length;
  const full = count === settings.lookback_ticks;
  const mean = count === 0 ? 0 : rounded(window.reduce((sum, x) => sum + x, 0) / count);
  const beyond = window.filter((x) => rounded(Math.abs(x)) > settings.prevalence_threshold_bps);
  const sharePct = count === 0 ? 0 : rounded((beyond.length * 100) / count);
  const size = Math.abs(mean);
  const calm = size < settings.exit_bias_threshold_bps && sharePct < settings.exit_prevalence_pct;
  const release: Release = !sampled ? 'neither' : calm ? 'holds' : 'broken';
  return {
    trip:
      sampled && full && size >= settings.bias_threshold_bps && sharePct >= settings.prevalence_pct,
    release,
    condition: null,
    operands: { meanBps: mean, sharePct, samples: count, window: settings.lookback_ticks },
    toTrip: rounded(settings.bias_threshold_bps - size),
    toRelease: rounded(size - settings.exit_bias_threshold_bps),
  };
};

/** To 1e-9, so that a sum's last binary digit decides nothing (spec §12, ruling 7). */
const rounded = (x: number): number => Math.round(x * 1e9) / 1e9;
