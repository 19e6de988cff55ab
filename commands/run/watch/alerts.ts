/**
 * Sends alerts beside the engine, which waits for none of them: one at a time by each channel, the most urgent first, seldom
 * of one kind, and again after a failure. What could not be sent is said in the process log.
 */
import { alertKinds, type Alert, type AlertKind } from '../../../projections/alert.ts';
import type { ProcessLog } from '../../process-log.ts';

export type Channel = Readonly<{
  name: string;
  /** Rejects with an Error whose message holds no secret. */
  deliver: (alert: Alert) => Promise<void>;
}>;

export type Pace = Readonly<{
  /** After an alert of a kind the next one waits so long, and the newest takes the place of those before it. */
  quietMs: Readonly<Record<AlertKind, number>>;
  /** Before another attempt, doubled after each failure up to the second. */
  retryMs: readonly [first: number, longest: number];
  attemptsMax: number;
  /** How long the end waits for what is still to be sent. */
  closeMs: number;
}>;

export const usualPace: Pace = {
  quietMs: {
    broken: 0,
    halt: 0,
    mode: 10_000,
    truth: 900_000,
    inbox: 900_000,
    backup: 900_000,
    checkpoint: 900_000,
    disk: 3_600_000,
  },
  retryMs: [1_000, 60_000],
  attemptsMax: 8,
  closeMs: 10_000,
};

export type Alerts = Readonly<{
  raise: (alert: Alert) => void;
  /** Sends what waits, for a while. */
  close: () => Promise<void>;
}>;

export const createAlerts = (
  channels: readonly Channel[],
  said: ProcessLog,
  pace: Pace = usualPace,
): Alerts => {
  const open = channels.map((channel) => startChannel(channel, said, pace));
  return {
    raise: (alert) => {
      for (const { raise } of open) raise(alert);
    },
    close: async () => {
      await Promise.all(open.map(({ close }) => close()));
    },
  };
};

const unsent = 'an alert was not sent before the end';

type Waiting = Readonly<{ alert: Alert; attempts: number; replaced: number }>;

const startChannel = (channel: Channel, said: ProcessLog, pace: Pace): Alerts => {
  const waiting = new Map<AlertKind, Waiting>();
  const sentAt = new Map<AlertKind, number>();
  let [retryAt, failures] = [0, 0];
  let closing = false;
  let closed = false;
  let wake: () => void = () => undefined;
  let running: Promise<void> | undefined;

  const dueAt = (kind: AlertKind): number =>
    closing ? 0 : (sentAt.get(kind) ?? -Infinity) + pace.quietMs[kind];

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      if (!closing) timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const attempt = async (kind: AlertKind, one: Waiting): Promise<void> => {
    waiting.delete(kind);
    sentAt.set(kind, performance.now());
    try {
      await channel.deliver(withCount(one));
      [retryAt, failures] = [0, 0];
    } catch (cause) {
      const [first, longest] = pace.retryMs;
      retryAt = performance.now() + Math.min(longest, first * 2 ** failures);
      failures += 1;
      sentAt.delete(kind);
      const why = cause instanceof Error ? cause.message : String(cause);
      const told = { channel: channel.name, kind, why };
      if (closed) said.error(told, unsent);
      else if (one.attempts + 1 >= pace.attemptsMax) said.error(told, 'an alert was given up');
      else {
        said.warn(told, 'an alert could not be sent yet');
        const newer = waiting.get(kind);
        waiting.set(
          kind,
          newer
            ? { ...newer, attempts: one.attempts + 1, replaced: newer.replaced + one.replaced + 1 }
            : { ...one, attempts: one.attempts + 1 },
        );
      }
    }
  };

  const work = async (): Promise<void> => {
    while (waiting.size > 0 && !closed) {
      const now = performance.now();
      const kind = alertKinds.find((one) => waiting.has(one) && dueAt(one) <= now);
      const one = kind && waiting.get(kind);
      if (kind && one && retryAt <= now) await attempt(kind, one);
      else await sleep(Math.max(retryAt, Math.min(...[...waiting.keys()].map(dueAt))) - now);
    }
  };

  const stir = (): void => {
    wake();
    running ??= work().finally(() => (running = undefined));
  };

  return {
    raise: (alert) => {
      const before = waiting.get(alert.kind);
      const replaced = before ? before.replaced + 1 : 0;
      waiting.set(alert.kind, { alert, attempts: before?.attempts ?? 0, replaced });
      stir();
    },
    close: async () => {
      closing = true;
      stir();
      const impatient = new Promise<void>((resolve) => setTimeout(resolve, pace.closeMs).unref());
      await Promise.race([running, impatient]);
      closed = true;
      for (const [kind] of waiting) said.error({ channel: channel.name, kind }, unsent);
      waiting.clear();
      wake();
    },
  };
};

const withCount = ({ alert, replaced }: Waiting): Alert =>
  replaced === 0
    ? alert
    : { ...alert, sentence: `${alert.sentence} (and ${replaced} more of this kind before it)` };
