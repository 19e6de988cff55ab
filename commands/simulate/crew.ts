/** Shares jobs among processes, one for each core; stops at the first violation. */
import { fork, type ChildProcess } from 'node:child_process';
import { simulateOne, type Job, type Outcome } from './one.ts';

/** More sessions than this are shared among processes. */
const aloneMost = 4;

/** Hears outcomes as they come, in no order. Resolves when all are in, or one was a violation. */
export const workOff = async (
  jobs: readonly Job[],
  processes: number,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> => {
  if (processes < 2 || jobs.length <= aloneMost) {
    for (const job of jobs) {
      const outcome = await simulateOne(job);
      onOutcome(outcome);
      if ('violation' in outcome) return;
    }
    return;
  }
  const queue = jobs.values();
  const crew = Array.from({ length: processes }, () => fork(new URL('worker.js', import.meta.url)));
  try {
    await Promise.all(crew.map((worker) => employ(worker, queue, onOutcome, () => disband(crew))));
  } finally {
    disband(crew);
  }
};

const disband = (crew: readonly ChildProcess[]): void => {
  for (const worker of crew) if (worker.connected) worker.disconnect();
};

const employ = (
  worker: ChildProcess,
  queue: Iterator<Job>,
  onOutcome: (outcome: Outcome) => void,
  stop: () => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const next = (): void => {
      const { done, value } = queue.next();
      if (done) worker.disconnect();
      else worker.send(value);
    };
    worker.on('message', (outcome: Outcome) => {
      onOutcome(outcome);
      if ('violation' in outcome) stop();
      else if (worker.connected) next();
    });
    worker.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a process of the simulation ended with ${code}`));
    });
    next();
  });
