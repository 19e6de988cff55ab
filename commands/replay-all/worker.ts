/** A process that replays one recorded session after the other as it is told, and says what came of each. */
import { serve } from '../crew.ts';
import { replayOne } from './one.ts';
import type { Source } from './places.ts';

serve((source: Source) => replayOne(source));
