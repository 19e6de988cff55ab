/** Everything that looks after a running session from beside it: metrics, alerts, systemd, the disk, the event loop. Each is off unless asked for. */
import type { Row } from '../../../actors/engine.ts';
import { isTroubled, type CheckpointReport } from '../../../actors/log/checkpoint.ts';
import { alertOf } from '../../../projections/alert.ts';
import { sentence } from '../../../projections/sentence.ts';
import { empty, type SessionState } from '../../../projections/session.ts';
import type { ProcessLog } from '../../process-log.ts';
import type { RunOptions } from '../options.ts';
import { createAlerts, type Channel } from './alerts.ts';
import { watchDisk } from './disk.ts';
import { watchLag } from './lag.ts';
import type { Probe, Probed } from './probe.ts';
import { program } from './program.ts';
import { superviseBy } from './supervisor.ts';
import { webhook } from './webhook.ts';

export type Watch = Readonly<{
  /** The log is open, and this is the session's number. */
  opened: (session: number) => void;
  /** A durable row, and what the session has come to with it. */
  durable: (row: Row, state: SessionState) => void;
  checkpoint: (report: CheckpointReport) => void;
  /** An operator's request could not be read, or was none. */
  unheard: (sentence: string) => void;
  /** A backup could not be made. */
  uncopied: (sentence: string) => void;
  /** What no event tells: a session could not begin, or not go on. Only the first is told. */
  broken: (cause: unknown) => void;
  /** Sends what is still to be sent, for a while. */
  close: () => Promise<void>;
}>;

/** Ticks without an event that are no health, and never less than this. */
const silentTicksMax = 5;
const silentMsMin = 60_000;

/** To be opened before anything is written. Rejects with a StartError where the port of the metrics cannot be had. */
export const openWatch = async (
  { configuration, file, speed }: RunOptions,
  env: Readonly<Record<string, string | undefined>>,
  said: ProcessLog,
): Promise<Watch> => {
  const { engine, network, metrics, alerts: asked } = configuration.effective;
  /** 0 until the log is open. */
  let session = 0;
  let state: SessionState = empty;
  let heardAt = performance.now();
  let isBroken = false;

  const url = configuration.secret('alerts.webhook_url');
  const channels: readonly Channel[] = [
    ...(url === null
      ? []
      : [webhook(url, () => ({ session: session || null, network: network.name }))]),
    ...(asked.command === null ? [] : [program(asked.command)]),
  ];
  const alerts = createAlerts(channels, said);
  const broken = (cause: unknown): void => {
    if (isBroken) return;
    isBroken = true;
    const sentence = cause instanceof Error ? cause.message : String(cause);
    alerts.raise({ kind: 'broken', sentence });
  };
  const silentMs = (): number => performance.now() - heardAt;
  const silentTicksMs = silentTicksMax * engine.tick_interval_seconds * 1000;
  const probe = await probeAt(metrics.port, {
    session: () => session,
    state: () => state,
    info: () => ({ session: String(session), network: network.name }),
    silentMs,
    silentMsMax: Math.max(silentMsMin, silentTicksMs),
  }).catch(async (cause: unknown) => {
    broken(cause);
    await alerts.close();
    throw cause;
  });
  const supervisor = superviseBy(env, said, {
    sentence: () => sentence(session, state, state.lastAt),
    silentMs,
    silentMsMin: silentTicksMs,
  });
  const leaveDisk = watchDisk(file, (words) => {
    said.warn(words);
    alerts.raise({ kind: 'disk', sentence: words });
  });
  /** In virtual time a computation may take as long as it likes. */
  const leaveLag = speed === 'max' ? () => undefined : watchLag(said);

  return {
    opened: (number) => {
      session = number;
    },
    durable: (row, next) => {
      state = next;
      heardAt = performance.now();
      try {
        const alert = alertOf(session, next, row);
        if (alert) alerts.raise(alert);
        supervisor.durable(row.event.type);
      } catch (cause) {
        said.warn({ cause: String(cause) }, 'what looks after the session failed; it goes on');
      }
    },
    checkpoint: (report) => {
      said[isTroubled(report) ? 'warn' : 'info'](report, 'wal_checkpoint');
      if (!isTroubled(report)) return;
      alerts.raise({ kind: 'checkpoint', sentence: troubleOf(report) });
    },
    uncopied: (sentence) => alerts.raise({ kind: 'backup', sentence }),
    unheard: (sentence) => alerts.raise({ kind: 'inbox', sentence }),
    broken,
    close: async () => {
      leaveLag();
      leaveDisk();
      await alerts.close();
      supervisor.stop();
      await probe?.close();
    },
  };
};

/** Loaded where it is asked for: it is no part of a quick start. */
const probeAt = async (port: number, probed: Probed): Promise<Probe | undefined> => {
  if (port === 0) return undefined;
  const { serveProbe } = await import('./probe.ts');
  return serveProbe(port, probed);
};

const troubleOf = ({ failure, elapsed_ms: elapsedMs }: CheckpointReport): string =>
  failure === undefined
    ? `A checkpoint of the log took ${elapsedMs} ms: look at the disk.`
    : `A checkpoint of the log failed (${failure}): look at the disk.`;
