/** The live page of a run: the same page as of `neo inspect`, in a thread beside the engine. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { refuseTaken, type Place } from '../../inspector/listen.ts';
import { StartError } from '../command.ts';
import type { Served } from '../inspect/serve.ts';
import type { Asked, Said } from '../inspect/thread.ts';
import type { RunOptions } from './options.ts';

/**
 * Undefined where none is wanted. Rejects where it cannot be served. A page that is lost later is no reason to stop trading:
 * `onLost` hears why, once.
 */
export const openPage = async (
  options: RunOptions,
  onLost: (why: unknown) => void,
): Promise<Served | undefined> => {
  const place = placeOf(options);
  if (!place) return undefined;
  const asked: Asked = { file: options.file, place };
  const thread = new Worker(new URL('../inspect/thread.js', import.meta.url), {
    workerData: asked,
  });
  const [said] = (await once(thread, 'message')) as [Said];
  if ('failure' in said) {
    await thread.terminate();
    throw new StartError(said.failure);
  }
  thread.unref();
  thread.on('message', (more: Said) => onLost('failure' in more ? more.failure : more));
  thread.on('error', onLost);
  const gone = new Promise((resolve) => thread.once('exit', resolve));
  return {
    url: said.url,
    /** Waited for: a process that ends while its thread closes a database is aborted by the binding. */
    close: async () => {
      thread.ref();
      thread.postMessage('close');
      await gone;
    },
  };
};

/** Asks before anything is opened, so that a refused start changes nothing. */
export const refuseTakenPort = async (options: RunOptions): Promise<void> => {
  const place = placeOf(options);
  if (place?.exactPort) await refuseTaken(place);
};

const placeOf = ({ page, configuration }: RunOptions): Place | undefined => {
  if (page.kind === 'off') return undefined;
  const { host } = configuration.effective.inspector;
  return { host, port: page.port, exactPort: page.kind === 'asked' };
};
