/** Which settings alone would have changed the end, in a report: as neo explain says them. */
import {
  lineOf,
  soughtEventsMax,
  unchangedLine,
  type Alternatives,
} from '../../projections/alternative.ts';
import { commandLine } from '../../projections/wording.ts';
import { command } from './command.ts';
import { html, type Markup } from './markup.ts';
import { section, words } from './table.ts';

/** Null where nothing of it is known: the session, of so many events, is too long to be run again for a report. */
export const alternativesSection = (
  told: Alternatives | null,
  { session, database, events }: Readonly<{ session: number; database: string; events: number }>,
): Markup => {
  const toRun = (text: string): Markup => command(commandLine(text, database));
  const title = 'What would have changed the end';
  if (told === null) {
    const [does, line] =
      events > soughtEventsMax
        ? ['asks for one setting', `replay ${session} --set KEY=VALUE`]
        : ['finds it', `explain ${session}`];
    return section(
      title,
      html`<p class="note">The session is long; this ${does}: ${toRun(line)}</p>`,
    );
  }
  const { changed, unchanged } = told;
  const [first] = changed;
  if (changed.length + unchanged.length === 0) return html``;
  if (!first) {
    return section(
      title,
      words('No single setting of the guards that stood would have: run again on the record.'),
    );
  }
  return section(
    title,
    words(
      'Each of these settings alone would have; found by running the guards again on the record, with fills and holdings as they were.',
    ),
    html`<ul class="plain">
      ${changed.map((one) => html`<li>${lineOf(one)}</li>`)}
    </ul>`,
    ...(unchanged.length > 0 ? [words(unchangedLine(told))] : []),
    html`<p class="note">
      Try one: ${toRun(`replay ${session} --set ${first.key}=${String(first.value)}`)}
    </p>`,
  );
};
