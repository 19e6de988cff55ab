/** Places one drawing and ends: loading ELK and laying out take half a second, in which the page's server goes on answering. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Drawing } from './chart.ts';
import { placementOf } from './placement.ts';

parentPort?.postMessage(await placementOf(workerData as Drawing));
