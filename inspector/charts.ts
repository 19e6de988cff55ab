/** The charts of a session as the page draws them, placed once for all sessions of one configuration, in a thread of their own. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Settings } from '../machines/settings.ts';
import { drawingOf, type Drawing } from './chart.ts';
import type { Placement } from './placement.ts';

/** By drawing: sessions of one configuration look alike. */
const placements = new Map<string, Promise<Placement>>();

/** Null where the machines of this build refuse the configuration. */
export const chartsOf = async (settings: Settings): Promise<Placement | null> => {
  const drawing = drawn(settings);
  if (!drawing) return null;
  const key = JSON.stringify(drawing);
  const found = placements.get(key) ?? place(drawing);
  placements.set(key, found);
  found.catch(() => placements.delete(key));
  return found;
};

const drawn = (settings: Settings): Drawing | null => {
  try {
    return drawingOf(settings);
  } catch {
    return null;
  }
};

const place = async (drawing: Drawing): Promise<Placement> => {
  const thread = new Worker(new URL('./placement-thread.js', import.meta.url), {
    workerData: drawing,
  });
  /** Nobody waits for it who goes. */
  thread.unref();
  const [placement] = (await once(thread, 'message')) as [Placement];
  return placement;
};
