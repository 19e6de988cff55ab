/** The axis of time above the lanes: its marks, the flag of the cursor and that of the pointer. A mark that would touch a flag gives way. */
import { startAt } from '../store.ts';
import { span, timeBeside } from '../words.ts';
import { flagAt, marksBeside, scale } from './scale.ts';

type Props = Readonly<{
  from: number;
  to: number;
  width: number;
  /** Of the cursor and of the pointer. */
  at: number | null;
  over: number | null;
}>;

export const Axis = ({ from, to, width, at, over }: Props) => {
  if (width <= 0) return null;
  const zero = startAt.value;
  const time = scale(from, to, 0, width);
  const told = [at, over].map((one, index) => {
    const x = one === null ? Number.NaN : Math.round(time.at(one));
    if (one === null || !(x >= 0 && x <= width)) return null;
    return {
      x,
      name: index === 0 ? 'flag' : 'pointed',
      words: [span(one - zero), timeBeside(one, zero)],
    };
  });
  const flags = told.filter((flag) => flag !== null);
  const taken = flags.map(({ x, words }) => flagAt(x, width, words.join(' ').length));
  return (
    <>
      {marksBeside({ from, to, zero, width }, taken).map(({ text, left, right }) => (
        <i key={text} class="mark" style={{ left: `${left}px`, width: `${right - left}px` }}>
          {text}
        </i>
      ))}
      {flags.map(({ x, name, words: [after, clock] }) => (
        <i
          key={name}
          class={name}
          style={{ left: `${x}px`, transform: `translateX(${(-100 * x) / width}%)` }}
        >
          {after} <span>{clock}</span>
        </i>
      ))}
    </>
  );
};
