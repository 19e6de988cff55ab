/** The scrubber's buttons: steps, play, what a step is, how fast, and back to the newest. */
import { following, isOver, playing, speed, stepBy, zoom, type StepBy } from './store.ts';
import { follow, goTo, step } from './travel.ts';

const icons = {
  first: 'M2 2h1.6v8H2zM10 2v8L4.4 6z',
  back: 'M9 2v8L3 6z',
  play: 'M3 2l6 4-6 4z',
  pause: 'M3 2h2v8H3zM7 2h2v8H7z',
  forth: 'M3 2l6 4-6 4z',
  last: 'M8.4 2H10v8H8.4zM2 2l5.6 4L2 10z',
} as const;

const Icon = ({ name }: { readonly name: keyof typeof icons }) => (
  <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
    <path d={icons[name]} />
  </svg>
);

const steps: readonly (readonly [StepBy, string])[] = [
  ['event', 'event'],
  ['turn', 'turn'],
  ['mode', 'mode change'],
];

export const Transport = () => (
  <div class="transport" role="toolbar" aria-label="Scrubber">
    <div class="group">
      <button type="button" title="To the start (Home)" onClick={() => goTo(1)}>
        <Icon name="first" />
      </button>
      <button type="button" title="Step back (←)" onClick={() => void step(-1)}>
        <Icon name="back" />
      </button>
      <button
        type="button"
        title="Play (Space)"
        aria-pressed={playing.value}
        onClick={() => (playing.value = !playing.value)}
      >
        <Icon name={playing.value ? 'pause' : 'play'} />
      </button>
      <button type="button" title="Step forward (→)" onClick={() => void step(1)}>
        <Icon name="forth" />
      </button>
      <button type="button" title="To the end (End)" onClick={follow}>
        <Icon name="last" />
      </button>
    </div>
    <div class="group" role="group" aria-label="A step is">
      {steps.map(([by, words]) => (
        <button
          key={by}
          type="button"
          aria-pressed={stepBy.value === by}
          onClick={() => (stepBy.value = by)}
        >
          {words}
        </button>
      ))}
    </div>
    <div class="group" role="group" aria-label="Speed">
      {[1, 10, 100].map((times) => (
        <button
          key={times}
          type="button"
          aria-pressed={speed.value === times}
          onClick={() => (speed.value = times)}
        >
          ×{times}
        </button>
      ))}
    </div>
    <span class="space" />
    {zoom.value ? (
      <button type="button" class="button" onClick={() => (zoom.value = null)}>
        Whole view <kbd>Z</kbd>
      </button>
    ) : (
      <Legend />
    )}
    <button type="button" class="button" aria-pressed={following.value} onClick={follow}>
      {following.value
        ? isOver.value
          ? 'At the end'
          : 'Following'
        : isOver.value
          ? 'To the end'
          : 'Follow'}{' '}
      <kbd>.</kbd>
    </button>
  </div>
);

const Legend = () => (
  <span class="legend" aria-hidden="true">
    <svg width="22" height="9">
      <path class="hair" d="M0 4.5h22" />
    </svg>
    armed
    <svg width="22" height="9">
      <path class="block" d="M0 0h22v9H0z" />
    </svg>
    tripped
    <svg width="22" height="9">
      <path class="hair" d="M.5.5h21v8H.5zM2 8.5l8-8M7 8.5l8-8M12 8.5l8-8" />
    </svg>
    cooling
    <svg width="22" height="9">
      <path class="block" d="M0 0l22 4v1L0 9z" />
    </svg>
    recovering
  </span>
);
