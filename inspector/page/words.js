/**
 * Numbers and states in words: durations, times, a guard's situation, a sentence cut where a guard is named. Pure; whatever
 * is unknown is said to be unknown.
 */

/** @typedef {import('../frame.ts').Frame} Frame */
/** @typedef {import('../frame.ts').GuardView} GuardView */
/** @typedef {import('../chart.ts').GuardRegion} GuardRegion */

/** Elapsed or remaining time to the second, written as in the sentence. @param {number} ms */
export const duration = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
};

/** Time of day, UTC. @param {number} at Unix milliseconds */
export const timeOfDay = (at) => `${new Date(at).toISOString().slice(11, 19)}Z`;

/** At most four digits behind the point, with a true minus. @param {unknown} value */
const shown = (value) => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = typeof value === 'number' ? String(Math.round(value * 1e4) / 1e4) : String(value);
  return text.replace(/^-(?=\d)/, '−');
};

/** `meanBps` → `mean bps`. @param {string} name */
export const words = (name) => name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);

/**
 * What stands about a guard: its phase, what ends it, how far off that is. All as of the frame.
 * @param {GuardRegion} region
 * @param {GuardView} view
 * @param {Frame} frame
 * @returns {{ phase: string, lines: string[] }}
 */
export const situation = ({ policy, enabled }, view, frame) => {
  if (!enabled) return { phase: 'switched off', lines: [] };
  const { episode } = view;
  const at = frame.at ?? 0;
  const of = policy.maxEpisodes > 0 ? ` of ${policy.maxEpisodes}` : '';
  if (episode.phase === 'armed') {
    const times = episode.trips === 1 ? 'once' : `${episode.trips} times`;
    return {
      phase: episode.trips > 0 ? `armed, tripped ${times}${of} so far` : 'armed',
      lines: [],
    };
  }
  const lines = [`episode ${episode.trips}${of}`];
  if (frame.halt) return { phase: `${episode.phase} at the end`, lines };
  const isWaiting = episode.deadlineAt === null;
  lines.push(isWaiting ? 'no deadline' : `times out in ${duration(episode.deadlineAt - at)}`);
  if (!policy.recoveryEnabled) lines.push('its recovery is switched off');
  else if (episode.phase === 'cooling') {
    const left = Math.max(0, (episode.untilTick ?? 0) - (frame.tick ?? 0));
    lines.push(`cools for ${left} more ${left === 1 ? 'tick' : 'ticks'}`);
  } else lines.push(`release ${episode.count}/${policy.recoveryTicks}`);
  const ago = episode.trippedAt === null ? '' : ` ${duration(at - episode.trippedAt)} ago`;
  return {
    phase: `${episode.phase === 'tripped' ? '' : `${episode.phase}, `}tripped${ago}`,
    lines,
  };
};

/**
 * A guard's operands, as far as they are known, and its distance to the next line.
 * @param {GuardView} view
 * @returns {{ name: string, value: string }[]}
 */
export const operands = (view) => {
  const { fact } = view.episode;
  if (!fact) return [];
  const found = Object.entries(fact.operands)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ name: words(name), value: shown(value) }));
  if (fact.condition !== null) found.unshift({ name: 'condition', value: fact.condition });
  const isArmed = view.episode.phase === 'armed';
  const distance = isArmed ? fact.toTrip : fact.toRelease;
  if (distance !== null) {
    found.push({ name: isArmed ? 'to trip' : 'to release', value: shown(distance) });
  }
  return found;
};

/**
 * A sentence in pieces; a piece that is a guard's name has it as `guard`.
 * @param {string} sentence
 * @param {readonly string[]} guards
 * @returns {{ text: string, guard: string | null }[]}
 */
export const pieces = (sentence, guards) => {
  if (guards.length === 0) return [{ text: sentence, guard: null }];
  return sentence
    .split(new RegExp(`\\b(${guards.join('|')})\\b`))
    .filter((text) => text !== '')
    .map((text) => ({ text, guard: guards.includes(text) ? text : null }));
};

/**
 * What the last transition did: each region that moved, and the event that moved it.
 * @param {import('../chart.ts').ModeDrawing} drawing
 * @param {import('../frame.ts').Taken | null} last
 */
export const movement = ({ join, guards, ends, endings }, last) => {
  if (!last) return '';
  const rows = [...guards, join];
  const keys = new Map(
    [...rows.flatMap(({ states }) => states), ...ends].map((s) => [s.id, s.key]),
  );
  const moved = rows.flatMap(({ key, edges }) => {
    const own = edges.filter(({ id }) => last.edges.includes(id));
    const to = keys.get(own.at(-1)?.target ?? '');
    return to ? [`${key} → ${to}`] : [];
  });
  const left = endings.find(({ id }) => last.edges.includes(id));
  if (left) moved.push(`all regions → ${keys.get(left.target) ?? left.target}`);
  return `last: ${moved.join(', ')}; ${timeOfDay(last.at)} on ${last.event}`;
};

/**
 * The sentence without the words that stand beside it already.
 * @param {string} sentence
 * @param {string} mode
 * @param {string} lasting
 */
export const remainder = (sentence, mode, lasting) => {
  const said = `${mode} ${lasting}: `;
  return sentence.startsWith(said) ? sentence.slice(said.length) : sentence;
};
