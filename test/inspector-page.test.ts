/** The page's own modules, as far as they need no browser: words, axes, how the lanes share the height. */
import test from 'ava';
import fc from 'fast-check';
import { guardIds } from '../events/guard.ts';
import { layLanes, lanesMin } from '../inspector/page/lanes/rows.ts';
import {
  flagAt,
  marksBeside,
  placesOf,
  reach,
  scale,
  timeMarks,
  valueMarks,
} from '../inspector/page/lanes/scale.ts';
import { meets, placesIn, type Course } from '../inspector/page/lanes/labels.ts';
import { span, axisTime, grouped, pieces } from '../inspector/page/words.ts';

test('a sentence in pieces is the sentence, and every guard named in it is a piece', (t) => {
  const part = fc.oneof(
    fc.constantFrom(...guardIds),
    fc.constantFrom(' ', ', ', 'x', '<b>', '−8.4 bps', '2m14s'),
  );
  const property = fc.property(fc.array(part), (parts) => {
    const sentence = parts.join(' ');
    const found = pieces(sentence, guardIds);
    const named = parts.filter((one) => guardIds.some((id) => id === one)).length;
    return (
      found.map(({ text }) => text).join('') === sentence &&
      found.filter(({ guard }) => guard !== null).length === named
    );
  });
  t.notThrows(() => fc.assert(property));
  t.true(pieces('for 2m14s', guardIds).some(({ text, strong }) => text === '2m14s' && strong));
  t.is(pieces('directional_drift C (x)', guardIds)[0]?.text, 'directional_drift C');
});

test('an instant is one strong piece, its date and its Z with it', (t) => {
  for (const text of ['2026-04-20 18:59:36Z', '18:59:36Z'])
    t.true(
      pieces(`HALT since ${text}: x`, guardIds).some((one) => one.text === text && one.strong),
      text,
    );
});

test('a number within a word is part of the word', (t) => {
  const found = pieces('inventory_truth_halt (degraded_timeout_exceeded_300s)', guardIds);
  t.false(found.some(({ strong }) => strong));
});

test('times after the start and counts are written so that they can be read', (t) => {
  t.deepEqual(
    [span(41_400), span(212_000), span(3_600_000 + 62_000), span(360_000_000)],
    ['41 s', '3m32s', '1h01m02s', '4d04h00m00s'],
  );
  for (const ms of [41_000, 212_000, 3_662_000, 360_000_000])
    t.true(
      pieces(`for ${span(ms)}: x`, guardIds).some((one) => one.text === span(ms) && one.strong),
    );
  t.deepEqual(
    [axisTime(80_000), axisTime(3_720_000), axisTime(-5_000)],
    ['1:20', '1:02:00', '−0:05'],
  );
  t.is(grouped(1_234_567), '1 234 567');
});

test('a scale goes there and back', (t) => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const property = fc.property(
    number,
    fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    number,
    (from, width, value) => {
      const { at, of } = scale(from, from + width, 0, 900);
      return Math.abs(of(at(value)) - value) <= 1e-6 * (Math.abs(value) + Math.abs(from) + width);
    },
  );
  t.notThrows(() => fc.assert(property));
});

test('axes have marks within their reach, never closer together than asked for', (t) => {
  const property = fc.property(
    fc.integer({ min: 1_000, max: 400_000_000 }),
    fc.integer({ min: 200, max: 3_000 }),
    (span, width) => {
      const marks = timeMarks(1e12, 1e12 + span, 1e12, width, 72);
      const apart = marks.slice(1).map((mark, i) => ((mark - (marks[i] ?? 0)) / span) * width);
      return marks.every((mark) => mark <= 1e12 + span) && apart.every((pixels) => pixels >= 71.9);
    },
  );
  t.notThrows(() => fc.assert(property));
  t.deepEqual(valueMarks(1.4181, 1.4222, 4), [1.42, 1.422]);
  t.is(placesOf([1.42, 1.422]), 3);
  t.deepEqual([[1.42], [0.1 + 0.2], [50], []].map(placesOf), [2, 1, 0, 0]);
  t.deepEqual(valueMarks(1, 1, 4), []);
  t.deepEqual(reach([[null, null]], [0, 1], 0.1), [0, 1]);
});

test('the lanes share whatever height there is, one beneath the other', (t) => {
  for (let height = 200; height < 2_000; height += 37) {
    const lanes = layLanes(height);
    lanes.forEach((lane, i) => {
      const before = lanes[i - 1];
      if (before) t.is(lane.y, before.y + before.height);
    });
    const last = lanes.at(-1);
    t.true((last?.y ?? 0) + (last?.height ?? 0) <= Math.max(height, lanesMin));
  }
});

const pixel = fc.integer({ min: 0, max: 400 });
const line = fc
  .array(fc.tuple(pixel, fc.option(fc.integer({ min: 0, max: 120 }), { freq: 8 })), {
    maxLength: 30,
  })
  .map((points) => points.toSorted(([a], [b]) => a - b))
  .map((points): Course => ({ x: points.map(([x]) => x), y: points.map(([, y]) => y), end: 400 }));

/** Every pixel that a line colours: level to the next point, and up or down to its value. */
const pixelsOf = ({ x, y, end }: Course): readonly (readonly [number, number])[] =>
  y.flatMap((value, i) => {
    const at = x[i] ?? 0;
    if (value === null) return [];
    const level = Array.from({ length: (x[i + 1] ?? end) - at + 1 }, (_, n) => [at + n, value]);
    const before = y[i - 1] ?? value;
    const [low, high] = [Math.min(before, value), Math.max(before, value)];
    return [...level, ...Array.from({ length: high - low + 1 }, (_, n) => [at, low + n])] as never;
  });

test('a word stands in its lane, over no line and no other word, or nowhere', (t) => {
  const word = fc
    .tuple(fc.integer({ min: -20, max: 400 }), fc.integer({ min: -10, max: 120 }))
    .map(([left, top]) => ({ left, right: left + 40, top, bottom: top + 12 }));
  let placed = 0;
  const property = fc.property(
    fc.array(line, { maxLength: 3 }),
    fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 6 }),
    (courses, words) => {
      const places = placesIn({ left: 0, right: 400, top: 0, bottom: 120 }, courses);
      const found = words.flatMap((wanted) => places.take(wanted) ?? []);
      placed += found.length;
      const drawn = courses.flatMap(pixelsOf);
      return (
        found.every(({ left, right, top, bottom }) =>
          drawn.every(([x, y]) => x <= left || x >= right || y <= top || y >= bottom),
        ) && found.every((one, i) => found.slice(i + 1).every((other) => !meets(one, other)))
      );
    },
  );
  t.notThrows(() => fc.assert(property));
  t.true(placed > 100, `${placed} words found a place`);
});

test('a mark of the axis that a flag would touch gives way, and no other does', (t) => {
  const view = { from: 0, to: 600_000, zero: 0, width: 700 };
  const all = marksBeside(view, []);
  for (let x = 0; x <= 700; x += 7) {
    const flag = flagAt(x, 700, 'S 18:59:48Z'.length + 5);
    t.true(flag.left >= 0 && flag.right <= 700);
    const kept = marksBeside(view, [flag]);
    t.true(kept.every(({ left, right }) => right < flag.left || left > flag.right));
    t.true(kept.length >= all.length - 2);
  }
});
