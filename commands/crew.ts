/** Shares jobs among processes, one for each core, each of which does one job after the other; few jobs are done here. */
import { fork, type ChildProcess } from 'node:child_process';

/** More jobs than this are shared among processes. */
const aloneMost = 4;

export type Crew<Job, Outcome> = Readonly<{
  processes: number;
  /** The compiled file that a process runs: it serves the same work. */
  program: URL;
  work: (job: Job) => Promise<Outcome>;
  /** Hears outcomes as they come, in no order. False stops all. */
  onOutcome: (outcome: Outcome) => boolean;
}>;

/** Resolves when all are done, or one has stopped it. */
export const workOff = async <Job, Outcome>(
  jobs: readonly Job[],
  crew: Crew<Job, Outcome>,
): Promise<void> => {
  const { processes, program, work, onOutcome } = crew;
  if (processes < 2 || jobs.length <= aloneMost) {
    for (const job of jobs) if (!onOutcome(await work(job))) return;
    return;
  }
  const queue = jobs.values();
  const workers = Array.from({ length: processes }, () => fork(program));
  const disband = (): void => {
    for (const worker of workers) if (worker.connected) worker.disconnect();
  };
  try {
    await Promise.all(workers.map((worker) => employ(worker, queue, onOutcome, disband)));
  } finally {
    disband();
  }
};

const employ = <Job, Outcome>(
  worker: ChildProcess,
  queue: Iterator<Job>,
  onOutcome: (outcome: Outcome) => boolean,
  disband: () => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const next = (): void => {
      const { done, value } = queue.next();
      if (done) worker.disconnect();
      else worker.send(value as object);
    };
    worker.on('message', (outcome) => {
      if (!onOutcome(outcome as Outcome)) disband();
      else if (worker.connected) next();
    });
    worker.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a process of the crew ended with ${code}`));
    });
    next();
  });

/** The other side: does as it is told until it is let go. */
export const serve = <Job, Outcome>(work: (job: Job) => Promise<Outcome>): void => {
  let last = Promise.resolve();
  process.on('message', (job) => {
    last = last.then(async () => void process.send?.(await work(job as Job)));
  });
  process.on('disconnect', () => process.exit(0));
};
