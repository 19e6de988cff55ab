/**
 * The page: listens to the engine's stream and shows each whole frame as it comes. While it hears nothing it says since when,
 * keeps what was true then, and lets no clock run on.
 */
import { showChanges } from './changes.js';
import { byId, write } from './element.js';
import { showSession, showState } from './header.js';
import { failed, heard, looked, lostWords, opening, pillWords } from './link.js';
import { flatChart, regionsView } from './regions.js';
import { movement } from './words.js';

/** @typedef {import('./header.js').Told} Told */
/** @typedef {{ build: string, session: import('../frame.ts').SessionLabel, drawing: import('../chart.ts').Drawing }} Page */

/** @type {import('./link.js').Link} */
let link = opening;
/** @type {Page | null} */
let page = null;
/** @type {Told | null} */
let newest = null;
/** @type {{ measure: () => void, light: (frame: Told) => void }[]} */
let views = [];
let isDrawing = false;

const showLink = () => {
  const lost = link.kind === 'lost';
  document.documentElement.classList.toggle('is-lost', lost);
  byId('link').className = `pill ${link.kind}`;
  write(byId('link'), pillWords(link));
  byId('lost').hidden = !lost;
  write(byId('lost'), lost ? lostWords(link, newest, performance.now(), Date.now()) : '');
};

/** @param {Page} told */
const build = (told) => {
  if (page && page.build !== told.build) location.reload();
  const isSame = page && JSON.stringify(page) === JSON.stringify(told);
  page = told;
  if (isSame) return;
  const { mode, gateway, session } = told.drawing;
  showSession(told.session);
  const regions = regionsView(mode);
  byId('regions').replaceChildren(regions.element);
  views = [regions, small('session', session), small('gateway', gateway)];
  measure();
};

/** @param {'session' | 'gateway'} actor @param {import('../chart.ts').Row} row */
const small = (actor, { states, edges }) => {
  const chart = flatChart(
    { states, edges, calm: null, group: null, exits: [], endless: false, gapMax: 64 },
    `The ${actor}: ${states.map(({ key }) => key).join(', ')}`,
  );
  byId(actor).replaceChildren(chart.element);
  return {
    measure: chart.measure,
    /** @param {Told} frame */
    light: (frame) => {
      const { active, last } = frame.actors[actor];
      chart.light({ active: new Set(active), was: new Set(), hot: new Set(last?.edges ?? []) });
    },
  };
};

const measure = () => views.forEach((view) => view.measure());

const show = () => {
  isDrawing = false;
  if (!newest || !page) return;
  const frame = newest;
  showState(
    frame,
    page.session,
    page.drawing.mode.guards.map(({ guard }) => guard),
  );
  showChanges(frame);
  write(byId('last'), movement(page.drawing.mode, frame.actors.mode.last));
  views.forEach((view) => view.light(frame));
};

const listen = () => {
  const source = new EventSource('/events');
  source.addEventListener('page', ({ data }) => build(JSON.parse(data)));
  source.addEventListener('frame', ({ data }) => {
    newest = JSON.parse(data);
    link = heard(performance.now());
    showLink();
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(show);
  });
  source.addEventListener('pulse', () => {
    link = heard(performance.now());
    showLink();
  });
  source.addEventListener('error', () => {
    link = failed(link, performance.now());
    showLink();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2_000);
  });
};

setInterval(() => {
  link = looked(link, performance.now());
  showLink();
}, 1_000);
new ResizeObserver(measure).observe(document.body);
listen();
