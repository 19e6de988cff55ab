/** What stands above everything: the network, the session, the mode, the one sentence and when it was true. */
import { byId, element, fill, write } from './element.js';
import { glyph } from './glyphs.js';
import { duration, pieces, remainder, timeOfDay } from './words.js';

/** @typedef {import('../frame.ts').Frame & { sentence: string }} Told */
/** @typedef {import('../frame.ts').SessionLabel} SessionLabel */

const networks = { sandbox: 'SANDBOX', paper: 'PAPER', live: 'LIVE, REAL MONEY' };

/** @param {SessionLabel} session */
export const showSession = ({ network, number, profile }) => {
  document.documentElement.dataset['network'] = network;
  write(byId('network'), networks[network]);
  fill(byId('which'), [number, profile], () => [
    element('b', '', [`S${number}`]),
    ` XRP/RLUSD · profile ${profile}`,
  ]);
};

/** @param {Told} frame @param {SessionLabel} session @param {readonly string[]} guards */
export const showState = (frame, session, guards) => {
  const { mode, halt, at, since } = frame;
  const word = halt && mode !== 'HALT' ? 'ENDED' : mode;
  document.title = `S${session.number} ${word}: NEO`;
  document.documentElement.dataset['mode'] = word;
  write(byId('mode'), word);
  const lasting = since !== null && at !== null ? `for ${duration(at - since)}` : '';
  const ending =
    word === mode ? (since === null ? '' : `since ${timeOfDay(since)}`) : `was ${mode}`;
  write(byId('since'), halt ? ending : lasting);
  const rest = remainder(frame.sentence, word, lasting);
  fill(byId('sentence'), rest, () => named(rest, guards));
  const facts = factsOf(frame);
  fill(byId('facts'), facts, () =>
    facts.map(({ name, value, note }) =>
      element('div', '', [
        element('dt', '', [name]),
        element('dd', '', [value, element('small', '', [note])]),
      ]),
    ),
  );
};

/** The sentence, each guard in it with its glyph and hue. @param {string} sentence @param {readonly string[]} guards */
const named = (sentence, guards) =>
  pieces(sentence, guards).map(({ text, guard }) =>
    guard ? element('span', `named ${guard}`, [glyph(guard), text]) : text,
  );

/** @param {Told} frame */
const factsOf = ({ at, tick, seq, plannedEndAt, halt }) => {
  const facts = [
    { name: 'as of', value: at === null ? 'nothing yet' : timeOfDay(at), note: `event ${seq}` },
    { name: 'tick', value: tick === null ? 'none yet' : String(tick), note: '' },
  ];
  if (halt)
    return [...facts, { name: 'ended', value: halt.reason, note: `asked for by ${halt.source}` }];
  if (plannedEndAt === null || at === null) return facts;
  const end = {
    name: 'planned end',
    value: `in ${duration(plannedEndAt - at)}`,
    note: timeOfDay(plannedEndAt),
  };
  return [...facts, end];
};
