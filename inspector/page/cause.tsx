/**
 * Beside the log: the causes of the event that was picked up to the input that began it, its consequences as a tree, and the
 * events that its operands came from, which are evidence and no cause. Without a pick: why the mode is what it is.
 */
import { useSignalEffect } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Line, Traced } from '../trace.ts';
import { ask, newestOf } from './ask.ts';
import { awaited, canAct, dialog, frame, lanes, moment, picked, shown, startAt } from './store.ts';
import { pick } from './travel.ts';
import { span } from './words.ts';

type Story = Readonly<{ title: string; parts: readonly Traced[]; seqs: readonly number[] }>;

/** The events that say why it is as it is: the trips of the standing causes, or the halt. */
const reasons = (): Readonly<{ title: string; seqs: readonly number[] }> => {
  const now = moment.value;
  const chosen = picked.value;
  if (chosen !== null) return { title: `Cause of ${chosen}`, seqs: [chosen] };
  if (!now) return { title: 'Why', seqs: [] };
  if (now.halt) return { title: `Why ${now.word}`, seqs: [now.halt.seq] };
  const marks = lanes.value?.marks ?? [];
  const trips = now.causes.flatMap((guard) => {
    const trip = marks.findLast(
      (mark) =>
        mark.kind === 'guard' &&
        mark.guard === guard &&
        mark.phase === 'tripped' &&
        mark.seq <= now.seq,
    );
    return trip ? [trip.seq] : [];
  });
  if (trips.length > 0) return { title: `Why ${now.word}`, seqs: trips };
  const change = marks.findLast((mark) => mark.kind === 'mode' && mark.seq <= now.seq);
  return { title: `Why ${now.word}`, seqs: change ? [change.seq] : [] };
};

export const Cause = () => {
  const [story, setStory] = useState<Story>({ title: 'Why', parts: [], seqs: [] });
  const [fetchAll] = useState(() =>
    newestOf(
      async ({ session, seqs }: { session: number; seqs: readonly number[]; title: string }) =>
        Promise.all(seqs.map((seq) => ask<Traced>('/api/event', { session, seq }))),
      (parts, { title, seqs }) => setStory({ title, parts, seqs }),
    ),
  );
  useSignalEffect(() => {
    const session = shown.value?.session;
    const { title, seqs } = reasons();
    if (session === undefined) return;
    setStory((old) => {
      if (old.title === title && old.seqs.join() === seqs.join()) return old;
      fetchAll({ session, seqs, title });
      return old;
    });
  });
  const chosen = picked.value;
  return (
    <section class="cause" aria-label="Causes" tabIndex={0}>
      <h2>
        {story.title}
        {chosen === null ? (
          <span class="count">
            {story.parts.length > 1 ? `${story.parts.length} causes ` : ''}
            <kbd>E</kbd>
          </span>
        ) : (
          <span class="count">
            <Acknowledge seq={chosen} /> <kbd>[</kbd> up <kbd>]</kbd> down{' '}
            <button type="button" class="plain" onClick={() => (picked.value = null)}>
              close
            </button>
          </span>
        )}
      </h2>
      {story.parts.length === 0 && chosen === null ? (
        <p class="none">
          {moment.value?.word === 'DIED'
            ? 'The process was gone from one event to the next, and the log cannot say why; '
            : 'Nothing stands: '}
          every guard has been armed all along.
        </p>
      ) : null}
      {story.parts.map((part) => (
        <Part key={part.row.seq} part={part} whole={chosen !== null} />
      ))}
    </section>
  );
};

/** Beside an event that waits for it. */
const Acknowledge = ({ seq }: { readonly seq: number }) => {
  const { value } = awaited;
  const isIt = value?.seq === seq && value.session === shown.value?.session;
  return isIt && canAct.value && !frame.value?.gone ? (
    <button type="button" class="button" onClick={() => (dialog.value = 'acknowledge')}>
      Acknowledge…
    </button>
  ) : null;
};

const briefly = 7;
const besideMax = 12;
/** What a trip sets in motion. */
const telling = /^(?:mode\.changed|halt|order\.cancel|guard\.cooled|session\.)/;

const Part = ({ part, whole }: { readonly part: Traced; readonly whole: boolean }) => {
  const { up, down, beside, evidence, row } = part;
  const depth = up.length - 1;
  const told = whole ? down : beside.filter(({ type }) => telling.test(type)).slice(0, briefly);
  const from = whole ? evidence.slice(-8) : [];
  return (
    <>
      <ol class="tree">
        {up.map((line, index) => (
          <Node key={line.seq} line={line} depth={index} now={line.seq === row.seq} />
        ))}
        {told.map((line) => (
          <Node
            key={line.seq}
            line={line}
            depth={Math.min(6, depth + ('depth' in line ? line.depth : 0))}
            now={false}
          />
        ))}
      </ol>
      {from.length > 0 ? (
        <>
          <h3>
            Its operands came from
            {evidence.length > from.length
              ? ` (the last ${from.length} of ${evidence.length})`
              : ''}
          </h3>
          <ol class="tree evidence">
            {from.map((line) => (
              <Node key={line.seq} line={line} depth={line.kind === 'input' ? 0 : 1} now={false} />
            ))}
          </ol>
        </>
      ) : null}
      {whole && beside.length > 0 ? (
        <>
          <h3>Decided beside it in its turn</h3>
          <ol class="tree evidence">
            {beside.slice(0, besideMax).map((line) => (
              <Node key={line.seq} line={line} depth={0} now={false} />
            ))}
          </ol>
        </>
      ) : null}
      {whole ? (
        <details class="data">
          <summary>All of event {row.seq}</summary>
          <pre tabIndex={0}>{JSON.stringify(row, null, 1)}</pre>
        </details>
      ) : null}
    </>
  );
};

type NodeProps = { readonly line: Line; readonly depth: number; readonly now: boolean };

const Node = ({ line, depth, now }: NodeProps) => (
  <li class={`${depth > 0 ? 'deeper' : ''} ${now ? 'now' : ''} ${line.about ?? ''}`}>
    <button type="button" onClick={() => pick(line.seq)}>
      <span class="seq">{line.seq}</span>
      <span class="what" style={{ paddingLeft: `${depth * 12}px` }}>
        <b>{line.type}</b> <time>{span(line.at - startAt.value)}</time>
        <small>{line.what}</small>
      </span>
    </button>
  </li>
);

/** One up to the cause, or down to the first consequence, of what is picked or of what stands first. */
export const alongCause = async (down: boolean): Promise<void> => {
  const session = shown.value?.session;
  const seq = picked.value ?? reasons().seqs[0] ?? moment.value?.seq;
  if (session === undefined || seq === undefined) return;
  const { up, down: below } = await ask<Traced>('/api/event', { session, seq });
  const next = down ? below[0] : up.at(-2);
  if (next) pick(next.seq);
};
