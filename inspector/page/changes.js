/** The latest changes of mode and causes, the newest first. */
import { byId, element, fill, write } from './element.js';
import { glyph } from './glyphs.js';
import { duration, timeOfDay } from './words.js';

const shownMax = 12;

/** @param {import('../frame.ts').Frame} frame */
export const showChanges = ({ timeline, changes, openedAt }) => {
  write(byId('count'), changes > shownMax ? `the last ${shownMax} of ${changes}` : '');
  const newest = timeline.slice(-shownMax).toReversed();
  fill(byId('changes'), newest, () =>
    newest.length === 0
      ? [element('li', 'none', ['None so far: every guard has stayed armed.'])]
      : newest.map(({ at, mode, causes }) =>
          element('li', mode, [
            element('time', '', [timeOfDay(at)]),
            element('span', 'after', [openedAt === null ? '' : `+${duration(at - openedAt)}`]),
            element('b', '', [mode]),
            element(
              'span',
              'causes',
              causes.flatMap((id) => [element('span', `named ${id}`, [glyph(id), id])]),
            ),
          ]),
        ),
  );
};
