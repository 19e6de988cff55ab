/** A process that simulates one seed after the other as it is told, and says what came of each. */
import { simulateOne, type Job } from './one.ts';

let last = Promise.resolve();
process.on('message', (job: Job) => {
  last = last.then(async () => void process.send?.(await simulateOne(job)));
});
process.on('disconnect', () => process.exit(0));
