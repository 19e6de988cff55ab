/** A process that simulates one seed after the other as it is told, and says what came of each. */
import { serve } from '../crew.ts';
import { simulateOne, type Job } from './one.ts';

serve((job: Job) => simulateOne(job));
