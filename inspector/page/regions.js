/**
 * The mode's chart: the join above, a row for each guard's region beneath, HALT as the rail on the right. Built once from the
 * drawing, then lit by each frame.
 */
import { element, fill, write } from './element.js';
import { glyph } from './glyphs.js';
import { layout } from './layout.js';
import { draw } from './svg.js';
import { operands, situation } from './words.js';

/** @typedef {import('../chart.ts').ModeDrawing} ModeDrawing */
/** @typedef {import('../chart.ts').GuardRegion} GuardRegion */
/** @typedef {import('../frame.ts').Frame} Frame */
/** @typedef {import('./layout.js').Plan} Plan */
/** @typedef {{ element: HTMLElement, measure: () => void, light: (frame: Frame) => void }} View */

/** @param {ModeDrawing} drawing @returns {View} */
export const regionsView = (drawing) => {
  const halt = drawing.ends.find(({ id }) => drawing.endings[0]?.target === id);
  const rows = [joinRow(drawing, halt?.id ?? ''), ...drawing.guards.map(guardRow)];
  const rail = element('div', 'rail HALT', [element('b', '', [halt?.key ?? ''])]);
  const made = element('div', 'mode-chart', [
    element(
      'div',
      'rows',
      rows.map((row) => row.element),
    ),
    rail,
  ]);
  return {
    element: made,
    measure: () => rows.forEach((row) => row.measure()),
    light: (frame) => {
      const { active } = frame.actors.mode;
      rail.classList.toggle('on', halt !== undefined && active.includes(halt.id));
      rows.forEach((row) => row.light(frame));
    },
  };
};

/**
 * A chart that is drawn anew when its width changes.
 * @param {Plan} plan @param {string} label
 * @returns {{ element: HTMLElement, measure: () => void, light: (look: import('./svg.js').Look) => void }}
 */
export const flatChart = (plan, label) => {
  const holder = element('div', 'holder');
  /** @type {import('./svg.js').Drawn | null} */
  let drawn = null;
  /** @type {import('./svg.js').Look} */
  let look = { active: new Set(), was: new Set(), hot: new Set() };
  let width = 0;
  return {
    element: holder,
    measure: () => {
      const room = Math.floor(holder.clientWidth);
      if (room === width || room === 0) return;
      width = room;
      drawn = draw(layout(plan, room), label);
      holder.replaceChildren(drawn.element);
      drawn.light(look);
    },
    light: (next) => {
      look = next;
      drawn?.light(next);
    },
  };
};

/** @param {ModeDrawing} drawing @param {string} halt @returns {View} */
const joinRow = ({ live, join, ends, endings }, halt) => {
  const others = ends.filter(({ id }) => id !== halt);
  const chart = flatChart(
    {
      states: [...join.states, ...others],
      calm: null,
      edges: [...join.edges, ...endings.filter(({ target }) => target !== halt)],
      group: { id: live, members: join.states.map(({ id }) => id) },
      exits: [
        {
          edges: endings.filter(({ target }) => target === halt).map(({ id }) => id),
          sources: [live],
          limit: [
            ...new Set(endings.filter(({ target }) => target === halt).map(({ event }) => event)),
          ].join(' · '),
        },
      ],
      endless: false,
      gapMax: 110,
    },
    'The join of all regions',
  );
  const phase = element('p', 'phase');
  const words = element('p', 'lines');
  const head = element('div', 'head', [element('h3', '', [join.key]), phase, words]);
  const row = element('section', 'row join', [head, chart.element]);
  row.tabIndex = 0;
  row.ariaLabel = join.key;
  return {
    element: row,
    measure: chart.measure,
    light: (frame) => {
      const { active } = frame.actors.mode;
      const standing = join.states.find(({ id }) => active.includes(id));
      const end = ends.find(({ id }) => active.includes(id));
      write(phase, standing?.key ?? end?.key ?? '');
      const causes = frame.timeline.at(-1)?.causes ?? [];
      write(words, causes.length > 0 ? `because of ${causes.join(', ')}` : 'every guard is armed');
      const before = frame.timeline.findLast(({ mode }) => mode !== end?.key)?.mode ?? 'OK';
      const was = end ? join.states.filter(({ key }) => key === before).map(({ id }) => id) : [];
      chart.light({ active: new Set(active), was: new Set(was), hot: hot(frame) });
    },
  };
};

/** @param {GuardRegion} region @returns {View} */
const guardRow = (region) => {
  const { guard, states, edges, exits, initial } = region;
  const members = states.map(({ id }) => id).filter((id) => id !== initial);
  const chart = flatChart(
    {
      states,
      calm: initial,
      edges,
      group: { id: '', members },
      exits,
      endless: !exits.some(({ sources }) => sources.every((id) => members.includes(id))),
      gapMax: 64,
    },
    `The region ${guard}: ${states.map(({ key }) => key).join(', ')}`,
  );
  const phase = element('p', 'phase');
  const lines = element('p', 'lines');
  const facts = element('dl', 'operands');
  const name = element('h3', '', [glyph(guard), guard]);
  const row = element('section', `row guard ${guard}`, [
    element('div', 'head', [name, phase, lines]),
    facts,
    chart.element,
  ]);
  row.tabIndex = 0;
  row.ariaLabel = guard;
  return {
    element: row,
    measure: chart.measure,
    light: (frame) => {
      const view = frame.guards[guard];
      const said = situation(region, view, frame);
      write(phase, said.phase);
      write(lines, said.lines.join(' · '));
      const found = operands(view);
      fill(facts, found, () =>
        found.map(({ name: what, value }) =>
          element('div', '', [element('dt', '', [what]), element('dd', '', [value])]),
        ),
      );
      const active = new Set(frame.actors.mode.active);
      const stands = states.some(({ id }) => active.has(id));
      const phaseAtEnd = states.find(({ key }) => key === view.episode.phase)?.id ?? '';
      const was = stands || !members.includes(phaseAtEnd) ? [] : [phaseAtEnd];
      row.classList.toggle(
        'lit',
        members.some((id) => active.has(id)),
      );
      row.classList.toggle('off', !region.enabled);
      chart.light({ active, was: new Set(was), hot: hot(frame) });
    },
  };
};

/** Arrows of the last transition. @param {Frame} frame */
const hot = (frame) => new Set(frame.actors.mode.last?.edges ?? []);
