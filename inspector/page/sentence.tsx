/** The one true sentence, what the operator came for: the mode, since when, why, what ends it, how far off that is. */
import { guardIds } from '../../events/guard.ts';
import type { MomentView } from '../view.ts';
import { Glyph } from './glyph.tsx';
import { frame, moment } from './store.ts';
import { pieces } from './words.ts';

export const Sentence = () => {
  const now = moment.value;
  if (!now) {
    const words = frame.value?.damage ? 'Nothing of this session can be read.' : 'Reading the log…';
    return (
      <section class="say" aria-label="State">
        <h1 class="mode">
          <strong>…</strong>
        </h1>
        <p class="sentence">{words}</p>
      </section>
    );
  }
  return (
    <section class={`say ${now.word}`} aria-label="State">
      <h1 class="mode">
        <strong>{now.word}</strong> <span>{now.lasting}</span>
      </h1>
      <p class="sentence" aria-live="off">
        {pieces(now.rest, guardIds).map(({ text, guard, strong }) =>
          guard ? (
            <span class={`named ${guard}`}>
              <Glyph guard={guard} />
              {text}
            </span>
          ) : strong ? (
            <b>{text}</b>
          ) : (
            text
          ),
        )}
      </p>
      <Facts now={now} />
    </section>
  );
};

const Facts = ({ now }: { readonly now: MomentView }) => (
  <dl class="facts">
    {now.facts.map(({ name, value, note }) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>
          {value}
          <small>{note}</small>
        </dd>
      </div>
    ))}
  </dl>
);
