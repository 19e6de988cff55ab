/** What every lane is painted on, and with: the stretch of time, its ticks in pixels, the hues. */
import type { Lanes } from '../../routes.ts';
import type { Thresholds } from '../../../projections/thresholds.ts';
import type { Palette } from './palette.ts';
import type { Pen } from './pen.ts';
import type { LaneId } from './rows.ts';
import type { Scale } from './scale.ts';

export type Label = Readonly<{ lane: LaneId; y: number; text: string }>;

export type Canvas = Readonly<{
  pen: Pen;
  palette: Palette;
  lanes: Lanes;
  thresholds: Thresholds | null;
  width: number;
  time: Scale;
  /** Pixels of each tick of the stretch. */
  x: readonly (number | null)[];
  /** Pixels of the newest that there is to draw. */
  endX: number;
  startAt: number;
  tickMs: number;
  /** Writes beside a lane's axis. */
  label: (lane: LaneId, y: number, text: string) => void;
}>;
