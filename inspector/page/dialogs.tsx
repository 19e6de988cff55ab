/** What is asked before anything is done: the kill switch is held for a second, a clear takes a name and a note. And the keys. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { act } from './act.ts';
import { keys } from './keys.ts';
import { Octagon } from './header.tsx';
import { Hold } from './hold.tsx';
import { awaited, dialog, notice } from './store.ts';

export const Dialogs = () => {
  const box = useRef<HTMLDialogElement>(null);
  const which = dialog.value;
  useEffect(() => {
    if (which) box.current?.showModal();
    else box.current?.close();
  }, [which]);
  return (
    <dialog ref={box} onClose={() => (dialog.value = null)} aria-label={which ?? 'closed'}>
      {which === 'keys' ? <Keys /> : null}
      {which === 'stop' ? <Ask kind="stop" /> : null}
      {which === 'kill' ? <Ask kind="kill" /> : null}
      {which === 'clear' ? <Ask kind="clear" /> : null}
      {which === 'acknowledge' ? <Ask kind="acknowledge" /> : null}
    </dialog>
  );
};

const Keys = () => (
  <>
    <h2>Keys</h2>
    <dl class="keys">
      {keys.map(({ shown: names, does }) => (
        <div key={does}>
          <dt>
            {names.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
    <form method="dialog">
      <button type="submit" class="button">
        Close
      </button>
    </form>
  </>
);

type Kind = 'stop' | 'kill' | 'clear' | 'acknowledge';

const words: Readonly<Record<Kind, readonly [string, string, string]>> = {
  stop: [
    'Stop the session',
    'It cancels everything, proves it, and ends as engine_requested_halt.',
    'Stop',
  ],
  kill: [
    'Kill switch',
    'The session halts at once, cancels everything and proves it. No session starts until the switch is cleared by name and with a note.',
    'Hold to kill',
  ],
  clear: [
    'Clear the kill switch',
    'Sessions may start again. Say who clears it, and why.',
    'Clear',
  ],
  acknowledge: ['Acknowledge', '', 'Acknowledge'],
};

const Ask = ({ kind }: { readonly kind: Kind }) => {
  const [by, setBy] = useState('');
  const [note, setNote] = useState('');
  const [said, setSaid] = useState('');
  const [title, what, verb] = words[kind];
  /** As it was when it was asked: a newer one is another question. */
  const [subject] = useState(awaited.peek());
  const isReady =
    kind === 'clear'
      ? by.trim() !== '' && note.trim() !== ''
      : kind !== 'acknowledge' || note.trim() !== '';
  const send = (): void => {
    setSaid('Asked; waiting for the answer.');
    act({
      kind,
      note,
      ...(kind === 'clear' ? { by } : {}),
      ...(kind === 'acknowledge' ? { session: subject?.session, seq: subject?.seq } : {}),
    })
      .then((words) => {
        notice.value = words;
        dialog.value = null;
      })
      .catch((error: unknown) => setSaid(error instanceof Error ? error.message : String(error)));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (kind !== 'kill' && isReady) send();
      }}
    >
      <h2>
        {title}
        {kind === 'acknowledge' ? ` event ${subject?.seq} of S${subject?.session}` : ''}
      </h2>
      <p>
        {kind === 'acknowledge'
          ? `Says that it has been looked at. ${subject?.type}: ${subject?.what}.`
          : what}
      </p>
      {kind === 'clear' ? (
        <label>
          Name
          <input required value={by} onInput={(event) => setBy(event.currentTarget.value)} />
        </label>
      ) : null}
      <label>
        Note
        <input
          required={kind === 'clear' || kind === 'acknowledge'}
          maxLength={1000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {said === '' ? null : <p role="alert">{said}</p>}
      <p class="row">
        <button type="button" class="button" onClick={() => (dialog.value = null)}>
          Cancel
        </button>
        {kind === 'kill' ? (
          <Hold onHeld={send}>
            <Octagon /> {verb}
          </Hold>
        ) : (
          <button type="submit" class="button strong" disabled={!isReady}>
            {verb}
          </button>
        )}
      </p>
    </form>
  );
};
