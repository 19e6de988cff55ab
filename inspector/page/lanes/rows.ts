/** The lanes from top to bottom, and how a given height is shared among them. */
import { guardIds } from '../../../events/guard.ts';

export type LaneId = 'mode' | 'guards' | 'price' | 'anchor' | 'share' | 'truth' | 'events';

export type Lane = Readonly<{ id: LaneId; y: number; height: number }>;

export const guardRow = 15;
export const axisHeight = 20;

/** At least so many pixels, which hold all values of the lane at the cursor, and a share of what is left. */
const sizes: readonly Readonly<{ id: LaneId; fixed: number; share: number }>[] = [
  { id: 'mode', fixed: 26, share: 0 },
  { id: 'guards', fixed: guardIds.length * guardRow + 8, share: 0 },
  { id: 'price', fixed: 102, share: 5 },
  { id: 'anchor', fixed: 60, share: 3 },
  { id: 'share', fixed: 46, share: 2 },
  { id: 'truth', fixed: 38, share: 0 },
  { id: 'events', fixed: 24, share: 0 },
];

export const lanesMin = sizes.reduce((sum, { fixed }) => sum + fixed, axisHeight);

export const layLanes = (height: number): readonly Lane[] => {
  const rest = Math.max(0, height - lanesMin);
  const shares = sizes.reduce((sum, { share }) => sum + share, 0);
  let y = axisHeight;
  return sizes.map(({ id, fixed, share }) => {
    const lane = { id, y, height: fixed + Math.floor((rest * share) / shares) };
    y += lane.height;
    return lane;
  });
};
