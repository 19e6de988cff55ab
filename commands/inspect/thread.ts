/** The page of a running engine, in a thread of its own: reading, folding and drawing never hold up a turn. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Place } from '../../inspector/listen.ts';
import { serve } from './serve.ts';

export type Asked = Readonly<{ file: string; place: Place }>;

/** What the thread says: once where it serves, or why it cannot, or can no longer. */
export type Said = Readonly<{ url: string }> | Readonly<{ failure: string; exitCode: number }>;

const { file, place } = workerData as Asked;
const say = (said: Said): void => parentPort?.postMessage(said);
const sayWhy = (error: unknown): void => {
  const { message, exitCode = 4 } = error as Error & { exitCode?: number };
  say({ failure: message, exitCode });
};

try {
  const served = await serve(file, place);
  let closing: Promise<void> | undefined;
  const close = (): void => void (closing ??= served.close().finally(() => parentPort?.close()));
  parentPort?.once('message', close);
  /** The binding aborts the whole process where a thread ends while it works: what breaks waits for that, too. */
  process.on('uncaughtException', (error) => {
    if (!closing) sayWhy(error);
    close();
  });
  say({ url: served.url });
} catch (error) {
  sayWhy(error);
}
