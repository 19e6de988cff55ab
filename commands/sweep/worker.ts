/** A process that measures one variant after the other as it is told, and says what came of each. */
import { serve } from '../crew.ts';
import { measure, type Job } from './measure.ts';

serve((job: Job) => measure(job));
