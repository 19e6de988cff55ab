/**
 * The log: only the rows in sight are there, whatever its length. Types are indented by depth of cause within their turn,
 * inputs are bold, a hairline stands between turns. An event moves the whole page to its time.
 */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Line } from '../trace.ts';
import { Glyph } from './glyph.tsx';
import { came, hits, lineAt, searchAnew, searchMore, soleLine, wantLines } from './lines.ts';
import { filter, following, frame, moment, picked, shown, startAt } from './store.ts';
import { pick } from './travel.ts';
import { grouped } from './words.ts';

const rowHeight = 20;
/** Browsers do not draw elements much taller than this. */
const tallest = 8_000_000;

export const Log = () => (
  <section class="log" aria-label="Log">
    <Filters />
    <div class="line head" aria-hidden="true">
      <span class="seq">seq</span>
      <span class="time">t, s</span>
      <span>type, indented by cause</span>
      <span class="actor">actor</span>
      <span>what</span>
    </div>
    <Lines />
  </section>
);

const Lines = () => {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(200);
  void came.value;
  const found = hits.value;
  const total = found ? found.seqs.length : (frame.value?.durable ?? 0);
  const visible = Math.ceil(height / rowHeight) + 1;
  const natural = total * rowHeight;
  const tall = Math.min(natural, tallest);
  const scaled = natural > tall;
  const most = Math.max(1, tall - height);
  const first = scaled
    ? Math.round((top / most) * (total - visible + 1))
    : Math.floor(top / rowHeight);
  const topOf = (index: number): number =>
    scaled ? (index / Math.max(1, total - visible + 1)) * most : index * rowHeight;

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const at = moment.value?.seq ?? 0;
  const index = found ? lastUntil(found.seqs, at) : at - 1;
  const away = useRef(false);
  const put = useRef(0);
  /** The row of the cursor stays in sight, but not for who has scrolled up from the newest to read. */
  useLayoutEffect(() => {
    const element = box.current;
    if (!following.value) away.current = false;
    if (!element || index < 0 || away.current) return;
    const inside = index >= first && index < first + visible - 2;
    if (!inside) element.scrollTop = topOf(Math.max(0, index - visible + 4));
    put.current = element.scrollTop;
  }, [index, visible, total === 0]);
  const scrolled = ({ scrollTop, clientHeight, scrollHeight }: HTMLElement): void => {
    setTop(scrollTop);
    if (scrollTop < put.current - rowHeight) away.current = following.value;
    if (scrollTop + clientHeight > scrollHeight - 2 * rowHeight) away.current = false;
  };

  useSignalEffect(() => {
    void shown.value;
    void filter.value;
    void searchAnew();
  });
  useSignalEffect(() => {
    void frame.value?.durable;
    searchMore();
  });

  const seqs = Array.from({ length: Math.max(0, Math.min(visible, total - first)) }, (_, i) =>
    found ? (found.seqs[first + i] ?? 0) : first + i + 1,
  );
  if (found) wantLines(seqs);
  const offset = scaled ? top : first * rowHeight;
  return (
    <div
      class="lines"
      ref={box}
      tabIndex={0}
      aria-label="Events"
      onScroll={(event) => scrolled(event.currentTarget as HTMLElement)}
    >
      <div class="tall" style={{ height: `${tall}px` }}>
        <div class="window" style={{ transform: `translateY(${offset}px)` }}>
          {seqs.map((seq) => (
            <LineRow key={seq} seq={seq} line={found ? soleLine(seq) : lineAt(seq)} />
          ))}
        </div>
      </div>
    </div>
  );
};

/** The last one at or before this seq. */
const lastUntil = (seqs: readonly number[], seq: number): number => {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seqs[middle] ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

const deepest = 5;
const depthOf = (line: Line): number => {
  let depth = 0;
  let one: Line | undefined = line;
  while (one && one.kind === 'decision' && one.cause > 0 && depth < deepest) {
    depth += 1;
    const above: Line | undefined = hits.peek() ? soleLine(one.cause) : lineAt(one.cause);
    one = above?.turn === one.turn ? above : undefined;
  }
  return depth;
};

const LineRow = ({ seq, line }: { readonly seq: number; readonly line: Line | undefined }) => {
  if (!line) {
    return (
      <div class="line">
        <span class="seq">{seq}</span>
      </div>
    );
  }
  const before = hits.peek() ? undefined : seq > 1 ? lineAt(seq - 1) : undefined;
  const isTurn = before !== undefined && before.turn !== line.turn;
  const now = moment.value?.seq === seq;
  const isPicked = picked.value === seq;
  const names = [
    'line',
    line.kind,
    isTurn ? 'turn' : '',
    now ? 'now' : '',
    isPicked ? 'picked' : '',
  ];
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`${names.filter(Boolean).join(' ')} ${line.about ?? ''}`}
      onClick={() => pick(seq)}
    >
      <span class="seq">{seq}</span>
      <span class="time">{((line.at - startAt.value) / 1000).toFixed(0)}</span>
      <span class="type" style={{ paddingLeft: `${depthOf(line) * 9}px` }}>
        {line.type}
      </span>
      <span class="actor">
        {line.about ? <Glyph guard={line.about} /> : null}
        {line.actor}
      </span>
      <span class="what">{line.what}</span>
    </button>
  );
};

const typeGroups = [
  'guard.*',
  'guard.tripped',
  'guards.evaluated',
  'mode.changed',
  'halt*',
  'fill.recorded',
  'order.*',
  'transaction.*',
  'quote.decided',
  'market.*',
  'truth.checked',
  'inventory.*',
  'session.*',
  'gateway.*',
  'operator.*',
  'tick',
  'ledger.closed',
  'limit.breached',
];

/** Words as they stand in the box: "type:guard.*", a number, or text. */
const Filters = () => {
  const found = hits.value;
  const box = useRef<HTMLInputElement>(null);
  const durable = frame.value?.durable ?? 0;
  const set = (change: Partial<typeof filter.value>): void =>
    void (filter.value = { ...filter.value, ...change });
  const { actor, type, text } = filter.value;
  const ask = (input: HTMLInputElement): void => {
    const words = input.value;
    const seq = /^#?(\d+)$/.exec(words.trim())?.[1];
    if (seq) {
      const isThere = Number(seq) >= 1 && Number(seq) <= durable;
      input.setCustomValidity(isThere ? '' : `There is no event ${seq}; the last is ${durable}.`);
      return isThere ? pick(Number(seq)) : void input.reportValidity();
    }
    const kind = /^type:(\S+)\s*(.*)$/.exec(words.trim());
    if (kind) set({ type: kind[1] ?? '', text: kind[2] ?? '' });
    else set({ text: words.trim() });
  };
  const actors = ['world', ...(moment.value?.actors ?? []).map(({ name }) => name)];
  return (
    <div class="filters" role="search">
      <b>Log</b>
      <select
        aria-label="Actor"
        value={actor}
        onChange={(e) => set({ actor: e.currentTarget.value })}
      >
        <option value="">any actor</option>
        {actors.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label="Type" value={type} onChange={(e) => set({ type: e.currentTarget.value })}>
        <option value="">any type</option>
        {[...new Set([...typeGroups, ...(type === '' ? [] : [type])])].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <input
        id="search"
        ref={box}
        type="search"
        aria-label="Text, a number or type:guard.*"
        placeholder="text, seq or type:guard.*   /"
        defaultValue={text}
        onKeyDown={(event) => {
          if (event.key === 'Enter') ask(event.currentTarget);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        onInput={(event) => {
          event.currentTarget.setCustomValidity('');
          if (event.currentTarget.value === '') set({ text: '' });
        }}
      />
      <span class="count" aria-live="polite">
        {found
          ? `${grouped(found.seqs.length)} found${found.searchedTo < found.total ? `, ${Math.floor((100 * found.searchedTo) / Math.max(1, found.total))} %` : ''}`
          : `${grouped(durable)} events`}
      </span>
      {found ? (
        <button
          type="button"
          class="plain"
          onClick={() => {
            if (box.current) box.current.value = '';
            filter.value = { actor: '', type: '', text: '' };
          }}
        >
          clear
        </button>
      ) : null}
    </div>
  );
};
